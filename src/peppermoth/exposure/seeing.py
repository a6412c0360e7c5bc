"""From observations to everything that was asked for: the work of ``peppermoth see``.

Observations are taken one by one, as they are read; what is kept of them is bounded.
Nothing is stored but the files that were asked for and the list of their paths.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from peppermoth.exposure import keeping
from peppermoth.exposure.asked import Source, Wanted
from peppermoth.exposure.comparison import compare
from peppermoth.exposure.document import DocumentWriter
from peppermoth.exposure.findings import Collector, Finding
from peppermoth.exposure.report import Recording, Report
from peppermoth.exposure.terminal import print_report, print_written
from peppermoth.exposure.view import View, make_view

if TYPE_CHECKING:
    from rich.console import Console


def see(source: Source, wanted: Wanted, console: Console) -> None:
    """Report on ``source`` in the terminal and in every file that is wanted.

    Raises ConfigError when a file cannot be written, CaptureError when the recording
    cannot be read.
    """
    report = _read(source, wanted)
    comparison = compare(wanted.earlier, report) if wanted.earlier else None
    view = make_view(report, wanted.language, comparison=comparison)
    if wanted.html:
        _write_page(wanted.html, view)
    if wanted.helpline:
        key = os.urandom(32)
        _write_page(wanted.helpline, make_view(report, wanted.language, helpline_key=key))
    print_report(view, console)
    for sentence, file in (
        ("written", wanted.html),
        ("written", wanted.json),
        ("written-helpline", wanted.helpline),
    ):
        if file:
            print_written(view, console, sentence, file)


def _read(source: Source, wanted: Wanted) -> Report:
    collector = Collector()
    with ExitStack() as stack:
        file = stack.enter_context(keeping.report_file(wanted.json)) if wanted.json else None
        writer = DocumentWriter(file) if file else None
        for observation in source:
            collector.add(observation)
            if writer:
                writer.add(observation)
        findings = collector.findings()
        if wanted.live:
            findings = tuple(map(_without_packets, findings))
        report = Report(_recording(source), findings, collector.observations)
        if writer:
            writer.finish(report)
    return report


def _without_packets(finding: Finding) -> Finding:
    return finding._replace(evidence=replace(finding.evidence, packets=()))


def _recording(source: Source) -> Recording:
    return Recording(
        packets=source.packets,
        begin=source.first,
        end=source.last,
        device=", ".join(source.device.names),
        digest=source.sha256,
        problem=source.problem,
        packets_cut=source.packets_cut,
        connections_torn=source.connections_torn,
    )


def _write_page(path: Path, view: View) -> None:
    from peppermoth.exposure.page import render_page

    page = render_page(view).encode()
    with keeping.report_file(path) as file:
        file.write(page)
