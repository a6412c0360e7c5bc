"""DTLS records to read, whole or in pieces."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from tests.wire.hellos import vector

DTLS_1_2 = 0xFEFD


def record(fragment: bytes, *, kind: int = 22, epoch: int = 0, version: int = DTLS_1_2) -> bytes:
    """A record."""
    head = bytes((kind,)) + version.to_bytes(2, "big") + epoch.to_bytes(2, "big") + bytes(6)
    return head + vector(2, fragment)


def pieces(message: bytes, cuts: Iterable[int], number: int = 0) -> list[bytes]:
    """A handshake message of DTLS, in pieces that end at these places of its body."""
    kind, body = message[:1], message[4:]
    edges = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(body)), len(body)]
    return [
        kind
        + len(body).to_bytes(3, "big")
        + number.to_bytes(2, "big")
        + start.to_bytes(3, "big")
        + vector(3, body[start:end])
        for start, end in itertools.pairwise(edges)
    ]


def with_cookie(hello: bytes, cookie: bytes = b"") -> bytes:
    """A ClientHello without session in the form of DTLS: a cookie stands behind the session."""
    body = hello[4:39] + vector(1, cookie) + hello[39:]
    return hello[:1] + vector(3, body)
