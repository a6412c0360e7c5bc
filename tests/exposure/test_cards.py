"""A card: the observer is its subject, values are shown as the rule permits."""

from __future__ import annotations

import re

import pytest

from peppermoth.exposure.aliases import Aliases
from peppermoth.exposure.captured import technical
from peppermoth.exposure.cards import SHOWN, SYSTEMS, Maker
from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.rules import RULES
from peppermoth.exposure.rules.rule import Error, Tally
from tests.exposure.samples import seen

ENGLISH = LANGUAGES["en"]

UNMEASURED = Error()


def card(*observations, language=ENGLISH, withheld=False, error=UNMEASURED):
    """The card of the one finding in these observations."""
    (finding,) = find(observations)
    finding = finding._replace(rule=finding.rule._replace(error=error))
    return Maker(language, Aliases([finding]), withheld=withheld).card(finding)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_title_is_a_sentence_about_the_observer_without_acronyms(rule):
    title = ENGLISH.say(rule.id, count=3)
    assert title.startswith(("Anyone ", "Others ", "The line ", "The network "))
    assert title.endswith(".")
    assert not set(re.findall(r"\b[A-Z]{2,}\b", title)) - {"SIM"}


def test_a_secret_is_told_by_kind_and_length_in_the_readers_language():
    password = seen("secret.password", "password, 13 characters", protocol="pop3")
    assert "password, 13 characters" in card(password).shown[0]
    assert "пароль, 13 знаков" in card(password, language=LANGUAGES["ru"]).shown[0]


def test_a_secret_of_an_unknown_kind_is_told_as_it_is():
    shown = card(seen("content.mail", "old rune, 1 character")).shown
    assert shown == (f"{technical('old rune')}, one character",)


def test_persons_are_numbers_on_cards():
    shown = card(seen("identity.contact", "b…@mail.example")).shown
    assert shown == ("Person 1",)


def test_more_values_than_are_shown_are_counted():
    names = (seen("name.dns", f"{number}.example") for number in range(SHOWN + 5))
    made = card(*names)
    assert len(made.shown) == SHOWN
    assert made.more == "and 5 more"
    assert str(SHOWN + 5) in made.title


def test_steps_say_how_on_each_system_by_its_name():
    (step,) = [one for one in card(seen("name.dns", "a")).now if one.id == "now-private-lookups"]
    assert [system for system, _ in step.ways] == list(SYSTEMS.values())


def test_evidence_names_packets_fields_and_the_rule():
    made = card(seen("content.topic", "a", packet=9, field="mqtt.topic"))
    text = " ".join(made.evidence)
    assert made.filter == technical("frame.number in {9}")
    assert technical("mqtt.topic") in text
    assert technical("topic") in text


def test_a_measured_rule_says_how_often_it_errs():
    error = Error(Tally(0, 9, 0.3363), Tally(0, 131, 0.0278), Tally(3, 1200, 0.00729))
    known, witness, controls = card(seen("content.topic", "a"), error=error).error
    assert "9 recordings" in known
    assert "content is known" in known
    assert "another program" in witness
    assert "131" in witness
    assert "2.8%" in witness
    assert "1,200" in controls
    assert "0.7%" in controls


def test_a_rule_that_was_not_measured_says_so():
    (said,) = card(seen("content.topic", "a")).error
    assert "not measured" in said


def test_a_withheld_card_says_how_many_values_it_keeps_back():
    made = card(seen("name.dns", "a.example"), seen("name.dns", "b.example"), withheld=True)
    assert made.seen == "2 values are withheld from this copy."
    assert made.shown == ()


def test_a_withheld_card_shows_words_of_our_own_without_details():
    made = card(seen("protected.dns", "doh", resolver="dns.example"), withheld=True)
    assert made.shown == (technical("doh"),)


def test_a_user_name_is_told_with_its_service():
    shown = card(seen("identity.user", "m…", protocol="ftp", server="198.51.100.9")).shown
    assert shown == (
        f"{technical('m…')} (protocol: {technical('ftp')}, server: {technical('198.51.100.9')})",
    )


def test_in_a_copy_findings_of_one_rule_are_told_apart_by_protocol_and_numbered_server():
    found = find(
        seen("secret.password", "password, 9 characters", protocol=protocol, server=server)
        for protocol, server in (("ftp", "a"), ("ftp", "b"), ("irc", "a"), *(("imap", "c"),) * 2)
    )
    orders = set()
    for key in (bytes([number]) for number in range(30)):
        maker = Maker(ENGLISH, Aliases(found, key), withheld=True)
        about = [maker.card(finding).about for finding in found if finding.rule.id == "password"]
        plain = [re.sub("[\u2066\u2069]", "", one) for one in about]
        numbers = [one.rpartition(" ")[2] for one in plain]
        assert plain == [
            f"protocol: {protocol}, server: {number}"
            for protocol, number in zip(("ftp", "ftp", "irc"), numbers, strict=True)
        ]
        assert numbers[0] == numbers[2] != numbers[1]
        orders.add(tuple(numbers))
    assert len(orders) > 2, "numbers tell nothing of the order"


def test_in_a_copy_what_else_sets_findings_apart_is_left_out():
    found = find([seen("use.service", "a clinic", category="health")])
    assert [
        Maker(ENGLISH, Aliases(found, b"k"), withheld=True).card(one).about for one in found
    ] == [""]
