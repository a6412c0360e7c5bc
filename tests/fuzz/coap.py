"""CoAP (``wire/coap.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.coap import decode_coap
from tests.wire.services import coap

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    coap(1, (3, "lamp"), (11, "x" * 20), (15, "a=1"), payload=b"x"),
    coap(1, (11, "y" * 300), (300, "z")),
)


def fuzz(data: bytes) -> None:
    """A path begins with a slash."""
    if not decode_coap(data).path.startswith("/"):
        raise AssertionError("a path without a slash")
