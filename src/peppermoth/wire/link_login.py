"""Who asks to be let into a network, as frames of the link say it: EAP, PAP and CHAP.

IEEE 802.1X (EAPOL); RFC 3748 (EAP, and its MD5 in section 5.4); identities of SIM cards
by RFC 4186, 4187 and 9048, in which 3GPP TS 23.003 (chapter 19) puts the number of the
subscriber behind a digit; RFC 1334 (PAP), 1994 (CHAP). Only what asks is read, not what is
answered. Raises RemoteProtocolError for anything else.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Cursor

_IDENTITY, _MD5 = 1, 4
_SIM_METHODS: Final = frozenset({18, 23, 50})
"""EAP-SIM, EAP-AKA and EAP-AKA'."""
_IDENTITY_ATTRIBUTE: Final = 14
_SUBSCRIBER: Final = re.compile(r"[016](\d{14,15})(?:@[\w.-]{0,200}3gppnetwork\.org)?")


class Login(NamedTuple):
    """Who logs in, with a password or an answer to a challenge where one is said."""

    user: str
    password: bytes = b""
    proof: bytes = b""

    @property
    def subscriber(self) -> str:
        """The number of a mobile subscription (IMSI) that the name holds, or nothing."""
        found = _SUBSCRIBER.fullmatch(self.user)
        return found[1] if found else ""


def decode_eapol(frame: bytes) -> Login:
    """An EAP response in a frame of 802.1X, from its version on."""
    cursor = Cursor(frame, 1)
    if cursor.integer(1) != 0:
        raise RemoteProtocolError("a frame of 802.1X without EAP")
    cursor = Cursor(cursor.vector(2))
    body = _response(cursor)
    method = body.integer(1)
    if method == _IDENTITY:
        return Login(_text(body.take(body.left)))
    if method == _MD5:
        return _answer(body)
    if method in _SIM_METHODS:
        return Login(_text(_identity_attribute(body)))
    raise RemoteProtocolError("a method of EAP that is not read")


def decode_pap(packet: bytes) -> Login:
    """A request of PAP."""
    cursor = Cursor(packet)
    body = _packet(cursor, 1)
    return Login(_text(body.vector(1)), password=body.vector(1))


def decode_chap(packet: bytes) -> Login:
    """A response of CHAP."""
    return _answer(_response(Cursor(packet)))


def _response(cursor: Cursor) -> Cursor:
    return _packet(cursor, 2)


def _packet(cursor: Cursor, code: int) -> Cursor:
    """The body of a packet with this code: EAP, PAP and CHAP begin alike."""
    if cursor.integer(1) != code:
        raise RemoteProtocolError("another packet of a login")
    cursor.take(1)
    size = cursor.integer(2)
    return Cursor(cursor.take(max(size - 4, 0)))


def _answer(body: Cursor) -> Login:
    proof = body.vector(1)
    return Login(_text(body.take(body.left)), proof=proof)


def _identity_attribute(body: Cursor) -> bytes:
    body.take(3)
    while body.left:
        kind, size = body.integer(1), body.integer(1) * 4 - 2
        value = Cursor(body.take(max(size, 0)))
        if kind == _IDENTITY_ATTRIBUTE:
            return value.vector(2)
        if size < 0:
            break
    raise RemoteProtocolError("no identity")


def _text(data: bytes) -> str:
    return data.rstrip(b"\x00").decode("utf-8", "replace")
