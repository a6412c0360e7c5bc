"""The first line of SSH, which both sides send in clear (RFC 4253 section 4.2).

A line ends with a line feed; some programs end theirs with a zero byte, as old ones did.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

LONGEST: Final = 255
LONGEST_BEFORE: Final = 1024
"""Bytes of a line that a server may send before its first of SSH."""

_END: Final = re.compile(rb"[\n\x00]")

_BANNER: Final = re.compile(rb"SSH-([0-9][0-9.]{0,9})-([!-~]{1,200})(?: ([ -~]{0,240}))?[\r\n]*")


class Banner(NamedTuple):
    """A version such as ``2.0``, a program such as ``OpenSSH_9.2p1``, and what is said besides."""

    version: str
    software: str
    comments: str


def decode_line(data: Buffer, pos: int = 0) -> tuple[bytes, int] | None:
    """The line at ``pos`` without its end; None while bytes are missing.

    Raises RemoteProtocolError for one that is too long.
    """
    seen = bytes(data[pos : pos + LONGEST_BEFORE])
    end = _END.search(seen)
    if end is not None:
        return seen[: end.start()].rstrip(b"\r"), pos + end.end()
    if len(seen) == LONGEST_BEFORE:
        raise RemoteProtocolError("a line is too long")
    return None


def decode_banner(line: bytes) -> Banner:
    """Read the line. Raises RemoteProtocolError for any other."""
    found = _BANNER.fullmatch(line[: LONGEST + 1])
    if found is None:
        raise RemoteProtocolError("not the first line of SSH")
    version, software, comments = (part.decode("ascii") for part in found.groups(b""))
    return Banner(version, software, comments)
