"""Every language has every sentence, with every placeholder, and speaks with its own plurals."""

from __future__ import annotations

import re

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from peppermoth.errors import ConfigError
from peppermoth.exposure.advice import BESIDE_TUNNEL, PERHAPS_TUNNEL
from peppermoth.exposure.captured import END, ISOLATE, technical
from peppermoth.exposure.languages import AREAS, LANGUAGES, catalogue, choose
from peppermoth.exposure.rules import RULES

PLURALS = {"zero", "one", "two", "few", "many", "other"}


class _Variables(Visitor):
    def __init__(self):
        self.names = set()

    def visit_VariableReference(self, node):  # noqa: N802 - the visitor's own vocabulary
        self.names.add(node.id.name)

    def visit_Variant(self, node):  # noqa: N802
        if isinstance(node.key, ast.Identifier):
            self.names |= {f"[{node.key.name}]"} - {f"[{form}]" for form in PLURALS}
        self.generic_visit(node)


def variables(node):
    """The placeholders below a node, and the words that it chooses by."""
    visitor = _Variables()
    visitor.visit(node)
    return visitor.names


def sentences(text):
    """Every sentence of a catalogue, attributes as ``id.name``, with its placeholders."""
    found = {}
    for entry in FluentParser().parse(text).body:
        assert not isinstance(entry, ast.Junk), entry.content
        if isinstance(entry, ast.Message):
            parts = {entry.id.name: entry.value} if entry.value else {}
            parts |= {f"{entry.id.name}.{one.id.name}": one.value for one in entry.attributes}
            assert not found.keys() & parts.keys(), "a sentence stands twice"
            found |= {name: variables(pattern) for name, pattern in parts.items()}
    return found


def faults(text, english):
    """What a translation lacks, has too much, or lost on the way."""
    translated = sentences(text)
    lacking = {f"lacks {name}" for name in english.keys() - translated.keys()}
    unknown = {f"unknown {name}" for name in translated.keys() - english.keys()}
    changed = {
        f"placeholders of {name}"
        for name in english.keys() & translated.keys()
        if english[name] != translated[name]
    }
    return lacking | unknown | changed


TRANSLATIONS = [tag for tag in LANGUAGES if tag != "en"]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("tag", TRANSLATIONS)
def test_a_catalogue_has_every_sentence_with_every_placeholder(tag, area):
    assert not faults(catalogue(tag, area), sentences(catalogue("en", area)))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("one = Un", "lacks two"),
        ("one = Un\ntwo = { $count } deux\nthree = Trois", "unknown three"),
        ("one = Un\ntwo = deux", "placeholders of two"),
        ("one = Un\ntwo = { $count ->\n  [a] x\n *[other] y\n }", "placeholders of two"),
        ("one = Un\n  .why = x\ntwo = { $count }", "unknown one.why"),
    ],
)
def test_a_faulty_catalogue_is_noticed(text, fault):
    assert fault in faults(text, sentences("one = One\ntwo = { $count } two"))


def wanted_by_rules():
    """Every sentence that the table of rules names."""
    for rule in RULES:
        yield from (rule.id, f"{rule.id}.short", f"{rule.id}.why", rule.severity)
        yield f"seen-{rule.subject}"
        for kind in ("now", "later", "stays", "ask"):
            yield from (f"{kind}-{name}" for name in getattr(rule, kind))
    yield from (BESIDE_TUNNEL, PERHAPS_TUNNEL)


def test_every_sentence_that_a_rule_names_exists_and_no_other():
    english = set().union(*(sentences(catalogue("en", area)) for area in AREAS))
    wanted = set(wanted_by_rules())
    assert not wanted - english
    of_rules = {
        name
        for area in ("findings", "remedies")
        for name in sentences(catalogue("en", area))
        if "." not in name
    }
    assert not of_rules - wanted, "nothing says these any more"


WHERE = {
    "en": ("on the same network", "local network", "nearby", "near the device"),
    "fa": ("همان شبکه", "شبکهٔ محلی", "نزدیکی", "نزدیکی دستگاه"),
    "ar": ("الشبكة نفسها", "الشبكة المحلية", "من هو قريب", "بالقرب من الجهاز"),
    "ru": ("в той же сети", "местной сети", "поблизости", "рядом"),
    "zh": ("同一网络", "本地网络", "附近", "设备附近"),
    "es": ("en la misma red", "red local", "cerca", "cerca del dispositivo"),
    "fr": ("sur le même réseau", "réseau local", "à proximité", "près de"),
}
"""How each language's titles say that one must be there to see something, and its short forms."""


