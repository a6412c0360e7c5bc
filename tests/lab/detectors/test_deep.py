"""Deep attacks: their rows everywhere; that the networks learn, where PyTorch is."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.detectors import deep
from peppermoth.lab.detectors.deep import (
    DIRECTIONS,
    EPOCHS,
    RF_SLOTS,
    Deep,
    absent,
    attacks,
    df,
    directions,
    rf,
    slots,
)
from peppermoth.lab.detectors.features import Packets
from peppermoth.lab.detectors.website import Visit

ATTACKS = attacks()


def made(loads=16):
    """Visits to two sites: one answers in long bursts, one in short ones."""
    random = np.random.default_rng(5)
    found = []
    for site, burst in (("long", 30), ("short", 3)):
        for load in range(loads):
            one = np.array([600, *[-1400] * burst])
            sizes = np.tile(one, 1200 // len(one))
            times = np.cumsum(random.exponential(0.01, len(sizes)))
            found.append(Visit(Packets(times - times[0], sizes), site, load))
    return found


def test_df_reads_directions_and_then_silence():
    row = directions(Packets(np.zeros(3), np.array([500, -1400, -2])))
    assert len(row) == DIRECTIONS
    assert row[:4].tolist() == [1, -1, -1, 0]


def test_rf_reads_bytes_in_full_packets():
    matrix = slots(Packets(np.array([0.0, 0.0]), np.array([750, -3000]))).reshape(4, RF_SLOTS)
    assert matrix[:, 0].tolist() == [1, 1, 0.5, 2]
    assert not matrix[:, 1:].any()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_a_missing_library_is_told_in_one_sentence(monkeypatch, attack):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ConfigError, match=r"pip install 'peppermoth\[gpu\]'"):
        attack.learn(np.zeros((2, 1)), np.array([0, 1]), 1)


def test_rounds_are_as_wanted_and_none_is_no_attack():
    assert [(attack.learn.epochs, attack.rounds) for attack in attacks(7)] == [(7, 7)] * 2
    assert {attack.rounds for attack in attacks()} == {EPOCHS}
    assert attacks(0) == ()


@pytest.mark.parametrize("found", [True, False])
def test_without_the_library_no_visit_is_named_and_the_scorecard_says_why(monkeypatch, found):
    monkeypatch.setattr(deep, "find_spec", lambda library: found)
    assert absent() == ("" if found else "PyTorch is not installed: pip install 'peppermoth[gpu]'.")


@pytest.mark.accelerator
@pytest.mark.parametrize(
    ("attack", "build", "epochs"), [(*ATTACKS[:1], df, 12), (*ATTACKS[1:], rf, 10)]
)
def test_a_network_learns_and_repeats_itself(attack, build, epochs):
    given = made()
    rows = np.array([attack.read(visit.packets) for visit in given])
    classes = np.array([visit.site == "short" for visit in given], np.int64)
    scores = Deep(build, epochs)(rows[::2], classes[::2], 1)(rows[1::2])
    odds, short = scores[:, 1] - scores[:, 0], classes[1::2] == 1
    # Order alone: after so few steps the means that normalise still lag behind.
    assert odds[short].min() > odds[~short].max()
    first, second = (Deep(build, 1)(rows[::2], classes[::2], 1)(rows[:2]) for _ in range(2))
    assert np.array_equal(first, second)
