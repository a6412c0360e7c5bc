"""The table of measured errors: whole, of the rules as they are, and with right bounds."""

from __future__ import annotations

import pytest

from peppermoth.exposure.rules import RULES
from peppermoth.exposure.rules.measured import table, with_error
from peppermoth.exposure.rules.rule import Error
from peppermoth.lab.statistics import share


def test_every_rule_was_measured_as_it_is():
    """Who changes a rule raises its version, and measures again: python -m tests.see.errors."""
    assert {rule.id: rule.version for rule in RULES} == {
        rule: row["version"] for rule, row in table().items()
    }


def test_bounds_are_those_of_clopper_and_pearson():
    for rule in RULES:
        for tally in rule.error:
            if tally is not None:
                exact = share(tally.wrong, tally.of).high
                assert tally.at_most == pytest.approx(exact, abs=1e-4), rule.id


def test_a_measurement_does_not_count_for_another_version():
    measured = next(rule for rule in RULES if rule.error != Error())
    changed = measured._replace(version=measured.version + 1, error=Error())
    assert with_error(measured._replace(error=Error())) == measured
    assert with_error(changed).error == Error()
