"""Numbers that stand for persons, places and servers, so that a report can be shown to others.

In one's own copy they go by first appearance. A copy for somebody else is made with a
fresh random key that orders them, so that two copies cannot be joined by number.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from peppermoth.exposure.findings import REST, Finding
from peppermoth.exposure.rules.rule import Subject

NUMBERED = (Subject.PEOPLE, Subject.PLACES)
"""What is numbered rather than shown."""

SERVER: Final = "server"
"""The part of a finding's group that is an address; numbered in a copy for somebody else."""


class Aliases:
    """Which number each person, place and server of a report has; with ``key``, in its order."""

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
        servers = dict.fromkeys(
            part
            for finding in in_time
            if finding.group != REST
            for name, part in zip(finding.rule.group, finding.group, strict=True)
            if name == SERVER
        )
        self._servers = {value: number for number, value in enumerate(_ordered(servers, key), 1)}

    def number(self, subject: Subject, value: str) -> int:
        """The number of this person or place, from 1."""
        return self._numbers[subject][value]

    def server(self, address: str) -> int:
        """The number of a server by which findings are told apart, from 1."""
        return self._servers[address]

    def of(self, subject: Subject) -> list[tuple[int, str]]:
        """Every number of a kind with its value, in order."""
        return [(number, value) for value, number in self._numbers[subject].items()]


def _ordered(values: Iterable[str], key: bytes | None) -> list[str]:
    if key is None:
        return list(values)
    import hmac  # for a copy for somebody else only

    return sorted(values, key=lambda v: hmac.digest(key, v.encode(), "sha256"))
