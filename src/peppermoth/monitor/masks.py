"""How names of persons are shown: enough to recognise one's own, too little to name anybody.

Applied where bytes are parsed, so that nothing behind an observer has the whole.
``words`` is for text that somebody else wrote (paths, file names, programs): it may
be shown, but for addresses and numbers of persons in it, and coordinates.
``field_name`` is for what stands where the name of a field should, and may be anything.
Inputs are hostile: each function looks at a bounded part, and the pattern's repetitions
are bounded.
"""

from __future__ import annotations

import re
from typing import Final

from peppermoth.wire import places

LONGEST: Final = 300
"""Characters of a text that are shown."""

_BEYOND: Final = 100
"""Characters behind them that are looked at too: a number or address may be cut there."""

_ADDRESS: Final = re.compile(
    r"([^\s<>@\"',;:()/?&=]{1,64})(?:@|%40)([\w.-]{1,253}|\[[0-9A-Fa-f:.]{1,60}\])", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?:\+|%2B)\d(?:(?:[ ()/.-]|%20){0,2}\d){6,20}|\d{9,}", re.IGNORECASE)
_UNSHOWABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_FIELD_NAME: Final = re.compile(r"[\w$.@:~\[\]-]{1,40}")
_KEY: Final = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{24,}")


def mail_address(text: str) -> str:
    """The first letter and the domain: ``a…@moth.example``; without a domain, as ``user``."""
    found = _ADDRESS.search(text[:LONGEST])
    return f"{found[1][0]}…@{found[2].lower()}" if found else user(text)


def mail_addresses(text: str) -> list[str]:
    """Every mail address in a text (of ``LONGEST`` characters), masked."""
    return [f"{local[0]}…@{domain.lower()}" for local, domain in _ADDRESS.findall(text[:LONGEST])]


def phone(text: str) -> str:
    """The last two digits: ``…42``."""
    digits = [character for character in text[:LONGEST] if character.isdigit()]
    return "…" + "".join(digits[-2:])


def user(text: str) -> str:
    """A user name's first letter; what is a mail address or number is masked as such."""
    text = _UNSHOWABLE.sub("", text[:LONGEST]).strip()
    if _ADDRESS.search(text):
        return mail_address(text)
    if text.lstrip("+").isdigit() and len(text) > 5:
        return phone(text)
    return f"{text[:1]}…"


def field_name(text: str) -> str:
    """The name of a field, if it looks like one; of other text and of keys only the length."""
    if _FIELD_NAME.fullmatch(text) and not _KEY.search(text):
        return words(text)
    return f"({len(text)} characters)" if text else "…"


def words(text: str) -> str:
    """A text in which persons' addresses and numbers, and coordinates, are masked, without
    control characters."""
    text = text[: LONGEST + _BEYOND]
    beyond = max(len(text) - LONGEST, 0)
    if not text.isprintable():
        text = _UNSHOWABLE.sub(" ", text)
    if "@" in text or "%40" in text:
        text = _ADDRESS.sub(lambda found: f"{found[1][0]}…@{found[2]}", text)
    text = _NUMBER.sub(lambda found: phone(found[0]), places.masked(text))
    return text[:-beyond] if beyond else text
