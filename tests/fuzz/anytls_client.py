"""What a server, a bridge or a web site says to an AnyTLS client (``cloaks/anytls.py``).

The first byte chooses how the rest is cut (0: not at all); the reports must not depend on it.
"""

from __future__ import annotations

from peppermoth.cloaks.anytls import AnyTlsClient
from peppermoth.cloaks.machine import Ended, Event, Rejected
from peppermoth.cloaks.session import StreamData
from peppermoth.redact import Address
from peppermoth.wire.anytls import (
    DEFAULT_SCHEME,
    DEFAULT_SCHEME_TEXT,
    EXTENSION,
    Command,
    encode_settings,
    frame,
)

PERMITTED = ()
_SETTINGS = frame(Command.SERVER_SETTINGS, 0, encode_settings({"v": "2", EXTENSION: "1"}))
SEEDS = (
    b"\x03" + _SETTINGS + frame(Command.SYNACK, 1) + frame(Command.PSH, 1, b"hello")
    + frame(Command.END_OF_INPUT, 1) + frame(Command.SYNACK, 2, b"refused"),
    b"\x00" + frame(Command.UPDATE_PADDING, 0, DEFAULT_SCHEME_TEXT.encode())
    + frame(Command.HEART_REQUEST) + frame(Command.WASTE, 0, b"ab") + frame(Command.FIN, 2),
    b"\x07" + _SETTINGS + frame(Command.ALERT, 0, b"too old"),
    b"\x01HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x01" + bytes.fromhex("000012040000000000000300000080000400010000000500ffffff"),
)  # fmt: skip


def fuzz(data: bytes) -> None:
    """Whole and in pieces give the same reports, of which the last is the only end."""
    step, said = (data[0] if data else 0) or len(data), data[1:]
    events = heard([said])
    assert events == heard([said[n : n + step] for n in range(0, len(said), step or 1)])
    ends = [event for event in events if isinstance(event, Ended | Rejected)]
    assert ends == events[-1:], "the end comes once and last"


def heard(pieces: list[bytes]) -> list[Event]:
    """All reports of a client with two streams, with neighbouring data joined."""
    client = AnyTlsClient(bytes(32), DEFAULT_SCHEME, lambda low, high: low, "moth/1", 0.0)
    for _ in range(2):
        client.open_stream(Address("moth.example", 443), 0.0)
    reports: list[Event] = []
    for piece in [*filter(None, pieces), b""]:
        client.receive_data(piece, 0.0)
        for event in client.events():
            last = reports[-1] if reports else None
            if isinstance(event, StreamData):
                event = StreamData(event.stream, bytes(event.data))
                if isinstance(last, StreamData) and last.stream == event.stream:
                    event = StreamData(event.stream, bytes(last.data) + bytes(event.data))
                    reports.pop()
            reports.append(event)
        assert all(client.data_to_send())
    return reports
