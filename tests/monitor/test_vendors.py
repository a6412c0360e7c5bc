"""Makers of network cards, and random hardware addresses."""

from __future__ import annotations

import pytest

from peppermoth.monitor import vendors


@pytest.mark.parametrize(
    ("hardware", "maker"),
    [
        ("f0189800aabb", "Apple"),
        ("b827eb000001", "Raspberry Pi"),
        ("525400000001", "QEMU"),
        ("020000000020", ""),
        ("00005e000101", ""),
    ],
)
def test_the_first_half_names_the_maker(hardware, maker):
    assert vendors.vendor(bytes.fromhex(hardware)) == maker


@pytest.mark.parametrize(
    ("hardware", "random"),
    [("020000000020", True), ("f2189800aabb", True), ("f0189800aabb", False),
     ("525400000001", False)],
)  # fmt: skip
def test_an_address_is_random_where_it_was_made_up(hardware, random):
    assert vendors.is_random(bytes.fromhex(hardware)) == random


def test_the_own_part_of_an_address_is_masked():
    assert vendors.shown(bytes.fromhex("f0189800aabb")) == "f0:18:98:…"
