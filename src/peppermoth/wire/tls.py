"""TLS as anyone on the line can read it: records, handshake messages, alerts.

RFC 8446 (TLS 1.3), RFC 5246 (TLS 1.2) and their elders down to SSL 3.0, all of
which share one record format. QUIC carries the same handshake messages without
records: feed its CRYPTO bytes, in order, to a ``HandshakeReader``.

Limits: a record holds at most 2**14 + 2048 bytes, the most that any version allows.
A handshake message holds at most 128 KiB, though its length field could say 16 MiB:
OpenSSL by default takes certificate chains up to 100 KiB, and hellos stay far below.
The SSL 2.0 form of a hello and DTLS are not read. Hellos are parsed in ``hello.py``.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import partial
from struct import Struct
from typing import NamedTuple, TypeAlias

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer, Cursor, StreamReader

RECORD_HEADER = 5
MAX_FRAGMENT = (1 << 14) + 2048
MESSAGE_HEADER = 4
MAX_MESSAGE = 128 * 1024

VERSION_NAMES = {
    0x0300: "SSL 3.0",
    0x0301: "TLS 1.0",
    0x0302: "TLS 1.1",
    0x0303: "TLS 1.2",
    0x0304: "TLS 1.3",
}


class ContentType(enum.IntEnum):
    """What a record carries."""

    CHANGE_CIPHER_SPEC = 20
    ALERT = 21
    HANDSHAKE = 22
    APPLICATION_DATA = 23
    HEARTBEAT = 24


class HandshakeType(enum.IntEnum):
    """Handshake messages (IANA registry); a message may also have a number not listed here."""

    HELLO_REQUEST = 0
    CLIENT_HELLO = 1
    SERVER_HELLO = 2
    NEW_SESSION_TICKET = 4
    END_OF_EARLY_DATA = 5
    ENCRYPTED_EXTENSIONS = 8
    CERTIFICATE = 11
    SERVER_KEY_EXCHANGE = 12
    CERTIFICATE_REQUEST = 13
    SERVER_HELLO_DONE = 14
    CERTIFICATE_VERIFY = 15
    CLIENT_KEY_EXCHANGE = 16
    FINISHED = 20
    CERTIFICATE_STATUS = 22
    KEY_UPDATE = 24
    COMPRESSED_CERTIFICATE = 25


class AlertLevel(enum.IntEnum):
    """How bad the sender of an alert found it."""

    WARNING = 1
    FATAL = 2


class AlertDescription(enum.IntEnum):
    """What an alert says (IANA registry)."""

    CLOSE_NOTIFY = 0
    UNEXPECTED_MESSAGE = 10
    BAD_RECORD_MAC = 20
    DECRYPTION_FAILED = 21
    RECORD_OVERFLOW = 22
    DECOMPRESSION_FAILURE = 30
    HANDSHAKE_FAILURE = 40
    NO_CERTIFICATE = 41
    BAD_CERTIFICATE = 42
    UNSUPPORTED_CERTIFICATE = 43
    CERTIFICATE_REVOKED = 44
    CERTIFICATE_EXPIRED = 45
    CERTIFICATE_UNKNOWN = 46
    ILLEGAL_PARAMETER = 47
    UNKNOWN_CA = 48
    ACCESS_DENIED = 49
    DECODE_ERROR = 50
    DECRYPT_ERROR = 51
    EXPORT_RESTRICTION = 60
    PROTOCOL_VERSION = 70
    INSUFFICIENT_SECURITY = 71
    INTERNAL_ERROR = 80
    INAPPROPRIATE_FALLBACK = 86
    USER_CANCELED = 90
    NO_RENEGOTIATION = 100
    MISSING_EXTENSION = 109
    UNSUPPORTED_EXTENSION = 110
    CERTIFICATE_UNOBTAINABLE = 111
    UNRECOGNIZED_NAME = 112
    BAD_CERTIFICATE_STATUS_RESPONSE = 113
    BAD_CERTIFICATE_HASH_VALUE = 114
    UNKNOWN_PSK_IDENTITY = 115
    CERTIFICATE_REQUIRED = 116
    GENERAL_ERROR = 117
    NO_APPLICATION_PROTOCOL = 120
    ECH_REQUIRED = 121


class Record(NamedTuple):
    """One record: ``type`` is a ContentType, ``version`` what its header claims."""

    type: int
    version: int
    fragment: bytes

    @property
    def length(self) -> int:
        """What the header gives as length: the bytes of the fragment."""
        return len(self.fragment)


class HandshakeMessage(NamedTuple):
    """One handshake message; ``data`` is all of it, its 4-byte header included."""

    type: int
    data: bytes

    @property
    def body(self) -> bytes:
        """The message without its header."""
        return self.data[MESSAGE_HEADER:]


class Alert(NamedTuple):
    """An alert in clear."""

    level: int
    description: int

    @property
    def text(self) -> str:
        """In words, such as ``fatal handshake_failure``; numbers where there is no name."""
        return f"{_name(AlertLevel, self.level)} {_name(AlertDescription, self.description)}"


def _name(names: type[enum.IntEnum], value: int) -> str:
    try:
        return names(value).name.lower()
    except ValueError:
        return str(value)


_CONTENT_TYPES = frozenset(ContentType)
_HEADER = Struct(">BBBH")
_ANY_HEADER = _HEADER.pack(ContentType.HANDSHAKE, 3, 0, 0)
"""Stands for what is missing of a header, which may still become right."""


def decode_record(data: Buffer, pos: int = 0) -> tuple[Record, int] | None:
    """Read the record at ``pos``; None while bytes are missing.

    Raises RemoteProtocolError, as early as the first byte, for what is not TLS.
    """
    header = bytes(data[pos : pos + RECORD_HEADER])
    kind, major, minor, length = _HEADER.unpack(header + _ANY_HEADER[len(header) :])
    if kind not in _CONTENT_TYPES:
        raise RemoteProtocolError("not TLS: unknown content type")
    if major != 3:
        raise RemoteProtocolError("not TLS: unknown major version")
    if minor > 4:
        raise RemoteProtocolError("not TLS: unknown minor version")
    if length > MAX_FRAGMENT:
        raise RemoteProtocolError("not TLS: record too long")
    start = pos + RECORD_HEADER
    end = start + length
    if len(data) < end:
        return None
    return Record(kind, major << 8 | minor, bytes(data[start:end])), end


def decode_message(
    data: Buffer, pos: int = 0, limit: int = MAX_MESSAGE
) -> tuple[HandshakeMessage, int] | None:
    """Read the handshake message at ``pos``; None while bytes are missing.

    Raises RemoteProtocolError for one whose body is longer than ``limit``.
    """
    start = pos + MESSAGE_HEADER
    if len(data) < start:
        return None
    head = int.from_bytes(data[pos:start])
    length = head & 0xFFFFFF
    if length > limit:
        raise RemoteProtocolError("handshake message too long")
    end = start + length
    if len(data) < end:
        return None
    return HandshakeMessage(head >> 24, bytes(data[pos:end])), end


def decode_alert(fragment: bytes) -> Alert:
    """The alert in a record's fragment. Raises RemoteProtocolError unless it is two bytes long."""
    if len(fragment) != 2:
        raise RemoteProtocolError("an alert in clear has two bytes")
    return Alert(*fragment)


