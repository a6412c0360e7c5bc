"""Live recordings: each signature finds the tunnel that it is for, and nothing else."""

from __future__ import annotations

from typing import Final

import pytest

from peppermoth.lab.detectors.signatures import DETECTORS
from peppermoth.lab.peers.table import PEERS
from peppermoth.lab.recording.loads import Plan, record
from peppermoth.lab.scoring.recorded import read_recorded
from peppermoth.lab.tasks import one_by_one
from peppermoth.lab.traces import CONTROL, Trace
from tests.needs import need_root
from tests.peers import find

LOADS: Final = 2
MARGINS: Final = {detector.id: detector.margin for detector in DETECTORS}
SEEN_BY: Final = {
    CONTROL: set[str](),
    "peppermoth": set[str](),
    "openvpn": {"openvpn-opcodes", "openvpn-opcodes.ndpi"},
    "wireguard": {"wireguard"},
}
"""For each peer the signatures that find it. OpenVPN 2.6 is not found by its
acknowledgements, which it sends within other messages."""


@pytest.fixture(scope="module")
def traces(tmp_path_factory: pytest.TempPathFactory) -> list[Trace]:
    """Pages, whose packets fill a tunnel's largest messages, through every peer."""
    need_root()
    for program in ("ip", "nginx", "sshd", "chromium"):
        find(program)
    root = tmp_path_factory.mktemp("vpns")
    for name in SEEN_BY:
        for program in PEERS[name].programs:
            find(program)
        assert record(Plan(name, "page", LOADS, 1), root, one_by_one, 1, lambda done, of: None)
    return read_recorded(root, one_by_one).traces


@pytest.mark.parametrize("peer", SEEN_BY)
def test_a_signature_finds_its_own_tunnel_and_no_other(traces: list[Trace], peer: str) -> None:
    flows = [one for one in traces if one.label and one.label.peer == peer]
    talks = [one for one in flows if one.data.sum() > 10]  # a client may say goodbye late
    assert len(talks) >= LOADS
    for name, margin in MARGINS.items():
        assert margin is not None
        found = [margin(flow) > 0 for flow in talks]
        assert found == [name in SEEN_BY[peer]] * len(talks), name
