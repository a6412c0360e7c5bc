"""Words, literals and envelopes of IMAP."""

from __future__ import annotations

import pytest

from peppermoth.wire.imap import envelope, literal_size, words


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('a1 LOGIN anna "pass \\"word"', ["a1", "LOGIN", "anna", 'pass "word']),
        ("a1 FETCH 1 (FLAGS BODY[])", ["a1", "FETCH", "1", "FLAGS", "BODY[]"]),
        ("a1 LOGIN {4}", ["a1", "LOGIN"]),
        ('a1 LOGIN "" x', ["a1", "LOGIN", "", "x"]),
        ("", []),
    ],
)
def test_a_line_has_words(line, said):
    assert words(line) == said


@pytest.mark.parametrize(
    ("line", "size"),
    [(b"x {12}", 12), (b"x {12+}", 12), (b"x ~{3}", 3), (b"x {12} y", None), (b"{x}", None)],
)
def test_a_literal_is_announced_at_the_end_of_a_line(line, size):
    assert literal_size(line) == size


def test_an_envelope_gives_subject_and_people():
    line = (
        '* 1 FETCH (ENVELOPE ("Mon" "a \\"b" (("Ben" NIL "ben" "b.example")) '
        'NIL NIL ((NIL NIL "anna" "a.example")) NIL NIL NIL "<id>"))'
    )
    assert envelope(line) == ('a \\"b', ["ben@b.example", "anna@a.example"])
    assert envelope("* 1 FETCH (FLAGS ())") is None
