"""What of a directory is told besides its flows. Those are in ``test_recording``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.recording.truth import Truth
from peppermoth.lab.scoring.recorded import read_recorded
from peppermoth.lab.tasks import one_by_one
from tests.monitor.frames import pcap


def test_an_empty_directory_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Nothing was recorded"):
        read_recorded(tmp_path, one_by_one)


def load(root: Path, number: int, **given: Any) -> None:
    """Write a load without a packet."""
    where = root / "moth" / "web"
    where.mkdir(parents=True, exist_ok=True)
    (where / f"7-{number}.pcap").write_bytes(pcap(()))
    named = {"peer": "moth", "traffic": "web", "site": "a", "load": number, "seed": 7, "sites": 1}
    nothing = {"done": [], "monitor": {}, "shape": {}, "rules": [], "flows": [], "roles": {}}
    whole = {**named, **nothing, "tunnel": True, "began": 0, "seconds": 2, "versions": {}, **given}
    Truth(**whole).write(where / f"7-{number}.json")


def test_every_version_and_world_of_a_mixed_recording_is_told(tmp_path: Path) -> None:
    load(tmp_path, 0, versions={"moth": "1"})
    load(tmp_path, 1, versions={"moth": "2"}, shape={"client": {"delay": 0.02, "loss": 0.0}})
    load(tmp_path, 2, versions={"moth": "1"}, rules=[{"seconds": 9}])
    found = read_recorded(tmp_path, one_by_one)
    assert found.versions == {"moth": "1 and 2"}
    assert [(one.line, one.rules) for one in found.worlds] == [
        ("", ""),
        ("client: delay 0.02", ""),
        ("", '[{"seconds": 9}]'),
    ]
    assert (found.traces, len(found.loads)) == ([], 3)
