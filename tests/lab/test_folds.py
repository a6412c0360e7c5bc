"""Nobody is judged by a model that saw the flow, its site or its repetition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.lab.folds import TRAINING, divide
from peppermoth.lab.traces import CONTROL, Label


def labels(number, *, sites=4, loads=4, seeds=1, peer="moth"):
    """Flows of every site, then of the next load, then of the next seed."""
    found = []
    for n in range(number):
        site, load, seed = n % sites, n // sites % loads, n // sites // loads % seeds
        found.append(Label(peer, "web", f"site-{site}", load, seed, peer != CONTROL))
    return found


numbers = {"sites": st.integers(1, 7), "loads": st.integers(1, 7), "seeds": st.integers(1, 3)}
shapes = st.builds(
    lambda ours, theirs: [*ours, *theirs],
    st.builds(labels, st.integers(1, 200), **numbers),
    st.builds(labels, st.integers(1, 200), **numbers, peer=st.just(CONTROL)),
)


@given(shapes, st.integers())
def test_every_flow_is_judged_once_or_none_is(found, seed):
    division = divide(found, seed)
    judged = [place for fold in division.folds for place in fold.judge]
    assert sorted(judged) == (list(range(len(found))) if division.by else [])


@given(shapes, st.integers())
def test_no_model_saw_what_the_flows_are_divided_by(found, seed):
    division = divide(found, seed)
    for fold in division.folds:
        learnt, judged = ([found[place] for place in part] for part in fold)
        assert (
            min(sum(one.tunnelled is kind for one in learnt) for kind in (False, True)) >= TRAINING
        )
        assert not set(fold.train) & set(fold.judge)
        for name in division.by.split(" and "):
            seen = {
                (one.seed, one.load) if name == "load" else getattr(one, name) for one in learnt
            }
            own = {(one.seed, one.load) if name == "load" else getattr(one, name) for one in judged}
            assert not seen & own


@pytest.mark.parametrize(
    ("ours", "theirs", "by"),
    [
        ({"seeds": 3}, {"seeds": 3}, "site and seed"),
        ({}, {}, "site and load"),
        ({}, {"seeds": 3}, "site and load"),
        ({"sites": 1, "loads": 40}, {"sites": 1, "loads": 40}, "load"),
        ({"loads": 1}, {"loads": 1}, "site"),
        ({"sites": 1, "loads": 40}, {}, "load"),
        ({"sites": 1, "loads": 1}, {"sites": 1, "loads": 1}, ""),
    ],
)
def test_flows_are_divided_as_strictly_as_both_kinds_allow(ours, theirs, by):
    assert divide([*labels(200, **ours), *labels(200, **theirs, peer=CONTROL)], 3).by == by


def test_the_rarer_kind_that_is_left_is_told():
    few = divide([*labels(TRAINING), *labels(200, peer=CONTROL)], 3)
    assert not few.by
    assert 0 < few.fewest < TRAINING


def test_the_seed_decides_the_division():
    found = [*labels(200, sites=7, loads=7), *labels(200, sites=7, loads=7, peer=CONTROL)]
    assert divide(found, 1) == divide(found, 1)
    assert divide(found, 1) != divide(found, 2)
