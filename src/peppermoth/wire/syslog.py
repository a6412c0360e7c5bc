"""Lines of syslog (RFC 3164, 5424): host and program; of the text only the size.

In datagrams and, each with its length before it or its end behind it, in streams (RFC
6587). Raises RemoteProtocolError for what does not begin with a priority.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

_PRIORITY: Final = re.compile(r"<(\d{1,3})>")
_NEW: Final = re.compile(r"1 (?:\S{1,64}) (?P<host>\S{1,255}) (?P<program>\S{1,48}) ")
_OLD: Final = re.compile(
    r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?P<host>[\w.:-]{1,255}) "
    r"(?P<program>[\w./-]{1,48})(?:\[\d{1,10}\])?:"
)
_HIGHEST: Final = 191
_COUNT: Final = re.compile(rb"[1-9]\d{0,4} ")
LONGEST: Final = 8 * 1024
"""Bytes of a line in a stream that does not say its length."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line; names are empty where they are not said."""

    host: str
    program: str
    size: int


def decode_line(data: bytes) -> Line:
    """A datagram's line. Raises RemoteProtocolError."""
    text = data[:2048].decode("utf-8", "replace")
    priority = _PRIORITY.match(text)
    if priority is None or int(priority[1]) > _HIGHEST:
        raise RemoteProtocolError("not a line of syslog")
    rest = text[priority.end() :]
    said = _NEW.match(rest) or _OLD.match(rest)
    if said is None:
        return Line("", "", len(data))
    host, program = (said[name].strip("-") for name in ("host", "program"))
    return Line(host, program, len(data))


def decode_framed(data: Buffer) -> tuple[bytes, int] | None:
    """The line at the front of a stream and where it ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    head = bytes(data[:6])
    if counted := _COUNT.match(head):
        end = counted.end() + int(counted[0])
        return (bytes(data[counted.end() : end]), end) if len(data) >= end else None
    if not head or (head.isdigit() and len(head) < 6):
        return None
    if not head.startswith(b"<"):
        raise RemoteProtocolError("neither a length nor a line of syslog")
    line, newline, _ = bytes(data[:LONGEST]).partition(b"\n")
    if not newline and len(line) == LONGEST:
        raise RemoteProtocolError("a line that is too long")
    return (line.rstrip(b"\r"), len(line) + 1) if newline else None


def begins_syslog_stream(client: bytes, server: bytes) -> bool:
    """Whether a connection begins with a line of syslog with a host and a program."""
    counted = _COUNT.match(client)
    return not server and begins_syslog(client[counted.end() :] if counted else client, b"")


def begins_syslog(client: bytes, server: bytes) -> bool:
    """Whether a datagram is a line of syslog with a host and a program."""
    try:
        return bool(decode_line(client).program)
    except RemoteProtocolError:
        return False
