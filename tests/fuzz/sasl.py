"""Responses of SASL mechanisms (``wire/sasl.py``)."""

from __future__ import annotations

from base64 import b64encode

from peppermoth.wire.sasl import decode_response

PERMITTED: tuple[type[Exception], ...] = ()
SEEDS = (b"\0anna\0word", b"n,,n=anna,r=x", b"user=a\1auth=Bearer t\1\1", b"anna 0123")


def fuzz(data: bytes) -> None:
    """Whatever it is, it is read."""
    for mechanism in ("PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "NTLM", "SCRAM-SHA-1"):
        decode_response(mechanism, data, 0)
        decode_response(mechanism, b64encode(data), 1)
