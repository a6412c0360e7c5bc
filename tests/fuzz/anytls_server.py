"""An AnyTLS client's words to the bridge (``cloaks/anytls.py``).

The first byte chooses whether the key is right and how the rest is cut.
"""

from __future__ import annotations

from peppermoth.cloaks.anytls import AnyTlsServer, StreamOpened
from peppermoth.cloaks.machine import Ended, Rejected
from peppermoth.cloaks.session import StreamData, StreamEvent
from peppermoth.redact import Address
from peppermoth.wire.anytls import DEFAULT_SCHEME, EXTENSION, Command, encode_settings, frame
from peppermoth.wire.socks import encode_address

PERMITTED = ()
KEY = bytes(32)
_SETTINGS = frame(Command.SETTINGS, 0, encode_settings({"v": "2", EXTENSION: "1"}))
_STREAM = frame(Command.SYN, 1) + frame(
    Command.PSH, 1, encode_address(Address("moth.example", 443)) + b"hello"
)
SEEDS = (
    b"\x00\x00\x00" + _SETTINGS + _STREAM + frame(Command.PAUSE, 1) + frame(Command.FIN, 1),
    b"\x05\x00\x02xx" + _SETTINGS + frame(Command.WASTE, 0, b"ab") + frame(Command.SYN, 9),
    b"\x80GET / HTTP/1.1\r\nHost: moth.example\r\n\r\n",
)


def fuzz(data: bytes) -> None:
    """Say it to a server that accepts whatever is opened; no stream may appear from nowhere."""
    choice, said = data[:1] or b"\x00", data[1:]
    if not choice[0] & 0x80:
        said = KEY + said
    server = AnyTlsServer({KEY: "anna"}.get, DEFAULT_SCHEME, lambda low, high: low, 0.0)
    step = choice[0] & 0x7F or len(said)
    pieces = [said[:34], *(said[n : n + step] for n in range(34, len(said), step))]
    events = []
    for piece in filter(None, pieces):
        server.receive_data(piece, 0.0)
        new = server.events()
        events += new
        for event in new:
            if isinstance(event, StreamOpened):
                server.accept(event.stream)
        server.data_to_send()
    server.receive_data(b"", 1.0)
    events += server.events()
    assert all(server.data_to_send())
    ends = [event for event in events if isinstance(event, Ended | Rejected)]
    assert ends == events[-1:], "the end comes once and last"
    known = {event.stream for event in events if isinstance(event, StreamOpened)}
    assert {event.stream for event in events if isinstance(event, StreamData)} <= known
    assert all(event.stream > 0 for event in events if isinstance(event, StreamEvent))
