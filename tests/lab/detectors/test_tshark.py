"""tshark as a detector: what it names, what it does not, and what stops it."""

from __future__ import annotations

import pytest

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors.engines import Capture
from peppermoth.lab.detectors.tshark import DETECTORS, absent, protocols, version
from tests.lab.detectors.engine_flows import FLOWS
from tests.peers import find

FLAGGED = {
    "tshark-tunnel": {"wireguard", "openvpn"},
    "tshark-unknown": {"noise", "datagrams of noise"},
}


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
def test_what_tshark_names(detector):
    find("tshark")
    margins = detector.batch(list(FLOWS.values()))
    assert set(margins) == {1, -1}
    assert {name for name, margin in zip(FLOWS, margins, strict=True) if margin > 0} == (
        FLAGGED[detector.id]
    )


def test_the_version_is_that_of_the_program():
    find("tshark")
    assert version().startswith("TShark (Wireshark) ")
    assert not absent()


def test_a_missing_tshark_is_said_with_its_cure(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert all("install" in detector.missing for detector in DETECTORS)
    with pytest.raises(DetectorError, match="does not start"):
        DETECTORS[0].batch(list(FLOWS.values()))


def test_a_capture_that_tshark_cannot_read_is_an_error():
    find("tshark")
    with pytest.raises(DetectorError, match="tshark failed: "):
        protocols(Capture(b"this is no capture", (1,)))
