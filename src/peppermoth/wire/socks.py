"""SOCKS5 addresses and messages (RFC 1928, RFC 1929).

The address form ``ATYP addr port`` is also the one that AnyTLS and UDP over TCP
carry, the latter with other type numbers.
"""

from __future__ import annotations

import enum
import ipaddress
import struct
from typing import NamedTuple

from peppermoth.errors import LocalProtocolError, RemoteProtocolError
from peppermoth.redact import Address

VERSION = 5
AUTH_VERSION = 1
NO_AUTHENTICATION = 0
USER_PASSWORD = 2
NO_ACCEPTABLE_METHOD = 0xFF


class AddressTypes(NamedTuple):
    """The numbers that a protocol gives to the three kinds of address."""

    ipv4: int
    name: int
    ipv6: int


SOCKS_TYPES = AddressTypes(ipv4=1, name=3, ipv6=4)
UOT_TYPES = AddressTypes(ipv4=0, name=2, ipv6=1)


class Command(enum.IntEnum):
    """What a SOCKS5 client asks for (RFC 1928, section 4)."""

    CONNECT = 1
    BIND = 2
    UDP_ASSOCIATE = 3


class Reply(enum.IntEnum):
    """Reply codes (RFC 1928, section 6)."""

    SUCCEEDED = 0
    GENERAL_FAILURE = 1
    NOT_ALLOWED = 2
    NETWORK_UNREACHABLE = 3
    HOST_UNREACHABLE = 4
    CONNECTION_REFUSED = 5
    TTL_EXPIRED = 6
    COMMAND_NOT_SUPPORTED = 7
    ADDRESS_TYPE_NOT_SUPPORTED = 8


def encode_address(address: Address, types: AddressTypes = SOCKS_TYPES) -> bytes:
    """``ATYP addr port``. Raises LocalProtocolError for a name over 255 bytes or a bad port."""
    if not 0 <= address.port <= 0xFFFF:
        raise LocalProtocolError("a port lies between 0 and 65535")
    port = struct.pack(">H", address.port)
    ip = address.ip
    if ip is not None:
        return bytes((types.ipv4 if ip.version == 4 else types.ipv6,)) + ip.packed + port
    try:
        name = address.host.encode("ascii")
    except UnicodeEncodeError:
        name = address.host.encode("utf-8")
    if not 1 <= len(name) <= 255:
        raise LocalProtocolError("a host name has 1 to 255 bytes")
    return bytes((types.name, len(name))) + name + port


def decode_address(
    data: bytes | bytearray | memoryview, pos: int = 0, types: AddressTypes = SOCKS_TYPES
) -> tuple[Address, int] | None:
    """Read ``ATYP addr port`` at ``pos``; None while bytes are missing.

    Raises RemoteProtocolError for an unknown type or a name that is not text.
    """
    if len(data) <= pos:
        return None
    kind = data[pos]
    start = pos + 1
    if kind == types.name:
        if len(data) <= start:
            return None
        start += 1
        length = data[start - 1]
    elif kind in (types.ipv4, types.ipv6):
        length = 4 if kind == types.ipv4 else 16
    else:
        raise RemoteProtocolError("unknown address type")
    end = start + length
    if kind == types.name and length == 0:
        raise RemoteProtocolError("empty host name")
    if len(data) < end + 2:
        return None
    raw = bytes(data[start:end])
    if kind == types.name:
        try:
            host = raw.decode("utf-8")
        except UnicodeDecodeError as exc:
            raise RemoteProtocolError("host name is not text") from exc
        if any(ord(c) <= 0x20 or ord(c) == 0x7F for c in host):
            raise RemoteProtocolError("host name holds control characters")
    else:
        host = str(ipaddress.ip_address(raw))
    port = int.from_bytes(data[end : end + 2], "big")
    return Address(host, port), end + 2


UNBOUND = Address("0.0.0.0", 0)  # noqa: S104 - what a reply says when there is nothing to say


def encode_reply(reply: Reply, bound: Address = UNBOUND) -> bytes:
    """The server's answer to a request, with the address it bound."""
    return bytes((VERSION, reply, 0)) + encode_address(bound)


def encode_datagram(address: Address, payload: bytes | memoryview) -> bytes:
    """A UDP request header and its payload (RFC 1928, section 7), unfragmented."""
    return b"\x00\x00\x00" + encode_address(address) + bytes(payload)


def decode_datagram(data: bytes) -> tuple[Address, bytes] | None:
    """Address and payload of a UDP request; None for a fragment or anything malformed.

    Such datagrams are dropped without an answer (RFC 1928, section 7).
    """
    if len(data) < 4 or data[2] != 0:
        return None
    try:
        found = decode_address(data, 3)
    except RemoteProtocolError:
        return None
    return None if found is None else (found[0], data[found[1] :])
