"""The scorecard in a terminal."""

from __future__ import annotations

import pytest
from rich.console import Console

from peppermoth.lab.card.text import render_text
from tests.lab.scoring.cards import card


@pytest.fixture
def text():
    console = Console(width=110, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(render_text(card()))
    return captured.get()


def test_who_loses_to_what_comes_first(text):
    first = text.index("Who loses to what, web")
    assert first < text.index("rule, after 30 to") < text.index("Flows to condemn, web")
    assert "1 in 100,000" in text


def test_every_detector_stands_before_every_peer(text):
    table = text[text.index("Flows to condemn") : text.index("Flows after which")]
    head, *rows = [line.split() for line in table.splitlines() if line.strip()][1:]
    assert {"detector", "moth", "calm", "few"} <= set(head)
    assert {"rule", "learner", "silent"} <= {row[0] for row in rows if row}


def test_whole_flows_are_told_from_the_controls_or_not(text):
    table = text[text.index("Whole flows beside") : text.index("What was recorded")]
    moth = next(line for line in table.splitlines() if line.lstrip().startswith("moth"))
    assert "%" in moth
    assert "30 flows with data" in table


def test_numbers_come_with_their_rates_and_small_samples_without(text):
    assert "100% / 0%" in text
    assert "too few" in text
    assert "not told apart" in text


def test_seed_versions_and_what_was_recorded_are_told(text):
    assert "Seed 3; peppermoth " in text
    assert "What was recorded" in text
    assert "1.00 times" in text


def test_what_shows_of_the_sites_stands_beside_chance(text):
    row = next(line for line in text.splitlines() if "moth" in line and "first-size" in line)
    assert "16.7%" in row
