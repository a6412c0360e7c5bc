"""Detectors at work: each flow looked at once, and models that say nothing from too little."""

from __future__ import annotations

import math

import pytest

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors import Study
from peppermoth.lab.folds import TRAINING
from peppermoth.lab.scoring.judging import Bench, Lesson, Look, School, look_at, looked, taught
from peppermoth.lab.tasks import Processes, one_by_one
from tests.lab.flows import LEARNER, RULE, detector, flow, flows, larger_than_600


def bench(*detectors, tunnels=12):
    """So many flows of a tunnel, then twenty of the control."""
    traces = [*flows("moth", tunnels, first=700), *flows(number=20)]
    return Bench([(one.label, one) for one in traces], {one.id: one for one in detectors}, 3)


def taught_by(given, lesson):
    """The margins of one lesson about everything that was read."""
    return taught(School(given, looked(given, range(len(given.flows)), one_by_one)), lesson)


def test_a_rule_answers_with_margins_and_a_learner_with_what_it_read():
    given = bench(RULE, LEARNER)
    first = [float(given.flows[place][1].sizes[0]) for place in (0, 15)]
    assert look_at(given, Look("rule", (0, 15))) == [size - 600 for size in first]
    assert look_at(given, Look("learner", (0, 15))) == first


def test_every_detector_looks_at_every_flow_whoever_does_the_work():
    given = bench(RULE, detector("many", batch=lambda traces: map(larger_than_600, traces)))
    found = looked(given, range(32), one_by_one)
    assert found["rule"] == found["many"]
    assert list(found["rule"]) == list(range(32))
    alone = bench(RULE)
    assert looked(alone, range(32), Processes(2)) == looked(alone, range(32), one_by_one)


def test_a_model_judges_what_was_read():
    margins = taught_by(bench(LEARNER), Lesson("learner", tuple(range(1, 31)), (0, 31)))
    assert margins[0] > 0 > margins[1]


@pytest.mark.parametrize("tunnels", [TRAINING - 1, TRAINING])
def test_from_too_few_of_a_kind_nothing_is_learned(tunnels):
    given = bench(LEARNER, tunnels=tunnels)
    (margin,) = taught_by(given, Lesson("learner", tuple(range(len(given.flows))), (0,)))
    assert math.isnan(margin) == (tunnels < TRAINING)


def test_what_could_not_be_read_is_neither_learned_from_nor_judged():
    unread = detector("half", train=Study(lambda trace: None, LEARNER.train.learn))
    assert math.isnan(taught_by(bench(unread), Lesson("half", tuple(range(32)), (0,)))[0])


def test_a_batch_that_leaves_a_flow_out_is_broken():
    lazy = detector("lazy", batch=lambda traces: [0.0] * (len(traces) - 1))
    given = Bench([(None, flow()), (None, flow())], {"lazy": lazy}, 3)
    with pytest.raises(DetectorError, match="lazy is broken"):
        look_at(given, Look("lazy", (0, 1)))
