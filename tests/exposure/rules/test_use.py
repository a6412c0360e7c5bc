"""Use: services that say much about a person are told apart."""

from __future__ import annotations

import pytest

from peppermoth.exposure.rules import rule_for
from tests.exposure.samples import seen


@pytest.mark.parametrize(
    ("category", "rule"),
    [
        ("health", "service-private"),
        ("religion", "service-private"),
        ("messenger", "service"),
        ("circumvention", "circumvention"),
    ],
)
def test_a_service_is_told_by_its_category(category, rule):
    assert rule_for(seen("use.service", "a service", category=category)).id == rule


def test_the_kind_of_device_and_its_programs_are_two_things():
    kinds = ("device.system", "device.stack", "device.ja4", "device.software")
    assert [rule_for(seen(kind, "a")).id for kind in kinds] == [
        "device",
        "device",
        "programs",
        "programs",
    ]
