"""What a program does with the proxy: a SOCKS5 request, and a talk with a site that repeats."""

from __future__ import annotations

import socket

from peppermoth.redact import Address
from peppermoth.wire import socks
from peppermoth.wire.socks import Command, Reply

_GREETING = bytes((socks.VERSION, 1, socks.NO_AUTHENTICATION))
_CONNECT = bytes((socks.VERSION, Command.CONNECT, 0))
_ANSWER = len(_GREETING) - 1 + len(socks.encode_reply(Reply.SUCCEEDED))


class RefusedError(Exception):
    """The proxy's reply was not success."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.name)
        self.reply = reply


def request(sock: socket.socket, target: Address) -> None:
    """Ask the proxy at the other end for a stream. Raises RefusedError."""
    sock.sendall(_GREETING + _CONNECT + socks.encode_address(target))
    reply = take(sock, _ANSWER)[3]
    if reply != Reply.SUCCEEDED:
        raise RefusedError(Reply(reply))


def take(sock: socket.socket, size: int) -> bytes:
    """Exactly so many bytes, or fewer where the stream ends."""
    data = b""
    while len(data) < size and (piece := sock.recv(size - len(data))):
        data += piece
    return data


def echoes(sock: socket.socket, data: bytes = b"still there") -> bool:
    """Whether the site repeats what it is told."""
    sock.sendall(data)
    return take(sock, len(data)) == data
