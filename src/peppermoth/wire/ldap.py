"""LDAP messages (RFC 4511): binds, what is searched for, StartTLS, new passwords (RFC 3062).

Also CLDAP over UDP. A message is one BER value; ``decode_message`` reads it from a stream.
Names and filters are hostile text. Bounded: ``MAX_DEPTH`` filters in one another,
``MAX_TESTS`` in all.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import ber
from peppermoth.wire.reading import Buffer

START_TLS: Final = "1.3.6.1.4.1.1466.20037"
PASSWORD_CHANGE: Final = "1.3.6.1.4.1.4203.1.11.1"  # noqa: S105  the name of a request
SUCCESS: Final = 0

BIND_REQUEST, BIND_RESPONSE = 0, 1
SEARCH_REQUEST = 3
EXTENDED_REQUEST, EXTENDED_RESPONSE = 23, 24
_OPERATIONS: Final = frozenset({*range(17), 19, *range(23, 26)})
_PRIMITIVE: Final = frozenset({2, 10, 16})
_SIMPLE: Final = 0x80
_SASL: Final = 0xA3
_WHOSE, _OLD, _NEW = 0x80, 0x81, 0x82
_AND, _OR, _NOT, _EQUALITY = 0xA0, 0xA1, 0xA2, 0xA3
MAX_DEPTH: Final = 8
MAX_TESTS: Final = 64
_DOMAIN_PART: Final = re.compile(r"dc=([\w-]{1,63})", re.IGNORECASE)
_NAME_BEFORE: Final = re.compile(r"\s*[\w.-]{1,40}\s*=\s*([^,+]{1,200})")


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its number, the operation's number, and the operation's own parts."""

    number: int
    operation: int
    parts: tuple[ber.Value, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    """A login: a distinguished name and either a password or a SASL mechanism's blob."""

    name: str
    password: bytes | None
    mechanism: str = ""
    credentials: bytes = b""


def decode_message(data: Buffer) -> tuple[Message, int] | None:
    """The message at the front and where it ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    found = ber.decode_value(data)
    if found is None:
        return None
    outer, end = found
    parts = outer.expect(ber.SEQUENCE).parts()
    if len(parts) < 2 or parts[0].tag != ber.INTEGER or parts[1].tag >> 6 != 1:
        raise RemoteProtocolError("not an LDAP message")
    operation = parts[1].tag & 0x1F
    if operation not in _OPERATIONS:
        raise RemoteProtocolError("an unknown operation of LDAP")
    inner = () if operation in _PRIMITIVE else parts[1].parts()
    return Message(parts[0].number, operation, inner), end


def decode_bind(message: Message) -> Bind:
    """What a bind request says. Raises RemoteProtocolError."""
    if len(message.parts) < 3:
        raise RemoteProtocolError("a bind lacks a part")
    name, way = message.parts[1].text, message.parts[2]
    if way.tag == _SIMPLE:
        return Bind(name, way.data)
    if way.tag != _SASL:
        return Bind(name, None)
    said = way.parts()
    mechanism = said[0].text if said else ""
    return Bind(name, None, mechanism, said[1].data if len(said) > 1 else b"")


def decode_password_change(message: Message) -> tuple[str, tuple[bytes, ...]] | None:
    """Whose password changes (may be empty), and the old and new one as far as they are said;
    None of another request. Raises RemoteProtocolError."""
    parts = message.parts
    if message.operation != EXTENDED_REQUEST or not parts or parts[0].text != PASSWORD_CHANGE:
        return None
    said = {part.tag: part for part in ber.only(parts[1].data).parts()} if len(parts) > 1 else {}
    user = said[_WHOSE].text if _WHOSE in said else ""
    return user, tuple(said[tag].data for tag in (_OLD, _NEW) if tag in said)


def decode_search(message: Message) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where a search looks, and the equalities it tests. Raises RemoteProtocolError."""
    if len(message.parts) < 7:
        raise RemoteProtocolError("a search lacks a part")
    tests = tuple(itertools.islice(_tests(message.parts[6]), MAX_TESTS))
    return message.parts[0].text, tests


def result(message: Message) -> int:
    """The result code of a response. Raises RemoteProtocolError."""
    if not message.parts:
        raise RemoteProtocolError("a response without a result")
    return message.parts[0].expect(ber.ENUMERATED).number


def asks_for_tls(message: Message) -> bool:
    """Whether this is the request of StartTLS."""
    return (
        message.operation == EXTENDED_REQUEST
        and bool(message.parts)
        and message.parts[0].text == START_TLS
    )


def person_and_domain(name: str) -> tuple[str, str]:
    """The first part's value of a distinguished name, and its domain from the ``dc`` parts."""
    name = name[:1000]
    first = _NAME_BEFORE.match(name)
    domain = ".".join(_DOMAIN_PART.findall(name))
    return (first[1].strip() if first else name), domain


def begins_ldap(client: bytes, server: bytes) -> bool:
    """Whether a flow begins as LDAP does: a small message number and a known operation."""
    data = client or server
    try:
        if data[:1] != b"\x30" or len(data) < 7:
            return False
        start = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
        number = ber.decode_value(data, start)
    except RemoteProtocolError:
        return False
    if number is None or number[0].tag != ber.INTEGER or len(number[0].data) > 4:
        return False
    tag = data[number[1]] if number[1] < len(data) else 0
    return tag >> 6 == 1 and tag & 0x1F in _OPERATIONS


def _tests(condition: ber.Value) -> Iterator[tuple[str, str]]:
    waiting = [(condition, 0)]
    while waiting:
        test, depth = waiting.pop()
        if depth == MAX_DEPTH:
            raise RemoteProtocolError("a filter inside too many others")
        if test.tag in (_AND, _OR, _NOT):
            waiting += ((part, depth + 1) for part in reversed(test.parts()))
        elif test.tag == _EQUALITY:
            parts = test.parts()
            if len(parts) == 2:
                yield parts[0].text, parts[1].text
