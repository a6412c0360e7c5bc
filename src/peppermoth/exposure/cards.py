"""One finding in words: a card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from peppermoth.exposure.advice import TUNNEL
from peppermoth.exposure.aliases import NUMBERED, SERVER, Aliases
from peppermoth.exposure.captured import moment, technical
from peppermoth.exposure.findings import REST, Finding
from peppermoth.exposure.languages import Language
from peppermoth.exposure.rules.rule import Error, Rule, Severity, Subject
from peppermoth.exposure.values import BESIDE, fact_in_words, what_it_is_about

SHOWN: Final = 20
"""Values of a finding that its card shows."""

SYSTEMS: Final = {
    "android": "Android",
    "iphone": "iPhone",
    "windows": "Windows",
    "macos": "macOS",
    "linux": "Linux",
}
"""The systems that a step may differ on, by the part of the entry that says how."""


_ABOUT_A_COPY: Final = ("protocol", SERVER)
"""What a copy for somebody else tells of a finding's group: a word of ours, and a number."""


class Step(NamedTuple):
    """Something to do, and how on each system where that differs."""

    id: str
    text: str
    ways: tuple[tuple[str, str], ...]


class Card(NamedTuple):
    """A finding in words. ``about`` tells it from others of its rule; it may be empty.

    ``told_by`` names its rule, ``error`` says how often that was wrong where it was measured.
    """

    rule: str
    severity: Severity
    word: str
    title: str
    about: str
    certainty: str
    certainty_means: str
    seen: str
    shown: tuple[str, ...]
    distinct: int
    more: str
    why: str
    now: tuple[Step, ...]
    later: tuple[str, ...]
    stays: tuple[str, ...]
    ask: tuple[str, ...]
    evidence: tuple[str, ...]
    told_by: str
    error: tuple[str, ...]
    filter: str


class Maker:
    """Makes cards in one language; ``withheld`` ones hold no captured word and no time.

    ``tunnel`` is the step that is told wherever a rule advises a tunnel.
    """

    def __init__(
        self, language: Language, aliases: Aliases, *, withheld: bool, tunnel: str = TUNNEL
    ) -> None:
        self._language = language
        self._say = language.say
        self._aliases = aliases
        self._withheld = withheld
        self._tunnel = tunnel

    def card(self, finding: Finding) -> Card:
        """The finding's card."""
        rule, certainty = finding.rule, finding.certainty
        withheld = self._withheld and not rule.public and rule.subject not in NUMBERED
        shown = () if withheld else self._shown(finding)
        told_by = self._rule(rule)
        rest = finding.distinct - min(len(finding.facts), SHOWN)
        listed = bool(shown)
        return Card(
            rule=rule.id,
            severity=rule.severity,
            word=self._say(rule.severity),
            title=self._say(rule.id, count=finding.number),
            about=self._about(finding),
            certainty=self._say("certainty", certainty=self._say(certainty)),
            certainty_means=self._say(f"{certainty}.means"),
            seen=self._seen(finding, withheld),
            shown=shown,
            distinct=len(shown) + rest,
            more=self._say("seen-more", count=rest) if listed and rest > 0 else "",
            why=self._say(f"{rule.id}.why"),
            now=tuple(self._step(f"now-{name}") for name in rule.now),
            later=self._each("later", rule.later),
            stays=self._each("stays", rule.stays),
            ask=self._each("ask", rule.ask),
            evidence=(*self._evidence(finding), told_by),
            told_by=told_by,
            error=tuple(self._error(rule.error)),
            filter=technical(finding.evidence.filter) if finding.evidence.filter else "",
        )

    def _seen(self, finding: Finding, withheld: bool) -> str:
        if withheld and finding.rule.subject is not Subject.TIMES:
            return self._say("seen-withheld", count=finding.number)
        return self._say(f"seen-{finding.rule.subject}", count=finding.distinct)

    def _shown(self, finding: Finding) -> tuple[str, ...]:
        subject = finding.rule.subject
        if subject is Subject.TIMES:
            return ()
        facts = finding.facts[:SHOWN]
        if subject in NUMBERED:
            name = "person" if subject is Subject.PEOPLE else "place"
            numbers = sorted(self._aliases.number(subject, fact.value) for fact in facts)
            return tuple(self._say(name, number=number) for number in numbers)
        said_already = () if finding.group == REST else finding.rule.group
        without = frozenset(BESIDE if self._withheld else said_already)
        said = (fact_in_words(fact, subject, self._language, without) for fact in facts)
        return tuple(dict.fromkeys(said))

    def _about(self, finding: Finding) -> str:
        if finding.group == REST:
            return self._say("about-rest")
        named = dict(zip(finding.rule.group, finding.group, strict=True))
        if self._withheld:
            named = {name: text for name, text in named.items() if name in _ABOUT_A_COPY}
            if named.get(SERVER):
                named[SERVER] = str(self._aliases.server(named[SERVER]))
        return what_it_is_about(
            ((name, text) for name, text in named.items() if text), self._language
        )

    def _step(self, entry: str) -> Step:
        parts = self._language.parts(entry)
        ways = [(SYSTEMS[part], self._say(f"{entry}.{part}")) for part in SYSTEMS if part in parts]
        said = self._tunnel if entry == TUNNEL else entry
        return Step(entry, self._say(said), tuple(ways))

    def _each(self, kind: str, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._say(f"{kind}-{name}") for name in names)

    def _evidence(self, finding: Finding) -> Iterator[str]:
        evidence = finding.evidence
        if not self._withheld:
            first, last = moment(evidence.first), moment(evidence.last)
            yield self._say("evidence-times", first=first, last=last)
        if evidence.packets:
            packets = technical(", ".join(map(str, evidence.packets)))
            yield self._say("evidence-packets", count=evidence.count, packets=packets)
        yield self._say("evidence-fields", fields=technical(", ".join(evidence.fields)))

    def _rule(self, rule: Rule) -> str:
        version = technical(str(rule.version))
        return self._say("evidence-rule", rule=technical(rule.id), version=version)

    def _error(self, error: Error) -> Iterator[str]:
        tallies = error._asdict()
        for judge, tally in tallies.items():
            if tally:
                most = technical(f"{tally.at_most:.1%}" if tally.at_most < 0.995 else "100%")
                yield self._say(f"error-{judge}", wrong=tally.wrong, of=tally.of, most=most)
        if not any(tallies.values()):
            yield self._say("error-unmeasured")
