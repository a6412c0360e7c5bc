"""What somebody on the line can read: recorded bytes in, findings out.

Nothing but the recording goes in. TLS shows its hellos and the sizes of its
records, HTTP/1 in clear shows everything; the formats are read by ``wire/``.

Limits: of HTTP, bodies with a Content-Length or up to the end of the connection
(no chunks, no compression), text of HTML only. All strings are hostile input.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import chain
from typing import TypeVar

from peppermoth.errors import RemoteProtocolError
from peppermoth.lab.demo.line import Conversation
from peppermoth.redact import Address
from peppermoth.wire.hello import ClientHello, decode_client_hello, decode_server_hello
from peppermoth.wire.http import Head, RequestLine
from peppermoth.wire.http_body import messages
from peppermoth.wire.ja4 import ja4
from peppermoth.wire.tls import VERSION_NAMES, HandshakeMessage, HandshakeType, LineReader, Record

T = TypeVar("T")

_UNSEEN_ELEMENTS = frozenset({"script", "style", "template"})
_PORT = re.compile(r":[0-9]+$")
_SHORTEST_WORDS = 6  # characters; shorter ones turn up in random bytes


@dataclass(frozen=True)
class Reading:
    """What one connection showed. ``sizes`` are of records, or pieces: up positive, down negative.

    ``names`` are hosts that were named, ``requests`` such as ``GET /``, ``text`` what
    a reader of the pages saw, their titles first; ``ja4`` is the client's fingerprint.
    """

    server: Address
    sent: int
    received: int
    began: float
    lasted: float
    sizes: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    version: str | None = None
    ja4: str | None = None


@dataclass(frozen=True)
class Sighting:
    """What a recording showed as a whole: its connections in order."""

    readings: tuple[Reading, ...]

    def all(self, select: Callable[[Reading], Iterable[T]]) -> tuple[T, ...]:
        """Everything of one kind that any connection showed, each once, in order."""
        return tuple(dict.fromkeys(chain.from_iterable(map(select, self.readings))))

    @property
    def words(self) -> tuple[str, ...]:
        """Names without ports, paths and text, where long enough to be searched for elsewhere."""
        names = (_PORT.sub("", name) for name in self.all(lambda r: r.names))
        paths = (request.partition(" ")[2] for request in self.all(lambda r: r.requests))
        found = (*names, *paths, *self.all(lambda r: r.text))
        return tuple(word for word in dict.fromkeys(found) if len(word) >= _SHORTEST_WORDS)


def read_all(recording: Iterable[Conversation]) -> Sighting:
    """Read a recording."""
    return Sighting(tuple(map(read, recording)))


def read(conversation: Conversation) -> Reading:
    """Read one connection, as far as it can be read."""
    return _read_tls(conversation) or _read_http(conversation)


def occurring(words: Iterable[str], recording: Sequence[Conversation]) -> tuple[str, ...]:
    """Those of the words that stand anywhere in the recorded bytes of either direction."""
    streams = [c.stream(up=up) for c in recording for up in (True, False)]
    return tuple(word for word in words if any(word.encode() in stream for stream in streams))


def _read_tls(conversation: Conversation) -> Reading | None:
    """The connection as TLS; None if it is something else."""
    sizes: list[int] = []
    hello: ClientHello | None = None
    version: str | None = None
    readers = {True: LineReader(), False: LineReader()}
    try:
        for segment in conversation.segments:
            for seen in readers[segment.up].feed(segment.data):
                match seen:
                    case Record():
                        sizes.append(seen.length if segment.up else -seen.length)
                    case HandshakeMessage(type=HandshakeType.CLIENT_HELLO):
                        hello = hello or decode_client_hello(seen.data)
                    case HandshakeMessage(type=HandshakeType.SERVER_HELLO):
                        version = VERSION_NAMES.get(decode_server_hello(seen.data).version)
    except RemoteProtocolError:
        pass  # what came before it was seen all the same
    if hello is None:
        return None
    return replace(
        _outside(conversation),
        sizes=tuple(sizes),
        names=(hello.server_name,) if hello.server_name else (),
        version=version,
        ja4=ja4(hello),
    )


def _read_http(conversation: Conversation) -> Reading:
    """The connection as HTTP in clear, as far as it is that."""
    asked = [head for head, _ in messages(conversation.stream(up=True))]
    answered = list(messages(conversation.stream(up=False)))
    lines = [head.line for head in asked]
    sizes = [len(s.data) if s.up else -len(s.data) for s in conversation.segments]
    return replace(
        _outside(conversation),
        sizes=tuple(sizes),
        names=tuple(dict.fromkeys(filter(None, (head.field("host") for head in asked)))),
        requests=tuple(f"{x.method} {x.target}" for x in lines if isinstance(x, RequestLine)),
        text=tuple(chain.from_iterable(visible_text(head, body) for head, body in answered)),
    )


def _outside(conversation: Conversation) -> Reading:
    """What every connection shows, whatever it says."""
    return Reading(
        server=conversation.server,
        sent=conversation.sent,
        received=conversation.received,
        began=conversation.began,
        lasted=conversation.lasted,
    )


def visible_text(head: Head, body: bytes) -> list[str]:
    """The words of a page in pieces, its title first; empty for what is not HTML."""
    if "html" not in (head.field("content-type") or ""):
        return []
    reader = _PageReader()
    # What html.parser raises for a broken marked section; what came before was seen.
    with suppress(AssertionError):
        reader.feed(body.decode("utf-8", "replace"))
        reader.close()
    return [*filter(None, [reader.title]), *reader.pieces]


class _PageReader(HTMLParser):
    """Collects the title and the text of an HTML page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.pieces: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "title" or tag in _UNSEEN_ELEMENTS:
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if "title" in self._inside:
            self.title += words
        elif words and not self._inside:
            self.pieces.append(words)
