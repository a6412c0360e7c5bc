"""Entropy, what the tree is told of a flow, and what it learns."""

from __future__ import annotations

import math
import random
import sys

import numpy as np
import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.detectors.entropy import DETECTORS, INTERVALS, features, shannon
from peppermoth.lab.traces import Trace
from tests.lab.detectors.flows import Line, talk

TRAIN = DETECTORS[0].train


@pytest.mark.parametrize(
    ("data", "bits"),
    [(b"", 0), (b"aaaa", 0), (b"ab" * 9, 1), (b"aaab", 0.8113), (bytes(range(256)), 8)],
)
def test_entropy_is_shannon_s(data, bits):
    assert shannon(data) == pytest.approx(bits, abs=1e-4)


def test_a_flow_is_told_by_least_middle_mean_and_largest_of_each_side():
    found = features(talk([b"ab" * 10, b"aaaa", -50, b"abcd"]))
    assert found[:8].tolist() == [0, 1, 1, 2, 4, 4, pytest.approx(28 / 3), 20]
    assert found[16 + 4 : 16 + 8].tolist() == [50, 50, 50, 50]


@pytest.mark.parametrize("packets", [29, 30, 31])
def test_only_thirty_packets_count(packets):
    found = features(talk([10] * (packets - 1) + [999]))
    assert (found[7] == 999) == (packets <= 30)


@pytest.mark.parametrize("at", range(len(INTERVALS)))
def test_intervals_between_bare_acknowledgements_fall_into_bins(at):
    for interval, place in ((INTERVALS[at] * 1.001, at + 1), (INTERVALS[at] * 0.999, at)):
        line = Line()
        line.bare(1.0, client=False)
        line.bare(1.0 + interval, client=False)
        line.say(9.0, client=True, data=10)
        counts = features(line.trace())[-len(INTERVALS) - 1 :]
        assert counts.tolist() == np.eye(len(counts))[place].tolist()


def test_a_flow_without_data_has_no_features():
    assert features(Line().trace()) is None


def encrypted(source: random.Random) -> Trace:
    return talk([source.randbytes(source.randrange(200, 400)) for _ in range(8)])


def worded(source: random.Random) -> Trace:
    return talk(
        [bytes(source.choices(b"abcdefgh", k=source.randrange(200, 400))) for _ in range(8)]
    )


def corpus() -> tuple[list[Trace], list[bool]]:
    source = random.Random(1)
    return (
        [encrypted(source) for _ in range(30)] + [worded(source) for _ in range(30)],
        [True] * 30 + [False] * 30,
    )


def test_the_tree_learns_what_tells_tunnels():
    margin = TRAIN(*corpus(), 1)
    assert margin(encrypted(random.Random(2))) == 0.5
    assert margin(worded(random.Random(2))) == -0.5
    assert math.isnan(margin(Line().trace()))


def test_the_same_seed_gives_the_same_tree():
    source = random.Random(3)
    flows = [encrypted(source) for _ in range(40)]
    truths = [bool(source.getrandbits(1)) for _ in flows]
    one, two = (TRAIN(flows, truths, 7) for _ in range(2))
    assert [one(flow) for flow in flows] == [two(flow) for flow in flows]


def test_one_kind_of_flow_teaches_nothing():
    assert math.isnan(TRAIN([talk([10])], [True], 1)(talk([10])))


def test_without_the_extra_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.tree", None)
    with pytest.raises(ConfigError, match="peppermoth\\[lab\\]"):
        TRAIN(*corpus(), 1)
