"""TLS extensions: their numbers, GREASE, and what the bodies of some of them say.

Numbers by the IANA registry; GREASE by RFC 8701, ECH by RFC 9849, ALPS as in
Chromium. A ``read_*`` function reads one body from a cursor and raises
RemoteProtocolError where it is malformed; the hellos in ``hello.py`` call them.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct, unpack
from typing import NamedTuple, TypeAlias

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor

_HOST_NAME = 0
_ECH_OUTER = 0
_ECH_HEAD = Struct(">BHHB")


class ExtensionType(IntEnum):
    """Extensions that this module or its users speak of."""

    SERVER_NAME = 0
    STATUS_REQUEST = 5
    SUPPORTED_GROUPS = 10
    EC_POINT_FORMATS = 11
    SIGNATURE_ALGORITHMS = 13
    USE_SRTP = 14
    ALPN = 16
    SIGNED_CERTIFICATE_TIMESTAMP = 18
    PADDING = 21
    ENCRYPT_THEN_MAC = 22
    EXTENDED_MASTER_SECRET = 23
    COMPRESS_CERTIFICATE = 27
    RECORD_SIZE_LIMIT = 28
    DELEGATED_CREDENTIAL = 34
    SESSION_TICKET = 35
    PRE_SHARED_KEY = 41
    EARLY_DATA = 42
    SUPPORTED_VERSIONS = 43
    COOKIE = 44
    PSK_KEY_EXCHANGE_MODES = 45
    POST_HANDSHAKE_AUTH = 49
    KEY_SHARE = 51
    QUIC_TRANSPORT_PARAMETERS = 57
    ALPS_DRAFT = 17513
    ALPS = 17613
    ENCRYPTED_CLIENT_HELLO = 65037
    RENEGOTIATION_INFO = 65281


# Groups whose shares hold an ML-KEM or Kyber key.
POST_QUANTUM_GROUPS = {
    0x0200: "MLKEM512",
    0x0201: "MLKEM768",
    0x0202: "MLKEM1024",
    0x11EB: "SecP256r1MLKEM768",
    0x11EC: "X25519MLKEM768",
    0x11ED: "SecP384r1MLKEM1024",
    0x6399: "X25519Kyber768Draft00",
    0x639A: "SecP256r1Kyber768Draft00",
}


GREASE = frozenset(range(0x0A0A, 0x10000, 0x1010))
"""Numbers that stand in lists only to keep peers tolerant (RFC 8701)."""


def is_grease(value: int) -> bool:
    """Whether this is one of ``GREASE``."""
    return value in GREASE


Extension: TypeAlias = tuple[int, bytes]
"""The type and the body of one extension as it came."""


class HostName(NamedTuple):
    """A host name of the server name list, with its start in the extension's body."""

    start: int
    name: bytes


class KeyShare(NamedTuple):
    """A key that the client offers: its group, and its length in bytes."""

    group: int
    length: int


class EncryptedHello(NamedTuple):
    """The outer form of ECH. A real one and a GREASE one look the same, which is its purpose."""

    kdf: int
    aead: int
    config_id: int
    enc_length: int
    payload_length: int


def read_numbers(cursor: Cursor, prefix: int = 2) -> tuple[int, ...]:
    """16-bit numbers behind the length of their list in bytes."""
    raw = cursor.vector(prefix)
    if len(raw) % 2:
        raise RemoteProtocolError("a list of 16-bit numbers has an odd length")
    return unpack(f">{len(raw) // 2}H", raw)


def read_short_numbers(cursor: Cursor) -> tuple[int, ...]:
    """The same behind a length of one byte."""
    return read_numbers(cursor, prefix=1)


def read_names(cursor: Cursor) -> tuple[bytes, ...]:
    """Protocol names: a list whose entries each have a length of one byte."""
    names = Cursor(cursor.vector(2))
    found = []
    while names.left:
        found.append(names.vector(1))
    return tuple(found)


def read_host_name(cursor: Cursor) -> HostName:
    """The first host name of the server name list."""
    if cursor.integer(2) != cursor.left:
        raise RemoteProtocolError("server name list and its length disagree")
    found = []
    while cursor.left:
        kind = cursor.integer(1)
        name = cursor.vector(2)
        if kind == _HOST_NAME:
            found.append(HostName(cursor.pos - len(name), name))
    if not found:
        raise RemoteProtocolError("no host name in the list")
    return found[0]


def read_key_shares(cursor: Cursor) -> tuple[KeyShare, ...]:
    """The keys that a ClientHello offers."""
    shares = Cursor(cursor.vector(2))
    found = []
    while shares.left:
        found.append(KeyShare(shares.integer(2), len(shares.vector(2))))
    return tuple(found)


def read_chosen_group(cursor: Cursor) -> int:
    """The group that a server chose: with its key in a ServerHello, alone in a retry."""
    group = cursor.integer(2)
    if cursor.left:
        cursor.vector(2)
    return group


def read_encrypted_hello(cursor: Cursor) -> EncryptedHello:
    """The outer form of ECH; the inner form does not belong on the wire."""
    form, kdf, aead, config_id = _ECH_HEAD.unpack(cursor.take(_ECH_HEAD.size))
    if form != _ECH_OUTER:
        raise RemoteProtocolError("the inner form of ECH does not belong on the wire")
    enc, payload = cursor.vector(2), cursor.vector(2)
    return EncryptedHello(kdf, aead, config_id, len(enc), len(payload))
