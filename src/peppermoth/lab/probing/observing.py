"""What a prober does to a TLS port, and what it can see of the answer.

``observe`` plays a ``Probe`` against a server and writes down everything a prober at the other
end can tell: the shape of the server's TLS records, what they say when decrypted, the
alert, the way the connection ends and whether that comes at once or after a timeout.
``replayed`` and ``resumed`` do what takes two connections. Two servers are alike if all
their observations are equal; dates, and lengths that vary by chance, are left out.

One connection each, and never more than 2.5 times ``patience`` of waiting for a word.
Raises WorldError where nobody takes the connection. Whatever the server says is
foreign: what cannot be read is kept as bytes.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Final

from peppermoth.errors import RemoteProtocolError, WorldError
from peppermoth.lab.probing.probes import (
    Changed,
    CloseNotify,
    Fin,
    Hello,
    Observation,
    Probe,
    Raw,
    Shape,
    Step,
    Wait,
)
from peppermoth.redact import Address
from peppermoth.wire import http2
from peppermoth.wire.hello import decode_server_hello
from peppermoth.wire.tls import (
    HandshakeMessage,
    HandshakeType,
    LineReader,
    decode_certificates,
    decode_record,
)

_FLIGHT_13: Final = 8
_CLEAR: Final = (20, 22)
"""Record types of a handshake of TLS 1.2."""

_CHANGE: Final = (20, 3, 1)
_DATE: Final = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
_SIGNED: Final = {length: top for top in (97, 116) for length in range(top - 4, top)}
"""Records with an ECDSA P-256 signature, whose length varies: CertificateVerify in TLS 1.3
and ServerKeyExchange in TLS 1.2."""

_GRACE: Final = 10.0
"""Seconds for a connection to be made, and for each part of those that take two."""


class _Line:
    """One connection of the prober."""

    def __init__(
        self,
        server: Address,
        hello: Hello | None,
        context: ssl.SSLContext | None = None,
        session: ssl.SSLSession | None = None,
    ) -> None:
        try:
            self.sock = socket.create_connection(server, _GRACE)
        except OSError as exc:
            why = exc.strerror or type(exc).__name__
            raise WorldError(f"No connection to {server.text} can be made: {why}.") from exc
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.seen = Observation()
        self.sent: list[bytes] = []
        self.raw = bytearray()
        self.plain = bytearray()
        self.tls: ssl.SSLObject | None = None
        self.alpn: str | None = None
        self.ticket: ssl.SSLSession | None = None
        if hello is not None:
            self.incoming, self.outgoing = hello.memory(), hello.memory()
            self.tls = (context or hello.context()).wrap_bio(
                self.incoming, self.outgoing, server_hostname=hello.name
            )
            if session is not None:
                self.tls.session = session

    def send(self, data: bytes) -> None:
        if data:
            self.sent.append(data)
        try:
            self.sock.sendall(data)
        except OSError:
            self.seen.end = "RST"

    def say(self, words: bytes) -> bytes:
        """The records that say something in TLS; none where TLS has ended."""
        if self.tls is None:
            return b""
        self.tls.write(words)
        return self.outgoing.read()

    def read(self, deadline: float) -> bool:
        """Read once; false when there is nothing more to wait for."""
        self.sock.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            data = self.sock.recv(65536)
        except TimeoutError:
            return False
        except OSError:
            self.seen.end = "RST"
            return False
        if not data:
            self.seen.end = "FIN"
            return False
        self.raw += data
        if self.tls is None:
            self.plain += data
        else:
            self.incoming.write(data)
        return True

    def handshake(self, deadline: float) -> bool:
        """Whether the server and the prober agreed on TLS; true where there is none to agree on."""
        while self.tls is not None:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                self.send(self.outgoing.read())
                if not self.read(deadline):
                    return False
            except ssl.SSLError as error:
                self.seen.alert = error.reason or str(error)
                return False
            else:
                self.send(self.outgoing.read())
                self.alpn = self.tls.selected_alpn_protocol()
                cipher = self.tls.cipher()
                self.seen.tls = (str(self.tls.version()), str(cipher), str(self.alpn))
                return True
        return True

    def decrypt(self, tls: ssl.SSLObject) -> None:
        try:
            while data := tls.read(65536):
                self.plain += data
                self.ticket = tls.session
            self.seen.close_notify = True
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.seen.close_notify = True
        except ssl.SSLError as error:
            self.seen.alert = error.reason or str(error)
        if self.seen.alert or self.seen.close_notify:
            self.tls = None  # whatever follows is not looked into

    def pump(self, deadline: float) -> None:
        """Read until the end or the deadline."""
        while time.monotonic() < deadline and self.read(deadline):
            if self.tls is not None:
                self.decrypt(self.tls)


def observe(server: Address, probe: Probe, patience: float) -> Observation:
    """Play ``probe`` against a server whose timeouts are ``patience`` seconds."""
    line = _Line(server, probe.hello)
    with contextlib.closing(line.sock):
        if probe.hello is not None:
            time.sleep(probe.hello.delay)
        started = time.monotonic()
        steps = probe.steps if line.handshake(started + 2.5 * patience) else ()
        for step in steps:
            if line.seen.end == "open":
                started = _play(line, step, started)
        if line.seen.end == "open":
            line.pump(time.monotonic() + 2.5 * patience)
        line.seen.late = time.monotonic() - started > patience / 2
    raw = bytes(line.raw)
    line.seen.records = _handshake(raw, bool(line.seen.tls))
    line.seen.sizes = [length for _, _, length in _records(raw)]
    line.seen.hello = _server_hello(raw)
    if probe.hello is not None or not line.seen.records:
        line.seen.said = _speech(bytes(line.plain), line.alpn)
    return line.seen


def recorded(server: Address, hello: Hello, words: bytes) -> list[bytes]:
    """What went over the line, write by write, when a client said ``words``."""
    line = _Line(server, hello)
    with contextlib.closing(line.sock):
        deadline = time.monotonic() + _GRACE
        if line.handshake(deadline):
            line.send(line.say(words))
            line.read(deadline)
    return line.sent


def replayed(
    server: Address, hello: Hello, words: bytes, changed: tuple[int, ...], patience: float
) -> Observation:
    """Record a client's connection and play it again, some bytes of its first write changed."""
    first, *rest = recorded(server, hello, words)
    again = bytearray(first)
    for at in changed:
        again[at] ^= 0xFF
    probe = Probe(None, (Raw(bytes(again)), Wait(0.5), Raw(b"".join(rest))))
    return observe(server, probe, patience)


