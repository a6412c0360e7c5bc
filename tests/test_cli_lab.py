"""``peppermoth lab``: what the commands print."""

from __future__ import annotations

from typer.testing import CliRunner

from peppermoth.cli import app
from peppermoth.lab.detectors import deep
from peppermoth.lab.detectors.table import BESIDE, TABLE


def test_detectors_are_listed_one_a_line():
    ran = CliRunner().invoke(app, ["lab", "detectors"], env={"COLUMNS": "40"})
    assert ran.exit_code == 0
    lines = ran.stdout.splitlines()
    every = (*TABLE, *deep.attacks(), *BESIDE)
    assert [line.split()[0] for line in lines] == [one.id for one in every]
    assert all(one.source in line for line, one in zip(lines, every, strict=True))
