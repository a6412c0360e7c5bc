"""Fingerprints of TLS: is the client a browser, and does the server answer as nginx does?

- *Client* (Frolov and Wustrow, NDSS 2019, with today's JA4 by FoxIO): cipher suites,
  extensions with signature algorithms, where GREASE stands, application settings beside
  HTTP/2 and, for browsers that do not shuffle, the order of extensions. The margin is in
  how many of these a hello differs from the nearest browser of ``BROWSERS``.
- *Server* (in the manner of Aparecium's look at session tickets): what OpenSSL says under
  nginx in TLS 1.3 - the order of ServerHello's extensions, a record for each message of
  the sealed flight, tickets of one size or a cipher's block apart - and in how many of
  these an answer differs.

Half a part is taken off: equal is below zero, one difference above. Extensions that a
browser sends or not, by what it knows of the server, do not count. Limits: browsers are
those of the table, so Safari and new versions are flagged; a server of TLS 1.2 is not
judged, nor a handshake of which too little was kept.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.lab.detectors import Detector
from peppermoth.lab.traces import Trace
from peppermoth.wire.extensions import ExtensionType
from peppermoth.wire.hello import ClientHello, ServerHello, decode_server_hello, first_client_hello
from peppermoth.wire.ja4 import extension_order, ja4
from peppermoth.wire.tls import (
    ContentType,
    HandshakeMessage,
    HandshakeType,
    LineReader,
    Record,
)

TLS_13: Final = 0x0304

_ALPS: Final = frozenset({ExtensionType.ALPS, ExtensionType.ALPS_DRAFT})
_SOMETIMES: Final = _ALPS | {
    ExtensionType.SERVER_NAME,
    ExtensionType.PRE_SHARED_KEY,
    ExtensionType.EARLY_DATA,
    ExtensionType.PADDING,
}
"""Extensions that one browser sends to some servers and not to others."""


class Browser(NamedTuple):
    """What a browser's hellos have in common; see ``seen_of`` for what each part means."""

    name: str
    ciphers: str
    extensions: str
    grease: tuple[tuple[int, ...], ...]
    settings: bool
    order: tuple[str, ...] | None


_FIRST: Final = (0,)
_ENDS: Final = (0, -1)
_BORING: Final = (_FIRST, _ENDS, _FIRST, _FIRST, (), _FIRST)
_BORING_152: Final = (_FIRST, _ENDS, _FIRST, _FIRST, _FIRST, _FIRST)
_NSS: Final = ((),) * 6

BROWSERS: Final = (
    Browser("Chrome 131 to 148", "8daaf6152771", "0a20fe35d3a5", _BORING, True, None),
    Browser("Chrome 150", "8daaf6152771", "e4c2b8c727f2", _BORING, True, None),
    Browser("Chrome since 152", "8daaf6152771", "5b37b36a67c0", _BORING_152, True, None),
    Browser(
        *("Firefox since 119", "5b57614c22b0", "5c2c66f702b0", _NSS, False),
        (
            *("0017", "ff01", "000a", "000b", "0023", "0010", "0005"),
            *("0022", "0033", "002b", "000d", "002d", "001c", "fe0d"),
        ),
    ),
)
"""Chrome's as its hellos are since these versions, Firefox's as published with ECH."""


def seen_of(hello: ClientHello, name: str = "") -> Browser:
    """A hello's parts.

    ``ciphers`` and ``extensions`` are JA4's digests without what is sent only sometimes;
    ``grease`` its places in ciphers, extensions (-1 is the last), versions, groups,
    signature algorithms and key shares; ``settings`` whether application settings are
    offered where HTTP/2 is; ``order`` the extensions as they came.
    """
    always = tuple(e for e in hello.extensions if e[0] not in _SOMETIMES)
    lasting = replace(hello, extensions=always)
    _, ciphers, extensions = ja4(lasting).split("_")
    places = lasting.grease
    last = len(always) - 1
    within = tuple(-1 if at == last else at for at in places.extensions)
    return Browser(
        name,
        ciphers,
        extensions,
        (places[0], within, *places[2:]),
        bool(hello.alps),
        extension_order(lasting),
    )


