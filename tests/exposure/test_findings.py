"""Observations become findings: grouped, ordered, bounded, with evidence."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from peppermoth.exposure import findings
from peppermoth.exposure.findings import Collector, find
from peppermoth.exposure.rules.rule import Severity
from peppermoth.monitor.observation import Certainty
from tests.exposure.samples import BEGIN, HOSTILE, phone, seen


def test_the_same_thing_seen_twice_is_one_finding_with_both_packets():
    twice = [seen("secret.token", "token, 9 characters", packet=n, at=n) for n in (118, 121)]
    (finding,) = find(twice)
    assert finding.evidence.count == 2
    assert finding.distinct == 1
    assert finding.evidence.filter == "frame.number in {118, 121}"
    assert (finding.evidence.first, finding.evidence.last) == (BEGIN + 118, BEGIN + 121)


def test_masked_values_that_look_alike_are_counted_as_often_as_seen():
    (mails,) = find(seen("content.mail", "subject, 9 characters", packet=n) for n in (1, 2))
    (names,) = find(seen("name.dns", "a.example", packet=n) for n in (1, 2))
    assert (mails.number, names.number) == (2, 1)


def test_servers_are_told_apart_where_the_rule_says_so():
    servers = ("198.51.100.1", "198.51.100.2")
    told = find(seen("secret.token", "token, 9 characters", server=server) for server in servers)
    assert [finding.group for finding in told] == [("", server) for server in servers]


def test_a_made_up_address_is_no_comfort_where_the_true_one_shows_too():
    made_up = seen("protected.mac", "3e:be:bd:…")
    true = seen("identity.mac", "f0:18:98:…", packet=2)
    assert [finding.rule.id for finding in find([made_up])] == ["hardware-hidden"]
    assert [finding.rule.id for finding in find([made_up, true])] == ["hardware-address"]


def test_the_gravest_come_first():
    severities = [finding.rule.severity for finding in find(phone())]
    assert severities[0] is Severity.CRITICAL
    assert all(before.rank <= after.rank for before, after in pairwise(severities))


def test_the_order_of_arrival_does_not_change_the_order_of_findings():
    observations = list(phone())
    expected = [(one.rule.id, one.group, one.distinct) for one in find(observations)]
    random.Random(4).shuffle(observations)
    assert [(one.rule.id, one.group, one.distinct) for one in find(observations)] == expected


def test_a_finding_is_as_certain_as_its_surest_observation():
    possible = seen("use.call_shape", "90", certainty=Certainty.POSSIBLE)
    likely = seen("use.call_shape", "95", certainty=Certainty.LIKELY)
    assert find([possible])[0].certainty is Certainty.POSSIBLE
    assert find([possible, likely, possible])[0].certainty is Certainty.LIKELY


def test_user_names_are_one_finding_that_tells_services_apart():
    (finding,) = find(
        seen("identity.user", "m…", server=f"198.51.100.{server}", protocol=protocol)
        for server, protocol in ((1, "ftp"), (1, "mqtt"), (2, "ftp"), (1, "ftp"))
    )
    told = [(fact.details["protocol"], fact.details["server"]) for fact in finding.facts]
    assert told == [("ftp", "198.51.100.1"), ("mqtt", "198.51.100.1"), ("ftp", "198.51.100.2")]
    assert (finding.distinct, finding.number, finding.evidence.count) == (3, 3, 4)


def test_a_detail_that_says_more_is_shown_in_place_of_the_value():
    (finding,) = find(
        seen("protected.tls", "1.3", name=f"{name}.example") for name in ("a", "b", "a")
    )
    assert [fact.value for fact in finding.facts] == ["a.example", "b.example"]


def test_facts_are_fit_to_be_shown():
    (finding,) = find([seen("content.topic", HOSTILE, program=HOSTILE)])
    (fact,) = finding.facts
    for text in (fact.value, fact.details["program"]):
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_a_silent_kind_is_counted_and_makes_no_finding():
    collector = Collector()
    collector.add(seen("name.dns_answer", "192.0.2.1"))
    assert collector.observations == 1
    assert not collector.findings()


def test_what_is_kept_is_bounded_and_what_is_counted_is_not():
    collector = Collector()
    for number in range(20_000):
        collector.add(seen("name.dns", f"{number}.example", packet=number + 1, at=number))
    (finding,) = collector.findings()
    assert finding.evidence.count == 20_000
    assert finding.distinct == findings.VALUES_TOLD_APART
    assert len(finding.facts) == findings.VALUES_KEPT
    assert len(finding.evidence.packets) == findings.PACKETS_KEPT
    assert len(finding.evidence.marks) <= findings.MARKS_KEPT
    assert finding.evidence.marks[-1] - finding.evidence.marks[0] > 19_000


def test_too_many_groups_share_one_finding():
    told = find(
        seen("secret.token", "token, 9 characters", server=f"198.51.100.{number}")
        for number in range(99)
    )
    assert len(told) == findings.FINDINGS_PER_RULE + 1
    assert sum(finding.evidence.count for finding in told) == 99


@pytest.mark.parametrize("packets", [(), (7,), tuple(range(1, 500))])
def test_any_number_of_packets_makes_a_filter_or_none(packets):
    observation = seen("content.topic", "a")._replace(packets=packets)
    evidence = find([observation])[0].evidence
    assert bool(evidence.filter) == bool(packets)
    assert len(evidence.packets) <= findings.PACKETS_KEPT
