"""The page as text: self-contained, escaped, small, marked."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from peppermoth.exposure.captured import technical
from peppermoth.exposure.findings import find
from peppermoth.exposure.keeping import MARKS
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.page import isolate, render_page
from peppermoth.exposure.report import Report
from peppermoth.exposure.view import make_view
from peppermoth.monitor.kinds import KINDS
from tests.exposure.samples import HOSTILE, RECORDING, phone_report, seen


def page(report=None, tag="en", key=None):
    return render_page(make_view(report or phone_report(), LANGUAGES[tag], helpline_key=key))


class _Reader(HTMLParser):
    """Collects tags, attributes and headings, and checks that elements close in order."""

    VOID = frozenset({"meta", "rect"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.levels, self.open = set(), [], [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += attrs
        if re.fullmatch(r"h\d", tag):
            self.levels.append(int(tag[1]))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag


def test_nothing_comes_from_outside_and_nothing_runs():
    reader = _Reader(page())
    assert not reader.tags & {"script", "link", "img", "iframe", "object", "form", "base"}
    names = {name for name, _ in reader.attributes}
    assert not {name for name in names if name.startswith("on")} | names & {"src", "style"}
    assert {value for name, value in reader.attributes if name == "href"} == {"#findings"}
    assert "://" not in page()
    assert "url(" not in page()
    assert "@import" not in page()


def test_the_policy_permits_the_one_style_sheet_and_nothing_else():
    text = page()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)[1]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.replace("&#39;", "'").split("; ")[:2] == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
    ]
    assert "unsafe" not in policy


def test_hostile_strings_stay_text_inside_their_isolation():
    every = [seen(kind, HOSTILE, host=HOSTILE, program=HOSTILE) for kind in KINDS]
    text = page(Report(RECORDING, find(every), len(every)))
    _Reader(text)
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert not {"\x1b", "\u202e", "\u2066", "\u2069"} & set(text)
    for found in re.finditer("&lt;script", text):
        assert text.rfind('<bdi dir="ltr">', 0, found.start()) > text.rfind(
            "</bdi>", 0, found.start()
        )


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_language_makes_a_sound_page_in_its_direction(tag):
    text = page(tag=tag)
    levels = _Reader(text).levels
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    direction = "rtl" if tag in ("ar", "fa") else "ltr"
    assert f'<html lang="{tag}" dir="{direction}">' in text


def test_a_page_of_everything_stays_below_a_megabyte():
    every = [
        seen(
            kind,
            f"{number} {HOSTILE}" + "x" * 200,
            packet=number,
            server=f"198.51.100.{number % 40}",
            protocol=f"protocol-{number % 40}",
            host=f"{number}.example" + "y" * 200,
        )
        for kind in KINDS
        for number in range(300)
    ]
    text = page(Report(RECORDING, find(every), len(every)), tag="ru")
    assert len(text.encode()) < 1 << 20


def test_a_page_can_be_known_as_ours():
    assert MARKS[0] in page().encode()[:2048]
    assert MARKS[0] in page(key=b"k" * 32).encode()[:2048]


def test_a_helpline_copy_has_no_persons_to_open():
    assert 'class="alias"' in page()
    assert 'class="alias"' not in page(key=b"k" * 32)


def test_isolation_marks_become_elements_and_the_rest_is_escaped():
    assert isolate(f"a < {technical('b & c')}") == 'a &lt; <bdi dir="ltr">b &amp; c</bdi>'
