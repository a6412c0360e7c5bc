"""Two scorecards: a difference is told only where the bounds show one."""

from __future__ import annotations

import pytest
from rich.console import Console

from peppermoth.lab.card.comparison import Change, compare, differing, render_comparison
from peppermoth.lab.scoring.scorecard import Rate, World
from peppermoth.lab.statistics import share
from tests.lab.scoring.cards import card


def changes(before, after):
    """What became of moth before the rule."""
    lines = compare(before, after)
    return {line.what: line.change for line in lines if line.peer == "moth"}


def without(given, **left_out):
    """The scorecard without the cells that have these values."""
    kept = [
        cell
        for cell in given.cells
        if any(getattr(cell, name) != value for name, value in left_out.items())
    ]
    return given.model_copy(update={"cells": tuple(kept)})


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (700, 500, Change.HARDER),
        (500, 700, Change.EASIER),
        (700, 700, Change.SAME),
        (700, 690, Change.SAME),
        (500, 505, Change.SAME),
    ],
)
def test_a_change_is_told_where_bounds_do_not_overlap(before, after, change):
    assert changes(card(before), card(after))["rule"] is change


def test_small_samples_show_nothing():
    assert changes(card(controls=20), card())["rule"] is Change.UNKNOWN


def test_what_only_one_scorecard_has_is_named():
    less = without(card(), peer="moth", detector="rule")
    assert changes(less, card())["rule"] is Change.NEW
    assert changes(card(), less)["rule"] is Change.GONE


def test_another_version_of_a_detector_is_not_compared():
    rules = [rule.model_copy(update={"version": 2}) for rule in card().detectors]
    newer = card().model_copy(update={"detectors": tuple(rules)})
    found = changes(card(500), newer)
    assert {found[rule.id] for rule in rules} == {Change.VERSION}


def sites(given, hits, number=6, rounds=0):
    """The scorecard with so many visits named rightly."""
    right = hits and Rate(**share(hits, 60)._asdict())
    told = {"right": right, "sites": number, "rounds": rounds}
    named = [one.model_copy(update=told) for one in given.websites]
    return given.model_copy(update={"websites": tuple(named)})


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (sites(card(), 50), sites(card(), 10), Change.HARDER),
        (sites(card(), 10), sites(card(), 50), Change.EASIER),
        (sites(card(), 10), sites(card(), 14), Change.SAME),
        (sites(card(), 10), sites(card(), 50, number=7), Change.SITES),
        (sites(card(), 10), sites(card(), None, number=7), Change.UNKNOWN),
        (sites(card(), 10, rounds=10), sites(card(), 50, rounds=30), Change.ROUNDS),
    ],
)
def test_websites_are_compared_by_the_bounds_of_their_shares(before, after, change):
    assert changes(before, after)["site, by first-size"] is change


def test_whole_flows_and_their_measures_are_compared():
    found = changes(card(500), card(900))
    assert found["whole flows"] is Change.EASIER
    assert found["bytes up"] is Change.EASIER
    assert found["turns"] is Change.SAME
    assert changes(card(900), card(500))["bytes up"] is Change.HARDER


def test_the_same_scorecard_twice_differs_in_nothing():
    assert differing(card(), card()) == []
    assert set(changes(card(), card()).values()) <= {Change.SAME, Change.UNKNOWN}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"seed": 4}, "The seed of scoring: 3, then 4."),
        ({"worlds": (World(seed=8, sites=6, line="", rules=""),)}, "seed 8, 6 sites, a plain line"),
        ({"versions": {"trojan": "2"}}, "trojan missing, then 2"),
    ],
)
def test_what_else_differs_is_said_first(changed, told):
    other = card().model_copy(update=changed)
    assert any(told in sentence for sentence in differing(card(), other))
    text = printed(card(), other)
    assert text.index("more than the tunnels") < text.index(told.split(" missing")[0])


def printed(before, after):
    """The comparison in a terminal."""
    console = Console(width=140, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(render_comparison(before, after))
    return captured.get()


def test_the_table_lists_changes_and_counts_the_rest():
    text = printed(card(700), card(500))
    assert "harder to recognise" in text
    assert f"Of {len(compare(card(), card()))}: " in text
    assert "few" not in text.splitlines()[1]
    assert "0 " not in text.splitlines()[-1].split(": ", 1)[1].split(", ")[0]
