"""Names in certificates (``wire/certificate.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.certificate import MAX_NAMES, MAX_TEXT, read_certificate
from tests.wire.certificates import der

PERMITTED = (RemoteProtocolError,)
SEEDS = (der("moth.example", ["moth.example", "*.moth.example"], ["192.0.2.7"]),)


def fuzz(data: bytes) -> None:
    """Names are bounded in number and length."""
    found = read_certificate(data)
    if len(found.host_names) > MAX_NAMES or len(found.common_name) > MAX_TEXT:
        raise AssertionError("a bound does not hold")
