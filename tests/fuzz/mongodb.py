"""MongoDB (``wire/mongodb.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.mongodb import HEAD, begins_mongodb, decode_head, decode_step
from tests.see.documents import op_msg
from tests.wire.services import mongodb

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    mongodb(),
    mongodb(kind=2004),
    op_msg(1, 0, saslStart=1, mechanism="PLAIN", payload=b"\0a\0b"),
)


def fuzz(data: bytes) -> None:
    """What is recognised can be read, and a login holds nothing that was not said."""
    if begins_mongodb(data, b"") and decode_head(data) is None:
        raise AssertionError("recognised before it was there")
    if found := decode_head(data):
        step = decode_step(found[0].kind, data[HEAD:])
        if step and step.said not in data:
            raise AssertionError("made up")
