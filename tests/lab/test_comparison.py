"""Two scorecards: a difference is told only where the bounds show one."""

from __future__ import annotations

import pytest
from rich.console import Console

from peppermoth.lab.comparison import Change, compare, render_comparison
from tests.lab.cards import card


def changes(before, after):
    """What became of moth before the rule."""
    lines = compare(before, after)
    return {line.detector: line.change for line in lines if line.peer == "moth"}


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
    assert set(changes(card(500), newer).values()) == {Change.VERSION}


def test_the_table_lists_changes_and_counts_the_rest():
    console = Console(width=100, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(render_comparison(compare(card(700), card(500))))
    text = captured.get()
    assert "harder to recognise" in text
    assert f"Of {len(card().cells)}: 2 harder to recognise, 0 easier" in text
    assert "few" not in text.splitlines()[1]
