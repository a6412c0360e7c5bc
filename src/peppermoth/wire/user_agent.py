"""What a User-Agent field says about program, system and make (RFC 9110, section 10.1.5).

Browsers' fields follow customs rather than the grammar: the first row of a table that
fits decides. Hostile input: only ``LONGEST`` characters are looked at.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST: Final = 512

_VERSION = r"(\d{1,5}(?:[._]\d{1,5}){0,3})"
_PROGRAMS: Final = tuple(
    (re.compile(pattern.replace("VERSION", _VERSION)), name)
    for pattern, name in (
        (r"\bEdg(?:e|A|iOS)?/VERSION", "Edge"),
        (r"\b(?:OPR|Opera)/VERSION", "Opera"),
        (r"\bSamsungBrowser/VERSION", "Samsung Internet"),
        (r"\bYaBrowser/VERSION", "Yandex Browser"),
        (r"\b(?:Firefox|FxiOS)/VERSION", "Firefox"),
        (r"\b(?:Chrome|CriOS|Chromium)/VERSION", "Chrome"),
        (r"\bVersion/VERSION .{0,40}Safari/", "Safari"),
        (r"\bMSIE VERSION", "Internet Explorer"),
        (r"\bTrident/.{0,60}rv:VERSION", "Internet Explorer"),
    )
)
_SYSTEMS: Final = tuple(
    (re.compile(pattern.replace("VERSION", _VERSION)), name)
    for pattern, name in (
        (r"\bWindows Phone VERSION", "Windows Phone"),
        (r"\bWindows NT VERSION", "Windows NT"),
        (r"\bAndroid VERSION", "Android"),
        (r"\b(?:iPhone|iPad).{0,40} OS VERSION", "iOS"),
        (r"\bMac OS X VERSION", "macOS"),
        (r"\bCrOS \w{1,20} VERSION", "ChromeOS"),
        (r"\bDarwin/VERSION", "Darwin"),
        (r"\b(Ubuntu|Debian|Fedora)\b", ""),
        (r"\b(Windows|Android|Linux|FreeBSD|OpenBSD)\b", ""),
    )
)
_PRODUCT: Final = re.compile(r"([\w.+ -]{1,40})(?:/([\w.+-]{1,30}))?")
_ANDROID_MODEL: Final = re.compile(r"\bAndroid [\d.]{1,10}; (?:[a-z]{2}[-_]\w\w; )?([^;)]{2,40})")
_APPLE_MODEL: Final = re.compile(r"\((iPhone|iPad|Macintosh)\b")


class UserAgent(NamedTuple):
    """Program, system and model in words; each may be empty."""

    program: str
    system: str
    model: str


@lru_cache(maxsize=256)
def read_user_agent(text: str) -> UserAgent:
    """What the field says."""
    text = text[:LONGEST]
    model = _ANDROID_MODEL.search(text) or _APPLE_MODEL.search(text)
    name = model[1].partition(" Build/")[0].strip() if model else ""
    return UserAgent(
        _first(_PROGRAMS, text) or _product(text),
        _first(_SYSTEMS, text),
        "" if name in ("K", "wv", "Mobile") else name,
    )


def _first(table: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str:
    for pattern, name in table:
        if found := pattern.search(text):
            return f"{name} {found[1].replace('_', '.')}".strip()
    return ""


def _product(text: str) -> str:
    found = _PRODUCT.match(text)
    return " ".join(filter(None, found.groups())).strip() if found else ""
