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
_CHANGES: Final = (
    "gone", "fewer", "new", "more", "hidden", "more-hidden", "less-hidden", "open",
    "same", "same-hidden",
)  # fmt: skip
_OF_HIDDEN: Final = {
    "gone": "open", "fewer": "less-hidden", "new": "hidden", "more": "more-hidden",
    "same": "same-hidden",
}  # fmt: skip
"""What a change is called where the rule tells what was hidden."""
_NONE: Final = frozenset({"same", "same-hidden"})


class Earlier(NamedTuple):
    """What a comparison needs to know of the earlier report: how many things each rule found.

    ``device`` are the addresses that it is about, ``file`` is where it stands, if it does.
    """

    seconds: int
    numbers: Mapping[str, int]
    device: frozenset[str] = frozenset()
    file: Path | None = None


class Line(NamedTuple):
    """How many things a rule found before and finds now."""

    rule: str
    before: int
    now: int

    @property
    def change(self) -> str:
        """What became of it."""
        if self.before == self.now:
            return "same"
        if not (self.before and self.now):
            return "new" if self.now else "gone"
        return "fewer" if self.now < self.before else "more"


class Comparison(NamedTuple):
    """Lines by what changed, in the order in which they are shown.

    ``same_device`` is whether the device may be the same as far as its addresses tell.
    """

    seconds_before: int
    seconds_now: int
    same_device: bool
    changes: Mapping[str, tuple[Line, ...]]

    @property
    def much_shorter(self) -> bool:
        """Whether this recording is so short that less may have happened in it."""
        return self.seconds_now < self.seconds_before * _MUCH_SHORTER

    @property
    def is_even(self) -> bool:
        """Whether nothing got better or worse."""
        return not any(lines for change, lines in self.changes.items() if change not in _NONE)


def compare(earlier: Earlier, report: Report) -> Comparison:
    """Set ``report`` against an earlier one."""
    now = Counter[str]()
    device = _addresses(report.recording.device)
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
        not (earlier.device and device and earlier.device.isdisjoint(device)),
        {change: tuple(lines) for change, lines in changes.items()},
    )


def _change(line: Line, severity: Severity) -> str:
    return _OF_HIDDEN[line.change] if severity is Severity.PROTECTED else line.change


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
    device = _addresses(str(document["recording"].get("device", "")))
    return Earlier(max(1, round(end - begin)), numbers, device)


def _addresses(device: str) -> frozenset[str]:
    """The addresses in a recording's ``device``."""
    return frozenset(filter(None, device.split(", ")))


def _within(number: Any, least: int, most: float) -> Any:
    """A number that a report can hold. Raises ValueError for another, TypeError for no number."""
    if not least <= number <= most:
        raise ValueError
    return number
