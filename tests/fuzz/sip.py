"""SIP and RTSP (``wire/sip.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import sip
from tests.wire.signalling import answer, invite

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    invite(),
    answer(),
    b"DESCRIBE rtsp://moth.example/ RTSP/1.0\r\nCSeq: 1\r\n\r\n",
    b"$\0\0\3abc",
)


def fuzz(data: bytes) -> None:
    """A datagram holds at least what a stream of the same bytes holds."""
    sip.begins_sip(data, b"")
    if data[:1] == b"$":
        sip.decode_interleaved(data)
        return
    found = sip.decode_message(data)
    single = sip.decode_message(data, is_datagram=True)
    for name in ("from", "to", "contact"):
        if single:
            sip.decode_party(single[0].field(name))
            sip.parameters(single[0].field(name))
    if found and single and found[0].fields != single[0].fields:
        raise AssertionError("a message reads differently as a datagram")
