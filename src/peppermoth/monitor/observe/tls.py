"""TLS over TCP: both hellos, certificates in clear, and how well the rest is hidden.

Handshake messages are read until a side seals its records. Who sends the
ClientHello is taken from the bytes, as a capture may begin in the middle. Where
the device is the server, nothing is told: the names are not those it contacted.

A flow is done once the server's hello (1.3), or its certificate and what follows (1.2
and before), have gone by. Protocols with STARTTLS hand over to the row ``tls``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker
from peppermoth.monitor.observe.conversation import HELD, Conversation, Steps, Teller
from peppermoth.monitor.observe.hellos import tell_client_hello, version_text
from peppermoth.monitor.transcript import Piece, Transcript
from peppermoth.wire.certificate import read_certificate
from peppermoth.wire.hello import ServerHello, decode_client_hello, decode_server_hello
from peppermoth.wire.tls import (
    ContentType,
    HandshakeMessage,
    HandshakeType,
    decode_certificates,
    decode_message,
    decode_record,
)

OLD: Final = frozenset({0x0300, 0x0301, 0x0302, 0xFEFF})
"""Versions that RFC 7568 and RFC 8996 forbid."""

_CERTIFICATE_FIELDS: Final = {
    "alternative name": "x509ce.dNSName",
    "common name": "x509sat.uTF8String",
}
_HANDSHAKE: Final = ContentType.HANDSHAKE
_SEALING: Final = frozenset({ContentType.CHANGE_CIPHER_SPEC, ContentType.APPLICATION_DATA})


def hides_certificate(version: int) -> bool:
    """Whether this version seals everything after the server's hello: 1.3 and its drafts."""
    return version == 0x0304 or version >> 8 == 0x7F or version == 0xFEFC


def tell_server_hello(
    teller: Teller, hello: ServerHello, at: Piece, name: str, layer: str = "tls"
) -> None:
    """The version that was agreed on, where it is worth saying; ``name`` is the client's."""
    version = version_text(hello.version)
    field = f"{layer}.handshake.version"
    if hides_certificate(hello.version):
        field = f"{layer}.handshake.extensions.supported_version"
        teller.tell("protected.tls", version, at, field, "version", once=True, name=name)
    elif hello.version in OLD:
        teller.tell("unprotected.tls", version, at, field, "version", once=True, name=name)


def tell_certificate(teller: Teller, message: bytes, at: Piece, *, is_device: bool) -> None:
    """The names in the first certificate of a chain. Raises RemoteProtocolError."""
    chain = decode_certificates(message)
    if not chain:
        return
    certificate = read_certificate(chain[0])
    names = dict.fromkeys(certificate.host_names, "alternative name")
    if certificate.common_name:
        # A person's certificate may have a mail address there.
        names.setdefault(masks.words(certificate.common_name), "common name")
    for name, what in names.items():
        told = f"{what} of the device" if is_device else what
        teller.tell(
            "name.certificate",
            name.lower() if what == "alternative name" else name,
            at,
            _CERTIFICATE_FIELDS[what],
            "certificate",
            once=True,
            issuer=masks.words(certificate.issuer),
            what=told,
        )


class Tls(Conversation):
    """One TLS connection, from its first record or from where STARTTLS left off."""

    protocol = "tls"

    def __init__(self, flow: Flow) -> None:
        self._name = ""
        self._has_hello = False
        self._asks_certificate = False
        super().__init__(flow)

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads records of either end."""
        side, messages = self.sides[speaker], Transcript(HELD)
        while True:
            while (found := side.read(decode_record)) is None:
                yield
            record, at = found
            if record.type in _SEALING:
                return
            if record.type == _HANDSHAKE:
                messages.append(record.fragment, at.packets, at.time)
            while (heard := messages.read(decode_message)) is not None:
                self._hear(speaker, *heard)

    def _hear(self, speaker: Speaker, message: HandshakeMessage, at: Piece) -> None:
        hear = _HEARD.get(message.type)
        if hear is not None:
            hear(self, message.data, at, self.flow.is_device(speaker))

    def _client_hello(self, message: bytes, at: Piece, is_device: bool) -> None:
        if not is_device:
            self.over()
        elif not self._has_hello:
            hello = decode_client_hello(message)
            self._has_hello = True
            self._name = tell_client_hello(self, hello, "t", at)

    def _server_hello(self, message: bytes, at: Piece, is_device: bool) -> None:
        if is_device:
            self.over()
            return
        answer = decode_server_hello(message)
        tell_server_hello(self, answer, at, self._name)
        if hides_certificate(answer.version):
            self.over()

    def _certificate(self, message: bytes, at: Piece, is_device: bool) -> None:
        tell_certificate(self, message, at, is_device=is_device)
        if is_device:
            self.over()

    def _certificate_request(self, message: bytes, at: Piece, is_device: bool) -> None:
        self._asks_certificate = True

    def _server_hello_done(self, message: bytes, at: Piece, is_device: bool) -> None:
        if self._has_hello and not self._asks_certificate:
            self.over()


_HEARD: Final[dict[int, Callable[[Tls, bytes, Piece, bool], None]]] = {
    HandshakeType.CLIENT_HELLO: Tls._client_hello,
    HandshakeType.SERVER_HELLO: Tls._server_hello,
    HandshakeType.CERTIFICATE: Tls._certificate,
    HandshakeType.CERTIFICATE_REQUEST: Tls._certificate_request,
    HandshakeType.SERVER_HELLO_DONE: Tls._server_hello_done,
}
