"""The truth of a load: what is kept, what is refused, and which flow is whose."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.recording.truth import Truth, describe, truths
from peppermoth.lab.traces import CONTROL, Label, Trace
from peppermoth.monitor.observation import Endpoint

TRUTH = Truth(
    peer="trojan",
    traffic="page",
    site="site01.example",
    load=2,
    seed=7,
    sites=4,
    tunnel=True,
    began=1.0,
    seconds=0.5,
    roles={
        "10.0.0.1": "client",
        "10.0.0.2": "bridge",
        "10.0.0.3": "names",
        "10.0.0.4": "a.example",
    },
    done=[],
    monitor={},
    shape={},
    rules=[],
    flows=[],
    versions={},
)


def trace(server: str) -> Trace:
    none = np.zeros(1)
    return Trace(
        *("tcp", Endpoint("10.0.0.1", 40000), Endpoint(server, 443), 0.0, none),
        *(none.astype(kind) for kind in ("i4", "u1", "u4", "u4")),
        *(b"", b"", b""),
    )


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "trojan" / "page" / "7-00002.json"
    path.parent.mkdir(parents=True)
    TRUTH.write(path)
    assert list(truths(tmp_path)) == [(path.with_suffix(".pcap"), TRUTH)]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "peppermoth-load", "version": 2}'])
def test_what_is_no_truth_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(ConfigError):
        Truth.read(path)


def test_only_what_goes_to_the_bridge_is_a_tunnels() -> None:
    label = Label("trojan", "page", "site01.example", 2, 7, tunnelled=True)
    assert TRUTH.label(trace("10.0.0.2")) == label
    assert [TRUTH.label(trace(f"10.0.0.{n}")) for n in (3, 4, 5)] == [None] * 3


def test_what_goes_to_sites_is_the_control() -> None:
    straight = dataclasses.replace(TRUTH, peer=CONTROL, tunnel=False)
    found = straight.label(trace("10.0.0.4"))
    assert found == Label(CONTROL, "page", "site01.example", 2, 7, tunnelled=False)
    assert straight.label(trace("10.0.0.3")) is None


def test_a_flow_is_told_by_who_is_at_its_ends() -> None:
    told = describe(trace("10.0.0.2"), "bridge")
    assert (told["client_port"], told["server"], told["packets"]) == (40000, "bridge", 1)
