"""Log lines and the status line: their words, their width, and what never stands in them."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from peppermoth.errors import Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel import journal
from peppermoth.tunnel.client import Client
from peppermoth.tunnel.links import Link

LINK = Link(Secret("password"), Address("192.0.2.7", 443), name="mum")


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """The package's logger, as it was before afterwards."""
    logger = logging.getLogger("peppermoth")
    before = logger.handlers, logger.propagate, logger.level
    yield logger
    logger.handlers, logger.propagate = before[:2]
    logger.setLevel(before[2])


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (123_456, "123 kB"),
        (1_250_000, "1.2 MB"),
        (5e15, "5000 TB"),
    ],
)
def test_sizes_are_said_as_people_say_them(count, text):
    assert journal.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.9, "0 s"), (59, "59 s"), (60, "1 min"), (11_100, "3 h 05 min")]
)
def test_spans_are_said_as_people_say_them(seconds, text):
    assert journal.duration(seconds) == text


def test_json_lines_are_one_object_each_whatever_the_message(log, capsys):
    journal.set_up_logging("json")
    log.warning("two\nlines and %s", "ünïcode")
    log.info("another")
    first, second = capsys.readouterr().err.splitlines()
    assert json.loads(first)["message"] == "two\nlines and ünïcode"
    assert json.loads(second).keys() == {"time", "level", "message"}


def test_text_lines_begin_with_the_time_of_day(log, capsys):
    journal.set_up_logging("text")
    log.info("hello")
    assert re.fullmatch(r"\d\d:\d\d:\d\d hello\n", capsys.readouterr().err)


def test_a_quiet_log_holds_only_what_is_wrong(log, capsys):
    journal.set_up_logging("text", quiet=True)
    log.info("all is well")
    log.warning("something is not")
    assert capsys.readouterr().err.count("\n") == 1


@given(st.lists(st.text(min_size=1), min_size=1, max_size=5), st.integers(1, 120))
def test_the_status_line_never_wraps(parts, width):
    rows = journal.fit(parts, width).split("\n")
    assert all(cell_len(row) <= width for row in rows)


def test_a_narrow_terminal_shows_every_part_in_more_rows():
    parts = ["● Bridge 1 for 3 s", "2 streams", "in all 12 MB"]
    assert journal.fit(parts, 80) == "● Bridge 1 for 3 s · 2 streams · in all 12 MB"
    assert journal.fit(parts, 40) == "● Bridge 1 for 3 s · 2 streams\nin all 12 MB"
    assert journal.fit(parts, 10) == "● Bridge …\n2 streams\nin all 12…"


def test_the_status_tells_the_bridge_by_place_and_name_not_by_address(run):
    async def described() -> list[str]:
        client = Client([LINK], "none")
        line = client.lines.current
        told = [journal.describe(client, 0.0, 0, 0)[0]]
        line.failure = Failure.BRIDGE_REJECTED
        told.append(journal.describe(client, 0.0, 0, 0)[0])
        line.up_since = -60.0
        return [*told, *journal.describe(client, 0.0, 1500, 2500)]

    connecting, failed, up, *rest = run(described())
    assert connecting == "○ Bridge 1 (mum): connecting"
    assert failed == f"○ Bridge 1 (mum): {Failure.BRIDGE_REJECTED.sentence}"
    assert up == "● Bridge 1 (mum) for 1 min"
    assert rest == ["0 streams", "↓ 2.5 kB/s ↑ 1.5 kB/s", "in all ↓ 0 B ↑ 0 B"]
    assert not any("192.0.2.7" in part for part in (connecting, failed, up, *rest))
