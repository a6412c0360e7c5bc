"""TLS client and server as machines: an ``SSLObject`` over two memory BIOs.

Which library stands behind it is one small choice, a ``Stack``: ``utls`` for a
client that looks like Chrome, the standard library for ``--fingerprint none`` and
for servers. One ``send`` is one TLS write, so the cloak above decides the size of
every record up to 16 KiB; longer writes become records of 16 KiB.

A server's certificate is always verified: against the system's roots, or against
a pin, the SHA-256 of its public key (RFC 7469, section 2.4). Limits: no client
certificates, no 0-RTT, no renegotiation.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from peppermoth.cloaks.machine import Buffer, Ended, Event, Rejected
from peppermoth.cloaks.nginx import ServerObject, server_context
from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.hello import first_client_hello

NOT_TLS = "not TLS"
NO_FINGERPRINT = "none"
PROTOCOLS = ("h2", "http/1.1")

_HANDSHAKE_RECORD = 0x16
_SSLV2_BIT = 0x80


@dataclass(frozen=True, slots=True)
class Secured(Event):
    """The handshake is done and the peer's certificate, if asked for, is the right one."""

    protocol: str | None
    version: str


@dataclass(frozen=True, slots=True)
class Untrusted(Event):
    """The server's certificate is not the one expected; nothing was said to it."""

    reason: str


@dataclass(frozen=True, slots=True)
class Plaintext(Event):
    """Decrypted bytes, in pieces of at most one read."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Stack:
    """A TLS library with its settings, shared by many connections."""

    context: ssl.SSLContext
    bio: Callable[[], Any]
    server_side: bool
    read_size: int
    wants_bytes: bool
    pin: bytes | None = None


def key_pin(certificate_der: bytes) -> bytes:
    """SHA-256 of a certificate's SubjectPublicKeyInfo, 32 bytes."""
    key = x509.load_der_x509_certificate(certificate_der).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()


def client_stack(
    fingerprint: str = "chrome:stable",
    pin: bytes | None = None,
    roots: str | None = None,
    protocols: Sequence[str] = PROTOCOLS,
) -> Stack:
    """A client that looks like ``fingerprint`` (a profile of ``utls``, or ``none``).

    A browser without a version, as other apps' links write it, is its stable profile.
    ``roots`` is a PEM file used instead of the system's roots. Raises ValueError
    for an unknown profile and ImportError where ``utls`` does not run.
    """
    context: ssl.SSLContext
    if fingerprint == NO_FINGERPRINT:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(list(protocols))
        bio: Callable[[], Any] = ssl.MemoryBIO
    else:
        import utls

        context = utls.SSLContext(utls.PROTOCOL_TLS_CLIENT)
        try:
            context.set_fingerprint(fingerprint if ":" in fingerprint else f"{fingerprint}:stable")
        except Exception as exc:
            raise ValueError(f"no TLS profile is called {fingerprint!r}") from exc
        bio = utls.MemoryBIO
    if pin is not None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE  # the pin is compared instead, before a byte is sent
    elif roots is not None:
        context.load_verify_locations(roots)
    else:
        context.load_default_certs()
    native = fingerprint == NO_FINGERPRINT
    # OpenSSL returns one record a read; BoringSSL through utls fills what it is given.
    return Stack(context, bio, False, 16_384 if native else 262_144, not native, pin)


def server_stack(certificate: str, key: str, protocols: Sequence[str] = PROTOCOLS) -> Stack:
    """A server from PEM files, set so that it answers as Debian's nginx does.

    Raises OSError or ssl.SSLError for files that cannot be used.
    """
    context = server_context(certificate, key, protocols)
    return Stack(context, ssl.MemoryBIO, True, 16_384, False)


