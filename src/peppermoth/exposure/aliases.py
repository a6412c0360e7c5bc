"""Numbers that stand for persons and places, so that a report can be shown to others.

In one's own copy they go by first appearance. A copy for somebody else is made with a
fresh random key that orders them, so that two copies cannot be joined by number.
"""

from __future__ import annotations

from collections.abc import Iterable

from peppermoth.exposure.findings import Finding
from peppermoth.exposure.rules.rule import Subject

NUMBERED = (Subject.PEOPLE, Subject.PLACES)
"""What is numbered rather than shown."""


class Aliases:
    """Which number each person and place of a report has; with ``key``, in its order."""

    def __init__(self, findings: Iterable[Finding], key: bytes | None = None) -> None:
        met: dict[Subject, dict[str, None]] = {subject: {} for subject in NUMBERED}
        in_time = sorted(findings, key=lambda finding: finding.evidence.first)
        for finding in in_time:
            if finding.rule.subject in met:
                met[finding.rule.subject].update(dict.fromkeys(f.value for f in finding.facts))
        self._numbers = {
            subject: {value: number for number, value in enumerate(_ordered(values, key), 1)}
            for subject, values in met.items()
        }

    def number(self, subject: Subject, value: str) -> int:
        """The number of this person or place, from 1."""
        return self._numbers[subject][value]

    def of(self, subject: Subject) -> list[tuple[int, str]]:
        """Every number of a kind with its value, in order."""
        return [(number, value) for value, number in self._numbers[subject].items()]


def _ordered(values: Iterable[str], key: bytes | None) -> list[str]:
    if key is None:
        return list(values)
    import hmac  # for a copy for somebody else only

    return sorted(values, key=lambda v: hmac.digest(key, v.encode(), "sha256"))
