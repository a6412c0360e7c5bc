"""Nobody is judged by a model that saw the flow, its site or its repetition."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.lab.folds import folds
from peppermoth.lab.traces import Label


def labels(number, *, sites=4, loads=4, seeds=1):
    """Flows of every site, then of the next load, then of the next seed."""
    found = []
    for n in range(number):
        site, load, seed = n % sites, n // sites % loads, n // sites // loads % seeds
        found.append(Label("moth", "web", f"site-{site}", load, seed, True))
    return found


shapes = st.builds(
    labels,
    st.integers(1, 60),
    sites=st.integers(1, 7),
    loads=st.integers(1, 7),
    seeds=st.integers(1, 3),
)


@given(shapes, st.integers())
def test_every_flow_is_judged_once(found, seed):
    judged = [place for fold in folds(found, seed) for place in fold.judge]
    assert sorted(judged) == list(range(len(found)))


@given(shapes, st.integers())
def test_no_model_saw_the_site_or_the_repetition_of_what_it_judges(found, seed):
    several_sites = len({label.site for label in found}) > 1
    several_seeds = len({label.seed for label in found}) > 1
    several_loads = len({label.load for label in found}) > 1
    for fold in folds(found, seed):
        learnt = [found[place] for place in fold.train]
        judged = [found[place] for place in fold.judge]
        if several_sites:
            assert not {one.site for one in learnt} & {one.site for one in judged}
        if several_seeds:
            assert not {one.seed for one in learnt} & {one.seed for one in judged}
        elif several_loads:
            assert not {one.load for one in learnt} & {one.load for one in judged}


def test_flows_that_nothing_divides_leave_nothing_to_learn_from():
    assert folds(labels(5, sites=1, loads=1), 3) == [((), (0, 1, 2, 3, 4))]


def test_the_seed_decides_the_division():
    found = labels(60, sites=7, loads=7)
    assert folds(found, 1) == folds(found, 1)
    assert folds(found, 1) != folds(found, 2)
