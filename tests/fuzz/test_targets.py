"""The fuzz targets, briefly: stored crashes stay mended, seeds and random bytes hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests import fuzz

TARGETS = [fuzz.load(name) for name in fuzz.names()]


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_random_and_damaged_bytes_raise_only_what_is_permitted(target):
    @settings(max_examples=50, deadline=None)
    @given(fuzz.foreign_bytes(target.seeds))
    def feed(data):
        target.feed(data)

    feed()


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_seeds_are_accepted_without_any_exception(target):
    for seed in target.seeds:
        target.fuzz(seed)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_stored_crashes_stay_mended(target):
    for path in target.crashes():
        target.feed(path.read_bytes())


def test_every_stored_crash_has_its_target():
    orphans = {path.parent.name for path in fuzz.CRASHES.glob("*/*")} - set(fuzz.names())
    assert not orphans


def test_an_exception_that_is_not_permitted_is_a_crash():
    def fragile(data):
        if data:
            raise ValueError if data[0] else IndexError

    target = fuzz.Target("fragile", fragile, (ValueError,), ())
    target.feed(b"")
    target.feed(b"\x01")
    with pytest.raises(IndexError):
        target.feed(b"\x00")
