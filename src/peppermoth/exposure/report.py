"""What a report is before it is put into words: the recording and its findings."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from peppermoth.exposure.findings import Finding
from peppermoth.exposure.rules.rule import Severity
from peppermoth.monitor.problems import Problem


class Recording(NamedTuple):
    """What was read. Times in seconds since 1970 (UTC); empty strings where unknown.

    ``problem`` says what could not be read; ``digest`` the SHA-256
    of the file, in hexadecimal, where it was wanted. ``packets_cut`` counts packets of
    which only a part was recorded, ``connections_torn`` the device's connections that
    lack bytes which an observer wanted to see.
    """

    packets: int
    begin: float
    end: float
    device: str = ""
    digest: str = ""
    problem: Problem | None = None
    packets_cut: int = 0
    connections_torn: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing that the line carried is known to be missing."""
        return not (self.problem or self.packets_cut or self.connections_torn)

    @property
    def seconds(self) -> int:
        """How long it lasts; at least one."""
        return max(1, round(self.end - self.begin))


class Report(NamedTuple):
    """The findings in one recording, gravest first."""

    recording: Recording
    findings: tuple[Finding, ...]
    observations: int

    @property
    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity, none left out."""
        counted = Counter(finding.rule.severity for finding in self.findings)
        return {severity: counted[severity] for severity in Severity}
