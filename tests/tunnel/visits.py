"""Visits to the embedded web server, for tests."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import h2.config
import h2.connection
import h2.events

from peppermoth.tunnel.site import StaticSite
from peppermoth.tunnel.web_server import WebServer

HOST = b"Host: wool.example\r\n"


async def said(sock: socket.socket, end: bytes = b"") -> bytes:
    """What comes until ``end`` or FIN."""
    loop = asyncio.get_running_loop()
    heard = b""
    while not (end and end in heard) and (data := await loop.sock_recv(sock, 65536)):
        heard += data
    return heard


async def answer(directory: Path, *requests: bytes) -> bytes:
    """Everything that the server says to these bytes, up to its FIN."""
    server = WebServer(StaticSite(directory))
    with await server.visit("http/1.1") as sock:
        for request in requests:
            await asyncio.get_running_loop().sock_sendall(sock, request)
        heard = await said(sock)
    await server.close()
    return heard


def request(line: bytes, *fields: bytes) -> bytes:
    """A request after which the connection is to be closed."""
    return b"\r\n".join([line + b" HTTP/1.1", HOST + b"Connection: close", *fields, b"", b""])


def split(response: bytes) -> tuple[bytes, dict[str, str], bytes]:
    """Status line, fields and body of a response."""
    head, _, body = response.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    return status.encode(), dict(line.split(": ", 1) for line in lines), body


async def fetched(server: WebServer, path: str) -> tuple[dict[bytes, bytes], bytes]:
    """A page by HTTP/2."""
    loop = asyncio.get_running_loop()
    client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding=None))
    client.initiate_connection()
    names = {":method": "GET", ":scheme": "https", ":authority": "wool.example", ":path": path}
    client.send_headers(1, list(names.items()), end_stream=True)
    fields: dict[bytes, bytes] = {}
    body = b""
    with await server.visit("h2") as sock:
        while True:
            await loop.sock_sendall(sock, client.data_to_send())
            for event in client.receive_data(await loop.sock_recv(sock, 65536)):
                match event:
                    case h2.events.ResponseReceived():
                        fields = dict(event.headers)
                    case h2.events.DataReceived():
                        body += event.data
                    case h2.events.StreamEnded():
                        return fields, body
