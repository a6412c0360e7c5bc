"""Observations become findings: what one rule says about one thing, with its evidence.

One pass in any order of arrival. Memory is bounded whatever the capture holds: a
finding keeps the first packets and values and counts the rest; a rule that would make
too many findings puts the rest into one. The order of findings is stable: severity,
the rule's place in the table, then the first packet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from peppermoth.exposure.captured import printable
from peppermoth.exposure.rules import POSITION, RULES, rule_for
from peppermoth.exposure.rules.rule import Rule, Subject
from peppermoth.monitor.observation import Certainty, Observation

PACKETS_KEPT: Final = 20
VALUES_KEPT: Final = 100
VALUES_TOLD_APART: Final = 5000
FINDINGS_PER_RULE: Final = 5
FIELDS_KEPT: Final = 8
MARKS_KEPT: Final = 200

REST: Final = ("...",)
"""The group of what goes beyond ``FINDINGS_PER_RULE``."""
_SUREST = (Certainty.SEEN, Certainty.LIKELY, Certainty.POSSIBLE)


class Fact(NamedTuple):
    """One value of a finding, as it may be shown, and the observation that told it first."""

    kind: str
    value: str
    certainty: Certainty
    packet: int
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a person can check a finding.

    ``packets`` are the first of ``count`` (observations, not packets, are counted).
    ``marks`` are moments for the timeline, in seconds since 1970, thinned out evenly.
    """

    packets: tuple[int, ...]
    count: int
    first: float
    last: float
    fields: tuple[str, ...]
    marks: tuple[float, ...]

    @property
    def filter(self) -> str:
        """A display filter for Wireshark that shows these packets; empty without packets."""
        numbers = ", ".join(map(str, self.packets))
        return f"frame.number in {{{numbers}}}" if numbers else ""


class Finding(NamedTuple):
    """What a rule says about one group of observations.

    ``facts`` are the first distinct values; ``distinct`` counts them all, up to
    ``VALUES_TOLD_APART``.
    """

    rule: Rule
    group: tuple[str, ...]
    facts: tuple[Fact, ...]
    distinct: int
    certainty: Certainty
    evidence: Evidence

    @property
    def number(self) -> int:
        """How many things it speaks of. Masked values look alike, so they are counted as seen."""
        return self.evidence.count if self.rule.subject is Subject.MASKED else self.distinct


class _Marks:
    """Moments, thinned out: where two would fall into one span of time, one is kept."""

    def __init__(self) -> None:
        self._width = 1.0
        self._kept: dict[int, float] = {}

    def add(self, time: float) -> None:
        kept = self._kept
        kept.setdefault(int(time // self._width), time)
        while len(kept) > MARKS_KEPT:
            self._width *= 2
            times = sorted(kept.values(), reverse=True)
            self._kept = kept = {int(time // self._width): time for time in times}

    def sorted(self) -> tuple[float, ...]:
        return tuple(sorted(self._kept.values()))


class _Growing:
    """A finding in the making."""

    def __init__(self, rule: Rule, group: tuple[str, ...]) -> None:
        self.rule = rule
        self.group = group
        self.facts: dict[tuple[str, ...], Fact] = {}
        self.told_apart: set[int] = set()
        self.certainty = Certainty.POSSIBLE
        self.packets: dict[int, None] = {}
        self.count = 0
        self.first = float("inf")
        self.last = float("-inf")
        self.fields: dict[str, None] = {}
        self.marks = _Marks()

    def add(self, observation: Observation) -> None:
        time, certainty = observation.time, observation.certainty
        self.count += 1
        if time < self.first:
            self.first = time
        if time > self.last:
            self.last = time
        self.marks.add(time)
        if certainty is not self.certainty:
            self.certainty = min(self.certainty, certainty, key=_SUREST.index)
        if len(self.packets) < PACKETS_KEPT:
            self.packets.update(dict.fromkeys(observation.packets[:PACKETS_KEPT]))
        if len(self.fields) < FIELDS_KEPT:
            self.fields[observation.field] = None
        self._add_fact(observation)

    def _add_fact(self, observation: Observation) -> None:
        value = observation.details.get(self.rule.shows) or observation.value
        apart = [_part(observation, name) for name in self.rule.apart]
        key = (value, *apart)
        if key in self.facts:
            return
        if len(self.told_apart) < VALUES_TOLD_APART:
            self.told_apart.add(hash(key))
        if len(self.facts) < VALUES_KEPT:
            details = {key: printable(text) for key, text in observation.details.items()}
            details |= zip(self.rule.apart, apart, strict=True)
            packet = min(observation.packets, default=0)
            self.facts[key] = Fact(
                observation.kind, printable(value), observation.certainty, packet, details
            )

    def finished(self) -> Finding:
        evidence = Evidence(
            tuple(sorted(self.packets)[:PACKETS_KEPT]),
            self.count,
            self.first,
            self.last,
            tuple(self.fields),
            self.marks.sorted(),
        )
        return Finding(
            self.rule,
            self.group,
            tuple(self.facts.values()),
            len(self.told_apart),
            self.certainty,
            evidence,
        )


class Collector:
    """Takes observations one by one; ``findings`` at the end."""

    def __init__(self) -> None:
        self._growing: dict[str, dict[tuple[str, ...], _Growing]] = {rule.id: {} for rule in RULES}
        self.observations = 0

    def add(self, observation: Observation) -> None:
        """One more observation; one of a silent kind is only counted."""
        self.observations += 1
        rule = rule_for(observation)
        if rule is None:
            return
        of_rule = self._growing[rule.id]
        group = tuple([_part(observation, name) for name in rule.group])
        if group not in of_rule:
            if len(of_rule) >= FINDINGS_PER_RULE:
                group = REST
            of_rule.setdefault(group, _Growing(rule, group))
        of_rule[group].add(observation)

    def findings(self) -> tuple[Finding, ...]:
        """Everything so far, gravest first."""
        every = (
            one.finished()
            for of_rule in self._growing.values()
            for one in of_rule.values()
            if not any(self._growing[undoes] for undoes in one.rule.unless)
        )
        return tuple(sorted(every, key=_order))


def find(observations: Iterable[Observation]) -> tuple[Finding, ...]:
    """The findings of all these observations."""
    collector = Collector()
    for observation in observations:
        collector.add(observation)
    return collector.findings()


def _part(observation: Observation, name: str) -> str:
    if name == "value":
        return printable(observation.value)
    if name == "server":
        return observation.flow.server.ip if observation.flow else ""
    return printable(observation.details.get(name, ""))


def _order(finding: Finding) -> tuple[int, int, float, tuple[int, ...], tuple[str, ...]]:
    rule, evidence = finding.rule, finding.evidence
    return (
        rule.severity.rank,
        POSITION[rule.id],
        evidence.first,
        evidence.packets,
        finding.group,
    )
