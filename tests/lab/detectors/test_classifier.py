"""The flow classifier: it finds what is in the first hundred packets and nothing else."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from peppermoth.lab.detectors.classifier import DETECTORS
from peppermoth.lab.detectors.features import BEGINNING
from tests.lab.detectors.flows import talk

(DETECTOR,) = DETECTORS


def flows(number, *, frame=0, late=0, seed=1):
    """Conversations of random sizes; rounded up to frames, or only after the beginning."""
    random = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        sizes = random.integers(40, 1400, BEGINNING + 50)
        if frame:
            sizes[late:] = -(-sizes[late:] // frame) * frame
        found.append(talk((sizes * np.where(np.arange(len(sizes)) % 3, -1, 1)).tolist()))
    return found


def share_flagged(margin, flows):
    return np.mean([margin(one) > 0 for one in flows])


def learned(tunnels, others, seed=3):
    kinds = [True] * len(tunnels) + [False] * len(others)
    return DETECTOR.train([*tunnels, *others], kinds, seed)


def test_frames_of_a_constant_size_are_found_and_other_flows_are_not():
    margin = learned(flows(40, frame=700), flows(40, seed=2))
    assert share_flagged(margin, flows(40, frame=700, seed=3)) > 0.95
    assert share_flagged(margin, flows(40, seed=4)) < 0.05


def test_packets_after_the_beginning_are_not_looked_at():
    margin = learned(flows(40), flows(40, seed=2))
    plain, changed = flows(1, seed=5), flows(1, seed=5, frame=700, late=BEGINNING)
    assert not np.array_equal(plain[0].sizes, changed[0].sizes)
    assert margin(plain[0]) == margin(changed[0])


def test_contents_and_addresses_are_not_looked_at():
    margin = learned(flows(20, frame=700), flows(20, seed=2))
    one = flows(1, seed=5)[0]
    other = dataclasses.replace(one, first=b"x", said=b"xyz", client=one.server, begun=9.0)
    assert margin(one) == pytest.approx(margin(other))


def test_the_same_flows_and_seed_give_the_same_margins():
    first, second = (learned(flows(20, frame=700), flows(20, seed=2)) for _ in range(2))
    judged = flows(5, seed=6)
    assert [first(one) for one in judged] == [second(one) for one in judged]


def test_a_flow_without_data_is_not_judged():
    assert np.isnan(learned(flows(10, frame=700), flows(10))(talk([])))
