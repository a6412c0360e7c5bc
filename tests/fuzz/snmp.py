"""SNMP, and the BER reader under it (``wire/snmp.py``, ``wire/ber.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.snmp import begins_snmp, decode_message
from tests.wire.directories import snmp, snmp_3

PERMITTED = (RemoteProtocolError,)
SEEDS = (snmp(1, "public"), snmp_3("anna", 7))


def fuzz(data: bytes) -> None:
    """What is recognised can be read."""
    if begins_snmp(data, b""):
        decode_message(data)
        return
    decode_message(data)
    raise AssertionError("a message that is not recognised")
