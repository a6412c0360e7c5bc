"""The report in a terminal: the same view, for 80 columns.

How to do a step and whom to ask is told once at the end, since many findings share
it. Where the language runs from left to right, isolation marks are dropped, so that
copied text is clean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, TypeVar

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule as Line
from rich.table import Table
from rich.text import Text

from peppermoth.exposure.captured import END, ISOLATE, technical
from peppermoth.exposure.cards import Card
from peppermoth.exposure.rules.rule import Severity
from peppermoth.exposure.view import View

T = TypeVar("T")

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
_MARKS: Final = str.maketrans("", "", ISOLATE + END)


def print_report(view: View, console: Console) -> None:
    """Print the whole report."""
    console.print(Group(*_Terminal(view).parts()), width=min(console.width, _WIDEST))


def print_written(view: View, console: Console, sentence: str, file: Path) -> None:
    """Print that a file was written: ``sentence`` is the one for its kind."""
    said = view.language.say(sentence, file=technical(str(file)))
    text = _Terminal(view).text(said)
    console.print(Group(Text(), text), width=min(console.width, _WIDEST))


class _Terminal:
    def __init__(self, view: View) -> None:
        self.view = view
        self.say = view.language.say
        self.right_to_left = view.language.right_to_left
        self.justify: Literal["left", "right"] = "right" if self.right_to_left else "left"

    def text(self, words: str, style: str = "") -> Text:
        shown = words if self.right_to_left else words.translate(_MARKS)
        return Text(shown, style=style, justify=self.justify)

    def parts(self) -> Iterator[RenderableType]:
        view = self.view
        if self.right_to_left:
            yield self.text(self.say("terminal-direction"), "dim")
        yield self.text(view.title, "bold")
        yield Text()
        yield self.text(view.learned)
        yield self.items(view.learned_items)
        yield from (self.text(sentence) for sentence in view.opening)
        yield from self.section("section-counts", [self.counts()])
        if view.changes_span:
            yield from self.section("compare-title", self.changes())
        yield from self.section("section-findings", (self.card(card) for card in view.cards))
        yield from self.section("section-how", self.ways())
        asked = dict.fromkeys(sentence for card in view.cards for sentence in card.ask)
        yield from self.section("card-ask", [self.items(asked)] if asked else [])
        yield from self.section("section-limits", [self.items(view.limits)])
        yield from self.section("section-appendix", [self.items(view.appendix)])

    def section(self, heading: str, body: Iterable[RenderableType]) -> Iterator[RenderableType]:
        parts = list(body)
        if parts:
            yield Text()
            yield Line(self.text(self.say(heading), "bold"), align=self.justify, style="dim")
            yield from parts

    def items(self, sentences: Iterable[str], sign: str = "•") -> RenderableType:
        table = self.table()
        for sentence in sentences:
            self.add(table, Text(f" {sign}"), self.text(sentence))
        return table

    def counts(self) -> RenderableType:
        table = self.table()
        for count in self.view.counts:
            sign, style = _SIGNS[count.severity]
            number = self.say("count", count=count.number)
            self.add(
                table,
                Text(number, justify="right"),
                self.text(f"{sign} {count.word}", style),
                self.text(count.means, "dim"),
            )
        return table

    def table(self) -> Table:
        """A table without lines; where the language runs from right to left, set to the right."""
        return Table.grid(padding=(0, 1, 0, 0), expand=self.right_to_left)

    def add(self, table: Table, *cells: Text) -> None:
        """Add a row, its first cell where reading begins; its last may be broken into lines."""
        if not table.columns:
            for position in self.ordered(range(len(cells))):
                is_last = position == len(cells) - 1
                table.add_column(
                    no_wrap=not is_last, ratio=1 if is_last and self.right_to_left else None
                )
        table.add_row(*self.ordered(cells))

    def ordered(self, things: Sequence[T]) -> Iterator[T]:
        """In the order in which they stand in a line."""
        return reversed(things) if self.right_to_left else iter(things)

    def changes(self) -> Iterator[RenderableType]:
        yield from (self.text(sentence) for sentence in self.view.changes_span)
        for change, lines in self.view.changes:
            yield self.text(change, "bold")
            yield self.items(lines)

    def card(self, card: Card) -> RenderableType:
        sign, style = _SIGNS[card.severity]
        title = self.text(f"{sign} ", style)
        title.append_text(self.text(card.title, "bold"))
        body: list[RenderableType] = [
            self.text(f"{card.word}. {card.certainty} {card.certainty_means}", "dim")
        ]
        if card.about:
            body.append(self.text(card.about, "dim"))
        body.append(self.text(card.seen))
        if card.shown:
            shown = card.shown[:_VALUES_SHOWN]
            rest = self.rest(card, len(shown))
            body.append(self.items([*shown, *rest], "-"))
        body.append(self.labelled("card-why", [card.why]))
        body.append(self.labelled("card-now", [step.text for step in card.now], numbered=True))
        body.append(self.labelled("card-later", card.later))
        body.append(self.labelled("card-stays", card.stays))
        if card.filter:
            body.append(self.text(f"{self.say('evidence-filter')} {card.filter}", "dim"))
        body.extend(self.text(sentence, "dim") for sentence in card.error)
        return Group(Text(), title, Padding(Group(*body), (0, 0, 0, 2)))

    def rest(self, card: Card, shown: int) -> list[str]:
        """The line that counts what the terminal leaves out of a card's values."""
        if len(card.shown) <= shown:
            return [card.more] if card.more else []
        return [self.say("seen-more", count=card.distinct - shown)]

    def labelled(
        self, heading: str, sentences: Iterable[str], *, numbered: bool = False
    ) -> RenderableType:
        every = list(sentences)
        if not every:
            return Group()
        heading_text = self.text(self.say(heading), "italic")
        if numbered:
            numbers = (self.say("count", count=number) for number in range(1, len(every) + 1))
            steps = (self.items([text], f"{n}.") for n, text in zip(numbers, every, strict=True))
            return Group(heading_text, *steps)
        return Group(heading_text, self.items(every))

    def ways(self) -> Iterator[RenderableType]:
        """How to do each step that differs by system, once."""
        steps = {step.id: step for card in self.view.cards for step in card.now if step.ways}
        for step in steps.values():
            yield Text()
            yield self.text(step.text, "bold")
            yield self.items(f"{system}: {way}" for system, way in step.ways)
