"""AnyTLS sessions of both roles, joined in memory, and frames to say to one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peppermoth.cloaks.anytls import AnyTlsClient, AnyTlsServer
from peppermoth.cloaks.machine import Event
from peppermoth.redact import Address
from peppermoth.wire.anytls import (
    EXTENSION,
    HEADER,
    Command,
    PaddingScheme,
    authentication,
    encode_settings,
    frame,
    password_key,
)
from peppermoth.wire.socks import encode_address

KEY = password_key("a password")
TARGET = Address("example.org", 443)
NO_PADDING = PaddingScheme.parse("stop=1")
OURS = {"v": "2", EXTENSION: "1"}


def least(low: int, high: int) -> int:
    """Chance that always draws the lower bound."""
    return low


def middle(low: int, high: int) -> int:
    """Chance that always draws the middle: patience is then what it says."""
    return (low + high) // 2


def new_client(scheme: PaddingScheme = NO_PADDING, draw=middle, **options: Any) -> AnyTlsClient:
    return AnyTlsClient(KEY, scheme, draw, "test/1", 0.0, **options)


def new_server(scheme: PaddingScheme = NO_PADDING, draw=middle, **options: Any) -> AnyTlsServer:
    return AnyTlsServer({KEY: "anna"}.get, scheme, draw, 0.0, **options)


def hear(machine: Any, data: bytes, now: float = 0.0) -> list[Event]:
    """What a machine reports of these bytes; data as bytes, so that events compare."""
    machine.receive_data(data, now)
    return reported(machine)


def reported(machine: Any) -> list[Event]:
    return [
        type(event)(event.stream, bytes(event.data)) if hasattr(event, "data") else event
        for event in machine.events()
    ]


def said(machine: Any) -> bytes:
    return b"".join(machine.data_to_send())


def frames(data: bytes) -> list[tuple[Command, int, bytes]]:
    """The frames in what a session wrote, without waste."""
    found, pos = [], 0
    while pos < len(data):
        command, stream, length = HEADER.unpack_from(data, pos)
        pos += HEADER.size + length
        if command != Command.WASTE:
            found.append((Command(command), stream, data[pos - length : pos]))
    return found


def settings(**values: str) -> bytes:
    return frame(Command.SETTINGS, 0, encode_settings(values or OURS))


def server_settings(**values: str) -> bytes:
    return frame(Command.SERVER_SETTINGS, 0, encode_settings(values or OURS))


def opening(stream: int = 1) -> bytes:
    return frame(Command.SYN, stream) + frame(Command.PSH, stream, encode_address(TARGET))


def begun_server(*first: bytes, **options: Any) -> AnyTlsServer:
    """A server with an authenticated user, who has told settings and opened stream 1."""
    server = new_server(**options)
    server.receive_data(authentication(KEY, 0), 0.0)
    server.receive_data(b"".join(first or (settings(), opening())), 0.0)
    server.events()
    server.data_to_send()
    return server


def asking_client(*words: bytes, streams: int = 1, **options: Any) -> AnyTlsClient:
    """A client that has asked for streams and heard these words."""
    client = new_client(**options)
    for _ in range(streams):
        client.open_stream(TARGET, 0.0)
    client.data_to_send()
    for piece in words:
        client.receive_data(piece, 0.0)
    client.events()
    return client


def begun_client(*first: bytes, **options: Any) -> AnyTlsClient:
    """A client whose server has told its settings and accepted stream 1."""
    accepted = frame(Command.SYNACK, 1)
    return asking_client(*(first or (server_settings(),)), accepted, **options)


def sizes(writes: Sequence[bytes]) -> list[int]:
    return [len(write) for write in writes]
