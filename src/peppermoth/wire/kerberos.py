"""Kerberos 5 messages as far as they name somebody (RFC 4120, section 5).

Requests for tickets, their answers, and errors, over UDP or behind a length over TCP.
Tickets and encrypted parts stay sealed; what a password could be guessed from is only
measured. Raises RemoteProtocolError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import ber
from peppermoth.wire.reading import Buffer

MAX_MESSAGE: Final = ber.MAX_LENGTH
AS_REQ, AS_REP, TGS_REQ, TGS_REP, ERROR = 10, 11, 12, 13, 30
NAMES: Final = {
    AS_REQ: "AS-REQ", AS_REP: "AS-REP", TGS_REQ: "TGS-REQ", TGS_REP: "TGS-REP",
    ERROR: "KRB-ERROR",
}  # fmt: skip
_REQUESTS: Final = frozenset({AS_REQ, TGS_REQ})
_TAGS: Final = frozenset(ber.APPLICATION + kind for kind in NAMES)
_ENCRYPTED_TIME: Final = 2
_NETBIOS: Final = 20


@dataclass(frozen=True, slots=True)
class Message:
    """Who wants what: ``client`` and ``service`` are principals, their parts joined by ``/``.

    ``guessable`` is sealed with a key made from the client's password, empty where the
    message holds no such part; ``hosts`` are NetBIOS names that the client gives itself.
    """

    kind: int
    client: str = ""
    service: str = ""
    realm: str = ""
    guessable: bytes = b""
    hosts: tuple[str, ...] = ()


def decode_message(data: bytes) -> Message:
    """A datagram's message. Raises RemoteProtocolError."""
    outer = ber.only(data)
    kind = outer.tag - ber.APPLICATION
    if kind not in NAMES:
        raise RemoteProtocolError("not a Kerberos message that names anybody")
    fields = ber.only(outer.data).expect(ber.SEQUENCE).tagged()
    if kind in _REQUESTS:
        return _request(kind, fields)
    if kind == ERROR:
        return Message(kind, _principal(fields, 8), _principal(fields, 10), _text(fields, 9))
    sealed = _cipher(fields.get(6)) if kind == AS_REP else b""
    return Message(kind, _principal(fields, 4), realm=_text(fields, 3), guessable=sealed)


def decode_framed(data: Buffer) -> tuple[bytes, int] | None:
    """The message behind its length, as over TCP; None while bytes are missing.

    Raises RemoteProtocolError for a length that no message has.
    """
    if len(data) < 4:
        return None
    end = 4 + int.from_bytes(data[:4], "big")
    if end - 4 > MAX_MESSAGE:
        raise RemoteProtocolError("a Kerberos message that is too long")
    return (bytes(data[4:end]), end) if len(data) >= end else None


def begins_kerberos(client: bytes, server: bytes) -> bool:
    """Whether a datagram of either side is one whole message of Kerberos."""
    return any(data[:1] and data[0] in _TAGS and _is_whole(data) for data in (client, server))


def _is_whole(data: bytes) -> bool:
    try:
        found = ber.decode_value(data)
    except RemoteProtocolError:
        return False
    return found is not None and found[1] == len(data)


def begins_framed(client: bytes, server: bytes) -> bool:
    """Whether a TCP stream begins as Kerberos does: a length, and a message that has it."""
    data = client or server
    size = int.from_bytes(data[:4], "big")
    return 16 < size <= MAX_MESSAGE and ber.begins(data[4:], _TAGS)


def _request(kind: int, fields: dict[int, ber.Value]) -> Message:
    body = fields[4].expect(ber.SEQUENCE).tagged() if 4 in fields else {}
    sealed = b""
    for offer in fields[3].parts() if 3 in fields else ():
        said = offer.tagged()
        if 1 in said and 2 in said and said[1].number == _ENCRYPTED_TIME:
            sealed = _cipher(ber.only(said[2].data))
    hosts = []
    for address in body[9].parts() if 9 in body else ():
        said = address.tagged()
        if 0 in said and 1 in said and said[0].number == _NETBIOS:
            hosts.append(said[1].text.rstrip(" \x00"))
    return Message(
        kind, _principal(body, 1), _principal(body, 3), _text(body, 2), sealed, tuple(hosts)
    )


def _principal(fields: dict[int, ber.Value], number: int) -> str:
    if number not in fields:
        return ""
    names = fields[number].expect(ber.SEQUENCE).tagged().get(1)
    return "/".join(part.text for part in names.parts()) if names else ""


def _text(fields: dict[int, ber.Value], number: int) -> str:
    return fields[number].text if number in fields else ""


def _cipher(sealed: ber.Value | None) -> bytes:
    """The bytes of an EncryptedData."""
    if sealed is None or sealed.tag != ber.SEQUENCE:
        return b""
    cipher = sealed.tagged().get(2)
    return cipher.data if cipher else b""
