"""What a program does with the proxy: a SOCKS5 request, and a talk with a site that repeats."""

from __future__ import annotations

import socket


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
