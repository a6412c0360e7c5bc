"""IMAP's words: atoms, quoted strings, and where a literal follows (RFC 9051, section 9).

For looking on: whatever a line holds, it has words; nothing is raised.
"""

from __future__ import annotations

import re
from typing import Final

MAX_WORDS: Final = 100

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.){0,2000})"|([^\s"()]{1,2000})')
_LITERAL: Final = re.compile(rb"[~]?\{(\d{1,15})(\+?)\}$")
_LITERAL_TEXT: Final = re.compile(r"~?\{\d{1,15}\+?\}$")
_ADDRESS: Final = re.compile(
    r'\((?:NIL|"(?:[^"\\]|\\.){0,200}") (?:NIL|"[^"]{0,200}") "([^"]{1,100})" "([^"]{1,253})"\)'
)
_ENVELOPE: Final = re.compile(
    r'ENVELOPE \((?:NIL|"[^"]{0,60}") (?:NIL|"((?:[^"\\]|\\.){0,1000})") (\(\(.{1,4000})'
)


def words(line: str) -> list[str]:
    """The words of a line; parentheses only separate."""
    found = _WORD.findall(_LITERAL_TEXT.sub("", line[:8192]))[:MAX_WORDS]
    return [atom or re.sub(r"\\(.)", r"\1", quoted) for quoted, atom in found]


def literal_size(line: bytes) -> int | None:
    """How many bytes of a literal follow this line; None where none does."""
    found = _LITERAL.search(line[-24:])
    return int(found[1]) if found else None


def envelope(line: str) -> tuple[str, list[str]] | None:
    """Subject and mail addresses of an ENVELOPE in a line, from the sender on."""
    found = _ENVELOPE.search(line[:8192])
    if found is None:
        return None
    return found[1] or "", [f"{local}@{domain}" for local, domain in _ADDRESS.findall(found[2])]
