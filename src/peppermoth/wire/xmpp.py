"""The tags of an XMPP stream (RFC 6120), for looking on: no XML document is built.

A tag comes with the text before it. At most ``LONGEST`` bytes belong together;
RemoteProtocolError where more would be needed or no tag can come.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

LONGEST: Final = 64 * 1024
_ATTRIBUTE: Final = re.compile(r"""([\w:-]{1,40})=(?:"([^"]{0,1000})"|'([^']{0,1000})')""")
_NAME: Final = re.compile(r"<([/?!]?)(?:[\w.-]{1,40}:)?([\w.\[-]{1,40})")


class Tag(NamedTuple):
    """A tag without its prefix; ``name`` starts with ``/`` where it closes; text before it."""

    name: str
    attributes: Mapping[str, str]
    text: str


def decode_tag(data: Buffer, pos: int = 0) -> tuple[Tag, int] | None:
    """The next tag; None while bytes are missing."""
    seen = bytes(data[pos : pos + LONGEST])
    start = seen.find(b"<")
    end = seen.find(b">", start) if start >= 0 else -1
    if end < 0:
        if len(seen) == LONGEST:
            raise RemoteProtocolError("no end of a tag")
        return None
    inside = seen[start : end + 1].decode("utf-8", "replace")
    found = _NAME.match(inside)
    if found is None:
        raise RemoteProtocolError("not a tag")
    attributes = {name: html.unescape(a or b) for name, a, b in _ATTRIBUTE.findall(inside[:4096])}
    text = html.unescape(seen[:start].decode("utf-8", "replace"))
    return Tag(found[1] + found[2], attributes, text), pos + end + 1
