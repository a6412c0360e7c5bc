"""The board shows what is in a sighting, whole, in 80 columns and without colour."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from peppermoth.lab.demo.board import bars, comparison, knocking, remaining, search
from peppermoth.lab.demo.reading import Reading, Sighting
from peppermoth.monitor.observe.hellos import PROGRAMS
from peppermoth.redact import Address

KNOWN = next(iter(PROGRAMS))
HTTP = Reading(
    server=Address("192.0.2.1", 80),
    sent=1500,
    received=60_000,
    began=1000.0,
    lasted=2.5,
    sizes=(400, -1400, -16_000),
    names=("wool.example",),
    requests=("GET /a", "GET /b"),
    text=("Wool", "Sheep say baa, and this is a sentence which is longer than the column"),
)
TLS = Reading(
    server=Address("192.0.2.9", 443),
    sent=2000,
    received=61_000,
    began=1010.0,
    lasted=0.5,
    sizes=(1700, -90),
    names=("cover.example",),
    version="TLS 1.3",
    ja4=KNOWN,
)


def drawn(content, width=80):
    out = io.StringIO()
    Console(file=out, width=width, highlight=False, markup=False).print(content)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 100])
def test_everything_stands_on_its_side(width):
    text = drawn(comparison(Sighting((HTTP, HTTP)), Sighting((TLS,)), width), width)
    middle = text.splitlines()[1].index("through")
    left = "\n".join(line[:middle] for line in text.splitlines())
    right = "\n".join(line[middle:] for line in text.splitlines())
    for words in (
        "192.0.2.1:80 (2 connections)", "wool.example", "HTTP in clear", "GET /a", "GET /b",
        "Wool", "↑ 3.0 kB  ↓ 120 kB",
    ):  # fmt: skip
        assert words in left
        assert words not in right
    for words in (
        "192.0.2.9:443 (1 connection)", "cover.example", "TLS 1.3", "nothing readable",
        "as Chrome does", *KNOWN.rsplit("_", 1), "↑ 2.0 kB  ↓ 61.0 kB",
    ):  # fmt: skip
        assert words in right
    assert all(len(line) <= width for line in text.splitlines())


def test_a_program_that_is_not_known_is_said_to_be_so():
    other = Sighting((Reading(**{**TLS.__dict__, "ja4": "t13d000000_0_0"}),))
    assert "not a program we know" in drawn(comparison(other, other, 80))


def test_bars_grow_with_size_and_leave_the_other_way_blank():
    heights = bars([1, 20, 300, 4000, 16_384, 100_000], 1)
    assert list(heights) == sorted(heights)
    assert heights[-1] == heights[-2] == "█"
    assert bars([5, -5, 0], -1).strip() == bars([5], 1)
    assert len(bars([5, -5, 0], -1)) == 3


def test_what_is_found_again_is_named():
    assert "none of them" in search(["a", "b"], [], 1000).plain
    assert "wool.example." in search(["a", "b"], ["wool.example"], 1000).plain


def test_what_stays_visible_is_said_with_its_numbers():
    text = " ".join(drawn(remaining(Sighting((TLS,))), 200).split())
    for words in ("192.0.2.9:443", "for 0.50 s", "↑ 2.0 kB ↓ 61.0 kB", "cover.example"):
        assert words in text


def test_each_knock_stands_with_its_answer():
    assert "a visit  200 OK" in drawn(knocking([("a visit", "200 OK")]))


def test_what_a_stranger_said_cannot_steer_the_terminal():
    hostile = "\x1b[2J\x07\u202ename[bold]"
    text = drawn(knocking([("x", hostile)]))
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "[bold]" in text
    seen = Sighting((Reading(**{**HTTP.__dict__, "names": (hostile,), "text": (hostile,)}),))
    for text in (drawn(comparison(seen, seen, 80)), drawn(remaining(seen))):
        assert "\x1b" not in text
