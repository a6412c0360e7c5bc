"""The words for a cell: a number only where the bounds allow one."""

from __future__ import annotations

import pytest

from peppermoth.exposure.captured import printable
from peppermoth.lab.card.words import (
    LEVELS,
    UNKNOWN,
    attack,
    caveats,
    differences,
    headline,
    judged,
    overhead,
    peers,
    percent,
    precisions,
    rate,
    span,
    told_apart,
    traffics,
)
from peppermoth.lab.scoring.scorecard import (
    NOT_RUN,
    Cell,
    Condemn,
    Effect,
    Overhead,
    Point,
    Rate,
    World,
)
from tests.lab.scoring.cards import HOSTILE, card


def condemned(flows, at_least, at_most):
    """A cell whose only supported threshold says this."""
    found = Condemn(flows=flows, at_least=at_least, at_most=at_most)
    points = (Point(at="own", condemn=found), Point(at="lowest", refused="too small"))
    numbers = {"flows": 40, "not_judged": 2, "controls": 1_400, "controls_not_judged": 0}
    return Cell(peer="moth", traffic="web", detector="rule", points=points, **numbers)


@pytest.mark.parametrize(
    ("cell", "text", "level"),
    [
        (condemned(30, 30, 50), "30", len(LEVELS) - 1),
        (condemned(51, 30, 80), "51", len(LEVELS) - 2),
        (condemned(10_000, 300, 20_000), "10,000", 2),
        (condemned(10_001, 300, 20_000), "10,001", 1),
        (condemned(900, 300, None), "not told apart", 0),
        (condemned(None, 300, None), "not told apart", 0),
        (condemned(None, None, None), "not told apart", 0),
        (None, "", UNKNOWN),
    ],
)
def test_a_headline_is_a_number_only_where_chance_is_excluded(cell, text, level):
    found = headline(cell)
    assert (found.text, found.level) == (text, level)


@pytest.mark.parametrize(
    ("peer", "detector", "text"),
    [("few", "rule", "too few"), ("few", "learner", "too few"), ("moth", "silent", "silent")],
)
def test_what_the_sample_does_not_support_is_said_with_its_reason(peer, detector, text):
    found = headline(card().cell(peer, "web", detector))
    assert (found.text, found.level) == (text, UNKNOWN)
    assert found.more.endswith(".")


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (1, "100%"), (0.95, "95%"), (0.4833, "48.3%"), (0.00833, "0.833%"), (1e-6, "0%")],
)
def test_small_shares_have_more_digits(share, text):
    assert percent(share) == text


def test_a_rate_has_its_bounds():
    assert rate(Rate(hits=1, of=2, low=0.0126, high=0.9874)) == "50% (1.3% to 98.7%)"


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ((30, 50), "30 to 50 flows"),
        ((3_000, None), "at least 3,000 flows, perhaps never"),
        ((None, None), "never: no better than chance"),
    ],
)
def test_the_range_of_flows_is_told(bounds, text):
    assert span(Condemn(flows=None, at_least=bounds[0], at_most=bounds[1])) == text


def test_precision_without_a_false_alarm_is_only_bounded():
    own = next(p for p in card().cell("moth", "web", "rule").points if p.at == "own")
    assert own.fpr.hits == 0
    assert all(line.startswith("\N{GREATER-THAN OR EQUAL TO} ") for line in precisions(own))


def test_flows_that_were_not_judged_are_told():
    assert judged(condemned(30, 30, 50)) == "40 flows and 2 not judged; 1,400 controls"


def test_only_differences_beyond_chance_are_told_the_largest_first():
    moth = next(one for one in card().samples if one.peer == "moth")
    made = [("turns", 0.1), ("pauses", 0.4), ("bytes", 0.9)]
    effects = [Effect(measure=name, ks=ks, energy=0.5, chance=0.2) for name, ks in made]
    told = differences(moth.difference.model_copy(update={"effects": tuple(effects)}))
    assert [effect.measure for effect in told] == ["bytes", "pauses"]
    assert differences(None) == []


def test_how_well_whole_flows_are_told_apart_or_why_nobody_knows():
    found = {one.peer: one.difference for one in card().samples}
    assert "%" in told_apart(found["moth"])
    assert "30 flows" in told_apart(found["few"])
    assert "no control" in told_apart(found["direct"])


def test_cost_is_a_multiple_or_not_known():
    assert overhead(Overhead(sites=1, bytes=1.25, seconds=None)) == ("1.25 times", "not known")
    assert overhead(None) == ("not known", "not known")


def test_peers_and_traffics_are_those_with_verdicts():
    assert traffics(card()) == ["web"]
    assert set(peers(card(), "web")) == {"moth", "calm", "few", printable(HOSTILE)}


def changed(**given):
    """The scorecard, with moth's sample or the worlds otherwise."""
    worlds = given.pop("worlds", card().worlds)
    samples = [
        one.model_copy(update=given) if one.peer == "moth" else one for one in card().samples
    ]
    return card().model_copy(update={"samples": tuple(samples), "worlds": worlds})


def test_one_world_and_one_control_need_no_caveat():
    assert list(caveats(card())) == []


def test_several_worlds_seeds_or_no_control_are_caveats():
    plain, slow = (World(seed=7, sites=6, line=line, rules="") for line in ("", "client: delay 1"))
    assert "client: delay 1" in next(caveats(changed(worlds=(plain, slow))))
    seeds = World(seed=8, sites=6, line="", rules="")
    assert list(caveats(changed(worlds=(plain, seeds)))) == []
    assert "seeds 7, 9, its control with 7" in next(caveats(changed(seeds=(7, 9))))
    assert "no control for moth, video" in next(caveats(changed(traffic="video")))


def test_what_was_not_run_is_told_once_with_its_reason():
    cells = [one.model_copy(update={"refused": f"{NOT_RUN}No moth."}) for one in card().cells]
    sites = [one.model_copy(update={"refused": f"{NOT_RUN}No lamp."}) for one in card().websites]
    given = card().model_copy(update={"cells": tuple(cells), "websites": tuple(sites)})
    assert list(caveats(given)) == [
        "rule, learner, silent were not run: No moth.",
        "first-size was not run: No lamp.",
    ]
    assert headline(cells[0])[:2] == ("not run", f"{NOT_RUN}No moth.")


def test_an_attack_says_its_rounds_if_it_has_any():
    (one, *_) = card().websites
    assert attack(one) == "first-size"
    assert attack(one.model_copy(update={"rounds": 30})) == "first-size, 30 rounds"
