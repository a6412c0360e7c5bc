"""Words broken into the lines of a terminal, with what leads them and a hanging indent.

Lines are plain data, pieces of text with the names of their styles, so that a long report
is set in a fraction of the time that tables take. Widths are in cells: most characters
take one, Chinese ones two.

Where Chinese may be broken follows the usual rules for it (W3C, Requirements for Chinese
Text Layout): between any two characters, but not before a mark that closes nor after one
that opens, and not between a number and what it counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from rich.cells import cell_len, chop_cells

_OPENS: Final = "（《〈「『【〔“‘"  # noqa: RUF001
_CLOSES: Final = "）》〉」』】〕”’、。，．：；！？…—·"  # noqa: RUF001
_IDEOGRAPH: Final = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
"""Characters between which a line may be broken without a space; marks are among them."""

_UNIT: Final = re.compile(
    rf"""(?P<space>[ ]*)(?P<unit>
        [{_OPENS}]*
        (?: (?:第[ ]?)?[0-9][^ {_IDEOGRAPH}{_OPENS}]*[ ]?(?![{_OPENS}])[{_IDEOGRAPH}]
          | [{_IDEOGRAPH}]
          | [^ {_IDEOGRAPH}{_OPENS}]+
        )
        [{_CLOSES}]*
      | [^ ] )""",
    re.VERBOSE,
)
"""What stays together: a word, an ideograph or a number with what it counts, and its marks."""


class Piece(NamedTuple):
    """Some text, and its style in the words of ``rich``."""

    text: str
    style: str = ""


Line = tuple[Piece, ...]

GAP = Piece(" ")
"""What keeps two pieces of a line apart."""


class Paragraph(NamedTuple):
    """Words. ``lead`` is what stands beside their first line, in the order of reading.

    ``indent`` cells at the left stay empty.
    """

    words: Piece
    lead: tuple[Piece, ...] = ()
    indent: int = 0

    def lines(self, width: int, *, right_to_left: bool) -> Iterator[Line]:
        """Set the words into lines of ``width``; an empty paragraph is an empty line."""
        beside = sum(_cells(one.text) + 1 for one in self.lead)
        room = max(1, width - self.indent - beside)
        lead = tuple(piece for one in self.lead for piece in (one, GAP))
        for number, text in enumerate(broken(self.words.text, room)):
            line = Piece(text, self.words.style)
            if not text and not lead:
                yield ()
            elif right_to_left:
                blank = Piece(" " * (width - beside - _cells(text)))
                yield (blank, line) if number else (blank, line, *reversed(lead))
            elif number:
                yield Piece(" " * (self.indent + beside)), line
            else:
                yield Piece(" " * self.indent), *lead, line


class Heading(NamedTuple):
    """Words, and from there to the other side a thin line."""

    words: Piece

    def lines(self, width: int, *, right_to_left: bool) -> Iterator[Line]:
        """Its line; words that leave no room for the rule are set as others are."""
        room = width - 1 - _cells(self.words.text)
        drawn = Piece("─" * room, "dim")
        if room < 1:
            yield from Paragraph(self.words).lines(width, right_to_left=right_to_left)
        else:
            yield (drawn, GAP, self.words) if right_to_left else (self.words, GAP, drawn)


def broken(text: str, width: int) -> list[str]:
    """Lines of at most ``width``: broken where one may, and elsewhere where it has to be."""
    if _cells(text) <= width:
        return [text]
    lines = []
    line, used = "", 0
    for space, unit in _UNIT.findall(text):
        size = _cells(unit)
        if line and used + len(space) + size <= width:
            line, used = f"{line}{space}{unit}", used + len(space) + size
            continue
        if line:
            lines.append(line)
        if size > width:
            *folded, unit = chop_cells(unit, width)
            lines += folded
            size = _cells(unit)
        line, used = unit, size
    return [*lines, line]


def equally_wide(texts: Sequence[str], *, right: bool) -> list[str]:
    """The texts as cells of a column, filled with spaces; with ``right``, before them."""
    widths = [_cells(text) for text in texts]
    fills = [" " * (max(widths) - width) for width in widths]
    return [f + t if right else t + f for t, f in zip(texts, fills, strict=True)]


def _cells(text: str) -> int:
    """How many cells a printable text takes; most are plain, and need not be looked up."""
    return len(text) if text.isascii() else cell_len(text)
