"""From labelled flows to a scorecard: known answers, the same bytes, and honest failures."""

from __future__ import annotations

import dataclasses
import random

import pytest

from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.detectors import Engine, Study
from peppermoth.lab.folds import TRAINING
from peppermoth.lab.scoring.score import Recorded, score
from peppermoth.lab.scoring.scorecard import to_json
from peppermoth.lab.tasks import one_by_one
from peppermoth.lab.traces import CONTROL
from tests.lab.flows import LEARNER, RULE, detector, first_size, flow, flows, larger_than_600

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


def spying(learn):
    """A detector that reads a flow's label, whatever else it would do."""
    return detector("spy", train=Study(lambda trace: trace.label, learn))


def test_no_model_is_asked_about_what_it_saw():
    asked = []

    def learn(seen, tunnels, seed):
        def judge(labels):
            asked.extend((seen, label) for label in labels)
            return [0.0] * len(labels)

        return judge

    scored(flows(), flows("moth"), detectors=[spying(learn)])
    assert len(asked) == 120
    for seen, label in asked:
        assert label.site not in {one.site for one in seen}
        assert label.load not in {one.load for one in seen}


def test_learning_from_one_peer_sees_no_other():
    trained = []

    def learn(labels, tunnels, seed):
        trained.append({label.peer for label in labels})
        assert tunnels == [label.tunnelled for label in labels]
        return lambda labels: [0.0] * len(labels)

    scored(flows(), flows("moth"), flows("calm"), detectors=[spying(learn)])
    assert {frozenset(peers) for peers in trained} == {
        frozenset({CONTROL, "moth"}),
        frozenset({CONTROL, "calm"}),
    }


def test_each_flow_is_read_once_however_many_models_judge_it():
    read = []

    def look(trace):
        read.append(id(trace))
        return 0.0

    learner = detector("spy", train=Study(look, LEARNER.train.learn))
    scored(flows(), flows("moth"), flows("calm"), detectors=[learner])
    assert len(read) == len(set(read)) == 180


def test_flows_that_a_detector_cannot_read_are_not_judged():
    def read(trace):
        return None if trace.label.load < 3 else float(trace.sizes[0])

    cell = scored(
        flows(), flows("moth"), detectors=[detector("half", train=Study(read, LEARNER.train.learn))]
    ).cell("moth", "web", "half")
    assert (cell.flows, cell.not_judged) == (42, 18)
    silent = detector("none", train=Study(lambda trace: None, LEARNER.train.learn))
    cell = scored(flows(), flows("moth"), detectors=[silent]).cell("moth", "web", "none")
    assert (cell.flows, cell.not_judged) == (0, 60)
    assert cell.refused


def test_it_is_told_what_divides_the_flows():
    assert scored(flows(), flows("moth"), detectors=[LEARNER]).cells[0].divided == "site and load"
    assert scored(flows(), flows("moth")).cells[0].divided == ""


def test_many_flows_may_be_judged_at_once():
    batch = detector("many", batch=lambda traces: [larger_than_600(trace) for trace in traces])
    card = scored(flows(), flows("moth", first=700), detectors=[RULE, batch])
    assert own(card, name="many") == own(card)


def test_too_few_flows_to_learn_from_are_said_and_not_scored():
    few = scored(flows(), flows("moth", TRAINING), detectors=[LEARNER])
    cell = few.cell("moth", "web", "learner")
    assert f"{TRAINING} are needed" in cell.refused
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
        detector("moth-eaten", batch=lambda traces: [0.0]),
        detector("moth-eaten", train=Study(lambda trace: [][0], LEARNER.train.learn)),
        detector("moth-eaten", train=Study(first_size, lambda sizes, tunnels, seed: [][0])),
        detector("moth-eaten", train=Study(first_size, lambda *given: lambda sizes: [0.0])),
        detector("moth-eaten", train=Study(first_size, lambda *given: lambda sizes: sizes[-1])),
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


def engine(why=""):
    """An engine that flags long flows, or is not there and says why."""
    return detector(
        "engine",
        batch=lambda traces: [float(trace.sizes[0] - 600) for trace in traces],
        engine=Engine("moth-inspector", lambda: why, lambda: "7.1"),
    )


def test_an_engine_judges_many_flows_at_once_and_its_version_is_told():
    card = scored(flows(), flows("moth", first=700), detectors=[engine(), RULE])
    assert own(card, name="engine") == own(card)
    assert card.versions["moth-inspector"] == "7.1"


def test_an_engine_that_is_missing_is_listed_with_the_reason_and_no_number():
    card = scored(flows(), flows("moth"), detectors=[engine("There is no inspector."), RULE])
    cell = card.cell("moth", "web", "engine")
    assert (cell.refused, cell.flows, cell.points) == ("Not run: There is no inspector.", 0, ())
    assert [rule.id for rule in card.detectors] == ["engine", "rule"]
    assert "moth-inspector" not in card.versions


def test_versions_of_what_decides_and_of_what_was_recorded_are_told():
    recorded = Recorded([*flows(), *flows("moth")], versions={"trojan": "1.16"})
    card = score(recorded, [RULE], SEED, one_by_one)
    assert {"peppermoth", "python", "numpy", "scipy"} < card.versions.keys()
    assert card.versions["trojan"] == "1.16"
    assert [rule.id for rule in card.detectors] == ["rule"]
