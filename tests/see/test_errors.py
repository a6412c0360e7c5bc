"""The measured errors: what the tests plant is measured again, and the table is of that."""

from __future__ import annotations

import pytest

from peppermoth.exposure.rules import RULES
from tests.see import planted
from tests.see.errors import GUESSES, planted_claims

RECORDINGS = {name: (capture, truth) for name, capture, truth in planted.recordings()}


def test_every_conversation_has_its_truth():
    assert len(RECORDINGS) == len(list(planted.recordings())) > 75


@pytest.mark.parametrize("name", RECORDINGS)
def test_of_a_conversation_all_that_is_true_is_told_and_nothing_else(name: str):
    capture, truth = RECORDINGS[name]
    assert planted.rules_of(capture) == truth


def test_the_table_counts_every_planted_recording():
    claims = list(planted_claims())
    for rule in RULES:
        judged = [claim.right for claim in claims if claim.rule == rule.id]
        known = rule.error.known
        assert len(judged) <= (known.of if known else 0), rule.id
        assert judged.count(False) <= (known.wrong if known else 0), rule.id


def test_guesses_are_rules():
    assert set(GUESSES) <= {rule.id for rule in RULES}