@pytest.mark.parametrize("tag", LANGUAGES)
def test_what_can_only_be_seen_on_the_spot_is_so_told_in_short_too(tag):
    """The report opens with short forms, as what whoever runs the line could learn."""
    say = LANGUAGES[tag].say
    network, network_in_short, near, near_in_short = WHERE[tag]
    titles = {rule.id: say(rule.id, count=1) for rule in RULES}
    on_network = {rule for rule, title in titles.items() if network in title}
    nearby = {rule for rule, title in titles.items() if near in title}
    assert on_network == {"hardware-address", "host-name-local", "names-local"}
    assert nearby == {"wifi"}
    assert all(network_in_short in say(f"{rule}.short") for rule in on_network)
    assert all(near_in_short in say(f"{rule}.short") for rule in nearby)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 11, 21, 100])
def test_plurals_work_in_every_language(tag, count):
    said = LANGUAGES[tag].say("contact", count=count)
    assert said.strip()
    assert "{" not in said


def test_plural_forms_differ_where_the_language_has_them():
    russian = LANGUAGES["ru"]
    endings = {russian.say("minutes", count=n).split()[1] for n in (1, 2, 5, 21)}
    assert endings == {"минуту", "минуты", "минут"}
    arabic = {LANGUAGES["ar"].say("hours", count=n) for n in (1, 2, 3, 11)}
    assert len(arabic) == 4


def test_own_digits_stand_in_prose_and_never_in_technical_strings():
    said = LANGUAGES["fa"].say("evidence-packets", count=12, packets=technical("118, 121"))
    prose, isolated = said.split(ISOLATE)[0], said.split(ISOLATE)[1].split(END)[0]
    assert "۱۲" in prose
    assert isolated == "118, 121"
    assert "SHA-256" in LANGUAGES["ar"].say("appendix-digest", digest=technical("ab12"))
    assert "٤٬٥١٢" in LANGUAGES["ar"].say("appendix-packets", count=4512)


RIGHT_TO_LEFT = [tag for tag, language in LANGUAGES.items() if language.right_to_left]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_every_latin_word_among_other_letters_is_isolated(tag, area):
    for name, placeholders in sentences(catalogue(tag, area)).items():
        values = {one: technical("x") for one in placeholders if "[" not in one}
        for number in (dict.fromkeys(values, 3), values):
            said = LANGUAGES[tag].say(name, **number)
            outside = re.sub(f"{ISOLATE}[^{END}]*{END}", "", said)
            assert not re.search("[A-Za-z]", outside), name


@pytest.mark.parametrize(
    ("name", "values", "isolated"),
    [
        ("terminal-direction", {}, ["--html"]),
        ("now-tunnel.linux", {}, ["peppermoth connect"]),
        ("now-rename-device.linux", {}, ["hostnamectl hostname"]),
        ("ask-helpline", {}, ["Access Now", "accessnow.org/help"]),
        ("appendix-digest", {"digest": technical("ab, 12")}, ["SHA-256", "ab, 12"]),
    ],
)
@pytest.mark.parametrize("tag", RIGHT_TO_LEFT)
def test_commands_options_and_names_are_isolated_whole(tag, name, values, isolated):
    said = LANGUAGES[tag].say(name, **values)
    assert re.findall(f"{ISOLATE}([^{END}]*){END}", said) == isolated


def test_languages_from_left_to_right_hold_no_marks():
    assert ISOLATE not in LANGUAGES["ru"].say("terminal-direction")


def test_a_missing_sentence_or_placeholder_is_no_silent_gap():
    english = LANGUAGES["en"]
    with pytest.raises(LookupError):
        english.say("no-such-sentence")
    with pytest.raises(LookupError, match="count"):
        english.say("minutes")


@pytest.mark.parametrize(
    ("wanted", "environment", "tag"),
    [
        ("fa", {}, "fa"),
        ("FA", {"LANG": "ru_RU.UTF-8"}, "fa"),
        ("zh-Hans-CN", {}, "zh"),
        (None, {"LANG": "ar_EG.UTF-8"}, "ar"),
        (None, {"LC_ALL": "fr_FR", "LC_MESSAGES": "es_ES", "LANG": "ru_RU"}, "fr"),
        (None, {"LC_ALL": "", "LC_MESSAGES": "es", "LANG": "ru_RU"}, "es"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {}, "en"),
        (None, {"LANG": "tlh_KL.UTF-8"}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_else_the_systems_else_english(wanted, environment, tag):
    assert choose(wanted, environment).tag == tag


@pytest.mark.parametrize("wanted", ["tlh", "", "english", "\x1b[31m"])
def test_a_language_that_is_asked_for_and_not_there_is_refused_with_those_that_are(wanted):
    with pytest.raises(ConfigError, match=r"fa \(فارسی\)") as caught:
        choose(wanted, {"LANG": "ru_RU"})
    assert str(caught.value).isprintable()
