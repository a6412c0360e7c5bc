"""QUIC: the ClientHello out of Initial packets, whose keys everybody can compute.

The keys come from the connection ID of the client's first packet, also where it goes on in
another version; after a retry, and where the capture begins late, from that of the packet
at hand. CRYPTO bytes are put in order over packets and datagrams, as a hello with a
post-quantum key needs several. Since QUIC always uses TLS 1.3, the server's first packet
tells that certificates are hidden. Google's own QUIC is followed no further than its
versions.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observation import Flow, Speaker
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.observe.hellos import tell_client_hello
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.hello import decode_client_hello
from peppermoth.wire.quic import (
    VERSIONS,
    InitialKeys,
    Packet,
    PacketType,
    decode_crypto_frames,
    decode_packets,
    initial_keys,
)
from peppermoth.wire.reading import Pieces
from peppermoth.wire.tls import HandshakeType, decode_message

MAX_HELLO: Final = 32 * 1024
MOST_DATAGRAMS: Final = 64
"""How many datagrams of a flow are looked at for a hello and its answer."""

_MOST_KEYS: Final = 4


class Quic(Datagrams):
    """The first QUIC connection between two ports."""

    protocol = "quic"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._keys: dict[tuple[int, bytes], InitialKeys] = {}
        self._crypto = Pieces(MAX_HELLO)
        self._packets: set[int] = set()
        self._begin = 0.0
        self._name: str | None = None
        self._left = MOST_DATAGRAMS

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a datagram. May raise RemoteProtocolError."""
        self._left -= 1
        if not self._left:
            self.over()
        for packet in decode_packets(at.data):
            if not self.flow.is_device(speaker):
                self._answered(packet, at)
            elif packet.type is PacketType.INITIAL and self._name is None:
                self._read_initial(packet, at)

    def _answered(self, packet: Packet, at: Piece) -> None:
        answers = packet.type in (PacketType.INITIAL, PacketType.HANDSHAKE)
        if answers and self._name is not None:
            self.tell(
                "protected.tls",
                "TLS 1.3",
                at,
                "quic.version",
                "answer",
                once=True,
                name=self._name,
                protocol="QUIC",
            )
            self.over()

    def _read_initial(self, packet: Packet, at: Piece) -> None:
        payload = self._opened(packet, at.data)
        before = len(self._crypto.joined)
        found = list(decode_crypto_frames(payload))
        for frame in found:
            self._crypto.add(frame.offset, frame.data)
        if found:
            self._packets.update(at.packets)
            self._begin = self._begin or at.time
        if len(self._crypto.joined) > before:
            self._read_hello(packet)

    def _opened(self, packet: Packet, datagram: bytes) -> bytes:
        """The frames of an Initial packet. Raises RemoteProtocolError if no key fits.

        A client that goes on in another version keeps its first connection ID for the keys
        (RFC 9369, section 4.1).
        """
        firsts = dict.fromkeys(first for _, first in self._keys)
        for first in firsts:
            keys = self._keys.get((packet.version, first))
            keys = keys or initial_keys(packet.version, first)[0]
            with suppress(RemoteProtocolError):
                return self._remember(keys.open(datagram, packet), keys, packet.version, first)
        keys, _ = initial_keys(packet.version, packet.destination)
        payload = keys.open(datagram, packet)
        return self._remember(payload, keys, packet.version, packet.destination)

    def _remember(self, payload: bytes, keys: InitialKeys, version: int, first: bytes) -> bytes:
        if len(self._keys) < _MOST_KEYS:
            self._keys[version, first] = keys
        return payload

    def _read_hello(self, packet: Packet) -> None:
        joined = bytes(self._crypto.joined)
        found = decode_message(joined, limit=MAX_HELLO)
        if found is None:
            return
        message, _ = found
        if message.type != HandshakeType.CLIENT_HELLO:
            raise RemoteProtocolError("a QUIC client begins with a hello")
        hello = decode_client_hello(message.data)
        at = Piece(message.data, tuple(sorted(self._packets)), self._begin)
        version = VERSIONS[packet.version].name
        self._name = tell_client_hello(self, hello, "q", at, version=version)


class GoogleQuic(Datagrams):
    """Google's QUIC before version 1: nothing is told but that the flow is known."""

    protocol = "gquic"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Nothing."""
        self.over()
