"""When each kind of finding was seen, as bars that are drawn beside words.

Positions are counted from the left, in ``TIMELINE_UNITS``; where the language runs from
right to left, so does time. Times are UTC, whatever the computer's own zone is: a report
may be read by others, whom the zone would tell where its owner lives, and the same
recording makes the same report everywhere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, count
from typing import Final, NamedTuple

from peppermoth.exposure.captured import moment
from peppermoth.exposure.findings import Finding
from peppermoth.exposure.languages import Language
from peppermoth.exposure.report import Report
from peppermoth.exposure.rules.rule import Severity, Subject

TIMELINE_UNITS: Final = 1000
MARK: Final = 6
"""How wide a moment is drawn."""

MOST_TICKS: Final = 4
"""Labels that have room side by side on a narrow page."""

_MARGIN: Final = 0.05
"""The part of the line at either end where a label would stand out over it."""

_DAY: Final = 86400
_STEPS: Final = (
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200,
)  # fmt: skip
"""Seconds between two ticks, each of which divides a day; longer ones are whole days."""

_OF_DAYS: Final = "%m-%d"
_LABELS: Final = ((32 * _DAY, "%Y-%m"), (_DAY, _OF_DAYS), (60, "%H:%M"), (1, "%H:%M:%S"))
"""From which step on a label is written how."""

_SPAN = re.compile(r"(\d{1,12}) (\d{1,12})")


class Lane(NamedTuple):
    """A line of the timeline: bars as begin and width."""

    severity: Severity
    word: str
    bars: tuple[tuple[int, int], ...]


class Tick(NamedTuple):
    """A moment that the axis names."""

    at: int
    label: str


class Timeline(NamedTuple):
    """Everything about it: what it shows, its lines, and its axis, which may have no ticks."""

    text: str
    lanes: tuple[Lane, ...]
    time: str
    ticks: tuple[Tick, ...]


def make_timeline(report: Report, language: Language) -> Timeline | None:
    """The timeline of a report; None where it would be empty, or the recording has no times."""
    recording = report.recording
    if not recording.end:
        return None
    scale = _Scale(recording.begin, recording.end, mirrored=language.right_to_left)
    lanes = tuple(_lanes(report.findings, scale, language))
    if not lanes:
        return None
    first, last = moment(recording.begin), moment(recording.end)
    return Timeline(
        text=language.say("timeline-text", first=first, last=last),
        lanes=lanes,
        time=language.say("timeline-time"),
        ticks=tuple(_ticks(recording.begin, recording.end, scale)),
    )


class _Scale:
    """Where moments of a recording stand."""

    def __init__(self, begin: float, end: float, *, mirrored: bool) -> None:
        self._begin, self._length = begin, max(end - begin, 1e-9)
        self._mirrored = mirrored

    def share(self, time: float) -> float:
        """How much of the recording lies before a moment, from 0 to 1."""
        return min(max((time - self._begin) / self._length, 0), 1)

    def bar(self, begin: float, end: float) -> tuple[int, int]:
        """A span of time, kept inside the recording and visible."""
        least, most = (round(self.share(time) * (TIMELINE_UNITS - MARK)) for time in (begin, end))
        width = most - least + MARK
        return (TIMELINE_UNITS - least - width if self._mirrored else least), width


def _lanes(findings: Sequence[Finding], scale: _Scale, language: Language) -> Iterator[Lane]:
    in_use = {
        scale.bar(int(span[1]), int(span[2]))
        for finding in findings
        if finding.rule.subject is Subject.TIMES
        for fact in finding.facts
        if (span := _SPAN.fullmatch(fact.value))
    }
    if in_use:
        yield Lane(Severity.LOW, language.say("timeline-active"), tuple(sorted(in_use)))
    for severity in Severity:
        of_severity = (one for one in findings if one.rule.severity is severity)
        marks = {scale.bar(at, at) for one in of_severity for at in one.evidence.marks}
        if marks:
            yield Lane(severity, language.say(severity), tuple(sorted(marks)))


def _ticks(begin: float, end: float, scale: _Scale) -> Iterator[Tick]:
    steps = chain(_STEPS, (_DAY * 2**doubled for doubled in count()))
    step = next(step for step in steps if end - begin <= step * MOST_TICKS)
    form = next(form for least, form in _LABELS if step >= least)
    for time in range(math.ceil(begin / step) * step, math.floor(end) + 1, step):
        if _MARGIN <= scale.share(time) <= 1 - _MARGIN:
            at, width = scale.bar(time, time)
            starts_day = 60 <= step < _DAY and time % _DAY == 0
            told = datetime.fromtimestamp(time, UTC)
            yield Tick(at + width // 2, told.strftime(_OF_DAYS if starts_day else form))
