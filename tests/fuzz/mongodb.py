"""MongoDB (``wire/mongodb.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.mongodb import begins_mongodb, decode_length
from tests.wire.services import mongodb

PERMITTED = (RemoteProtocolError,)
SEEDS = (mongodb(), mongodb(kind=2004))


def fuzz(data: bytes) -> None:
    """What is recognised can be read."""
    if begins_mongodb(data, b"") and decode_length(data) is None:
        raise AssertionError("recognised before it was there")
    decode_length(data)
