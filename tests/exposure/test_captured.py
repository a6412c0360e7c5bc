"""Captured strings are harmless wherever they are shown."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.exposure.captured import END, ISOLATE, LONGEST, moment, printable, technical
from tests.exposure.samples import HOSTILE


@given(st.text(st.characters(), max_size=400))
def test_nothing_that_acts_is_left_and_the_length_is_bounded(text):
    shown = printable(text)
    assert len(shown) <= LONGEST
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_ordinary_text_of_any_script_is_left_as_it_is():
    for text in ("moth.example", "پروانه.example", "GET /a?b=c&d", "…42", "例子"):
        assert printable(text) == text


def test_a_captured_string_cannot_end_its_own_isolation():
    shown = technical(HOSTILE)
    assert shown.startswith(ISOLATE)
    assert shown.index(END) == len(shown) - 1


def test_times_are_told_in_one_time_zone_and_absurd_ones_are_survived():
    assert moment(0.0) == technical("1970-01-01 00:00:00 UTC")
    assert "s" in moment(1e30)
    assert moment(float("inf"))
