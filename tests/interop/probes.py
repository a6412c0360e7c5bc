"""What a prober does to a TLS port, and what it can see of the answer.

A probe is a row of ``PROBES``: how to say hello in TLS (or not at all), then what
to send. ``observe`` plays one against a port and writes down everything a prober
at the other end can tell: the shape of the server's TLS records, what they say
when decrypted, the alert, the way the connection ends and whether that comes at
once or after a timeout. Two servers are alike if all their observations are equal.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field

import hpack
import utls
from hyperframe.frame import Frame, HeadersFrame

from peppermoth.wire.hello import decode_server_hello

HOST = "127.0.0.1"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
EMPTY_SETTINGS = bytes.fromhex("000000040000000000")
_FLIGHT_13 = 8
_CLEAR = (20, 22)  # record types of a TLS 1.2 handshake
_DATE = re.compile(rb"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
# Records with an ECDSA P-256 signature, whose length varies: CertificateVerify in
# TLS 1.3 and ServerKeyExchange in TLS 1.2.
_SIGNED = {length: top for top in (97, 116) for length in range(top - 4, top)}


@dataclass(frozen=True)
class Hello:
    """How the prober greets: a TLS client by its settings, ``delay`` seconds after connecting.

    A ``browser``, by its profile in utls, has settings of its own.
    """

    alpn: tuple[str, ...] = ("http/1.1",)
    name: str | None = "localhost"
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion] = (
        ssl.TLSVersion.TLSv1_2,
        ssl.TLSVersion.TLSv1_3,
    )
    ciphers: str = "DEFAULT:@SECLEVEL=0"
    delay: float = 0.0
    browser: str | None = None

    def context(self) -> ssl.SSLContext:
        """A client context that trusts anybody."""
        if self.browser is not None:
            likeness: ssl.SSLContext = utls.SSLContext(utls.PROTOCOL_TLS_CLIENT)
            likeness.set_fingerprint(self.browser)
            likeness.check_hostname = False
            likeness.verify_mode = ssl.CERT_NONE
            return likeness
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # old versions, on purpose
            context.maximum_version = ssl.TLSVersion.MAXIMUM_SUPPORTED
            context.minimum_version, context.maximum_version = self.versions
        context.set_ciphers(self.ciphers)
        if self.alpn:
            context.set_alpn_protocols(list(self.alpn))
        return context

    def memory(self) -> ssl.MemoryBIO:
        """A buffer of the library that the context is of."""
        return ssl.MemoryBIO() if self.browser is None else utls.MemoryBIO()

    def first_flight(self) -> bytes:
        """A ClientHello in its record."""
        outgoing = ssl.MemoryBIO()
        client = self.context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=self.name)
        with contextlib.suppress(ssl.SSLWantReadError):
            client.do_handshake()
        return outgoing.read()


@dataclass(frozen=True)
class Raw:
    """Bytes that go out as they are, outside TLS."""

    data: bytes


@dataclass(frozen=True)
class Wait:
    """Let the server speak for some seconds."""

    seconds: float


class Fin:
    """Send FIN and go on reading."""


class CloseNotify:
    """End the TLS stream, leaving TCP open."""


class Reset:
    """Leave with RST."""


Step = bytes | Raw | Wait | type[Fin] | type[CloseNotify] | type[Reset]


@dataclass(frozen=True)
class Probe:
    """One row of the battery."""

    hello: Hello | None
    steps: tuple[Step, ...] = ()


@dataclass
class Observation:
    """What the prober saw."""

    records: list[tuple[int, int, int]] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    hello: tuple[object, ...] = ()
    tls: tuple[str, ...] = ()
    said: list[object] = field(default_factory=list)
    alert: str = ""
    end: str = "open"
    close_notify: bool = False
    late: bool = False


class _Line:
    """One connection of the prober."""

    def __init__(
        self,
        port: int,
        hello: Hello | None,
        context: ssl.SSLContext | None = None,
        session: ssl.SSLSession | None = None,
    ) -> None:
        self.sock = socket.create_connection((HOST, port))
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
        assert self.tls is not None
        while True:
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

    def decrypt(self) -> None:
        assert self.tls is not None
        try:
            while data := self.tls.read(65536):
                self.plain += data
                self.ticket = self.tls.session
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
        while self.read(deadline):
            if self.tls is not None:
                self.decrypt()


def observe(port: int, probe: Probe, patience: float) -> Observation:
    """Play ``probe`` against ``port`` of a server whose timeouts are ``patience`` seconds."""
    line = _Line(port, probe.hello)
    with contextlib.closing(line.sock):
        if probe.hello is not None:
            time.sleep(probe.hello.delay)
        started = time.monotonic()
        if probe.hello is None or line.handshake(started + 2.5 * patience):
            for step in probe.steps:
                if line.seen.end == "open":
                    started = _play(line, step, started)
            if line.seen.end == "open":
                line.pump(time.monotonic() + 2.5 * patience)
        elif line.seen.end == "open":
            line.pump(time.monotonic() + 2.5 * patience)
        line.seen.late = time.monotonic() - started > patience / 2
    line.seen.records = _handshake(bytes(line.raw), bool(line.seen.tls))
    line.seen.sizes = [length for _, _, length in _records(bytes(line.raw))]
    line.seen.hello = _server_hello(bytes(line.raw))
    if probe.hello is not None or not line.seen.records:
        line.seen.said = _speech(bytes(line.plain), line.alpn)
    return line.seen


def recorded(port: int, hello: Hello, words: bytes) -> list[bytes]:
    """What went over the line, write by write, when a client said ``words``."""
    line = _Line(port, hello)
    with contextlib.closing(line.sock):
        deadline = time.monotonic() + 10
        assert line.handshake(deadline)
        _play(line, words, deadline)
        line.read(deadline)
    return line.sent


def resumed(port: int, hello: Hello, words: bytes) -> tuple[bool, list[tuple[int, int, int]]]:
    """Whether a second connection resumed the first one's session, and the server's records."""
    context = hello.context()
    first = _Line(port, hello, context)
    with contextlib.closing(first.sock):
        deadline = time.monotonic() + 10
        assert first.handshake(deadline)
        _play(first, words, deadline)
        first.pump(deadline)
        assert first.ticket is not None
    second = _Line(port, hello, context, first.ticket)
    with contextlib.closing(second.sock):
        assert second.handshake(time.monotonic() + 10)
        assert second.tls is not None
        reused = bool(second.tls.session_reused)
        _play(second, words, deadline)
        second.pump(time.monotonic() + 10)
    return reused, _handshake(bytes(second.raw), False)[:6]


def _play(line: _Line, step: Step, started: float) -> float:
    match step:
        case bytes():
            assert line.tls is not None
            line.tls.write(step)
            line.send(line.outgoing.read())
        case Raw(data):
            line.send(data)
        case Wait(seconds):
            line.pump(time.monotonic() + seconds)
            return started
        case _ if step is Fin:
            line.sock.shutdown(socket.SHUT_WR)
        case _ if step is CloseNotify:
            assert line.tls is not None
            with contextlib.suppress(ssl.SSLError):
                line.tls.unwrap()
            line.send(line.outgoing.read())
        case _:
            line.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            line.sock.close()
            line.seen.end = "left"
    return time.monotonic()


def _handshake(raw: bytes, done: bool) -> list[tuple[int, int, int]]:
    """The server's records, up to what it says after a handshake that got done.

    In TLS 1.3 that is its first flight and two tickets; in TLS 1.2, all before
    application data and alerts.
    """
    records = list(_records(raw))
    if done and (20, 3, 1) in records[:2]:
        return records[:_FLIGHT_13]
    return [record for record in records if not done or record[0] in _CLEAR]


def _records(raw: bytes) -> Iterator[tuple[int, int, int]]:
    """Type, version and length of each TLS record; nothing for what is not TLS."""
    while len(raw) >= 5 and raw[1] == 3:
        length = int.from_bytes(raw[3:5], "big")
        yield raw[0], raw[2], _SIGNED.get(length, length)
        raw = raw[5 + length :]


def _server_hello(raw: bytes) -> tuple[object, ...]:
    """Versions, cipher, extensions in their order and chosen group of a ServerHello."""
    if raw[:1] != b"\x16":
        return ()
    length = int.from_bytes(raw[3:5], "big")
    hello = decode_server_hello(raw[5 : 5 + length])
    extensions = [(kind, len(data)) for kind, data in hello.extensions]
    return hello.version, hello.cipher_suite, extensions, hello.key_share_group


def _speech(plain: bytes, alpn: str | None) -> list[object]:
    if alpn != "h2":
        return [_DATE.sub(b"DATE", plain)] if plain else []
    frames: list[object] = []
    decoder = hpack.Decoder()
    view = memoryview(plain)
    while len(view) >= 9:
        frame, length = Frame.parse_frame_header(view[:9])
        body = bytes(view[9 : 9 + length])
        frame.parse_body(memoryview(body))
        said: object = body
        if isinstance(frame, HeadersFrame):
            said = [
                (name, "DATE" if name == "date" else value)
                for name, value in decoder.decode(frame.data)
            ]
        frames.append((type(frame).__name__, sorted(frame.flags), frame.stream_id, said))
        view = view[9 + length :]
    return frames
