"""Lines of syslog (RFC 3164, 5424): host and program; of the text only the size.

Raises RemoteProtocolError for what does not begin with a priority.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError

_PRIORITY: Final = re.compile(r"<(\d{1,3})>")
_NEW: Final = re.compile(r"1 (?:\S{1,64}) (?P<host>\S{1,255}) (?P<program>\S{1,48}) ")
_OLD: Final = re.compile(
    r"[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?P<host>[\w.:-]{1,255}) "
    r"(?P<program>[\w./-]{1,48})(?:\[\d{1,10}\])?:"
)
_HIGHEST: Final = 191


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


def begins_syslog(client: bytes, server: bytes) -> bool:
    """Whether a datagram is a line of syslog with a host and a program."""
    try:
        return bool(decode_line(client).program)
    except RemoteProtocolError:
        return False
