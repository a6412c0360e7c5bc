"""Options become plans, in the units of the world."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from peppermoth.errors import ConfigError
from peppermoth.lab.peers import table
from peppermoth.lab.recording.desk import Line, at_hand, plan
from peppermoth.lab.world.censor import CENSORS
from peppermoth.lab.world.forwarder import Shape

PLAIN = Line(0, 0, 0, 0, 0)


def test_a_plain_line_shapes_nothing() -> None:
    assert PLAIN.cables() == {}


def test_units_are_those_of_people() -> None:
    cables = Line(20, 40, 5, 30, 1).cables()
    assert cables["client"] == Shape(delay=0.02, jitter=0.005, rate=30e6, loss=0.01)
    assert cables["bridge"] == Shape(delay=0.04)


def test_a_censor_is_known_by_its_name() -> None:
    assert plan("trojan", "page", 1, 1, 2, PLAIN, "wu2023").rules == CENSORS["wu2023"]
    with pytest.raises(ConfigError, match="wu2023"):
        plan("trojan", "page", 1, 1, 2, PLAIN, "nobody")


@pytest.mark.parametrize("wrong", [("nobody", "page"), ("trojan", "nothing")])
def test_what_does_not_exist_is_refused_before_anything_is_done(wrong: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match="There is no"):
        plan(*wrong, 1, 1, 2, PLAIN, None)


def test_peers_that_are_not_installed_are_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(table, "find_program", lambda name: None if name == "trojan" else name)
    said = io.StringIO()
    assert at_hand(["direct", "trojan", "ssh"], Console(file=said)) == ["direct", "ssh"]
    assert said.getvalue() == "Left out trojan: trojan is not installed (make peers).\n"
    with pytest.raises(ConfigError, match="None of these"):
        at_hand(["trojan"], Console(file=said))
