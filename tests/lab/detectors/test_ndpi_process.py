"""The process in which nDPI runs: a line for each flow, in their order."""

from __future__ import annotations

import subprocess
import sys

from peppermoth.lab.detectors import ndpi
from peppermoth.lab.detectors.engines import capture
from tests.lab.detectors.engine_flows import FLOWS
from tests.needs import need


def lines(file):
    """What the process prints about a capture."""
    need(not ndpi.absent(), "nfstream", "pip install 'peppermoth[lab]'")
    command = [sys.executable, "-m", "peppermoth.lab.detectors.ndpi_process"]
    ran = subprocess.run(command, input=file, capture_output=True, check=True)
    return [line.split("\t") for line in ran.stdout.decode().splitlines()]


def test_each_flow_has_its_line_with_name_category_and_risks():
    found = dict(zip(FLOWS, lines(capture(list(FLOWS.values())).file), strict=True))
    assert found["openvpn"] == ["OpenVPN", "VPN", "0"]
    assert found["ssh"][:2] == ["SSH", "RemoteAccess"]


def test_a_name_taken_from_a_port_alone_is_none():
    ((name, category, risks),) = lines(capture([FLOWS["noise of the web"]]).file)
    assert (name, category) == ("", "")
    assert int(risks) & ndpi.OBFUSCATED


def test_a_capture_without_packets_has_no_line():
    assert lines(capture([]).file) == []