def _differences(hello: ClientHello, browser: Browser) -> int:
    seen = seen_of(hello)
    return sum(
        (
            seen.ciphers != browser.ciphers,
            seen.extensions != browser.extensions,
            seen.grease != browser.grease,
            seen.settings != (browser.settings and b"h2" in hello.alpn),
            browser.order is not None and seen.order != browser.order,
        )
    )


def client_margin(trace: Trace) -> float:
    """In how many parts a ClientHello differs from the nearest browser, less a half."""
    if trace.transport != "tcp":
        return math.nan
    try:
        hello = first_client_hello(trace.said)
    except RemoteProtocolError:
        return math.nan
    if hello is None:
        return math.nan
    return min(_differences(hello, browser) for browser in BROWSERS) - 0.5


class _Flight(NamedTuple):
    """What a server says, as nginx would: see ``server_margin``."""

    order: tuple[int, ...]
    finished: int
    tickets: int


_FULL: Final = _Flight((ExtensionType.SUPPORTED_VERSIONS, ExtensionType.KEY_SHARE), 5, 2)
_RESUMED: Final = _Flight((*_FULL.order, ExtensionType.PRE_SHARED_KEY), 3, 1)
"""The order of extensions, which record is Finished, and how many tickets follow it."""

_SHA384: Final = 0x1302
_SEALED_FINISHED: Final = {True: 4 + 48 + 17, False: 4 + 32 + 17}
"""Length of the record with Finished, by whether the suite's digest is SHA-384."""

_APART: Final = (0, 16)
"""How much longer one ticket may be than the other. It holds a random number of one byte more
or less, which where the host name has 16 or 32 bytes takes another block of the cipher."""


def server_margin(trace: Trace) -> float:
    """In how many parts a server's flight of TLS 1.3 differs from nginx's, less a half."""
    if trace.transport != "tcp":
        return math.nan
    hello, records = _answer(trace.answered)
    if hello is None or hello.version != TLS_13 or hello.is_retry:
        return math.nan
    resumes = hello.extension(ExtensionType.PRE_SHARED_KEY) is not None
    wanted = _RESUMED if resumes else _FULL
    whole = wanted.finished + 1 + wanted.tickets
    if len(records) < whole:
        return math.nan
    kinds = [record.type for record in records[1:whole]]
    sealed = [ContentType.APPLICATION_DATA] * (whole - 2)
    tickets = [record.length for record in records[whole - wanted.tickets : whole]]
    finished = _SEALED_FINISHED[hello.cipher_suite == _SHA384]
    return (
        sum(
            (
                tuple(kind for kind, _ in hello.extensions) != wanted.order,
                kinds != [ContentType.CHANGE_CIPHER_SPEC, *sealed],
                records[wanted.finished].length != finished,
                max(tickets) - min(tickets) not in _APART,
            )
        )
        - 0.5
    )


def _answer(stream: bytes) -> tuple[ServerHello | None, Sequence[Record]]:
    """The ServerHello and all whole records of a server's stream."""
    hello, records = None, []
    try:
        for seen in LineReader().feed(stream):
            if isinstance(seen, Record):
                records.append(seen)
            elif isinstance(seen, HandshakeMessage) and seen.type == HandshakeType.SERVER_HELLO:
                hello = hello or decode_server_hello(seen.data)
    except RemoteProtocolError:
        pass  # what came before was seen
    return hello, records


DETECTORS: Final = (
    Detector(
        id="tls-client-fingerprint",
        measures="in how many parts the ClientHello differs from every known browser's",
        source="Frolov and Wustrow, NDSS 2019; JA4 by FoxIO",
        version=1,
        margin=client_margin,
    ),
    Detector(
        id="tls-server-fingerprint",
        measures="in how many parts the server's handshake differs from nginx's",
        source="this project's, after Aparecium's look at session tickets",
        version=2,
        margin=server_margin,
    ),
)
