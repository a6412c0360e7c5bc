"""The server's context, seen by clients of the standard library, without a socket.

The sizes are those that Debian's nginx sends; the tests that probe both at once
measure them anew.
"""

from __future__ import annotations

import ssl
from contextlib import suppress
from typing import TypeVar

import pytest

from peppermoth.cloaks.nginx import ServerObject, server_context
from peppermoth.wire.hello import ExtensionType, decode_server_hello
from peppermoth.wire.tls import Alert, AlertDescription, HandshakeMessage, LineReader
from tests.conftest import Certificate

NEW_SESSION_TICKET = 4

Seen = TypeVar("Seen", HandshakeMessage, Alert)


@pytest.fixture
def context(certificate: Certificate) -> ssl.SSLContext:
    return server_context(str(certificate.cert), str(certificate.key), ("h2", "http/1.1"))


def client_context(**settings: object) -> ssl.SSLContext:
    """A client that trusts anybody and speaks TLS 1.2, in which the handshake can be read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    for name, value in settings.items():
        setattr(context, name, value)
    return context


def greeted(
    server: ssl.SSLContext,
    client: ssl.SSLContext,
    name: str | None = "localhost",
    offered: tuple[bytes, ...] = (),
) -> tuple[bytes, ServerObject]:
    """Everything that the server says in a handshake, and the server."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    from_client, for_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    serving = server.wrap_bio(to_server, to_client, server_side=True)
    assert isinstance(serving, ServerObject)
    serving.offered = offered
    greeting = client.wrap_bio(for_client, from_client, server_hostname=name)
    said = b""
    for _ in range(3):
        with suppress(ssl.SSLError):
            greeting.do_handshake()
        to_server.write(from_client.read())
        with suppress(ssl.SSLError):
            serving.do_handshake()
        words = to_client.read()
        said += words
        for_client.write(words)
    return said, serving


def seen(said: bytes, kind: type[Seen]) -> list[Seen]:
    """What of this kind is in clear on the line."""
    return [found for found in LineReader().feed(said) if isinstance(found, kind)]


def test_the_clients_name_is_acknowledged_whatever_it_is(context):
    for name, acknowledged in (("localhost", True), ("elsewhere.example", True), (None, False)):
        said, _ = greeted(context, client_context(), name)
        hello = decode_server_hello(seen(said, HandshakeMessage)[0].data)
        kinds = [kind for kind, _ in hello.extensions]
        assert (ExtensionType.SERVER_NAME in kinds) == acknowledged


@pytest.mark.parametrize("protocol", ["h2", "http/1.1", "http/1.0", "http/0.9"])
def test_it_speaks_what_nginx_speaks(context, protocol):
    client = client_context()
    client.set_alpn_protocols([protocol])
    _, serving = greeted(context, client, offered=(protocol.encode(),))
    assert serving.selected_alpn_protocol() == protocol


def test_a_client_that_speaks_nothing_of_it_gets_an_alert(context):
    client = client_context()
    client.set_alpn_protocols(["imap"])
    said, _ = greeted(context, client, offered=(b"imap",))
    assert seen(said, Alert) == [Alert(2, AlertDescription.NO_APPLICATION_PROTOCOL)]


def test_the_servers_order_of_ciphers_counts(context):
    client = client_context()
    client.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384")
    _, serving = greeted(context, client)
    assert serving.cipher()[0] == "ECDHE-ECDSA-AES256-GCM-SHA384"


def test_tickets_have_the_size_of_those_of_nginx(context):
    client = client_context()
    client.set_alpn_protocols(["http/1.1"])
    said, _ = greeted(context, client, offered=(b"http/1.1",))
    (ticket,) = (m for m in seen(said, HandshakeMessage) if m.type == NEW_SESSION_TICKET)
    assert len(ticket.data) == 218
