"""DNS messages: queries and answers over UDP and TCP, and the relatives of the same format.

RFC 1035; compression by section 4.1.4; EDNS by RFC 6891, client subnet by RFC 7871,
SVCB and HTTPS by RFC 9460. mDNS (RFC 6762), LLMNR (RFC 4795) and the NetBIOS name
service (RFC 1002) use the same messages. Own code rather than dnspython's, which takes
several times as long for a message and stops at the first record that it does not like.

Names are text with labels between dots; a dot, a backslash and what cannot be printed
inside a label are escaped as in master files. A name follows ``MAX_POINTERS`` compression
pointers, also forward ones, which other readers follow too. Of a TXT record only the
attributes of a service are told. A message whose records are cut or broken is read as far
as it goes (``whole`` is false): answers are often cut short on the line and in captures.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from ipaddress import IPv6Address, ip_network
from struct import Struct
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ech import read_public_names
from peppermoth.wire.reading import Buffer, Cursor, StreamReader

HEADER: Final = 12
MAX_NAME: Final = 255
MAX_POINTERS: Final = 32
MAX_RECORDS: Final = 1024
MAX_QUESTIONS: Final = 64

_HEADER = Struct(">6H")
_QUESTION = Struct(">HH")
_RECORD = Struct(">HHIH")
_PLAIN = re.compile(rb"[!-\-/-\[\]-~]+").fullmatch
_UNUSUAL = re.compile(r"\\\d").search
_CLIENT_SUBNET = 8


class RecordType(enum.IntEnum):
    """Types that this module or its users speak of (IANA registry)."""

    A = 1
    NS = 2
    CNAME = 5
    SOA = 6
    PTR = 12
    HINFO = 13
    MX = 15
    TXT = 16
    AAAA = 28
    NB = 32
    SRV = 33
    NAPTR = 35
    DNAME = 39
    OPT = 41
    DS = 43
    RRSIG = 46
    NSEC = 47
    DNSKEY = 48
    TLSA = 52
    SVCB = 64
    HTTPS = 65
    ANY = 255
    CAA = 257


NBSTAT: Final = 33
"""The NetBIOS name service gives the number of SRV a meaning of its own."""


class Opcode(enum.IntEnum):
    """What a message is about. The NetBIOS name service registers names with 5 and above."""

    QUERY = 0
    UPDATE = 5


_TYPE_NAMES: Final = {int(kind): kind.name for kind in RecordType}


def type_name(number: int) -> str:
    """A record type in words, ``TYPE123`` for one without a name here (RFC 3597)."""
    return _TYPE_NAMES.get(number) or f"TYPE{number}"


class Question(NamedTuple):
    """What is asked for."""

    name: str
    type: int
    class_: int


class Service(NamedTuple):
    """An SVCB or HTTPS record: where a service is, and the outer names of its ECH."""

    priority: int
    target: str
    alpn: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    ech_names: tuple[str, ...] = ()


class Record(NamedTuple):
    """One record. ``value`` is its address or name, empty for types that have neither."""

    name: str
    type: int
    class_: int
    ttl: int
    data: bytes
    value: str = ""
    service: Service | None = None

    @property
    def attributes(self) -> dict[str, str]:
        """What a TXT record says of a service (RFC 6763, section 6): keys in small letters.

        Of a key that comes twice the first is kept; what is no UTF-8 is replaced.
        """
        found: dict[str, str] = {}
        position, data = 0, self.data if self.type == RecordType.TXT else b""
        while position < len(data):
            text = data[position + 1 : position + 1 + data[position]].decode(errors="replace")
            key, _, value = text.partition("=")
            found.setdefault(key.lower(), value)
            position += 1 + data[position]
        return found


class Message(NamedTuple):
    """A message. ``whole`` is false where records were cut or broken and are missing here."""

    id: int
    flags: int
    questions: tuple[Question, ...]
    answers: tuple[Record, ...]
    authorities: tuple[Record, ...]
    additionals: tuple[Record, ...]
    whole: bool

    @property
    def is_response(self) -> bool:
        """Whether this answers a query."""
        return bool(self.flags & 0x8000)

    @property
    def opcode(self) -> int:
        """What the message is about: an Opcode, or a number not listed there."""
        return self.flags >> 11 & 15

    @property
    def code(self) -> int:
        """The response code: 0 is no error, 3 that the name does not exist."""
        return self.flags & 15

    @property
    def client_subnet(self) -> str | None:
        """The network of the EDNS client subnet option, such as ``192.0.2.0/24``."""
        for record in self.additionals:
            if record.type == RecordType.OPT:
                return _read_client_subnet(record.data)
        return None


def read_name(message: bytes, pos: int) -> tuple[str, int]:
    """The name at ``pos`` and the position behind it; ``.`` is the root.

    Raises RemoteProtocolError for a name that is cut, too long or runs in circles.
    """
    labels: list[bytes] = []
    end = 0
    pointers, left = 0, MAX_NAME
    try:
        while size := message[pos]:
            if size >= 0xC0:
                end = end or pos + 2
                pos = (size & 0x3F) << 8 | message[pos + 1]
                pointers += 1
                if pointers > MAX_POINTERS:
                    raise RemoteProtocolError("a name has too many pointers")
                continue
            if size > 63:
                raise RemoteProtocolError("a label of an unknown kind")
            left -= size + 1
            start = pos + 1
            pos = start + size
            if left < 1:
                raise RemoteProtocolError("a name is too long")
            labels.append(message[start:pos])
    except IndexError:
        raise RemoteProtocolError("a name ends too early") from None
    if _PLAIN(b"".join(labels)):
        return b".".join(labels).decode("ascii"), end or pos + 1
    return ".".join(map(_escaped, labels)) or ".", end or pos + 1


def _escaped(label: bytes) -> str:
    """A label with more in it than letters and digits; UTF-8 where it is that (RFC 6763)."""
    try:
        text = label.decode()
    except UnicodeDecodeError:
        text = label.decode("latin-1")
        return "".join(_shown(c) if c.isascii() else f"\\{ord(c):03}" for c in text)
    return "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character in ".\\":
        return "\\" + character
    if character.isprintable():
        return character
    return "".join(f"\\{byte:03}" for byte in character.encode())


def _read_question(message: bytes, pos: int) -> tuple[Question, int]:
    name, pos = read_name(message, pos)
    if pos + 4 > len(message):
        raise RemoteProtocolError("a question ends too early")
    return Question(name, *_QUESTION.unpack_from(message, pos)), pos + 4


def _read_record(message: bytes, pos: int) -> tuple[Record, int]:
    name, pos = read_name(message, pos)
    start = pos + _RECORD.size
    if start > len(message):
        raise RemoteProtocolError("a record ends too early")
    kind, class_, ttl, size = _RECORD.unpack_from(message, pos)
    end = start + size
    if end > len(message):
        raise RemoteProtocolError("a record's data ends too early")
    value, service = "", None
    if kind in _SERVICES:
        service = _read_service(message, start, end)
        value = service.target
    elif (read := _VALUES.get(kind)) is not None:
        value = read(message, start, end)
    return Record(name, kind, class_, ttl, message[start:end], value, service), end


def _address(message: bytes, start: int, end: int) -> str:
    match end - start:
        case 4:
            return ".".join(map(str, message[start:end]))
        case 16:
            return str(IPv6Address(message[start:end]))
        case _:
            raise RemoteProtocolError("an address of a wrong length")


def _name_behind(size: int) -> Callable[[bytes, int, int], str]:
    """A reader of data in which ``size`` bytes stand before a name."""

    def read(message: bytes, start: int, end: int) -> str:
        name, behind = read_name(message, start + size)
        if behind > end:
            raise RemoteProtocolError("a name is longer than its record")
        return name

    return read


def _srv_target(message: bytes, start: int, end: int) -> str:
    """The host of an SRV record; nothing where this is the NetBIOS record of that number."""
    try:
        return _name_behind(6)(message, start, end)
    except RemoteProtocolError:
        return ""


_VALUES: Final[dict[int, Callable[[bytes, int, int], str]]] = {
    RecordType.A: _address,
    RecordType.AAAA: _address,
    RecordType.NS: _name_behind(0),
    RecordType.CNAME: _name_behind(0),
    RecordType.DNAME: _name_behind(0),
    RecordType.PTR: _name_behind(0),
    RecordType.MX: _name_behind(2),
    RecordType.SRV: _srv_target,
}
_SERVICES: Final = frozenset({RecordType.SVCB, RecordType.HTTPS})


def _read_service(message: bytes, start: int, end: int) -> Service:
    target, pos = read_name(message, start + 2)
    if pos > end:
        raise RemoteProtocolError("a name is longer than its record")
    cursor = Cursor(message[pos:end])
    parameters = {}
    while cursor.left:
        key = cursor.integer(2)
        parameters[key] = cursor.vector(2)
    protocols = Cursor(parameters.get(1, b""))
    alpn = []
    while protocols.left:
        alpn.append(protocols.vector(1).decode("ascii", "backslashreplace"))
    v4, v6 = parameters.get(4, b""), parameters.get(6, b"")
    hints = [_address(v4, at, at + 4) for at in range(0, len(v4) - 3, 4)]
    hints += [_address(v6, at, at + 16) for at in range(0, len(v6) - 15, 16)]
    ech = read_public_names(parameters[5]) if 5 in parameters else ()
    priority = int.from_bytes(message[start : start + 2], "big")
    return Service(priority, target, tuple(alpn), tuple(hints), ech)


def _read_client_subnet(options: bytes) -> str | None:
    cursor = Cursor(options)
    try:
        while cursor.left:
            code, body = cursor.integer(2), cursor.vector(2)
            if code == _CLIENT_SUBNET and len(body) >= 4:
                family, length = int.from_bytes(body[:2], "big"), body[2]
                size = {1: 4, 2: 16}[family]
                network = (body[4 : 4 + size].ljust(size, b"\x00"), length)
                return str(ip_network(network, strict=False))
    except (RemoteProtocolError, ValueError, KeyError):
        pass
    return None


def decode_message(data: bytes) -> Message:
    """Parse a message. Raises RemoteProtocolError if its header or questions are broken."""
    if len(data) < HEADER:
        raise RemoteProtocolError("a DNS header ends too early")
    number, flags, *counts = _HEADER.unpack_from(data)
    if counts[0] > MAX_QUESTIONS:
        raise RemoteProtocolError("too many questions")
    pos = HEADER
    questions = []
    for _ in range(counts[0]):
        question, pos = _read_question(data, pos)
        questions.append(question)
    sections: list[list[Record]] = [[], [], []]
    whole = sum(counts[1:]) <= MAX_RECORDS
    try:
        for count, section in zip(counts[1:], sections, strict=True):
            for _ in range(min(count, MAX_RECORDS)):
                record, pos = _read_record(data, pos)
                section.append(record)
    except RemoteProtocolError:
        whole = False
    answers, authorities, additionals = map(tuple, sections)
    return Message(number, flags, tuple(questions), answers, authorities, additionals, whole)


def decode_framed(data: Buffer, pos: int = 0) -> tuple[bytes, int] | None:
    """The message at ``pos`` of a TCP stream, behind its length; None while bytes are missing.

    Raises RemoteProtocolError for a length that no message has.
    """
    if len(data) < pos + 2:
        return None
    size = data[pos] << 8 | data[pos + 1]
    if size < HEADER:
        raise RemoteProtocolError("not DNS over TCP: too short a message")
    end = pos + 2 + size
    return (bytes(data[pos + 2 : end]), end) if len(data) >= end else None


class FramedReader(StreamReader[bytes]):
    """Messages, not yet parsed, out of the bytes of one direction of a TCP stream."""

    def __init__(self) -> None:
        super().__init__(decode_framed)


def begins_like_message(data: bytes) -> bool:
    """Whether these bytes can be a message: sane counts and flags, and a usual first question."""
    if len(data) < HEADER + 5:
        return False
    _, flags, questions, answers, authorities, additionals = _HEADER.unpack_from(data)
    records = answers + authorities + additionals
    if flags & 0x0040:
        return False
    if questions > 32 or records > 512 or not questions + records:
        return False
    try:
        name, pos = read_name(data, HEADER)
    except RemoteProtocolError:
        return False
    if pos + 4 > len(data) or _UNUSUAL(name):
        return False
    kind, class_ = _QUESTION.unpack_from(data, pos)
    return 0 < kind <= 260 and class_ & 0x7FFF in (1, 3, 254, 255)
