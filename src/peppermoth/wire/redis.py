"""Commands of Redis clients (RESP 2 and 3): an array of strings, or a line.

Bounded: ``MAX_WORDS`` words of together ``MAX_COMMAND`` bytes; larger commands are cut
to what was read so far by the observer's end. Raises RemoteProtocolError.
"""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

MAX_WORDS: Final = 1024
MAX_COMMAND: Final = 128 * 1024
MAX_LINE: Final = 4096
_BEGINS: Final = re.compile(rb"\*\d{1,4}\r\n\$\d{1,2}\r\n[A-Za-z]{1,30}\r\n")
_BEGINS_WITH_LOGIN: Final = re.compile(rb"AUTH [^\r\n]{1,1000}\r?\n", re.IGNORECASE)
_ANSWERS: Final = (b"+", b"-")
_COUNT: Final = re.compile(rb"\d{1,9}")

Command: TypeAlias = tuple[bytes, ...]


def decode_command(data: Buffer) -> tuple[Command, int] | None:
    """The command at the front and where it ends; None while bytes are missing.

    Raises RemoteProtocolError.
    """
    found = _line(data, 0)
    if found is None:
        return None
    first, pos = found
    if not first.startswith(b"*"):
        return tuple(first.split()[:MAX_WORDS]), pos
    count = _size(first[1:], MAX_WORDS)
    words = []
    for _ in range(count):
        found = _line(data, pos)
        if found is None:
            return None
        head, pos = found
        if not head.startswith(b"$"):
            raise RemoteProtocolError("a command holds only strings")
        end = pos + _size(head[1:], MAX_COMMAND)
        if end > MAX_COMMAND:
            raise RemoteProtocolError("a command that is too long")
        if len(data) < end + 2:
            return None
        words.append(bytes(data[pos:end]))
        pos = end + 2
    return tuple(words), pos


def password_in(command: Command) -> tuple[str, bytes] | None:
    """User (may be empty) and password of AUTH, or of HELLO with AUTH; None in others."""
    upper = [word.upper() for word in command[:8]]
    if not upper or upper[0] not in (b"AUTH", b"HELLO"):
        return None
    if upper[0] == b"HELLO":
        command = command[upper.index(b"AUTH") :] if b"AUTH" in upper else ()
        if len(command) < 3:
            return None
    if len(command) == 2:
        return "", command[1]
    return (command[1].decode("utf-8", "replace"), command[2]) if len(command) > 2 else None


def begins_redis(client: bytes, server: bytes) -> bool:
    """Whether a connection begins with an array of strings that names a command, or with a
    line that logs in."""
    if _BEGINS_WITH_LOGIN.match(client):
        return not server or server.startswith(_ANSWERS)
    return _BEGINS.match(client) is not None


def _line(data: Buffer, pos: int) -> tuple[bytes, int] | None:
    seen = bytes(data[pos : pos + MAX_LINE])
    line, newline, _ = seen.partition(b"\n")
    if not newline:
        if len(seen) == MAX_LINE:
            raise RemoteProtocolError("a line that is too long")
        return None
    return line.rstrip(b"\r"), pos + len(line) + 1


def _size(digits: bytes, most: int) -> int:
    if not _COUNT.fullmatch(digits) or int(digits) > most:
        raise RemoteProtocolError("a size that is no number or too large")
    return int(digits)
