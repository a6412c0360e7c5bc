"""SNMP messages as far as their access goes: community or user (RFC 1157, 1901, 3412, 3414).

Versions 1 and 2c carry a community in clear, version 3 the name of a user and whether
the rest is sealed. What is asked and answered is not read. Raises RemoteProtocolError.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import ber

VERSIONS: Final = {0: "1", 1: "2c", 3: "3"}
_PRIVATE: Final = 2


@dataclass(frozen=True, slots=True)
class Message:
    """Who asks for access: ``community`` in versions 1 and 2c, ``user`` in version 3."""

    version: str
    community: bytes = b""
    user: str = ""
    is_sealed: bool = False


def decode_message(data: bytes) -> Message:
    """The head of a message. Raises RemoteProtocolError."""
    parts = ber.only(data).expect(ber.SEQUENCE).parts()
    if len(parts) < 3:
        raise RemoteProtocolError("an SNMP message lacks a part")
    version = VERSIONS.get(parts[0].expect(ber.INTEGER).number)
    if version is None:
        raise RemoteProtocolError("an unknown version of SNMP")
    if version != "3":
        return Message(version, community=parts[1].expect(ber.OCTET_STRING).data)
    head = parts[1].expect(ber.SEQUENCE).parts()
    security = ber.only(parts[2].expect(ber.OCTET_STRING).data).parts()
    if len(head) < 3 or len(security) < 4:
        raise RemoteProtocolError("an SNMP message lacks a part")
    flags = head[2].data[:1] or b"\x00"
    return Message(version, user=security[3].text, is_sealed=bool(flags[0] & _PRIVATE))


def begins_snmp(client: bytes, server: bytes) -> bool:
    """Whether the newest datagrams are SNMP; one that is, suffices."""
    return any(_is_message(data) for data in (client, server) if data)


def _is_message(data: bytes) -> bool:
    try:
        decode_message(data)
    except RemoteProtocolError:
        return False
    return True
