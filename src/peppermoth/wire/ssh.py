"""The first line of SSH, which both sides send in clear (RFC 4253 section 4.2)."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from peppermoth.errors import RemoteProtocolError

LONGEST: Final = 255

_BANNER: Final = re.compile(rb"SSH-([0-9][0-9.]{0,9})-([!-~]{1,200})(?: ([ -~]{0,240}))?[\r\n]*")


class Banner(NamedTuple):
    """A version such as ``2.0``, a program such as ``OpenSSH_9.2p1``, and what is said besides."""

    version: str
    software: str
    comments: str


def decode_banner(line: bytes) -> Banner:
    """Read the line. Raises RemoteProtocolError for any other."""
    found = _BANNER.fullmatch(line[: LONGEST + 1])
    if found is None:
        raise RemoteProtocolError("not the first line of SSH")
    version, software, comments = (part.decode("ascii") for part in found.groups(b""))
    return Banner(version, software, comments)
