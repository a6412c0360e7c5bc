"""The report as JSON: the same findings, and every observation.

Its schema is ``docs/report.schema.json``. Observations are written while the capture
is being read, so that memory stays bounded; findings follow at the end. ``version``
rises when something that a reader may rely on changes.
"""

from __future__ import annotations

import json
from typing import IO, Any, Final

from peppermoth import __version__
from peppermoth.exposure.findings import Finding
from peppermoth.exposure.report import Recording, Report
from peppermoth.exposure.rules.rule import Error
from peppermoth.monitor.observation import Flow, Observation

FORMAT: Final = "peppermoth-report"
VERSION: Final = 2


class DocumentWriter:
    """Writes one report into an open file: observations first, then ``finish``."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._separator = "\n"
        head = {"format": FORMAT, "version": VERSION, "program": __version__}
        # The object is closed by `finish`; what was written before a failure is no report.
        self._write(_dump(head)[:-1] + ', "observations": [')

    def add(self, observation: Observation) -> None:
        """One more observation."""
        self._write(self._separator + _dump(_observation(observation)))
        self._separator = ",\n"

    def finish(self, report: Report) -> None:
        """The rest of the document."""
        tail = {
            "recording": _recording(report.recording),
            "counts": {severity.value: number for severity, number in report.counts.items()},
            "findings": [_finding(finding) for finding in report.findings],
        }
        self._write("\n], " + _dump(tail)[1:] + "\n")

    def _write(self, text: str) -> None:
        self._file.write(text.encode("ascii"))


def _dump(value: Any) -> str:
    # ASCII only: no captured character can act on a terminal or an editor.
    return json.dumps(value, ensure_ascii=True, allow_nan=False)


def _recording(recording: Recording) -> dict[str, Any]:
    return recording._asdict() | {"problem": str(recording.problem or "")}


def _observation(observation: Observation) -> dict[str, Any]:
    return {
        "kind": observation.kind,
        "value": observation.value,
        "certainty": observation.certainty.value,
        "time": observation.time,
        "packets": list(observation.packets),
        "field": observation.field,
        "rule": observation.rule,
        "version": observation.version,
        "details": dict(observation.details),
        "flow": observation.flow and _flow(observation.flow),
    }


def _flow(flow: Flow) -> dict[str, Any]:
    return {
        "number": flow.number,
        "transport": flow.transport,
        "client": {"ip": flow.client.ip, "port": flow.client.port},
        "server": {"ip": flow.server.ip, "port": flow.server.port},
        "device_is_client": flow.device_is_client,
        "outer": list(flow.outer),
        "opened": flow.opened,
    }


def _error(error: Error) -> dict[str, Any] | str:
    measured = {name: tally._asdict() for name, tally in error._asdict().items() if tally}
    return measured or "not measured"


def _finding(finding: Finding) -> dict[str, Any]:
    evidence = finding.evidence
    rule = finding.rule
    return {
        "rule": rule.id,
        "version": rule.version,
        "severity": rule.severity.value,
        "error": _error(rule.error),
        "certainty": finding.certainty.value,
        "group": dict(zip(rule.group, finding.group, strict=False)),
        "number": finding.number,
        "distinct": finding.distinct,
        "values": [
            {
                "kind": fact.kind,
                "value": fact.value,
                "certainty": fact.certainty.value,
                "packet": fact.packet,
                "details": dict(fact.details),
            }
            for fact in finding.facts
        ],
        "evidence": {
            "count": evidence.count,
            "packets": list(evidence.packets),
            "filter": evidence.filter,
            "first": evidence.first,
            "last": evidence.last,
            "fields": list(evidence.fields),
        },
    }
