"""nDPI as a detector: what it names, what it does not, and what stops it."""

from __future__ import annotations

import re
from importlib import metadata, util

import pytest

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors import ndpi
from peppermoth.lab.detectors.engines import Capture, capture
from peppermoth.lab.detectors.ndpi import (
    DETECTORS,
    Verdict,
    absent,
    names_tunnel,
    verdicts,
    version,
)
from tests.lab.detectors.engine_flows import FLOWS
from tests.needs import need

FLAGGED = {
    "ndpi-tunnel": {"wireguard", "openvpn"},
    "ndpi-unknown": {"noise", "noise of the web", "datagrams of noise"},
    "ndpi-obfuscated": {"noise", "noise of the web"},
}


@pytest.fixture
def nfstream():
    """The library that brings nDPI."""
    need(not absent(), "nfstream", "pip install 'peppermoth[lab]'")


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.id)
@pytest.mark.usefixtures("nfstream")
def test_what_ndpi_names(detector):
    margins = detector.batch(list(FLOWS.values()))
    assert set(margins) == {1, -1}
    assert {name for name, margin in zip(FLOWS, margins, strict=True) if margin > 0} == (
        FLAGGED[detector.id]
    )


@pytest.mark.parametrize(
    ("verdict", "tunnel"),
    [
        (Verdict("TLS.Tor", "VPN", 0), True),
        (Verdict("SOCKS", "Web", 0), True),
        (Verdict("", "VPN", 0), False),
        (Verdict("TLS", "Web", ndpi.OBFUSCATED), False),
    ],
)
def test_a_tunnel_is_what_ndpi_names_and_files_as_one(verdict, tunnel):
    assert names_tunnel(verdict) == tunnel


@pytest.mark.usefixtures("nfstream")
def test_the_version_is_ndpis_and_that_of_the_library_that_brings_it():
    assert re.fullmatch(
        rf"[0-9]+\.[0-9]+\S* \(nfstream {re.escape(metadata.version('nfstream'))}\)", version()
    )


def test_a_missing_library_is_said_with_its_cure(monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    assert all("pip install" in detector.missing for detector in DETECTORS)


@pytest.mark.parametrize(
    ("inside", "lacking"),
    [
        ("raise ImportError('no such part')", "ImportError: no such part"),
        ("ffi = lib = object()", "no attribute 'NDPI_CONFIDENCE_UNKNOWN'"),
    ],
)
@pytest.mark.usefixtures("nfstream")
def test_a_library_of_another_inside_is_an_error_with_its_version(
    inside, lacking, monkeypatch, tmp_path
):
    (tmp_path / "_lib_engine.py").write_text(inside)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(DetectorError, match=rf"nDPI \(nfstream \S+\) failed: .*{lacking}$"):
        verdicts(capture([FLOWS["ssh"]]))


@pytest.mark.usefixtures("nfstream")
def test_a_capture_that_ndpi_cannot_read_is_an_error():
    with pytest.raises(DetectorError, match="failed: "):
        verdicts(Capture(b"this is no capture", (1,)))


@pytest.mark.parametrize("line", ["TLS", "TLS\tWeb\trisky", "a\tb\tc\td"])
def test_words_without_sense_are_an_error(monkeypatch, line):
    monkeypatch.setattr(ndpi, "told", lambda name, command, file: [line])
    with pytest.raises(DetectorError, match="no sense"):
        verdicts(Capture(b"", (1,)))
