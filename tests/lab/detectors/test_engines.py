"""Flows as a capture for engines, and engines that fail."""

from __future__ import annotations

import math
import sys

import pytest

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors import engines
from peppermoth.lab.detectors.engines import MOST, capture, margins, told
from peppermoth.lab.probing.battery import LAST_GET
from peppermoth.lab.recording.extract import traces_of
from tests.lab.detectors.flows import Line, datagrams, talk
from tests.wire import tunnel_messages as made

FLOWS = [
    talk([LAST_GET, -900, b"moth", -4000]),
    datagrams([(True, made.WIREGUARD_INITIATION), (False, made.WIREGUARD_RESPONSE)]),
    talk([b"another", -1200]),
]
SILENT = Line().trace()


def found(traces, tmp_path):
    """The flows that our own reader finds in the capture of some."""
    path = tmp_path / "flows.pcap"
    path.write_bytes(capture(traces).file)
    return list(traces_of(path))


def test_the_capture_holds_what_was_said_in_order_and_from_whom(tmp_path):
    for before, after in zip(FLOWS, found(FLOWS, tmp_path), strict=True):
        assert after.transport == before.transport
        assert (after.said, after.answered) == (before.said, before.answered)
        assert [size for size in after.sizes if size] == [size for size in before.sizes if size]


def test_flows_of_the_same_ends_stay_apart_and_follow_each_other(tmp_path):
    flows = found([FLOWS[0], FLOWS[2]] * 200, tmp_path)
    assert len({(flow.client.ip, flow.server.ip) for flow in flows}) == 400
    ends = [flow.begun + flow.times[-1] for flow in flows]
    assert all(end < flow.begun for end, flow in zip(ends, flows[1:], strict=False))


def test_each_packet_acknowledges_what_came_before(tmp_path):
    (flow,) = found(FLOWS[:1], tmp_path)
    request = len(LAST_GET)
    assert flow.acknowledgements.tolist() == [0, 1, 1, 1, 1 + request, 901, 5 + request]


def test_only_the_beginning_of_a_flow_is_shown():
    long = talk([b"x"] * (MOST + 9))
    assert capture([long, SILENT]).packets == (MOST + 3, 0)


def test_more_flows_than_there_are_addresses_are_refused():
    with pytest.raises(DetectorError, match="too many"):
        capture([SILENT] * (2**16 + 1))


def test_silence_is_not_judged_and_starts_nothing():
    def ask(shown):
        raise AssertionError("nothing to ask")

    assert [math.isnan(margin) for margin in margins([SILENT] * 2, ask, bool)] == [True, True]


def test_words_come_to_the_flow_that_they_are_about():
    judged = margins([SILENT, FLOWS[0], SILENT, FLOWS[1]], lambda shown: ["moth", ""], bool)
    assert judged[1::2] == [1, -1]
    assert all(map(math.isnan, judged[::2]))


@pytest.mark.parametrize("words", [[], ["one"], ["one", "two", "three"]])
def test_an_engine_that_does_not_speak_of_every_flow_is_an_error(words):
    with pytest.raises(DetectorError, match="not of 2"):
        margins(FLOWS[:2], lambda shown: words, bool)


def python(script):
    """What a program of ours says of a capture."""
    return told("moth", [sys.executable, "-c", script], b"capture")


def test_a_program_reads_the_capture_and_its_lines_are_told():
    assert python("print(input()[::-1]); print('end')") == ["erutpac", "end"]


def test_a_program_that_fails_is_an_error_with_its_last_words():
    with pytest.raises(DetectorError, match="moth failed: light"):
        python("import sys; print('too much\\nlight', file=sys.stderr); sys.exit(3)")


def test_a_program_that_is_killed_is_an_error():
    with pytest.raises(DetectorError, match="no reason"):
        python("import os; os.abort()")


def test_a_program_that_does_not_start_is_an_error():
    with pytest.raises(DetectorError, match="does not start"):
        told("moth", ["/no/moth"], b"")


def test_a_program_that_takes_too_long_is_an_error(monkeypatch):
    monkeypatch.setattr(engines, "PATIENCE", 0.01)
    with pytest.raises(DetectorError, match="took more"):
        python("import time; time.sleep(60)")
