"""Our reader of catalogues says what the reference implementation of Fluent says."""

from __future__ import annotations

import pytest
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

from peppermoth.exposure.languages import AREAS, LANGUAGES, catalogue
from peppermoth.exposure.languages.counting import Counting, one_alone
from peppermoth.exposure.languages.fluent import Catalogue, said

ENGLISH = Counting(one_alone)
PLURALS = {"zero", "one", "two", "few", "many", "other"}
COUNTS = (0, 1, 2, 3, 11, 21, 100, 4512, 2_000_000)

ENTRIES = """\
# A comment.
plain = A sentence.
put-in = From { $first } to {$last}.
chosen = and { $count ->
        [0] nothing
        [one] one thing
       *[other] { $count } things
    } in all
by-word = { $what ->
    [mail-box] a mail box
   *[other] { $text }
}
titled = Title
    .why = Because.
    .how = { $count ->
        [one] Once.
       *[other] { $count } times.
    }
only-parts =
    .short = Short.
"""


def english(name, part="", **values):
    return said(Catalogue(ENTRIES).entry(name)[part], values, ENGLISH)


def test_sentences_are_said_with_their_values():
    assert english("plain") == "A sentence."
    assert english("put-in", first="a", last=1000) == "From a to 1,000."
    assert english("titled", "why") == "Because."
    assert english("only-parts", "short") == "Short."


@pytest.mark.parametrize(
    ("count", "words"), [(0, "nothing"), (1, "one thing"), (2, "2 things"), (4512, "4,512 things")]
)
def test_a_number_chooses_by_itself_or_by_its_form(count, words):
    assert english("chosen", count=count) == f"and {words} in all"


def test_a_word_chooses_or_leaves_the_default():
    assert english("by-word", what="mail-box", text="?") == "a mail box"
    assert english("by-word", what="letter", text="a letter") == "a letter"


def test_an_entry_tells_its_parts_in_order():
    assert list(Catalogue(ENTRIES).entry("titled")) == ["", "why", "how"]
    assert list(Catalogue(ENTRIES).entry("only-parts")) == ["short"]


def test_what_is_not_there_is_a_lookup_error():
    with pytest.raises(LookupError):
        Catalogue(ENTRIES).entry("comment")
    with pytest.raises(LookupError):
        english("put-in", first="a")


@pytest.mark.parametrize(
    "text",
    [
        "x = { other }",
        "x = { NUMBER($count) }",
        'x = { "quoted" }',
        "x = { $count ->\n    [one] a\n    [two] b\n }",
        "x = { $count ->\n   *[other] { $b ->\n   *[other] x\n }\n }",
        "x = { $count",
    ],
)
def test_what_is_not_understood_is_refused(text):
    with pytest.raises(ValueError, match=r"not understood|one default"):
        Catalogue(text).entry("x")


class _Wanted(Visitor):
    """The placeholders of a sentence, and the values that it can tell apart."""

    def __init__(self, pattern):
        self.names = set()
        self.keys = set()
        self.visit(pattern)
        words = self.keys - PLURALS
        self.values = (*words, "something else") if words else COUNTS

    def visit_VariableReference(self, node):  # noqa: N802 - the visitor's own vocabulary
        self.names.add(node.id.name)

    def visit_Variant(self, node):  # noqa: N802
        if isinstance(node.key, ast.Identifier):
            self.keys.add(node.key.name)
        self.generic_visit(node)


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_sentence_is_said_as_the_reference_says_it(tag, area):
    text = catalogue(tag, area)
    reference = FluentBundle([tag], use_isolating=False)
    reference.add_resource(FluentResource(text))
    ours, counting = Catalogue(text), LANGUAGES[tag].counting
    entries = [one for one in FluentParser().parse(text).body if isinstance(one, ast.Message)]
    assert entries
    for entry in entries:
        message = reference.get_message(entry.id.name)
        parts = {"": (entry.value, message.value)} if entry.value else {}
        parts |= {
            one.id.name: (one.value, message.attributes[one.id.name]) for one in entry.attributes
        }
        assert list(ours.entry(entry.id.name)) == list(parts)
        for name, (pattern, compiled) in parts.items():
            wanted = _Wanted(pattern)
            for value in wanted.values:
                values = dict.fromkeys(wanted.names, value)
                expected, errors = reference.format_pattern(compiled, values)
                assert not errors
                assert said(ours.entry(entry.id.name)[name], values, counting) == expected
