"""The table as a whole: it covers every kind and each of its rows is sound."""

from __future__ import annotations

from collections import Counter

import pytest

from peppermoth.exposure.rules import POSITION, RULES, SILENT, rule_for
from peppermoth.exposure.rules.rule import Severity, one_of
from peppermoth.monitor.kinds import KINDS
from tests.exposure.samples import seen

COVERED = {kind for rule in RULES for kind in rule.kinds}


def test_every_kind_has_a_rule_or_is_silent_on_purpose():
    assert COVERED | SILENT.keys() == KINDS.keys()
    assert not COVERED & SILENT.keys()


@pytest.mark.parametrize("kind", sorted(COVERED))
def test_an_observation_without_details_finds_a_rule(kind):
    rule = rule_for(seen(kind, "value"))
    assert rule is not None
    assert kind in rule.kinds


def test_ids_are_unique():
    assert len(POSITION) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_at_most_three_things_to_do_now_and_what_stays_visible(rule):
    assert len(rule.now) <= 3
    assert rule.stays
    assert bool(rule.now) == (rule.severity is not Severity.PROTECTED)
    assert bool(rule.ask) == (rule.severity is not Severity.PROTECTED)
    for names in (rule.now, rule.later, rule.stays, rule.ask, rule.kinds):
        assert max(Counter(names).values(), default=1) == 1


def test_what_makes_a_rule_untrue_is_a_rule():
    assert {undoes for rule in RULES for undoes in rule.unless} <= POSITION.keys()


def test_protected_kinds_are_praised_and_no_other():
    for rule in RULES:
        praised = rule.severity is Severity.PROTECTED
        hidden = {kind.startswith(("protected.", "name.encrypted")) for kind in rule.kinds}
        assert hidden == {praised}, rule.id


def test_conditions_do_not_mind_the_case_of_letters():
    password = seen("secret.password", "password, 8 characters", protocol="IMAP")
    assert rule_for(password).id == "mail-password"
    assert one_of(protocol="a b") == {"protocol": frozenset({"a", "b"})}


def test_severities_are_ranked_gravest_first():
    assert [severity.rank for severity in Severity] == list(range(len(Severity)))
