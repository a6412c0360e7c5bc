"""What a program says to reach the target through a system: a list of steps.

The same steps serve the blocking loads and the ones with many clients, so that every
system is spoken to in the same way: send, wait for the whole answer, go on. A system is
a plain forward (no steps) or a SOCKS5 proxy (RFC 1928), with user and password
(RFC 1929) where the proxy takes arguments that way.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

from peppermoth.redact import Address
from peppermoth.wire.socks import AUTH_VERSION, VERSION, Command, decode_address, encode_address


class RefusedError(Exception):
    """A proxy said no, or closed in the middle of a step."""


@dataclass(frozen=True)
class Step:
    """Bytes to send, and the test that an answer to them is complete."""

    send: bytes
    answered: Callable[[bytes], bool]


@dataclass(frozen=True)
class Route:
    """A loopback port to connect to, and the steps that lead to the target."""

    port: int
    steps: tuple[Step, ...] = ()


def socks(port: int, target: Address, credentials: tuple[bytes, bytes] | None = None) -> Route:
    """The route through a SOCKS5 proxy to ``target``."""
    method = bytes((VERSION, 2 if credentials else 0))
    steps = [Step(bytes((VERSION, 1, method[1])), _equals(method))]
    if credentials:
        user, password = credentials
        login = bytes((AUTH_VERSION, len(user))) + user + bytes((len(password),)) + password
        steps.append(Step(login, _equals(bytes((AUTH_VERSION, 0)))))
    request = bytes((VERSION, Command.CONNECT, 0)) + encode_address(target)
    steps.append(Step(request, _granted))
    return Route(port, tuple(steps))


def walk(connection: socket.socket, steps: tuple[Step, ...]) -> None:
    """Take the steps on a blocking connection. Raises RefusedError."""
    for step in steps:
        connection.sendall(step.send)
        answer = b""
        while not step.answered(answer):
            received = connection.recv(4096)
            if not received:
                raise RefusedError("the connection was closed during set-up")
            answer += received


def _equals(expected: bytes) -> Callable[[bytes], bool]:
    def answered(answer: bytes) -> bool:
        if not expected.startswith(answer[: len(expected)]):
            raise RefusedError(f"the proxy answered {answer.hex()}, not {expected.hex()}")
        return len(answer) >= len(expected)

    return answered


def _granted(answer: bytes) -> bool:
    if len(answer) > 1 and answer[1] != 0:
        raise RefusedError(f"the proxy answered with SOCKS reply {answer[1]}")
    return decode_address(answer, 3) is not None
