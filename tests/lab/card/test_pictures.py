"""Shapes stand where the numbers say."""

from __future__ import annotations

import re

import pytest

from peppermoth.lab.card.pictures import (
    CURVES,
    HEIGHT,
    SHADES,
    SIZES_HEIGHT,
    SIZES_WIDTH,
    STEP,
    WIDTH,
    curves,
    sizes,
)
from peppermoth.lab.scoring.scorecard import CLASSES, POSITIONS, Sample
from tests.lab.scoring.cards import card


def pictured(*fields):
    """A sample with these fields: position, class, per cent."""
    shares = [[0] * CLASSES for _ in range(POSITIONS)]
    for position, place, share in fields:
        shares[position][place] = share
    counts = {"flows": 1, "sites": 1, "loads": 1, "seeds": (7,)}
    nothing = {"overhead": None, "difference": None}
    return Sample(peer="moth", traffic="web", sizes=tuple(map(tuple, shares)), **counts, **nothing)


@pytest.mark.parametrize(
    ("share", "shade"), [(1, 0), (9, 0), (10, 1), (25, 2), (50, 3), (75, 4), (100, 4)]
)
def test_a_field_is_drawn_once_in_the_shade_of_its_share(share, shade):
    paths = sizes(pictured((0, 0, share)))
    assert [bool(path) for path in paths] == [n == shade for n in range(len(SHADES))]


def test_the_clients_largest_packets_are_at_the_top_and_the_servers_at_the_bottom():
    path = sizes(pictured((0, CLASSES - 1, 100), (POSITIONS - 1, 0, 100)))[-1]
    corners = re.findall(r"M(\d+) (\d+)", path)
    assert corners == [("0", "0"), (str(SIZES_WIDTH - STEP), str(SIZES_HEIGHT - STEP))]


def test_no_packet_is_no_field():
    assert sizes(pictured()) == [""] * len(SHADES)


def test_a_perfect_detectors_curve_goes_up_first_and_then_along_the_top():
    cell = card().cell("moth", "web", "rule")
    found = curves([cell])
    assert [one.detector for one in found] == ["rule"]
    assert found[0].path.startswith(f"M0 {HEIGHT}V0.0H0.0")
    assert found[0].path.endswith(f"H{WIDTH}.0V0.0")


def test_only_the_curves_of_those_who_condemn_first_are_drawn():
    best = card().cell("moth", "web", "rule")
    others = [card().cell("calm", "web", "rule")] * (CURVES + 3)
    found = curves([*others, best])
    assert len(found) == CURVES
    assert found[0] == curves([best])[0]


def test_cells_without_a_curve_are_left_out():
    assert curves([card().cell("few", "web", "rule")]) == []