def decode_certificates(message: bytes) -> tuple[bytes, ...]:
    """The chain in a Certificate message of TLS 1.2 and before, each certificate as DER.

    Raises RemoteProtocolError for another form; that of TLS 1.3 is never in clear.
    """
    cursor = open_message(message, HandshakeType.CERTIFICATE)
    chain = Cursor(cursor.vector(3))
    cursor.finish()
    certificates = []
    while chain.left:
        certificates.append(chain.vector(3))
    return tuple(certificates)


def open_message(message: bytes, kind: HandshakeType) -> Cursor:
    """A cursor behind the header of exactly one message of this kind.

    Raises RemoteProtocolError for another kind or length. Positions count from the header.
    """
    cursor = Cursor(message)
    head = cursor.integer(MESSAGE_HEADER)
    if head >> 24 != kind:
        raise RemoteProtocolError(f"not a {kind.name.lower()} message")
    if head & 0xFFFFFF != cursor.left:
        raise RemoteProtocolError("handshake message and its length disagree")
    return cursor


class RecordReader(StreamReader[Record]):
    """Records out of the bytes of one direction of a TCP stream."""

    def __init__(self) -> None:
        super().__init__(decode_record)


class HandshakeReader(StreamReader[HandshakeMessage]):
    """Handshake messages out of record fragments in clear, or out of QUIC's CRYPTO bytes.

    ``limit`` bounds the body of a message, in bytes.
    """

    def __init__(self, limit: int = MAX_MESSAGE) -> None:
        super().__init__(partial(decode_message, limit=limit))


Seen: TypeAlias = Record | HandshakeMessage | Alert


class LineReader:
    """One direction of a TLS connection: every record, and behind it what it says in clear.

    Clear are handshake messages and alerts up to ChangeCipherSpec or application data.
    The ChangeCipherSpec of TLS 1.3 is only for show: a hello after it is clear too.
    """

    def __init__(self) -> None:
        self._records = RecordReader()
        self._messages = HandshakeReader()
        self._sealed = False

    def feed(self, data: Buffer) -> Iterator[Seen]:
        """Take stream bytes in any cut and yield what they complete. Iterate to the end.

        Raises RemoteProtocolError while iterating, where the bytes are not TLS.
        """
        return self._seen(self._records.feed(data))

    def _seen(self, records: Iterator[Record]) -> Iterator[Seen]:
        for record in records:
            yield record
            yield from self._clear(record)

    def _clear(self, record: Record) -> Iterator[Seen]:
        match record.type:
            case ContentType.CHANGE_CIPHER_SPEC | ContentType.APPLICATION_DATA:
                self._sealed = True
            case ContentType.HANDSHAKE:
                self._sealed = self._sealed and not _starts_hello(record.fragment)
                if not self._sealed:
                    yield from self._messages.feed(record.fragment)
            case ContentType.ALERT if not self._sealed and record.length == 2:
                yield decode_alert(record.fragment)


def _starts_hello(fragment: bytes) -> bool:
    """Whether this can be the second hello of TLS 1.3 rather than TLS 1.2's sealed Finished."""
    return (
        fragment[:1] in (b"\x01", b"\x02")
        and fragment[1:2] == b"\x00"
        and fragment[4:6] == b"\x03\x03"
    )
