"""Options become plans, in the units of the world."""

from __future__ import annotations

import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.censor import CENSORS
from peppermoth.lab.desk import Line, plan
from peppermoth.lab.forwarder import Shape

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
