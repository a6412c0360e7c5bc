"""Each kind of problem is a sentence with its numbers, the same in the code and the catalogue."""

from __future__ import annotations

import pytest

from peppermoth.exposure.languages import LANGUAGES
from peppermoth.monitor.problems import Kind, Problem

NUMBERS = {"packet": 3, "byte": 123456, "times": 200, "packets": 1, "link": 147}


@pytest.mark.parametrize("kind", Kind)
def test_the_english_report_says_what_standard_error_says(kind):
    said = LANGUAGES["en"].say(f"problem-{kind}", **{k: str(n) for k, n in NUMBERS.items()})
    assert said == str(Problem(kind, NUMBERS))


def test_a_sentence_holds_the_numbers():
    assert "packet 3, byte 123456." in str(Problem(Kind.CUT_OFF, NUMBERS))
