"""NTLM messages in blobs (``wire/ntlm.py``)."""

from __future__ import annotations

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ntlm import decode_ntlm
from tests.wire.smb_messages import ntlm_authenticate

PERMITTED: tuple[type[Exception], ...] = (RemoteProtocolError,)
SEEDS = (b"\x60" + ntlm_authenticate("D", "u", "H"), b"NTLMSSP\0\2" + bytes(60))


def fuzz(data: bytes) -> None:
    """A message is read or refused."""
    decode_ntlm(data)
