"""The report in a terminal: 80 columns, nothing that acts, the same findings."""

from __future__ import annotations

import io
import itertools
import re
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from peppermoth.exposure.captured import END, ISOLATE
from peppermoth.exposure.comparison import Earlier, compare
from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.report import Report
from peppermoth.exposure.terminal import print_report, print_written
from peppermoth.exposure.view import make_view
from peppermoth.monitor.kinds import KINDS
from tests.exposure.samples import HOSTILE, RECORDING, phone_report, seen


def printed(report=None, tag="en", width=80):
    """What a terminal of this width gets."""
    report = report or phone_report()
    view = make_view(report, LANGUAGES[tag], comparison=compare(Earlier(9, {"chat": 1}), report))
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False, markup=False, emoji=False)
    print_report(view, console)
    print_written(view, console, "written-helpline", Path("copy.html"))
    return file.getvalue()


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_line_is_wider_than_the_terminal(tag, width):
    lines = printed(tag=tag, width=width).splitlines()
    assert max(cell_len(line.translate({0x2066: None, 0x2069: None})) for line in lines) <= width


def test_every_finding_is_told_with_its_filter():
    text = " ".join(printed(width=200).split())
    for finding in phone_report().findings:
        assert LANGUAGES["en"].say(finding.rule.id, count=finding.number) in text
    assert "frame.number in {118, 121}" in text


def test_a_card_names_its_rule_and_version():
    text = " ".join(printed(width=200).split())
    for card in make_view(phone_report(), LANGUAGES["en"]).cards:
        assert f"Rule {card.rule}, version " in text


def test_a_language_joins_sentences_in_its_own_way():
    said = printed(tag="zh", width=200)
    assert "极严重。把握程度" in said
    assert "看到。记录中就有。" in said
    assert "Android: " not in said
    assert "Android : " in printed(tag="fr")


def test_how_to_do_a_step_is_told_once():
    text = printed()
    assert text.count("Private DNS") == 1


def test_values_that_are_left_out_are_counted():
    assert "and 15 more" in printed()


@pytest.mark.parametrize("tag", ["en", "ar"])
def test_captured_strings_cannot_act_on_the_terminal(tag):
    every = [seen(kind, HOSTILE, host=HOSTILE) for kind in KINDS]
    text = printed(Report(RECORDING, find(every), len(every)), tag)
    assert not {"\x1b", "\u202e", "\x07"} & set(text)
    assert "[31m" in text, "what is harmless in it is shown"


def test_isolation_is_kept_where_the_direction_needs_it_and_else_dropped():
    assert ISOLATE not in printed()
    persian = printed(tag="fa")
    assert persian.count(ISOLATE) == persian.count(END) > 0
    assert "--html" in persian


def test_contacts_are_numbers():
    assert "Person 1" in printed()
    assert "mail.example" not in printed()


def test_a_file_that_was_written_is_named():
    assert "Wrote copy.html. Read it before you give it away." in printed()


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("width", [40, 61])
def test_lines_break_where_one_may(tag, width):
    lines = [line.strip() for line in printed(tag=tag, width=width).splitlines()]
    numbers = re.compile(r"[0-9]$")
    for line, following in itertools.pairwise(lines):
        assert line not in list("▲◆●○◉✓•"), "a sign stands alone"
        assert not following.startswith(tuple("。，、：；”）")), following  # noqa: RUF001
        assert not line.endswith(tuple("“（")), line  # noqa: RUF001
        assert not (numbers.search(line) and following.startswith(tuple("个位次条"))), line


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_sentence_is_cut_off(tag):
    text = "".join(printed(tag=tag, width=60).replace("•", "").split())
    for card in make_view(phone_report(), LANGUAGES[tag]).cards:
        assert "".join(card.why.split()) in text
