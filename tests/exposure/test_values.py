"""Values in words: our own are translated, captured ones never, secrets by kind and length."""

from __future__ import annotations

import pytest

from peppermoth.exposure.captured import END, ISOLATE, technical
from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.rules.rule import Subject
from peppermoth.exposure.values import (
    BESIDE,
    RAW,
    duration,
    fact_in_words,
    own_word,
    what_it_is_about,
)
from peppermoth.monitor.systems import NAMES
from tests.exposure.samples import HOSTILE, seen

ENGLISH, RUSSIAN = LANGUAGES["en"], LANGUAGES["ru"]


def said(observation, language=ENGLISH, *, without=frozenset()):
    """What is said of one observation, without the marks of isolation."""
    (finding,) = find([observation])
    text = fact_in_words(finding.facts[0], finding.rule.subject, language, without)
    return text.replace(ISOLATE, "").replace(END, "")


PASSWORD = seen("secret.password", "password, 13 characters", protocol="pop3", user="a…", odd="x")


def test_what_stands_beside_a_value_has_its_label_in_the_readers_language():
    assert said(PASSWORD) == "password, 13 characters (protocol: pop3, user: a…)"
    assert said(PASSWORD, RUSSIAN) == "пароль, 13 знаков (протокол: pop3, пользователь: a…)"
    assert said(PASSWORD, without=frozenset({"protocol"})) == "password, 13 characters (user: a…)"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_label_is_an_english_one_elsewhere(tag):
    both = [(ENGLISH, LANGUAGES[tag])] if tag != "en" else []
    same = {
        key
        for english, other in both
        for key in BESIDE
        if (label := other.say("detail", key=key, text="-")) != "-"
        and label.replace(" :", ":") == english.say("detail", key=key, text="-")
    }
    assert same <= {"port", "transport", "host"}, "which French has as well: port, transport, site"


@pytest.mark.parametrize("tag", LANGUAGES)
def test_captured_strings_are_isolated_in_every_place(tag):
    details = {key: f"{key} {HOSTILE}" for key in BESIDE}
    observation = seen("secret.cookie", HOSTILE)._replace(details=details)
    (finding,) = find([observation])
    text = fact_in_words(finding.facts[0], Subject.WORDS, LANGUAGES[tag], frozenset())
    outside = "".join(part.partition(END)[2] for part in text.split(ISOLATE))
    assert text.count("alert") == 1 + len(BESIDE)
    assert "alert" not in outside
    assert text.count(ISOLATE) == text.count(END)


def test_our_own_words_are_translated_and_captured_ones_that_look_like_them_are_not():
    system = seen("device.system", "iOS or macOS", **{"from": "hardware address"})
    assert said(system, RUSSIAN) == "iOS или macOS (основание: аппаратный адрес)"
    assert said(seen("secret.cookie", "mail", host="login"), RUSSIAN) == "mail (сайт: login)"
    assert own_word("a; b", RUSSIAN) == technical("a; b")


@pytest.mark.parametrize("system", sorted({one for one in NAMES.values() if " or " in one}))
def test_a_system_that_is_one_of_two_is_translated(system):
    if "HarmonyOS" not in system:
        assert " or " not in said(seen("device.system", system), RUSSIAN)


def test_a_mail_is_told_by_its_subject_once():
    mail = seen("content.mail", "subject, 6 characters", subject="subject, 6 characters")
    assert said(mail) == "subject, 6 characters"
    assert said(seen("content.mail", "no subject"), RUSSIAN) == "без темы"


@pytest.mark.parametrize(
    ("kind", "name", "named", "unnamed"),
    [
        ("device.stack", "system", "Windows (known from: how it opens connections)",
         "how it opens connections"),
        ("device.ja4", "program", "Chrome (known from: how it begins encrypted connections)",
         "how it begins encrypted connections"),
        ("device.dhcp", "system", "Windows (known from: how it asks the network for an address)",
         "how it asks the network for an address"),
    ],
)  # fmt: skip
def test_what_nobody_can_read_is_told_by_what_it_suggests(kind, name, named, unnamed):
    assert kind in RAW
    suggested = "Chrome" if name == "program" else "Windows"
    assert said(seen(kind, "t13d 64 mss", **{name: suggested})) == named
    assert said(seen(kind, "t13d 64 mss")) == unnamed


def test_a_call_by_shape_is_told_by_its_length():
    call = seen("use.call_shape", "180", sent="9000", received="8000")
    assert said(call) == "3 minutes (bytes sent: 9000, bytes received: 8000)"
    assert duration(180, RUSSIAN) == "3 минуты"


def test_what_a_finding_is_about_is_labelled_and_a_category_translated():
    about = what_it_is_about([("protocol", "pop3"), ("server", "192.0.2.1")], RUSSIAN)
    assert about == f"протокол: {technical('pop3')}, сервер: {technical('192.0.2.1')}"
    assert what_it_is_about([("category", "health")], RUSSIAN) == "здоровье"
    assert what_it_is_about([], RUSSIAN) == ""
