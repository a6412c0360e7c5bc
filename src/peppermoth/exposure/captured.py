"""Strings from a capture, made fit to be shown: whoever sent them may mean harm.

Control, format and direction characters could move a cursor, recolour a terminal or
turn a sentence around; they become U+FFFD. Long strings are cut. What is left is
isolated, so that it neither takes its direction from the sentence around it nor gives
it one (Unicode Standard Annex 9, LRI and PDI). Escaping for HTML is the template's.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Final

ISOLATE: Final = "\u2066"
"""Begins a string that runs from left to right, whatever stands around it."""

END: Final = "\u2069"
"""Ends it."""

LONGEST: Final = 160
"""Characters of a captured string that are shown."""

_UNFIT = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def printable(text: str, longest: int = LONGEST) -> str:
    """``text`` without a character that does more than show itself, cut to ``longest``."""
    if len(text) <= longest and text.isprintable():
        return text
    kept = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(one) in _UNFIT else one
        for one in text[: longest + 1]
    )
    return kept if len(kept) <= longest else kept[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"


def technical(text: str) -> str:
    """A captured or technical string, isolated, for a place in a sentence."""
    return f"{ISOLATE}{printable(text)}{END}"


def moment(time: float) -> str:
    """A time in seconds since 1970 as a technical string; far or absurd ones as a number."""
    try:
        return technical(datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC"))
    except (OverflowError, ValueError, OSError):
        return technical(f"{time:.0f} s")
