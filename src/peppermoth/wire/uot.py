"""UDP over TCP: datagrams inside one stream, as SagerNet's version 1 and version 2 define it.

Format: https://sing-box.sagernet.org/configuration/shared/udp-over-tcp/

A client asks for UDP by naming a magic host as the stream's target. Version 2
then sends ``u8 isConnect || SOCKS address``; what follows is framed in one of
two ways: connected (one target for all, each datagram ``u16 length || data``)
or addressed (``ATYP addr port u16 length data``, with UOT_TYPES). Version 1 has
no request and is always addressed. The framing is the same in both directions;
what a bridge sends carries the datagram's source.

Limits: a reader holds less than one frame between calls (65,798 bytes at most).
"""

from __future__ import annotations

import enum
import struct
from typing import NamedTuple

from peppermoth.errors import LocalProtocolError, RemoteProtocolError
from peppermoth.redact import Address
from peppermoth.wire.socks import UOT_TYPES, decode_address, encode_address

MAGIC_NAME = "sp.v2.udp-over-tcp.arpa"
LEGACY_MAGIC_NAME = "sp.udp-over-tcp.arpa"

_LENGTH = struct.Struct(">H")
_MAX_PAYLOAD = 0xFFFF


class Framing(enum.Enum):
    """How datagrams stand in the stream."""

    CONNECTED = "connected"
    ADDRESSED = "addressed"


class Request(NamedTuple):
    """What a version 2 client says first: the framing it uses and its (first) target."""

    framing: Framing
    destination: Address


_IS_CONNECT = {Framing.CONNECTED: 1, Framing.ADDRESSED: 0}
_FRAMING = {flag: framing for framing, flag in _IS_CONNECT.items()}


def encode_request(request: Request) -> bytes:
    """``isConnect || SOCKS address``. Raises LocalProtocolError for a bad address."""
    return bytes((_IS_CONNECT[request.framing],)) + encode_address(request.destination)


def decode_request(data: bytes | bytearray | memoryview) -> tuple[Request, int] | None:
    """The request at the start of ``data`` and its length; None while bytes are missing.

    Raises RemoteProtocolError for an unknown flag or a malformed address.
    """
    if not data:
        return None
    framing = _FRAMING.get(data[0])
    if framing is None:
        raise RemoteProtocolError("isConnect is neither 0 nor 1")
    found = decode_address(data, 1)
    return None if found is None else (Request(framing, found[0]), found[1])


def encode_datagram(framing: Framing, address: Address, payload: bytes | memoryview) -> bytes:
    """One framed datagram; connected framing leaves the address out.

    Raises LocalProtocolError for a payload over 65,535 bytes or a bad address.
    """
    if len(payload) > _MAX_PAYLOAD:
        raise LocalProtocolError("a datagram has at most 65,535 bytes")
    header = b"" if framing is Framing.CONNECTED else encode_address(address, UOT_TYPES)
    return b"".join((header, _LENGTH.pack(len(payload)), payload))


class DatagramReader:
    """Takes datagrams out of a stream that arrives in any pieces."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray | memoryview) -> list[tuple[Address | None, bytes]]:
        """The datagrams that ``data`` completes; connected framing gives no address.

        Raises RemoteProtocolError for a malformed address. The stream cannot be
        read on after that, and datagrams completed by the same call are lost.
        """
        buffer = self._buffer
        buffer += data
        complete = []
        pos = 0
        while (found := self._frame(pos)) is not None:
            address, payload, pos = found
            complete.append((address, payload))
        del buffer[:pos]
        return complete

    def _frame(self, pos: int) -> tuple[Address | None, bytes, int] | None:
        address = None
        if self._framing is Framing.ADDRESSED:
            found = decode_address(self._buffer, pos, UOT_TYPES)
            if found is None:
                return None
            address, pos = found
        start = pos + _LENGTH.size
        if len(self._buffer) < start:
            return None
        end = start + _LENGTH.unpack_from(self._buffer, pos)[0]
        if len(self._buffer) < end:
            return None
        return address, bytes(self._buffer[start:end]), end
