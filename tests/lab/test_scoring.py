"""From labelled flows to a scorecard: known answers, the same bytes, and honest failures."""

from __future__ import annotations

import dataclasses
import random

import pytest

from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.scorecard import to_json
from peppermoth.lab.scoring import TRAINING, Recorded, score
from peppermoth.lab.tasks import one_by_one
from peppermoth.lab.traces import CONTROL
from tests.lab.flows import LEARNER, RULE, detector, flow, flows

SEED = 3


def scored(*groups, detectors=(RULE,), seed=SEED):
    """The scorecard of these flows."""
    traces = [trace for group in groups for trace in group]
    return score(Recorded(traces), detectors, seed, one_by_one)


def own(card, peer="moth", name="rule", traffic="web"):
    """The numbers at the rule's own threshold."""
    return next(one for one in card.cell(peer, traffic, name).points if one.at == "own")


def test_a_rule_finds_the_peer_that_stands_out_and_not_the_one_that_does_not():
    card = scored(flows(), flows("moth", first=700), flows("calm", first=500))
    assert own(card).tpr.value == 1
    assert own(card).fpr.value == 0
    assert own(card, "calm").tpr.value == 0


def test_a_detector_that_learns_finds_what_it_never_saw():
    card = scored(flows(), flows("moth", first=560), detectors=[LEARNER])
    assert own(card, name="learner").tpr.value > 0.8
    assert card.cell("moth", "web", "learner").flows == 60


def test_no_model_is_asked_about_what_it_saw():
    asked = []

    def train(traces, tunnelled, seed):
        seen = [trace.label for trace in traces]

        def margin(trace):
            asked.append((seen, trace.label))
            return 0.0

        return margin

    scored(flows(), flows("moth"), detectors=[detector("spy", train=train)])
    assert len(asked) == 120
    for seen, label in asked:
        assert label.site not in {one.site for one in seen}
        assert label.load not in {one.load for one in seen}


def test_learning_from_one_peer_sees_no_other():
    trained = []

    def train(traces, tunnelled, seed):
        trained.append({trace.label.peer for trace in traces})
        assert tunnelled == [trace.label.tunnelled for trace in traces]
        return lambda trace: 0.0

    scored(flows(), flows("moth"), flows("calm"), detectors=[detector("spy", train=train)])
    assert {frozenset(peers) for peers in trained} == {
        frozenset({CONTROL, "moth"}),
        frozenset({CONTROL, "calm"}),
    }


def test_too_few_flows_to_learn_from_are_said_and_not_scored():
    few = scored(flows(), flows("moth", TRAINING), detectors=[LEARNER])
    cell = few.cell("moth", "web", "learner")
    assert f"{TRAINING} of each are needed" in cell.refused
    assert not cell.points
    assert (cell.flows, cell.not_judged) == (0, TRAINING)


def test_all_control_flows_stand_against_each_traffic():
    card = scored(flows(), flows(traffic="video"), flows("moth"), flows("moth", traffic="ssh"))
    assert card.cell("moth", "web", "rule").controls == 120
    assert card.cell("moth", "ssh", "rule").controls == 120


def test_a_peers_other_flows_and_flows_without_label_are_nothing():
    other = [
        dataclasses.replace(one, label=dataclasses.replace(one.label, tunnelled=False))
        for one in flows("moth", first=700)
    ]
    card = scored(flows(), flows("moth"), other, [flow()])
    cell = card.cell("moth", "web", "rule")
    assert (cell.flows, cell.controls) == (60, 60)


def test_the_same_flows_in_another_order_give_the_same_bytes():
    traces = [*flows(), *flows("moth", first=560)]
    shuffled = traces.copy()
    random.Random(1).shuffle(shuffled)
    cards = [scored(one, detectors=[RULE, LEARNER]) for one in (traces, shuffled)]
    assert to_json(cards[0]) == to_json(cards[1])


def test_another_seed_divides_otherwise():
    groups = flows(sites=9), flows("moth", first=520, sites=9)
    one, two = (scored(*groups, detectors=[LEARNER], seed=seed) for seed in (1, 2))
    assert one.seed == 1
    assert one.cells != two.cells


@pytest.mark.parametrize(
    "faulty",
    [
        detector("moth-eaten", margin=lambda trace: [][0]),
        detector("moth-eaten", margin=lambda trace: None),
        detector("moth-eaten", margin=lambda trace: "high"),
        detector("moth-eaten", train=lambda traces, tunnelled, seed: [][0]),
        detector("moth-eaten", train=lambda traces, tunnelled, seed: lambda trace: [][0]),
        detector("moth-eaten"),
    ],
)
def test_a_broken_detector_ends_the_run_with_its_name(faulty):
    with pytest.raises(DetectorError, match="moth-eaten"):
        scored(flows(), flows("moth"), detectors=[RULE, faulty])


def test_a_missing_library_is_no_broken_detector():
    def margin(trace):
        raise ConfigError("needs a library")

    with pytest.raises(ConfigError, match="needs a library"):
        scored(flows(), flows("moth"), detectors=[detector("needy", margin=margin)])


def test_captures_without_a_tunnel_are_refused():
    with pytest.raises(ConfigError, match="No flow of a tunnel"):
        scored(flows())


def test_versions_of_what_decides_and_of_what_was_recorded_are_told():
    recorded = Recorded([*flows(), *flows("moth")], versions={"trojan": "1.16"})
    card = score(recorded, [RULE], SEED, one_by_one)
    assert {"peppermoth", "python", "numpy", "scipy"} < card.versions.keys()
    assert card.versions["trojan"] == "1.16"
    assert [rule.id for rule in card.detectors] == ["rule"]