class Tls:
    """One TLS connection. A client's first flight is ready to send at once.

    A client checks the certificate for ``server_hostname``, which it also sends if it is
    a name and no IP address.
    """

    __slots__ = ("_ended", "_events", "_greeting", "_incoming", "_items", "_mute", "_outgoing",
                 "_secured", "_stack", "_started", "_tls")  # fmt: skip

    def __init__(self, stack: Stack, server_hostname: str | None = None) -> None:
        self._stack = stack
        self._incoming = stack.bio()
        self._outgoing = stack.bio()
        self._tls = stack.context.wrap_bio(
            self._incoming,
            self._outgoing,
            server_side=stack.server_side,
            server_hostname=server_hostname,
        )
        self._events: list[Event] = []
        self._items: list[bytes] = []
        self._secured = False
        self._ended = False  # nothing more comes from the peer
        self._mute = False  # nothing more can be said to it
        self._greeting: bytearray | None = bytearray() if stack.server_side else None
        self._started = not stack.server_side
        if self._started:
            self._handshake()

    # The machine's vocabulary

    def receive_data(self, data: Buffer, now: float) -> None:
        """TLS bytes from the peer; ``b""`` is its FIN."""
        if self._ended:
            return
        if not data:
            if self._secured:
                self._read()  # utls may hold back an error or close_notify behind data
            if not self._ended:
                self._end("" if self._secured else "closed during the handshake")
            return
        if not self._started:
            self._started = True
            if data[0] != _HANDSHAKE_RECORD and not data[0] & _SSLV2_BIT:
                # The test nginx makes before it calls OpenSSL: this is not TLS at all.
                self._fail(Rejected(NOT_TLS, bytes(data)))
                return
        if self._greeting is not None:
            self._look_at_hello(self._greeting, data)
        self._incoming.write(bytes(data) if self._stack.wants_bytes else data)
        if self._secured or self._handshake():
            self._read()

    def events(self) -> list[Event]:
        """Secured, then Plaintext pieces; Untrusted, Rejected or Ended at the end."""
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> list[bytes]:
        """One item for each TLS write."""
        items, self._items = self._items, []
        return items

    def next_wakeup(self) -> float | None:
        """TLS keeps no time."""
        return None

    def wake(self, now: float) -> None:
        """TLS keeps no time."""

    # Verbs

    def send(self, data: Buffer) -> None:
        """Encrypt ``data`` as one write, even when the peer has ended.

        Ignored after a failure and after ``close``.
        """
        if self._mute or not data:
            return
        try:
            sent = self._tls.write(data)
            while sent < len(data):
                sent += self._tls.write(memoryview(data)[sent:])
        except ssl.SSLZeroReturnError:
            return
        self._items.append(self._outgoing.read())

    def close(self) -> None:
        """Send close_notify; nothing can be sent after it."""
        if self._secured and not self._mute:
            self._mute = True
            with contextlib.suppress(ssl.SSLError):
                self._tls.unwrap()
            self._flush()

    # Inside

    def _look_at_hello(self, greeting: bytearray, data: Buffer) -> None:
        """A server's context asks what the client offered when OpenSSL has read the hello."""
        greeting += data
        try:
            hello = first_client_hello(greeting)
        except RemoteProtocolError:
            self._greeting = None  # OpenSSL has the last word
        else:
            if hello is not None:
                cast(ServerObject, self._tls).offered = hello.alpn
                self._greeting = None

    def _handshake(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._flush()
            return False
        except ssl.SSLCertVerificationError as exc:
            self._fail(Untrusted(exc.verify_message or "certificate verification failed"))
            return False
        except (ssl.SSLError, ssl.CertificateError) as exc:
            self._fail(Ended(_reason(exc)))
            return False
        if self._stack.pin is not None and not self._pinned(self._stack.pin):
            self._fail(Untrusted("the server's public key is not the one in the link"))
            return False
        self._flush()
        self._secured = True
        protocol, version = self._tls.selected_alpn_protocol(), self._tls.version()
        self._events.append(Secured(protocol, version or ""))
        return True

    def _pinned(self, pin: bytes) -> bool:
        certificate = self._tls.getpeercert(True)
        try:
            return certificate is not None and hmac.compare_digest(key_pin(certificate), pin)
        except (ValueError, UnsupportedAlgorithm):  # a certificate or key that cannot be read
            return False

    def _read(self) -> None:
        read, size = self._tls.read, self._stack.read_size
        try:
            while data := read(size):
                self._events.append(Plaintext(data))
                if len(data) < size and not (self._incoming.pending or self._tls.pending()):
                    break  # a further read would only raise, which costs more than the question
            else:
                self._end("")  # close_notify
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:  # close_notify, after our own
            self._end("")
        except ssl.SSLError as exc:
            self._fail(Ended(_reason(exc)))
            return
        self._flush()

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._items.append(self._outgoing.read())

    def _end(self, reason: str) -> None:
        self._ended = True
        self._events.append(Ended(reason))

    def _fail(self, event: Event) -> None:
        self._flush()  # the alert
        self._ended = self._mute = True
        self._events.append(event)


def _reason(error: ssl.SSLError) -> str:
    # utls has no ``reason``: it is the end of BoringSSL's error string.
    reason = getattr(error, "reason", str(error).rpartition(":")[2].rstrip("',)"))
    return (reason or "TLS error").lower().replace("_", " ")