def resumed(server: Address, hello: Hello, words: bytes) -> tuple[bool, list[Shape]]:
    """Whether a second connection resumed the first one's session, and the server's records."""
    context = hello.context()
    ticket = None
    for _ in range(2):
        line = _Line(server, hello, context, ticket)
        with contextlib.closing(line.sock):
            deadline = time.monotonic() + _GRACE
            agreed = line.handshake(deadline)
            reused = agreed and line.tls is not None and bool(line.tls.session_reused)
            if agreed:
                line.send(line.say(words))
                line.pump(deadline)
        ticket = line.ticket
    return reused, _handshake(bytes(line.raw), False)[:6]


def certificates(server: Address, name: str | None) -> tuple[bytes, ...]:
    """The chain that a server shows in TLS 1.2, where it is in clear; empty where it has none."""
    version = ssl.TLSVersion.TLSv1_2
    line = _Line(server, Hello(name=name, versions=(version, version)))
    with contextlib.closing(line.sock):
        line.handshake(time.monotonic() + _GRACE)
    found = _message(bytes(line.raw), HandshakeType.CERTIFICATE)
    return decode_certificates(found) if found else ()


def _play(line: _Line, step: Step, started: float) -> float:
    match step:
        case bytes():
            line.send(line.say(step))
        case Raw(data):
            line.send(data)
        case Changed(data, at):
            records = bytearray(line.say(data))
            if records:
                records[at] ^= 0xFF
            line.send(bytes(records))
        case Wait(seconds):
            line.pump(time.monotonic() + seconds)
            return started
        case _ if step is Fin:
            with contextlib.suppress(OSError):
                line.sock.shutdown(socket.SHUT_WR)
        case _ if step is CloseNotify:
            if line.tls is not None:
                with contextlib.suppress(ssl.SSLError):
                    line.tls.unwrap()
                line.send(line.outgoing.read())
        case _:
            line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            line.sock.close()
            line.seen.end = "left"
    return time.monotonic()


def _handshake(raw: bytes, done: bool) -> list[Shape]:
    """The server's records, up to what it says after a handshake that got done.

    In TLS 1.3 that is its first flight and two tickets; in TLS 1.2, all before
    application data and alerts.
    """
    records = list(_records(raw))
    if done and _CHANGE in records[:2]:
        return records[:_FLIGHT_13]
    return [record for record in records if not done or record[0] in _CLEAR]


def _records(raw: bytes) -> Iterator[Shape]:
    """The shape of each whole TLS record; nothing for what is not TLS."""
    pos = 0
    with contextlib.suppress(RemoteProtocolError):
        while (found := decode_record(raw, pos)) is not None:
            record, pos = found
            yield record.type, record.version & 0xFF, _SIGNED.get(record.length, record.length)


def _message(raw: bytes, kind: HandshakeType) -> bytes:
    """The first handshake message in clear of one kind; empty where there is none."""
    with contextlib.suppress(RemoteProtocolError):
        for seen in LineReader().feed(raw):
            if isinstance(seen, HandshakeMessage) and seen.type == kind:
                return seen.data
    return b""


def _server_hello(raw: bytes) -> tuple[object, ...]:
    """Versions, cipher, extensions in their order and chosen group of a ServerHello."""
    message = _message(raw, HandshakeType.SERVER_HELLO)
    if not message:
        return ()
    try:
        hello = decode_server_hello(message)
    except RemoteProtocolError:
        return ("malformed", len(message))
    extensions = [(kind, len(data)) for kind, data in hello.extensions]
    return hello.version, hello.cipher_suite, extensions, hello.key_share_group


def _speech(plain: bytes, alpn: str | None) -> list[object]:
    """What was said, dates left out: all of it as bytes, or HTTP/2's frames."""
    if alpn != "h2":
        return [_DATE.sub(b"DATE", plain)] if plain else []
    frames: list[object] = []
    fields = http2.FieldReader()
    pos = 0
    while (found := http2.decode_frame_head(plain, pos)) is not None:
        head, start = found
        pos = start + head.length
        said: object = plain[start:pos]
        if head.type == http2.Type.HEADERS:
            with contextlib.suppress(RemoteProtocolError):
                said = tuple(
                    (name, "DATE" if name == "date" else value)
                    for name, value in fields.fields(http2.content(head, plain[start:pos]))
                )
        frames.append((head.type, head.flags, head.stream, said))
    return frames
