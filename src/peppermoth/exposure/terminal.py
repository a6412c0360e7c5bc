"""The report in a terminal: the same view, for 80 columns.

How to do a step and whom to ask is told once at the end, since many findings share
it. Where the language runs from left to right, isolation marks are dropped, so that
copied text is clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.segment import Segment, Segments

from peppermoth.exposure.captured import END, ISOLATE, technical
from peppermoth.exposure.cards import Card
from peppermoth.exposure.lines import Heading, Paragraph, Piece, equally_wide
from peppermoth.exposure.rules.rule import Severity
from peppermoth.exposure.view import View

_SIGNS: Final = {
    Severity.CRITICAL: ("▲", "bold red"),
    Severity.HIGH: ("◆", "bold yellow"),
    Severity.MEDIUM: ("●", "yellow"),
    Severity.LOW: ("○", "cyan"),
    Severity.CONSPICUOUS: ("◉", "magenta"),
    Severity.PROTECTED: ("✓", "green"),
}
_VALUES_SHOWN: Final = 8
_WIDEST: Final = 88
_BESIDE: Final = "\N{NO-BREAK SPACE}"
"""Keeps a sign on the line of what it stands for."""

_MARKS: Final = str.maketrans("", "", ISOLATE + END)


Part = Heading | Paragraph


def print_report(view: View, console: Console) -> None:
    """Print the whole report."""
    terminal = _Terminal(view)
    terminal.print(terminal.parts(), console)


def print_written(view: View, console: Console, sentence: str, file: Path) -> None:
    """Print that a file was written: ``sentence`` is the one for its kind."""
    terminal = _Terminal(view)
    said = view.language.say(sentence, file=technical(str(file)))
    terminal.print([terminal.text(""), terminal.text(said)], console)


class _Terminal:
    def __init__(self, view: View) -> None:
        self.view = view
        self.say = view.language.say
        self.right_to_left = view.language.right_to_left

    def print(self, parts: Iterable[Part], console: Console) -> None:
        width = min(console.width, _WIDEST)
        segments = []
        for part in parts:
            for line in part.lines(width, right_to_left=self.right_to_left):
                segments += [
                    Segment(piece.text, console.get_style(piece.style) if piece.style else None)
                    for piece in line
                ]
                segments.append(Segment.line())
        console.print(Segments(segments), end="", crop=False)

    def piece(self, words: str, style: str = "") -> Piece:
        return Piece(words if self.right_to_left else words.translate(_MARKS), style)

    def text(self, words: str, style: str = "") -> Paragraph:
        return Paragraph(self.piece(words, style))

    def parts(self) -> Iterator[Part]:
        view = self.view
        if self.right_to_left:
            yield self.text(self.say("terminal-direction"), "dim")
        yield self.text(view.title, "bold")
        yield self.text("")
        yield self.text(view.learned)
        yield from self.items(view.learned_items)
        yield from (self.text(sentence) for sentence in view.opening)
        yield from self.section("section-counts", self.counts())
        if view.changes_span:
            yield from self.section("compare-title", self.changes())
        cards = (part for card in view.cards for part in self.card(card))
        yield from self.section("section-findings", cards)
        yield from self.section("section-how", self.ways())
        asked = dict.fromkeys(sentence for card in view.cards for sentence in card.ask)
        yield from self.section("card-ask", self.items(asked))
        yield from self.section("section-limits", self.items(view.limits))
        yield from self.section("section-appendix", self.items(view.appendix))

    def section(self, heading: str, body: Iterable[Part]) -> Iterator[Part]:
        parts = list(body)
        if parts:
            yield self.text("")
            yield Heading(self.piece(self.say(heading), "bold"))
            yield from parts

    def item(self, sentence: str, sign: str = "•") -> Paragraph:
        return Paragraph(self.piece(sentence), (Piece(f" {sign}"),))

    def items(self, sentences: Iterable[str]) -> Iterator[Paragraph]:
        return map(self.item, sentences)

    def counts(self) -> Iterator[Paragraph]:
        """A table: number, word, meaning."""
        counts = self.view.counts
        words = [f"{_SIGNS[count.severity][0]} {count.word}" for count in counts]
        words = equally_wide(words, right=self.right_to_left)
        numbers = [self.say("count", count=count.number) for count in counts]
        numbers = equally_wide(numbers, right=True)
        for count, number, word in zip(counts, numbers, words, strict=True):
            lead = (Piece(number), Piece(word, _SIGNS[count.severity][1]))
            yield Paragraph(self.piece(count.means, "dim"), lead)

    def changes(self) -> Iterator[Part]:
        yield from (self.text(sentence) for sentence in self.view.changes_span)
        for change, lines in self.view.changes:
            yield self.text(change, "bold")
            yield from self.items(lines)

    def card(self, card: Card) -> Iterator[Part]:
        sign, style = _SIGNS[card.severity]
        yield self.text("")
        yield self.text(f"{sign}{_BESIDE}{card.title}", f"bold {style}")
        yield from (part._replace(indent=2) for part in self.body(card))

    def body(self, card: Card) -> Iterator[Paragraph]:
        """What stands below a card's title."""
        parts = {"severity": card.word, "certainty": card.certainty, "means": card.certainty_means}
        yield self.text(self.say("card-sure", **parts), "dim")
        if card.about:
            yield self.text(card.about, "dim")
        yield self.text(card.seen)
        shown = card.shown[:_VALUES_SHOWN]
        if shown:
            rest = self.rest(card, len(shown))
            yield from (self.item(value, "-") for value in (*shown, *rest))
        yield from self.labelled("card-why", [card.why])
        yield from self.labelled("card-now", [step.text for step in card.now], numbered=True)
        yield from self.labelled("card-later", card.later)
        yield from self.labelled("card-stays", card.stays)
        if card.filter:
            yield self.text(f"{self.say('evidence-filter')} {card.filter}", "dim")
        yield self.text(card.told_by, "dim")
        yield from (self.text(sentence, "dim") for sentence in card.error)

    def rest(self, card: Card, shown: int) -> list[str]:
        """The line that counts what the terminal leaves out of a card's values."""
        if len(card.shown) <= shown:
            return [card.more] if card.more else []
        return [self.say("seen-more", count=card.distinct - shown)]

    def labelled(
        self, heading: str, sentences: Iterable[str], *, numbered: bool = False
    ) -> Iterator[Paragraph]:
        for number, sentence in enumerate(sentences, 1):
            if number == 1:
                yield self.text(self.say(heading), "italic")
            sign = f"{self.say('count', count=number)}." if numbered else "•"
            yield self.item(sentence, sign)

    def ways(self) -> Iterator[Paragraph]:
        """How to do each step that differs by system, once."""
        steps = {step.id: step for card in self.view.cards for step in card.now if step.ways}
        for step in steps.values():
            yield self.text("")
            yield self.text(step.text, "bold")
            yield from self.items(
                self.say("how-on", system=technical(system), way=way) for system, way in step.ways
            )
