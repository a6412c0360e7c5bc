"""Key pins as text: base64url, without padding, of a 32-byte SHA-256.

The digest is RFC 7469's, over a certificate's SubjectPublicKeyInfo; the alphabet
is the one that needs no escaping in a link. Each digest has one spelling.
"""

from __future__ import annotations

import base64
import binascii

from peppermoth.errors import RemoteProtocolError

DIGEST_SIZE = 32


def encode_pin(digest: bytes) -> str:
    """The 43 characters of a SHA-256 digest."""
    return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def decode_pin(text: str) -> bytes:
    """The 32 bytes of a pin. Raises RemoteProtocolError for any other text."""
    try:
        digest = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if len(digest) != DIGEST_SIZE or encode_pin(digest) != text:
        raise RemoteProtocolError("a pin is 43 letters, digits, '-' or '_'")
    return digest
