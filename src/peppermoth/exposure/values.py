"""One value of a finding in words: what was masked, what stands beside it, lengths of time.

Captured strings stay as they are and isolated (``captured.technical``). Only words that
this program itself put there are said in the reader's language, and only where nothing
else can stand: a cookie that is called "mail" keeps its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from peppermoth.exposure.captured import technical
from peppermoth.exposure.findings import Fact
from peppermoth.exposure.languages import Language
from peppermoth.exposure.rules.rule import Subject

BESIDE: Final = (
    "protocol", "user", "host", "doing", "what", "where", "subject", "from", "database",
    "realm", "program", "server", "resolver", "vendor", "transport", "port", "sent", "received",
)  # fmt: skip
"""Details that are shown beside a value, in this order; the others are for programs only."""

RAW: Final = {
    "device.stack": ("system", "how it opens connections"),
    "device.ja4": ("program", "how it begins encrypted connections"),
    "device.dhcp": ("system", "how it asks for an address"),
}
"""Kinds whose values say nothing to most people: the detail that names what such a value
suggests, and what it was told by. The value itself goes into the appendix."""

_OUR_VALUES = frozenset({"device.system", "content.mail", "protected.call"})
_OUR_DETAILS = frozenset({"from", "doing", "what"})
_WITH_DETAILS = (Subject.MASKED, Subject.WORDS)

_HIDDEN = re.compile(r"(?P<what>[^,]{1,60}), (?P<size>\d{1,9}) characters?")
"""What ``monitor.observation.hidden`` puts in the place of a secret."""

_OWN_WORDS = re.compile(r"[A-Za-z' -]{1,60}")
_DURATIONS = (("days", 172_800, 86_400), ("hours", 7_200, 3_600), ("minutes", 60, 60))


def fact_in_words(fact: Fact, subject: Subject, language: Language, without: frozenset[str]) -> str:
    """A fact, with what stands beside it, except the details named in ``without``."""
    if fact.kind in RAW:
        return _suggested(fact, language)
    value = _value(fact, subject, language)
    if subject not in _WITH_DETAILS:
        return value
    said = [
        _detail(fact, key, language)
        for key in BESIDE
        if key not in without and _tells_more(fact, fact.details.get(key, ""))
    ]
    return _beside(value, said, language)


def what_it_is_about(named: Iterable[tuple[str, str]], language: Language) -> str:
    """Details by name, one after another, with their labels."""
    said = (
        own_word(text, language)
        if name == "category"
        else language.say("detail", key=name, text=technical(text))
        for name, text in named
    )
    return _listed(said, language)


def own_word(text: str, language: Language) -> str:
    """A word of this program's own; what the catalogue does not know stays as it is."""
    key = re.sub(r"[^a-z]+", "-", text.lower()) if _OWN_WORDS.fullmatch(text) else ""
    return language.say("word", word=key, text=technical(text))


def duration(seconds: int, language: Language) -> str:
    """A length of time in the unit that fits."""
    for unit, least, size in _DURATIONS:
        if seconds >= least:
            return language.say(unit, count=round(seconds / size))
    return language.say("seconds", count=seconds)


def _suggested(fact: Fact, language: Language) -> str:
    name, way = RAW[fact.kind]
    told_by = own_word(way, language)
    if not fact.details.get(name):
        return told_by
    said = language.say("detail", key="from", text=told_by)
    return _beside(own_word(fact.details[name], language), [said], language)


def _value(fact: Fact, subject: Subject, language: Language) -> str:
    if found := _HIDDEN.fullmatch(fact.value) if subject is Subject.MASKED else None:
        return _masked(found, language)
    if fact.kind == "use.call_shape" and fact.value.isascii() and fact.value.isdecimal():
        return duration(int(fact.value), language)
    return own_word(fact.value, language) if fact.kind in _OUR_VALUES else technical(fact.value)


def _detail(fact: Fact, key: str, language: Language) -> str:
    text = fact.details[key]
    if key == "subject" and (found := _HIDDEN.fullmatch(text)):
        return _masked(found, language)
    is_ours = key in _OUR_DETAILS or (key == "where" and fact.kind.startswith("secret."))
    said = own_word(text, language) if is_ours else technical(text)
    return language.say("detail", key=key, text=said)


def _tells_more(fact: Fact, text: str) -> bool:
    return bool(text) and text != fact.value and not fact.value.startswith(f"{text}, ")


def _masked(found: re.Match[str], language: Language) -> str:
    what = found["what"]
    key, text = what.replace(" ", "-"), technical(what)
    return language.say("masked", what=key, text=text, count=int(found["size"]))


def _beside(value: str, said: list[str], language: Language) -> str:
    details = _listed(said, language)
    return language.say("beside", value=value, details=details) if details else value


def _listed(said: Iterable[str], language: Language) -> str:
    listed = ""
    for one in said:
        listed = language.say("beside-next", details=listed, next=one) if listed else one
    return listed
