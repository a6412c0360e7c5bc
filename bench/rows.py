"""What must be reached: the figures, the ratios asked of them, and the verdicts."""

from __future__ import annotations

import enum
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.processes import OURS
from bench.runner import Results

MEGA = 1e6


@dataclass(frozen=True)
class Figure:
    """A measured quantity: its key, its words, a heading, and how to print its SI value."""

    key: str
    what: str
    heading: str
    unit: str
    scale: float = 1.0
    digits: int = 0

    def show(self, value: float) -> str:
        """The value in the figure's unit, without it."""
        return f"{value / self.scale:,.{self.digits}f}"


FIGURES = (
    Figure("download", "bulk download, one stream", "download", "MB/s", MEGA),
    Figure("upload", "bulk upload, one stream", "upload", "MB/s", MEGA),
    Figure("parallel", "64 parallel downloads, total", "64\nstreams", "MB/s", MEGA),
    Figure("first_byte", "time to first byte, warm session", "first\nbyte", "ms", 1e-3, 2),
    Figure("crowd_p99", "the same under 50 clients, p99", "p99 of\n50 clients", "ms", 1e-3, 1),
    Figure("connections", "new connections per second", "connections", "1/s"),
    Figure("client_memory", "1,000 idle streams, client", "idle\nclient", "MB", MEGA, 1),
    Figure("bridge_memory", "1,000 idle streams, bridge", "idle\nbridge", "MB", MEGA, 1),
)
WORDS = {figure.key: figure.what for figure in FIGURES}


class Verdict(enum.StrEnum):
    """How a row came out."""

    AIM = "aim reached"
    MUST = "must reached"
    MISSED = "MISSED"
    REPORT = "reported, below aim"
    NONE = "not measured"


@dataclass(frozen=True)
class Row:
    """A demand on a figure: ours over ``against``'s, or ours itself where that is None.

    ``must`` None means that the row is only reported. ``at_most`` turns both limits round.
    """

    figure: str
    against: str | None
    must: float | None
    aim: float
    at_most: bool = False

    def values(self, results: Results) -> list[float]:
        """One value a round: the ratio of neighbours in time, or the figure itself."""
        ours = results.values(self.figure, OURS)
        if self.against is None:
            return ours
        theirs = results.values(self.figure, self.against)
        return [one / other for one, other in zip(ours, theirs, strict=False)]

    def verdict(self, value: float) -> Verdict:
        """Whether the median reaches what it must, or the aim."""
        if self._reaches(value, self.aim):
            return Verdict.AIM
        if self.must is None:
            return Verdict.REPORT
        return Verdict.MUST if self._reaches(value, self.must) else Verdict.MISSED

    def limit(self, value: float | None) -> str:
        """A limit as the table prints it."""
        if value is None:
            return "report"
        return ("at most " if self.at_most else "") + self.show(value)

    def show(self, value: float) -> str:
        """A value or limit as the table prints it: a ratio, or megabytes."""
        return f"{value / MEGA:.1f} MB" if self.against is None else f"{value:.2f}"

    def _reaches(self, value: float, limit: float) -> bool:
        return value <= limit if self.at_most else value >= limit


ROWS = (
    Row("download", "trojan", 1.3, 1.6),
    Row("upload", "trojan", 1.3, 1.6),
    Row("parallel", "trojan", 1.2, 1.5),
    Row("first_byte", "trojan", 0.8, 0.5, at_most=True),
    Row("crowd_p99", "shadowsocks", 1.2, 0.8, at_most=True),
    Row("connections", "trojan", 1.5, 3.0),
    Row("client_memory", None, 30 * MEGA, 15 * MEGA, at_most=True),
    Row("bridge_memory", None, 30 * MEGA, 15 * MEGA, at_most=True),
    Row("download", "sing-box", None, 1.0),
)


@dataclass(frozen=True)
class Outcome:
    """A row with what was measured: the median, and the least and most of the rounds."""

    row: Row
    median: float | None
    spread: tuple[float, float] | None
    verdict: Verdict


def judge(results: Results, rows: Sequence[Row] = ROWS) -> list[Outcome]:
    """The outcome of every row whose figure was measured on any system."""
    return [_outcome(row, row.values(results)) for row in rows if row.figure in results.figures]


def median_of(results: Results, system: str) -> Callable[[str], float | None]:
    """A function from a figure's key to the median of this system's rounds."""

    def median(figure: str) -> float | None:
        values = results.values(figure, system)
        return statistics.median(values) if values else None

    return median


def _outcome(row: Row, values: list[float]) -> Outcome:
    if not values:
        return Outcome(row, None, None, Verdict.NONE)
    median = statistics.median(values)
    return Outcome(row, median, (min(values), max(values)), row.verdict(median))
