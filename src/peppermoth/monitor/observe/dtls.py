"""DTLS: hellos, certificates in clear, and calls whose media it protects (DTLS-SRTP).

A call of a browser shakes hands between two equals, so either end may send the
ClientHello; that it offers SRTP (RFC 5764) tells a protected call either way. The
certificates of such calls are made for the moment and name nobody: they are not told.
"""

from __future__ import annotations

from peppermoth.monitor.observation import Certainty, Flow, Speaker
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.observe.hellos import tell_client_hello
from peppermoth.monitor.observe.tls import (
    hides_certificate,
    tell_certificate,
    tell_server_hello,
)
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.dtls import MessageReader
from peppermoth.wire.extensions import ExtensionType
from peppermoth.wire.hello import (
    ClientHello,
    ServerHello,
    decode_client_hello,
    decode_server_hello,
)
from peppermoth.wire.tls import HandshakeMessage, HandshakeType

MOST_DATAGRAMS = 64
"""How many datagrams of a flow are looked at for a handshake."""


class Dtls(Datagrams):
    """One DTLS association."""

    protocol = "dtls"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._readers = (MessageReader(), MessageReader())
        self._packets: tuple[set[int], set[int]] = (set(), set())
        self._name = ""
        self._is_call = False
        self._left = MOST_DATAGRAMS

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a datagram. May raise RemoteProtocolError."""
        self._left -= 1
        packets = self._packets[speaker]
        packets.update(at.packets)
        for message in self._readers[speaker].feed(at.data):
            self._hear(speaker, message, at._replace(packets=tuple(sorted(packets))))
            packets.intersection_update(at.packets)
        if not self._left:
            self.over()

    def _hear(self, speaker: Speaker, message: HandshakeMessage, at: Piece) -> None:
        is_device = self.flow.is_device(speaker)
        match message.type:
            case HandshakeType.CLIENT_HELLO:
                hello = decode_client_hello(message.data)
                self._tell_call(hello, at, Certainty.LIKELY)
                if is_device and not self._name:
                    self._name = tell_client_hello(self, hello, "d", at)
            case HandshakeType.SERVER_HELLO:
                answer = decode_server_hello(message.data)
                self._tell_call(answer, at, Certainty.SEEN)
                if not is_device and not self._is_call:
                    tell_server_hello(self, answer, at, self._name, layer="dtls")
                if hides_certificate(answer.version):
                    self.over()
            case HandshakeType.CERTIFICATE if not self._is_call:
                tell_certificate(self, message.data, at, is_device=is_device)
            case HandshakeType.CLIENT_KEY_EXCHANGE:
                self.over()

    def _tell_call(self, hello: ClientHello | ServerHello, at: Piece, certainty: Certainty) -> None:
        """That both ends agree on SRTP: seen in an answer, likely once it is offered."""
        if hello.extension(ExtensionType.USE_SRTP) is not None and not self._is_call:
            self._is_call = True
            field = "dtls.use_srtp.protection_profile"
            self.tell("protected.call", "DTLS-SRTP", at, field, "use_srtp", certainty=certainty)
