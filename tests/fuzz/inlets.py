"""Whatever a program says to the local proxy.

The first byte chooses how the rest is cut up (0: not at all) and whether a
password is wanted. Whatever is forwarded must be one well-formed request for the
host it is sent to: a second one inside would reach the wrong site.
"""

from __future__ import annotations

import h11

from peppermoth.cloaks.machine import Ended
from peppermoth.redact import Secret
from peppermoth.tunnel.inlets import Inlet, Outgoing, StreamWanted

PERMITTED = ()
SEEDS = (
    b"\x00\x05\x01\x00\x05\x01\x00\x03\x0bexample.com\x01\xbbearly",
    b"\x01\x05\x02\x00\x02\x05\x03\x00\x01\x7f\x00\x00\x01\x00\x00",
    b"\x80\x05\x01\x02\x01\x04user\x04word\x05\x01\x00\x04" + bytes(16) + b"\x00\x50",
    b"\x03CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03\x01",
    b"\x00POST http://a.example/b?c HTTP/1.1\r\nHost: a.example\r\nConnection: x-y\r\nX-Y: z\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"\x00PUT http://a.example:81 HTTP/1.0\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n",
    b"\x80GET http://a.example/ HTTP/1.1\r\nHost: a\r\n"
    b"Proxy-Authorization: Basic dXNlcjp3b3Jk\r\n\r\n",
    b"\x00GET / HTTP/1.1\r\nHost: 127.0.0.1:1080\r\n\r\n",
)


def fuzz(data: bytes) -> None:
    """Say it in pieces, accept what is wanted, and look at what is passed on."""
    if not data:
        return
    inlet = Inlet(("user", Secret("word")) if data[0] & 0x80 else None, now=0.0)
    said, step = data[1:], data[0] & 0x7F or len(data)
    events, forwarded = [], b""
    for start in range(0, len(said), step):
        inlet.receive_data(said[start : start + step], 0.0)
        for event in inlet.events():
            events.append(event)
            if isinstance(event, StreamWanted):
                forwarded += event.early
            elif isinstance(event, Outgoing):
                forwarded += event.data
    inlet.receive_data(b"", 0.0)
    events += inlet.events()
    wanted = [event for event in events if isinstance(event, StreamWanted)]
    assert len(wanted) <= 1
    assert [isinstance(event, Ended) for event in events].count(True) == 1
    assert isinstance(events[-1], Ended)
    assert all(inlet.data_to_send())
    if wanted and said[0] != 0x05 and not said.startswith(b"CONNECT "):
        _is_one_request(forwarded, wanted[0])


def _is_one_request(forwarded: bytes, wanted: StreamWanted) -> None:
    target = h11.Connection(h11.SERVER, max_incomplete_event_size=len(forwarded) + 1)
    target.receive_data(forwarded)
    request = target.next_event()
    assert isinstance(request, h11.Request)
    assert request.target.startswith((b"/", b"*"))
    (host,) = (value for name, value in request.headers if name == b"host")
    assert wanted.address.host.encode() in host.lower() or b":" in host
    while isinstance(target.next_event(), h11.Data):
        pass
    assert target.trailing_data[0] == b""
