"""Talking to an inlet in tests: what to say, and all that came out."""

from __future__ import annotations

import dataclasses

import h11

from peppermoth.cloaks.machine import Ended, Event
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.inlet_socks import Credentials
from peppermoth.tunnel.inlets import Inlet, Outgoing, StreamWanted, UdpWanted

CREDENTIALS = ("user", Secret("pass:wörd"))
EXAMPLE = Address("example.com", 443)
GREETING = b"\x05\x01\x00"
TO_EXAMPLE = b"\x05\x01\x00\x03\x0bexample.com\x01\xbb"


def login(user: bytes, password: bytes) -> bytes:
    return b"\x05\x01\x02\x01" + bytes((len(user),)) + user + bytes((len(password),)) + password


def http(line: str, *fields: str, body: bytes = b"") -> bytes:
    return "\r\n".join([line, *fields, "", ""]).encode() + body


@dataclasses.dataclass
class Heard:
    """All that came out of an inlet."""

    events: list[Event]
    sent: bytes
    inlet: Inlet

    @property
    def wanted(self) -> Event | None:
        return next((e for e in self.events if isinstance(e, StreamWanted | UdpWanted)), None)

    @property
    def address(self) -> Address | None:
        return self.wanted.address if isinstance(self.wanted, StreamWanted) else None

    @property
    def forwarded(self) -> bytes:
        early = self.wanted.early if isinstance(self.wanted, StreamWanted) else b""
        return early + b"".join(e.data for e in self.events if isinstance(e, Outgoing))

    @property
    def reason(self) -> str | None:
        ends = [e.reason for e in self.events if isinstance(e, Ended)]
        assert len(ends) <= 1
        assert not ends or isinstance(self.events[-1], Ended)
        return ends[0] if ends else None

    @property
    def status(self) -> int:
        return int(self.sent.split()[1])


def say(*pieces: bytes, credentials: Credentials | None = None) -> Heard:
    inlet = Inlet(credentials, now=0.0)
    for piece in pieces:
        inlet.receive_data(memoryview(bytearray(piece)), 0.0)
    return hear(inlet)


def hear(inlet: Inlet) -> Heard:
    items = inlet.data_to_send()
    assert all(items)
    return Heard(inlet.events(), b"".join(items), inlet)


def request_in(forwarded: bytes) -> tuple[h11.Request, bytes]:
    target = h11.Connection(h11.SERVER)
    target.receive_data(forwarded)
    request = target.next_event()
    assert isinstance(request, h11.Request)
    body = b""
    while isinstance(event := target.next_event(), h11.Data):
        body += bytes(event.data)
    assert isinstance(event, h11.EndOfMessage)
    assert target.trailing_data[0] == b""
    return request, body
