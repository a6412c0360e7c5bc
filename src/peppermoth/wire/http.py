"""The head of an HTTP/1 message, as an observer reads it: first line and header fields.

RFC 9112. This reader is for looking on (what does the line show in clear?); where we
take part in a conversation, h11 parses. It is therefore tolerant: lines may end in a
bare LF, fields may be folded, a line without a colon is passed over. What cannot
become HTTP/1 is refused with RemoteProtocolError, most of it at the first bytes.

Limits: a head has at most 64 KiB, its first line at most 16 KiB. Text is ISO-8859-1,
so that every byte has a character; it is hostile input, to be escaped where it is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

MAX_HEAD = 64 * 1024
MAX_LINE = 16 * 1024

_BLANK = " \t\r"
_TCHAR = r"[!#$%&'*+.^_`|~0-9A-Za-z-]"
_REQUEST_LINE = re.compile(rf"({_TCHAR}{{1,32}}) +([^ \r]+) +HTTP/(1\.[0-9]) *")
_STATUS_LINE = re.compile(
    r"HTTP/(?P<version>1\.[0-9]) +(?P<status>[1-9][0-9]{2})(?: (?P<reason>[^\r]*))?"
)
_PART_OF_FIRST_LINE = re.compile(rf"(?:{_TCHAR}|/){{0,32}}(?: .*)?".encode(), re.DOTALL)
_BLANK_LINE = re.compile(rb"\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")


class RequestLine(NamedTuple):
    """How a request starts; the target as sent, the version such as ``1.1``."""

    method: str
    target: str
    version: str


class StatusLine(NamedTuple):
    """How a response starts; the reason may be empty."""

    version: str
    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a message: its first line and its fields, in order and spelt as sent."""

    line: RequestLine | StatusLine
    fields: tuple[tuple[str, str], ...]

    def field(self, name: str) -> str | None:
        """The value of the first field of this name, in any case; None where there is none."""
        wanted = name.lower()
        for found, value in self.fields:
            if len(found) == len(wanted) and found.lower() == wanted:
                return value
        return None


def decode_head(data: Buffer, pos: int = 0) -> tuple[Head, int] | None:
    """Read the head at ``pos``; None while bytes are missing.

    The position returned is where the body starts. Empty lines before the head are
    passed over. Raises RemoteProtocolError for what is not HTTP/1 or exceeds the limits.
    """
    seen = bytes(data[pos : pos + MAX_HEAD])
    start = len(seen) - len(seen.lstrip(b"\r\n"))
    end = seen.find(b"\n", start, start + MAX_LINE)
    line = seen[start : end if end >= 0 else start + MAX_LINE]
    blank = None
    if end >= 0:
        first = _first_line(line.removesuffix(b"\r").decode("latin-1"))
        blank = _BLANK_LINE.search(seen, end)
    elif len(line) == MAX_LINE or not _PART_OF_FIRST_LINE.fullmatch(line):
        raise RemoteProtocolError("not HTTP/1: no request or status line")
    if blank is not None:
        fields = read_fields(seen[end : blank.start()])
        return Head(first, fields), pos + blank.end()
    if len(seen) == MAX_HEAD:
        raise RemoteProtocolError("HTTP/1 head too long")
    return None


def _first_line(line: str) -> RequestLine | StatusLine:
    if request := _REQUEST_LINE.fullmatch(line):
        return RequestLine(*request.groups())
    if status := _STATUS_LINE.fullmatch(line):
        return StatusLine(status["version"], int(status["status"]), status["reason"] or "")
    raise RemoteProtocolError("not HTTP/1: no request or status line")


def read_fields(block: bytes) -> tuple[tuple[str, str], ...]:
    """The fields of a complete block of them; those of mail (RFC 5322) look the same."""
    if b"\n " in block or b"\n\t" in block:
        block = _FOLD.sub(b" ", block)
    fields = []
    for line in block.decode("latin-1").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip(_BLANK), value.strip(_BLANK)))
    return tuple(fields)
