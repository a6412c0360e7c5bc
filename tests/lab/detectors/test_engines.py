"""tshark as a detector: what it names, what it does not, and what stops it."""

from __future__ import annotations

import dataclasses
import math

import pytest

from peppermoth.errors import DetectorError
from peppermoth.lab.battery import FLIGHT, LAST_GET
from peppermoth.lab.detectors import engines
from peppermoth.lab.detectors.engines import capture, protocols, tunnel_margin, unknown_margin
from peppermoth.lab.extract import traces_of
from peppermoth.monitor.observation import Endpoint
from tests.lab.detectors.flows import Line, datagrams, talk
from tests.peers import find
from tests.wire import tunnel_messages as made

WIREGUARD = [
    (True, made.WIREGUARD_INITIATION),
    (False, made.WIREGUARD_RESPONSE),
    *((k % 2 == 0, made.WIREGUARD_DATA) for k in range(6)),
]
FLOWS = {
    "wireguard": (datagrams(WIREGUARD), 1, -1),
    "tls": (talk([FLIGHT]), -1, -1),
    "ssh": (talk([b"SSH-2.0-moth\r\n"]), -1, -1),
    "noise": (talk([400, -900, 300, -1200]), -1, 1),
}
PORTS = {"ssh": 22, "noise": 50123, "wireguard": 50123}


@pytest.mark.parametrize("name", FLOWS)
def test_what_tshark_names(name):
    find("tshark")
    trace, tunnel, unknown = FLOWS[name]
    trace = dataclasses.replace(trace, server=Endpoint("198.51.100.1", PORTS.get(name, 443)))
    assert (tunnel_margin(trace), unknown_margin(trace)) == (tunnel, unknown)


def test_the_capture_holds_what_was_said_in_order_and_from_whom(tmp_path):
    trace = talk([LAST_GET, -900, b"moth", -4000])
    path = tmp_path / "flow.pcap"
    path.write_bytes(capture(trace))
    (found,) = traces_of(path)
    assert (found.said, found.answered) == (trace.said, trace.answered)
    assert found.sizes.tolist() == [size for size in trace.sizes if size]


def test_silence_is_not_judged():
    assert capture(Line().trace()) == b""
    assert math.isnan(tunnel_margin(Line().trace()))
    assert math.isnan(unknown_margin(Line().trace()))


def test_a_missing_engine_is_an_error_with_its_cure(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DetectorError, match="install"):
        tunnel_margin(talk([b"no other flow says this"]))


def test_an_engine_that_cannot_read_is_an_error():
    find("tshark")
    with pytest.raises(DetectorError, match="tshark failed: "):
        protocols(b"this is no capture")


def test_an_engine_that_takes_too_long_is_an_error(monkeypatch):
    find("tshark")
    monkeypatch.setattr(engines, "PATIENCE", 0.0001)
    with pytest.raises(DetectorError, match="took more"):
        unknown_margin(talk([b"nor does any say this"]))
