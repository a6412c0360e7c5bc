"""Probes as values: how a prober greets a server, what it then does, and what it saw.

A ``Probe`` is data; ``observing`` plays it, ``battery`` lists those that we know. What a
prober sees is an ``Observation``, which compares by value.
"""

from __future__ import annotations

import contextlib
import ssl
import warnings
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import utls

Shape: TypeAlias = tuple[int, int, int]
"""Type, minor version and length of a record."""


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
            likeness: Any = utls.SSLContext(utls.PROTOCOL_TLS_CLIENT)
            likeness.set_fingerprint(self.browser)
            likeness.check_hostname = False
            likeness.verify_mode = ssl.CERT_NONE
            return cast(ssl.SSLContext, likeness)
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
        return ssl.MemoryBIO() if self.browser is None else cast(ssl.MemoryBIO, utls.MemoryBIO())

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


@dataclass(frozen=True)
class Changed:
    """Bytes said in TLS, in whose records the line changes one byte: the ``at``-th, from 0."""

    data: bytes
    at: int


class Fin:
    """Send FIN and go on reading."""


class CloseNotify:
    """End the TLS stream, leaving TCP open."""


class Reset:
    """Leave with RST."""


Step: TypeAlias = bytes | Raw | Changed | Wait | type[Fin] | type[CloseNotify] | type[Reset]


@dataclass(frozen=True)
class Probe:
    """One row of the battery."""

    hello: Hello | None
    steps: tuple[Step, ...] = ()


@dataclass
class Observation:
    """What the prober saw. ``sizes`` are of all records, ``records`` those of the handshake."""

    records: list[Shape] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    hello: tuple[object, ...] = ()
    tls: tuple[str, ...] = ()
    said: list[object] = field(default_factory=list)
    alert: str = ""
    end: str = "open"
    close_notify: bool = False
    late: bool = False
