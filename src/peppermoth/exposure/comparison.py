"""What changed since an earlier report: the before and after of doing something.

Rules are compared, not single findings, because servers change by themselves. The
earlier report is a JSON file that anybody may have written: whatever does not fit is
refused in one sentence.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from peppermoth.errors import ConfigError
from peppermoth.exposure.document import FORMAT, VERSION
from peppermoth.exposure.report import Report
from peppermoth.exposure.rules import RULES
from peppermoth.exposure.rules.rule import Severity
from peppermoth.monitor.capture import LATEST

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an earlier report that are read."""

_MOST: Final = 10**9
"""What a finding of a report can count: observations of one rule."""

_MUCH_SHORTER: Final = 0.5
_CHANGES: Final = ("gone", "fewer", "new", "more", "hidden", "open", "same")


class Earlier(NamedTuple):
    """What a comparison needs to know of the earlier report: how many things each rule found.

    ``file`` is where it stands, if it does.
    """

    seconds: int
    numbers: Mapping[str, int]
    file: Path | None = None


class Line(NamedTuple):
    """How many things a rule found before and finds now."""

    rule: str
    before: int
    now: int


class Comparison(NamedTuple):
    """Lines by what changed, in the order in which they are shown."""

    seconds_before: int
    seconds_now: int
    changes: Mapping[str, tuple[Line, ...]]

    @property
    def much_shorter(self) -> bool:
        """Whether this recording is so short that less may have happened in it."""
        return self.seconds_now < self.seconds_before * _MUCH_SHORTER

    @property
    def is_even(self) -> bool:
        """Whether nothing got better or worse."""
        return not any(lines for change, lines in self.changes.items() if change != "same")


def compare(earlier: Earlier, report: Report) -> Comparison:
    """Set ``report`` against an earlier one."""
    now = Counter[str]()
    for finding in report.findings:
        now[finding.rule.id] += finding.number
    changes: dict[str, list[Line]] = {change: [] for change in _CHANGES}
    for rule in RULES:
        line = Line(rule.id, earlier.numbers.get(rule.id, 0), now[rule.id])
        if line.before or line.now:
            changes[_change(line, rule.severity)].append(line)
    return Comparison(
        earlier.seconds,
        report.recording.seconds,
        {change: tuple(lines) for change, lines in changes.items()},
    )


def _change(line: Line, severity: Severity) -> str:
    if severity is Severity.PROTECTED:
        if bool(line.before) == bool(line.now):
            return "same"
        return "hidden" if line.now else "open"
    if line.before == line.now:
        return "same"
    if not line.now:
        return "gone"
    if not line.before:
        return "new"
    return "fewer" if line.now < line.before else "more"


def read_earlier(path: Path) -> Earlier:
    """Read a report that ``--json`` wrote. Raises ConfigError, saying what is wrong."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(f"{path} is too large to be compared with.")
        content = path.read_bytes()
    except OSError as exc:
        raise ConfigError(f"Cannot read {path}: {exc.strerror}.") from exc
    return parse_earlier(content, str(path))._replace(file=path)


def parse_earlier(content: bytes, name: str) -> Earlier:
    """Understand the content of the file ``name``. Raises ConfigError."""
    try:
        return _understood(json.loads(content), name)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError) as exc:
        raise ConfigError(f"{name} is not a report of Peppermoth, or it is damaged.") from exc


def _understood(document: Any, name: str) -> Earlier:
    if document["format"] != FORMAT:
        raise ValueError
    if document["version"] != VERSION:
        raise ConfigError(f"{name} was written by another version of Peppermoth.")
    numbers = Counter[str]()
    for finding in document["findings"]:
        numbers[str(finding["rule"])] += _within(finding["number"], 1, _MOST)
    begin, end = (_within(document["recording"][name], 0, LATEST) for name in ("begin", "end"))
    return Earlier(max(1, round(end - begin)), numbers)


def _within(number: Any, least: int, most: float) -> Any:
    """A number that a report can hold. Raises ValueError for another, TypeError for no number."""
    if not least <= number <= most:
        raise ValueError
    return number
