"""Identity: persons and places are numbered, and everything that lasts is grave."""

from __future__ import annotations

import pytest

from peppermoth.exposure.rules import identity, rule_for
from peppermoth.exposure.rules.rule import Severity, Subject
from tests.exposure.samples import seen


def test_whatever_says_who_somebody_is_is_of_high_severity():
    assert {rule.severity for rule in identity.RULES} == {Severity.HIGH}


@pytest.mark.parametrize("kind", ["identity.contact", "identity.phone", "identity.mail_address"])
def test_persons_are_numbered(kind):
    assert rule_for(seen(kind, "a")).subject is Subject.PEOPLE


@pytest.mark.parametrize("kind", ["content.location", "identity.wifi"])
def test_places_are_numbered(kind):
    assert rule_for(seen(kind, "a")).subject is Subject.PLACES


@pytest.mark.parametrize(
    ("protocol", "rule"),
    [("mdns", "host-name-local"), ("dhcp", "host-name-local"), ("smtp", "host-name")],
)
def test_who_can_read_a_devices_name_depends_on_where_it_is_said(protocol, rule):
    assert rule_for(seen("identity.host_name", "moth", protocol=protocol)).id == rule
