"""Dialling: straight, and through a SOCKS5 proxy, which is our own client's inlet's format."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from peppermoth.lab.traffic.dialling import RefusedError, dial
from peppermoth.redact import Address
from peppermoth.wire import socks
from peppermoth.wire.socks import Reply

TARGET = Address("moth.example", 7)


@pytest.fixture
def proxy() -> Iterator[tuple[Address, list[bytes], list[Reply]]]:
    """A proxy that takes one visitor: where it is, what it heard, and what it will answer."""
    heard: list[bytes] = []
    answers = [Reply.SUCCEEDED]
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        visitor, _ = listener.accept()
        with visitor, contextlib.suppress(ConnectionResetError):
            heard.append(visitor.recv(100))
            visitor.sendall(bytes((socks.VERSION, socks.NO_AUTHENTICATION)))
            heard.append(visitor.recv(1000))
            visitor.sendall(socks.encode_reply(answers[0]) + b"welcome")
            heard.append(visitor.recv(1000))

    thread = threading.Thread(target=serve)
    thread.start()
    yield Address(*listener.getsockname()), heard, answers
    thread.join()
    listener.close()


def test_a_proxy_is_asked_for_the_name(
    proxy: tuple[Address, list[bytes], list[Reply]],
) -> None:
    where, heard, _ = proxy
    with dial(TARGET, where) as sock:
        assert sock.recv(100) == b"welcome"
        sock.sendall(b"bye")
    assert socks.decode_address(heard[1], 3) == (TARGET, len(heard[1]))


def test_a_refusal_is_told(proxy: tuple[Address, list[bytes], list[Reply]]) -> None:
    where, _, answers = proxy
    answers[0] = Reply.HOST_UNREACHABLE
    with pytest.raises(RefusedError, match="HOST_UNREACHABLE"):
        dial(TARGET, where)


def test_as_a_program_it_joins_its_streams_to_the_connection(
    proxy: tuple[Address, list[bytes], list[Reply]],
) -> None:
    where, heard, _ = proxy
    done = subprocess.run(
        [sys.executable, "-m", "peppermoth.lab.traffic.dialling", *map(str, TARGET), where.text],
        input=b"hello",
        capture_output=True,
        timeout=30,
        check=True,
    )
    assert heard[2] == b"hello"
    assert b"welcome".startswith(done.stdout)


def test_straight_is_straight() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        dial(Address(*listener.getsockname()), None) as sock,
    ):
        assert sock.getpeername() == listener.getsockname()
