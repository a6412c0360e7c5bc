"""Every machine of the house in the conversations it must get right: one entry each in ``CASES``.

To add a machine, say how to make it, who talks to it and, if it has verbs, what its
owner does after an event. ``test_machines.py`` does the rest.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache, partial
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from peppermoth.cloaks.anytls import (
    AnyTlsClient,
    AnyTlsServer,
    StreamAccepted,
    StreamOpened,
)
from peppermoth.cloaks.layers import Layered
from peppermoth.cloaks.machine import Event
from peppermoth.cloaks.session import StreamInputEnded
from peppermoth.cloaks.tls import (
    Plaintext,
    Secured,
    Stack,
    Tls,
    client_stack,
    key_pin,
    server_stack,
)
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.inlets import Inlet
from peppermoth.wire.anytls import (
    AUTH_SIZE,
    DEFAULT_SCHEME,
    EXTENSION,
    Command,
    PaddingScheme,
    authentication,
    encode_settings,
    frame,
    password_key,
)
from peppermoth.wire.socks import encode_address
from tests.conformance.harness import NOW, Case, Opposite, React, Vector
from tests.conftest import Certificate

KEY = password_key("a password")
TARGET = Address("example.org", 443)
PAYLOAD = bytes(range(256)) * 80  # longer than a TLS record
OTHER_SCHEME = PaddingScheme.parse("stop=3\n0=5-5\n1=50-60,c,70-80\n2=8-8")
WEB = b"GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: curl/8\r\n\r\n"


def on(reactions: dict[type[Event], React]) -> React:
    """Reactions by the type of an event."""
    return lambda machine, event: reactions.get(type(event), lambda *_: None)(machine, event)


# TLS


@cache
def client_tls(fingerprint: str, certificate: Certificate) -> Stack:
    """A client that knows the server by its key."""
    leaf = x509.load_pem_x509_certificate(certificate.cert.read_bytes())
    return client_stack(fingerprint, pin=key_pin(leaf.public_bytes(Encoding.DER)))


@cache
def server_tls(certificate: Certificate) -> Stack:
    """A server as the bridge has it."""
    return server_stack(str(certificate.cert), str(certificate.key))


def client(certificate: Certificate, fingerprint: str = "chrome:stable") -> Tls:
    """A TLS client that the server below can satisfy."""
    return Tls(client_tls(fingerprint, certificate), "localhost")


def server(certificate: Certificate) -> Tls:
    """A TLS server."""
    return Tls(server_tls(certificate))


def distrustful(certificate: Certificate) -> Tls:
    """A TLS client that wants another key."""
    return Tls(client_stack(pin=bytes(32)), "localhost")


talk = on({Secured: lambda tls, _: tls.send(PAYLOAD)})
talk_and_leave = on(
    {Secured: lambda tls, _: tls.send(PAYLOAD), Plaintext: lambda tls, _: tls.close()}
)
browse = on({Secured: lambda tls, _: (tls.send(WEB), tls.send(PAYLOAD))})

# AnyTLS


def anytls_client(_: object = None) -> AnyTlsClient:
    """A client's session with one stream asked for."""
    session = AnyTlsClient(KEY, DEFAULT_SCHEME, random.Random(7).randint, "test/1", NOW)
    session.open_stream(TARGET, NOW)
    return session


def anytls_server(_: object = None, scheme: PaddingScheme = DEFAULT_SCHEME) -> AnyTlsServer:
    """The bridge's session, with one user."""
    return AnyTlsServer({KEY: "anna"}.get, scheme, random.Random(8).randint, NOW)


def served(session: AnyTlsServer, event: StreamOpened) -> None:
    """Answer a stream with everything that a server can say on it."""
    session.accept(event.stream)
    session.pause(event.stream)
    session.send_data(event.stream, PAYLOAD, NOW)
    session.resume(event.stream)
    session.end_input(event.stream)


serve = on({StreamOpened: served})
refuse = on({StreamOpened: lambda session, event: session.refuse(event.stream, "refused")})
alert = on({StreamOpened: lambda session, _: session.alert("go away")})


def used(session: AnyTlsClient, event: StreamAccepted) -> None:
    """Use a stream for everything that a client can say on it, and open another."""
    session.send_data(event.stream, PAYLOAD, NOW)
    session.pause(event.stream)
    session.resume(event.stream)
    session.end_input(event.stream)
    if event.stream == 1:
        session.open_stream(Address("2001:db8::1", 80), NOW)


use = on({StreamAccepted: used})
# Only a peer closes: which frames a closed stream still reports is a matter of time.
use_and_close = on(
    {
        StreamAccepted: used,
        StreamInputEnded: lambda session, event: session.close_stream(event.stream),
    }
)


