"""The table of detectors: complete, named for good, deaf to the truth, and quick."""

from __future__ import annotations

import dataclasses
import math
import pickle
import random
import time

import numpy as np
import pytest

from peppermoth.lab.detectors import deep
from peppermoth.lab.detectors.table import BESIDE, TABLE, described
from peppermoth.lab.traces import Label, Trace
from tests.lab.detectors.flows import Line, datagrams, talk

RULES = [detector for detector in TABLE if detector.margin]
LEARNERS = [detector for detector in TABLE if detector.train]
NAMED = {"ids": lambda detector: detector.id}


def browsing(source: random.Random, packets: int = 200) -> Trace:
    """Requests and long answers, acknowledged, as a page's connection has them."""
    line, now = Line(seed=source.randrange(2**32)), 0.1
    for number in range(packets):
        client = number % 8 == 0
        now += source.random() / 50
        line.say(now, client=client, data=source.randrange(80, 700) if client else 1400)
        line.bare(now + 0.002, client=not client)
    return line.trace()


def test_ids_are_unique_and_every_detector_says_what_it_is():
    assert len({detector.id for detector in TABLE}) == len(TABLE)
    for detector in TABLE:
        assert detector.measures
        assert detector.source
        assert detector.version >= 1
        assert (
            sum(way is not None for way in (detector.margin, detector.batch, detector.train)) == 1
        )
        assert (detector.batch is None) == (detector.engine is None)


@pytest.mark.parametrize("detector", TABLE, **NAMED)
def test_a_detector_can_be_sent_to_another_process(detector):
    assert pickle.loads(pickle.dumps(detector)).id == detector.id


@pytest.mark.parametrize("detector", RULES, **NAMED)
def test_a_rule_never_looks_at_the_truth(detector):
    trace = browsing(random.Random(1))
    found = [
        detector.margin(dataclasses.replace(trace, label=label))
        for label in (None, Label("moth", "web", "site", 1, 1, True))
    ]
    assert found[0] == found[1] or all(map(math.isnan, found))


ODD = {
    "nothing at all": Line().trace(),
    "one byte": talk([1]),
    "server only": talk([-1, -1400]),
    "an empty-looking datagram": datagrams([(True, b"\0")]),
    "no packets": dataclasses.replace(
        Line().trace(),
        **{
            name: np.zeros(0, getattr(Line().trace(), name).dtype)
            for name in ("times", "sizes", "flags", "sequences", "acknowledgements")
        },
    ),
    "bytes that were not kept": dataclasses.replace(talk([500, -900] * 9), said=b"", answered=b""),
}


@pytest.fixture(scope="module")
def margins():
    """Every detector's margin, learners taught by the same flows."""
    source = random.Random(2)
    flows = [browsing(source, 60) for _ in range(15)] + [talk([300, -900] * 9)] * 15
    truths = [True] * 15 + [False] * 15
    taught = {one.id: one.train(flows, truths, 1) for one in LEARNERS}
    return {one.id: one.margin or taught[one.id] for one in TABLE if one.id in taught or one.margin}


@pytest.mark.parametrize("odd", ODD)
def test_odd_flows_have_a_margin_or_none_but_no_error(margins, odd):
    for margin in margins.values():
        assert isinstance(margin(ODD[odd]), float)


def test_all_detectors_judge_a_flow_sooner_than_a_million_numbers_are_sorted(margins):
    source = random.Random(3)
    flows = [browsing(source) for _ in range(20)]
    values = np.random.default_rng(1).random(1_000_000)

    def quickest(work):
        times = []
        for _ in range(3):
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)
        return min(times)

    judged = quickest(lambda: [margin(flow) for flow in flows for margin in margins.values()])
    assert judged / len(flows) < quickest(lambda: np.sort(values, kind="stable"))


def test_the_list_has_a_line_for_each_detector():
    lines = described()
    every = (*TABLE, *deep.attacks(), *BESIDE)
    assert [line.split()[0] for line in lines] == [one.id for one in every]
    assert all(one.measures in line for line, one in zip(lines, every, strict=True))
