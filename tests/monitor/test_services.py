"""The table of services is well-formed, and holds what says much about a person."""

from __future__ import annotations

import pytest
from publicsuffixlist import PublicSuffixList

from peppermoth.monitor.services import SERVICES, in_many_countries
from peppermoth.monitor.trackers import TRACKERS


def test_domains_are_written_as_they_are_looked_up():
    for domain in [*SERVICES, *TRACKERS]:
        assert domain == domain.lower().strip(". ")
        assert domain.isascii()


def test_no_entry_stands_for_everybody_below_a_public_suffix():
    suffixes = PublicSuffixList(only_icann=True)
    wide = {domain for domain in [*SERVICES, *TRACKERS] if suffixes.is_public(domain)}
    assert wide <= {"bnpparibas", "nhs.uk"}  # each of one owner


def test_a_domain_is_of_one_service_and_not_of_a_tracker_too():
    assert not set(SERVICES) & set(TRACKERS)


@pytest.mark.parametrize("category", ["messenger", "health", "religion", "news", "dating", "lgbt"])
def test_each_category_has_a_few_entries_and_no_more(category):
    names = {service.name for service in SERVICES.values() if service.category == category}
    assert 10 <= len(names) <= 40


def test_a_brand_is_recognised_by_the_first_label_alone():
    assert in_many_countries("google.co.uk").name == "Google"
    assert in_many_countries("notgoogle.co.uk") is None
