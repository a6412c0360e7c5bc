"""Connections to the world's hosts, straight or through a peer's SOCKS5 proxy (RFC 1928).

As a program it joins standard input and output to such a connection, which is what
OpenSSH wants of a ``ProxyCommand``: ``python -m peppermoth.lab.traffic.dialling HOST PORT PROXY``.
"""

from __future__ import annotations

import os
import select
import socket
import sys

from peppermoth.errors import WorldError
from peppermoth.redact import Address
from peppermoth.wire import socks
from peppermoth.wire.socks import Command, Reply

PATIENCE = 20.0
_GREETING = bytes((socks.VERSION, 1, socks.NO_AUTHENTICATION))
_CONNECT = bytes((socks.VERSION, Command.CONNECT, 0))


class RefusedError(WorldError):
    """The proxy's reply was not success."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"The proxy refused: {reply.name}.")
        self.reply = reply


def dial(target: Address, proxy: Address | None, patience: float = PATIENCE) -> socket.socket:
    """A connection to ``target``, in this thread's network. Raises WorldError, OSError."""
    sock = socket.create_connection(proxy or target, patience)
    if proxy is not None:
        try:
            request(sock, target)
        except BaseException:
            sock.close()
            raise
    return sock


def request(sock: socket.socket, target: Address) -> None:
    """Ask the proxy at the other end for a stream. Raises RefusedError, WorldError, OSError."""
    sock.sendall(_GREETING)
    if _take(sock, 2) != bytes((socks.VERSION, socks.NO_AUTHENTICATION)):
        raise WorldError("The proxy wants to know who asks.")
    sock.sendall(_CONNECT + socks.encode_address(target))
    reply = _take(sock, 3)[1]
    bound = b""
    while socks.decode_address(bound) is None:
        bound += _take(sock, 1)
    if reply != Reply.SUCCEEDED:
        raise RefusedError(Reply(reply))


def _take(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise WorldError("The proxy hung up.")
        data += piece
    return data


def _join(sock: socket.socket) -> None:
    """Pass bytes both ways until either side ends."""
    sock.settimeout(None)
    while True:
        ready = select.select((0, sock.fileno()), (), ())[0]
        if 0 in ready:
            data = os.read(0, 65536)
            if not data:
                return
            sock.sendall(data)
        if sock.fileno() in ready:
            data = sock.recv(65536)
            if not data:
                return
            os.write(1, data)


def main() -> None:
    """``HOST PORT PROXY``, the last as ``127.0.0.1:1080``."""
    host, port, proxy = sys.argv[1:]
    at, _, number = proxy.rpartition(":")
    with dial(Address(host, int(port)), Address(at, int(number))) as sock:
        _join(sock)


if __name__ == "__main__":
    main()