def user_says(*frames: bytes) -> bytes:
    """A user's session, well begun, and these frames."""
    begun = (
        authentication(KEY, 3),
        frame(Command.SETTINGS, 0, encode_settings({"v": "2", EXTENSION: "1"})),
        frame(Command.SYN, 1),
        frame(Command.PSH, 1, encode_address(TARGET) + b"hello"),
    )
    return b"".join((*begun, *frames))


# Layers


def inside(
    tls: Callable[[Certificate], Tls], session: Callable[[], Any], certificate: Certificate
) -> Layered:
    """A session inside TLS."""
    return Layered(tls(certificate), lambda now: session())


layered_client = partial(inside, client, anytls_client)
layered_server = partial(inside, server, anytls_server)


def inner(react: React) -> React:
    """What an owner does to the session inside."""
    return lambda layered, event: react(layered.inner, event)


# The local proxy

PASSWORD = ("user", Secret("word"))
INLETS = {
    "SOCKS5 CONNECT": b"\x05\x01\x00\x05\x01\x00\x03\x0bexample.com\x01\xbb" + b"early",
    "SOCKS5 UDP": b"\x05\x01\x00\x05\x03\x00\x01" + bytes(6),
    "SOCKS5 BIND": b"\x05\x01\x00\x05\x02\x00\x01" + bytes(6),
    "SOCKS5 without a method": b"\x05\x01\x01",
    "SOCKS4": b"\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
    "HTTP CONNECT": b"CONNECT [::1]:443 HTTP/1.1\r\nHost: x\r\n\r\n\x16\x03\x01\x02\x00",
    "HTTP GET": b"GET http://a.example/b HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "HTTP POST": b"POST http://a.example/b HTTP/1.1\r\nHost: a.example\r\n"
    b"Content-Length: 300\r\n\r\n" + b"0123456789" * 30,
    "HTTP to the port itself": WEB,
    "HTTP that is none": b"GET http://a.example/\r\n\r\n",
}


def inlet(_: object, credentials: tuple[str, Secret] | None = None) -> Inlet:
    """The local proxy's end of a program's connection."""
    return Inlet(credentials, NOW)


def saying(data: bytes) -> Callable[[Certificate], Vector]:
    """A peer with fixed bytes."""
    return lambda _: Vector(data)


def opposite(
    machine: Callable[[Certificate], object], react: React
) -> Callable[[Certificate], Opposite]:
    """A peer that is a machine."""
    return lambda certificate: Opposite(machine(certificate), react)


CASES = (
    Case("TLS client, utls", client, opposite(server, talk_and_leave), talk),
    Case("TLS client, standard library", partial(client, fingerprint="none"),
         opposite(server, talk_and_leave), talk),
    Case("TLS client, left open", client, opposite(server, talk), talk),
    Case("TLS client, wrong server", distrustful, opposite(server, talk)),
    Case("TLS client, no TLS", client, saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    Case("TLS server", server, opposite(client, talk_and_leave), talk),
    Case("TLS server, left open", server, opposite(client, talk), talk),
    Case("TLS server, no TLS", server, saying(WEB)),
    Case("AnyTLS client", anytls_client, opposite(anytls_server, serve), use),
    Case("AnyTLS client, refused", anytls_client, opposite(anytls_server, refuse), use),
    Case("AnyTLS client, alerted", anytls_client, opposite(anytls_server, alert), use),
    Case("AnyTLS client, new scheme", anytls_client,
         opposite(partial(anytls_server, scheme=OTHER_SCHEME), serve), use),
    Case("AnyTLS client, at a web site", anytls_client,
         saying(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
    Case("AnyTLS server", anytls_server, opposite(anytls_client, use_and_close), serve,
         first=AUTH_SIZE),
    Case("AnyTLS server, wrong stream", anytls_server,
         saying(user_says(frame(Command.PSH, 9, b"x"))), serve, first=AUTH_SIZE),
    Case("AnyTLS server, too much data", anytls_server,
         saying(user_says(frame(Command.FIN, 1, b"x"))), serve, first=AUTH_SIZE),
    Case("AnyTLS server, unknown command", anytls_server,
         saying(user_says(frame(Command.WASTE, 0, WEB), WEB)), serve, first=AUTH_SIZE),
    Case("AnyTLS server, stranger", anytls_server, saying(WEB)),
    Case("session in TLS, client", layered_client, opposite(layered_server, inner(serve)),
         inner(use)),
    Case("session in TLS, server", layered_server, opposite(layered_client, inner(use_and_close)),
         inner(serve)),
    Case("session in TLS, stranger", layered_server, opposite(client, browse)),
    *(Case(name, inlet, saying(said)) for name, said in INLETS.items()),
    Case("SOCKS5 password", partial(inlet, credentials=PASSWORD),
         saying(b"\x05\x01\x02\x01\x04user\x04word\x05\x01\x00\x04" + bytes(16) + b"\x00\x50")),
    Case("SOCKS5 wrong password", partial(inlet, credentials=PASSWORD),
         saying(b"\x05\x01\x02\x01\x04user\x05wrong")),
)  # fmt: skip
