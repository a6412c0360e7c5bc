"""Lines of a terminal: nothing is lost, nothing too wide, and reading begins at the right side."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from peppermoth.exposure.lines import Heading, Paragraph, Piece, broken, equally_wide

CHINESE = "此记录中也看到了隧道。如果这不是隧道自己的连接。"


def drawn(part, width, *, right_to_left=False):
    """The lines of a part as text."""
    lines = part.lines(width, right_to_left=right_to_left)
    return ["".join(piece.text for piece in line) for line in lines]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 9, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("one two three", 9, ["one two", "three"]),
        ("19\u202f757 things", 9, ["19\u202f757", "things"]),
        ("a 0\xa0→\xa010", 7, ["a", "0\xa0→\xa010"]),
        ("x abcdefgh y", 4, ["x", "abcd", "efgh", "y"]),
        ("abcdef gh", 5, ["abcde", "f gh"]),
        ("此记录中", 5, ["此记", "录中"]),
    ],
)
def test_lines_are_broken_between_words_and_within_only_where_a_word_is_too_long(
    text, width, lines
):
    assert broken(text, width) == lines


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("这是隧道。其余", 8, ["这是隧", "道。其余"]),
        ("打开“设置”后", 5, ["打开", "“设", "置”后"]),
        ("口令（很长）", 6, ["口令", "（很", "长）"]),  # noqa: RUF001
        ("口令 16 个字符", 8, ["口令", "16 个字", "符"]),
        ("看第 3 个包", 8, ["看", "第 3 个", "包"]),
        ("16（个）", 6, ["16", "（个）"]),  # noqa: RUF001
        ("用 SSH 连接", 7, ["用 SSH", "连接"]),
        ("用SSH连接", 4, ["用", "SSH", "连接"]),
        ("▲\xa0任何人", 6, ["▲\xa0任何", "人"]),
    ],
)
def test_chinese_is_broken_between_characters_but_marks_and_numbers_stay_with_theirs(
    text, width, lines
):
    assert broken(text, width) == lines


@pytest.mark.parametrize("width", [2, 7, 30, 80])
@pytest.mark.parametrize(
    "text", ["”“x“", CHINESE, "some words " + "abcde" * 40, "Привет, мир " * 9]
)
def test_every_character_is_kept_and_no_line_is_too_wide(text, width):
    lines = broken(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(cell_len, lines)) <= width


def test_further_lines_stand_under_the_first_one():
    part = Paragraph(Piece("one two three"), (Piece(" •"),), indent=2)
    assert drawn(part, 12) == ["   • one two", "     three"]
    assert drawn(part, 12, right_to_left=True) == ["  one two  •", "    three"]


def test_what_leads_keeps_the_order_of_reading():
    part = Paragraph(Piece("three"), (Piece("1"), Piece("two")))
    assert drawn(part, 20) == ["1 two three"]
    assert drawn(part, 20, right_to_left=True) == ["         three two 1"]


def test_an_empty_line_holds_no_spaces():
    assert drawn(Paragraph(Piece("")), 9, right_to_left=True) == [""]


@pytest.mark.parametrize(
    ("width", "right_to_left", "lines"),
    [
        (9, False, ["When ────"]),
        (9, True, ["──── When"]),
        (6, False, ["When ─"]),
        (5, False, ["When"]),
        (3, False, ["Whe", "n"]),
    ],
)
def test_a_heading_is_ruled_to_the_other_side_where_there_is_room(width, right_to_left, lines):
    assert drawn(Heading(Piece("When")), width, right_to_left=right_to_left) == lines


def test_the_cells_of_a_column_are_equally_wide():
    assert equally_wide(["1", "23", "极严重"], right=True) == ["     1", "    23", "极严重"]
    assert equally_wide(["1", "23"], right=False) == ["1 ", "23"]
