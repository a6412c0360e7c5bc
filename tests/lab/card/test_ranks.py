"""Who loses to what: the worst field of each peer, and nothing where nothing is known."""

from __future__ import annotations

from peppermoth.exposure.captured import printable
from peppermoth.lab.card.ranks import ranks
from peppermoth.lab.card.words import THRESHOLDS
from tests.lab.scoring.cards import HOSTILE, card


def found():
    """Each peer's rank."""
    return {one.peer: one for one in ranks(card(), "web")}


def test_who_is_condemned_first_comes_first_and_who_is_not_known_last():
    assert list(found()) == ["moth", printable(HOSTILE), "calm", "few"]


def test_the_worst_field_is_told_with_its_range_its_rates_and_its_precision():
    moth = found()["moth"]
    assert (moth.told.text, moth.worst.detector) == ("30", "rule")
    assert moth.by == "rule, after 30 to 35 flows; 2 of 2 detectors condemn it"
    assert moth.rates.startswith("flags 100% (94% to 100%) of its flows, 0% (0% to ")
    assert moth.rates.endswith(f"threshold {THRESHOLDS[moth.worst.best.at]}")
    assert "1 in 1,000" in moth.precision
    assert "1 in 100,000" in moth.precision
    assert "(chance 16.7%)" in moth.sites
    assert moth.overhead.seconds == 1


def test_who_is_not_told_apart_and_who_is_not_known_have_no_number():
    calm, few = found()["calm"], found()["few"]
    assert (calm.told.text, calm.rates, calm.precision) == ("not told apart", "", "")
    assert calm.by == "none of the 2 detectors that could judge"
    assert (few.told.text, few.by, few.sites) == ("too few", "", "")
    assert "enough" in few.told.more


def test_a_traffic_that_nobody_carried_has_no_ranks():
    assert ranks(card(), "video") == []
