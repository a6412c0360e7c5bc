"""A report in the words of one language: what the terminal and the page both show.

Everything here is text that is ready to be shown; technical strings in it are
isolated (``captured``). A view for a helpline holds no captured word, no address and
no time of day: what a rule does not call public is left out, not masked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from peppermoth import __version__
from peppermoth.exposure.advice import tunnel_advice
from peppermoth.exposure.aliases import NUMBERED, Aliases
from peppermoth.exposure.captured import moment, technical
from peppermoth.exposure.cards import Card, Maker
from peppermoth.exposure.comparison import Comparison
from peppermoth.exposure.languages import Language
from peppermoth.exposure.report import Report
from peppermoth.exposure.rules.rule import Severity, Subject
from peppermoth.exposure.timeline import Timeline, make_timeline
from peppermoth.exposure.values import RAW, duration
from peppermoth.monitor.problems import Problem

OPENING_ITEMS: Final = 4
EXAMPLES: Final = 3

_HIDDEN = Severity.PROTECTED
_GRAVE = (Severity.CRITICAL, Severity.HIGH)
_RAW_SHOWN = 10
_WHOLE_PACKETS = "-s 0"
"""What makes tcpdump record packets whole, if it was told not to."""


class Count(NamedTuple):
    """How many findings of one severity."""

    severity: Severity
    word: str
    number: int
    means: str


class View(NamedTuple):
    """A whole report in words. Empty parts are not shown."""

    language: Language
    title: str
    learned: str
    learned_items: tuple[str, ...]
    opening: tuple[str, ...]
    note: str
    counts: tuple[Count, ...]
    cards: tuple[Card, ...]
    timeline: Timeline | None
    people: tuple[tuple[str, str], ...]
    limits: tuple[str, ...]
    appendix: tuple[str, ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]
    changes_span: tuple[str, ...]


def make_view(
    report: Report,
    language: Language,
    *,
    comparison: Comparison | None = None,
    helpline_key: bytes | None = None,
) -> View:
    """Put ``report`` into words; with ``helpline_key``, as a copy for somebody else."""
    return _Writer(report, language, comparison, helpline_key).view()


class _Writer:
    def __init__(
        self,
        report: Report,
        language: Language,
        comparison: Comparison | None,
        helpline_key: bytes | None,
    ) -> None:
        self.report = report
        self.recording = report.recording
        self.language = language
        self.say = language.say
        self.comparison = comparison
        self.open = helpline_key is None
        self.aliases = Aliases(report.findings, helpline_key)

    def view(self) -> View:
        counts = self.report.counts
        anything = any(counts[severity] for severity in Severity if severity is not _HIDDEN)
        tunnel = tunnel_advice(self.report.findings)
        cards = Maker(self.language, self.aliases, withheld=not self.open, tunnel=tunnel)
        return View(
            language=self.language,
            title=self.say("title" if self.open else "title-helpline"),
            learned=self._learned(anything),
            learned_items=tuple(self._items()),
            opening=tuple(self._opening(anything)),
            note="" if self.open else self.say("helpline-note"),
            counts=tuple(self._counts()),
            cards=tuple(cards.card(finding) for finding in self.report.findings),
            timeline=make_timeline(self.report, self.language) if self.open else None,
            people=tuple(self._people()) if self.open else (),
            limits=tuple(self._limits()),
            appendix=tuple(self._appendix()),
            changes=tuple(self._changes()),
            changes_span=tuple(self._changes_span()),
        )

    def _learned(self, anything: bool) -> str:
        duration = self._duration(self.recording.seconds)
        return self.say("opening-learned" if anything else "opening-nothing", duration=duration)

    def _items(self) -> Iterator[str]:
        """What the line could learn, each thing once, the gravest first."""
        items: dict[str, list[str]] = {}
        for finding in self.report.findings:
            if finding.rule.severity is not _HIDDEN:
                examples = items.setdefault(finding.rule.id, [])
                if finding.rule.subject is Subject.NAMES and self.open:
                    examples += [technical(fact.value) for fact in finding.facts[:EXAMPLES]]
        for rule, examples in list(items.items())[:OPENING_ITEMS]:
            what = self.say(f"{rule}.short")
            shown = ", ".join(examples[:EXAMPLES])
            yield self.say("with-examples", what=what, examples=shown) if shown else what
        if len(items) > OPENING_ITEMS:
            yield self.say("opening-more", count=len(items) - OPENING_ITEMS)

    def _opening(self, anything: bool) -> Iterator[str]:
        """How much of that is grave, in the things that ``_items`` lists; how much was hidden."""
        things = {finding.rule.id: finding.rule.severity for finding in self.report.findings}
        counts = Counter(things.values())
        grave, hidden = sum(counts[severity] for severity in _GRAVE), counts[_HIDDEN]
        is_whole = self.recording.is_whole
        # That there was none of a kind is only said of a whole recording.
        if anything and (grave or is_whole):
            yield self.say("opening-grave", count=grave)
        if hidden or is_whole:
            yield self.say("opening-hidden", count=hidden)
        if not is_whole:
            yield self.say("opening-partial")

    def _counts(self) -> Iterator[Count]:
        for severity, number in self.report.counts.items():
            yield Count(severity, self.say(severity), number, self.say(f"{severity}.means"))

    def _people(self) -> Iterator[tuple[str, str]]:
        names = {Subject.PEOPLE: "person", Subject.PLACES: "place"}
        for subject in NUMBERED:
            for number, value in self.aliases.of(subject):
                yield self.say(names[subject], number=number), technical(value)

    def _limits(self) -> Iterator[str]:
        recording = self.recording
        for name, count in (("cut", recording.packets_cut), ("torn", recording.connections_torn)):
            if count:
                yield self.say(f"limits-{name}", count=count)
        if recording.problem:
            yield self.say("limits-problem")
        if not recording.is_whole:
            yield self.say("limits-again", option=technical(_WHOLE_PACKETS))
        for name in ("one", "nothing", "dangerous", "tool"):
            yield self.say(f"limits-{name}")

    def _appendix(self) -> Iterator[str]:
        recording = self.recording
        if self.open and recording.end:
            first, last = moment(recording.begin), moment(recording.end)
            yield self.say("appendix-span", first=first, last=last)
        yield self.say("appendix-packets", count=recording.packets)
        yield self.say("appendix-observations", count=self.report.observations)
        if self.open and recording.device:
            yield self.say("appendix-device", device=technical(recording.device))
        if self.open and recording.digest:
            yield self.say("appendix-digest", digest=technical(recording.digest))
        if self.open and recording.problem:
            yield self.say("appendix-problem", problem=self._problem(recording.problem))
        if self.open:
            yield from self._raw()
        yield self.say("appendix-program", program=technical(f"Peppermoth {__version__}"))

    def _problem(self, problem: Problem) -> str:
        numbers = {name: technical(str(number)) for name, number in problem.numbers.items()}
        return self.say(f"problem-{problem.kind}", **numbers)

    def _raw(self) -> Iterator[str]:
        """Values that the cards tell in words, as they stand in the recording."""
        for kind in RAW:
            facts = (fact for finding in self.report.findings for fact in finding.facts)
            values = [fact.value for fact in facts if fact.kind == kind]
            for value in values[:_RAW_SHOWN]:
                yield self.say(f"appendix-{kind.partition('.')[2]}", text=technical(value))

    def _changes(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        if self.comparison is None:
            return
        for change, lines in self.comparison.changes.items():
            said = (
                self.say(
                    "compare-line",
                    what=self.say(f"{line.rule}.short"),
                    before=line.before,
                    now=line.now,
                )
                for line in lines
            )
            if lines:
                yield self.say(f"compare-{change}"), tuple(said)

    def _changes_span(self) -> Iterator[str]:
        if self.comparison is None:
            return
        before, now = self.comparison.seconds_before, self.comparison.seconds_now
        yield self.say("compare-spans", before=self._duration(before), now=self._duration(now))
        if not self.comparison.same_device:
            yield self.say("compare-devices")
        if self.comparison.much_shorter:
            yield self.say("compare-shorter")
        if not self.recording.is_whole:
            yield self.say("compare-partial")
        elif self.comparison.is_even:
            yield self.say("compare-nothing")

    def _duration(self, seconds: int) -> str:
        return duration(seconds, self.language)
