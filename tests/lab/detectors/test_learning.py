"""Learners: what they learn, that they repeat themselves, and what becomes a detector."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.detectors.learning import boosted, forest, support_vectors, trained
from tests.lab.flows import flow

LEARNERS = {"boosted": boosted, "forest": forest, "support_vectors": support_vectors}


def clouds(each, *, seed=4):
    """Rows of so many per class, around a point of its own."""
    random = np.random.default_rng(seed)
    classes = np.repeat(np.arange(len(each)), each)
    return random.normal(size=(len(classes), 6)) + 4 * classes[:, None], classes


@pytest.mark.parametrize("learn", LEARNERS.values(), ids=LEARNERS)
@pytest.mark.parametrize("each", [(30, 30), (60, 12), (30, 30, 30)], ids=str)
def test_a_learner_tells_classes_apart_that_it_has_not_seen(learn, each):
    judge = learn(*clouds(each), 1)
    rows, classes = clouds(each, seed=5)
    scores = judge(rows)
    assert scores.shape == (len(rows), len(each))
    assert (scores.argmax(axis=1) == classes).mean() > 0.9


@pytest.mark.parametrize("learn", LEARNERS.values(), ids=LEARNERS)
def test_one_row_is_judged_as_among_others(learn):
    rows, classes = clouds((20, 20, 20))
    judge = learn(rows, classes, 1)
    alone = np.concatenate([judge(row[None, :]) for row in rows])
    assert alone == pytest.approx(judge(rows), abs=1e-12)


@pytest.mark.parametrize("learn", LEARNERS.values(), ids=LEARNERS)
def test_a_frequent_class_does_not_win_by_being_frequent(learn):
    random = np.random.default_rng(2)
    rows, classes = random.normal(size=(440, 4)), np.repeat([0, 1], [400, 40])
    rows[classes == 1] += 1.5
    scores = learn(rows, classes, 1)(np.full((1, 4), 1.5))
    assert scores[0].argmax() == 1


@pytest.mark.parametrize("learn", [boosted, forest])
def test_the_seed_decides_the_scores(learn):
    random = np.random.default_rng(3)
    rows, classes = random.normal(size=(80, 40)), np.repeat([0, 1], 40)
    first, again, other = (learn(rows, classes, seed)(rows) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("learn", "library"),
    [
        (boosted, "lightgbm"),
        (forest, "sklearn.ensemble"),
        (support_vectors, "sklearn.svm"),
    ],
)
def test_a_missing_library_is_told_in_one_sentence(monkeypatch, learn, library):
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(ConfigError, match=r"pip install 'peppermoth\[lab\]'"):
        learn(*clouds((5, 5)), 1)


def by_first_size(rows, classes, seed):
    return lambda judged: np.column_stack((np.full(len(judged), 100.0), judged[:, 0]))


def test_a_margin_is_the_score_of_a_tunnel_above_the_other():
    train = trained(lambda seen: seen.sizes[:1].astype(float), by_first_size)
    margin = train([flow(), flow()], [True, False], 0)
    assert margin(flow(sizes=(130, -5))) == 30
    assert np.isnan(margin(flow(sizes=(0, 0))))


@pytest.mark.parametrize(
    ("flows", "tunnels"),
    [([], []), ([flow(), flow()], [True, True]), ([flow(), flow(sizes=(0,))], [True, False])],
    ids=["nothing", "tunnels only", "no other with data"],
)
def test_learning_needs_flows_of_both_kinds(flows, tunnels):
    with pytest.raises(DetectorError):
        trained(lambda seen: seen.sizes[:1], by_first_size)(flows, tunnels, 0)
