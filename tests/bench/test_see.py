"""The benchmark of the report: the captures that it makes, and its verdicts."""

from __future__ import annotations

import sys

import pytest

from bench import at_hand, traffic
from bench.see import Bench, Row
from peppermoth.monitor.reading import read
from tests.monitor.frames import DEVICE
from tests.needs import need


def made(tmp_path, packets, kind):
    path = tmp_path / f"{kind}.pcap"
    with path.open("wb") as file:
        traffic.write(file, packets, kind)
    return path


def reading(path):
    """All of a capture that was read, and what it told."""
    found = read(str(path), DEVICE)
    return found, list(found)


@pytest.mark.parametrize("kind", ["daily", "bulk"])
def test_a_capture_has_as_many_packets_as_wanted_and_is_whole(tmp_path, kind):
    found, _ = reading(made(tmp_path, 2000, kind))
    assert found.packets == 2000
    assert not found.problem


def test_each_repetition_has_flows_of_its_own_and_later_times(tmp_path, monkeypatch):
    monkeypatch.setattr(traffic, "EACH", 1000)
    once, _ = reading(made(tmp_path, 1000, "daily"))
    thrice, _ = reading(made(tmp_path, 3000, "daily"))
    assert thrice.flows == 3 * once.flows
    assert thrice.last - thrice.first > 2 * (once.last - once.first)


def test_hellos_of_one_piece_differ(tmp_path):
    _, told = reading(made(tmp_path, 5000, "daily"))
    names = [each.value for each in told if each.kind == "name.sni"]
    assert len(set(names)) > 10


def test_what_is_at_hand_is_of_the_device_and_at_most_a_twentieth(tmp_path):
    need(at_hand.FOLDER.is_dir(), "the shared captures", "put them beside the repository")
    daily, _ = reading(made(tmp_path, 10_000, "daily"))
    mixed, _ = reading(made(tmp_path, 10_000, "mixed"))
    assert mixed.flows > daily.flows + 10
    assert mixed.packets == 10_500


def test_nothing_is_at_hand_where_there_are_no_captures(tmp_path, monkeypatch):
    monkeypatch.setattr(at_hand, "FOLDER", tmp_path / "nowhere")
    assert list(at_hand.frames()) == []


def test_a_row_is_judged_by_its_median():
    assert Row("speed", [9, 11, 30], 10, 20).verdict == "yes"
    assert Row("speed", [9, 9, 30], 10, 20).verdict == "NO"
    assert Row("memory", [310], 300, 150, more=False).verdict == "NO"
    assert Row("speed", [], 10, 20).verdict == "left out"


def test_a_missing_peer_is_a_sentence_and_measures_nothing(tmp_path):
    bench = Bench(tmp_path, rounds=1, nfstream=None)
    assert any("nfstream" in sentence for sentence in bench.missing())
    assert bench.nfstream(tmp_path / "none.pcap") is None


def test_a_capture_made_while_it_is_read_costs_time_and_memory(tmp_path):
    need(sys.platform == "linux", "Linux, for what a process used", "run the tests on Linux")
    cost = Bench(tmp_path, rounds=1, nfstream=None).piped(2000)
    assert cost.processor > 0
    assert cost.memory > 10
