"""Shields: seen, broken, or good."""

from __future__ import annotations

from peppermoth.exposure.rules import rule_for, shield
from peppermoth.exposure.rules.rule import Severity
from tests.exposure.samples import seen


def test_a_tunnel_is_praised_for_what_it_hides_and_named_for_being_seen():
    assert rule_for(seen("protected.tunnel", "wireguard")).severity is Severity.PROTECTED
    assert rule_for(seen("conspicuous.tunnel", "wireguard")).severity is Severity.CONSPICUOUS


def test_whoever_is_seen_with_a_tunnel_is_first_told_to_weigh_the_risk():
    seen_ones = [rule for rule in shield.RULES if rule.severity is Severity.CONSPICUOUS]
    assert {rule.now[0] for rule in seen_ones} == {"weigh-risk"}


def test_only_words_of_our_own_are_public():
    public = {kind for rule in shield.RULES if rule.public for kind in rule.kinds}
    assert public == {
        "conspicuous.tunnel",
        "protected.dns",
        "protected.tunnel",
        "unprotected.tls",
    }
