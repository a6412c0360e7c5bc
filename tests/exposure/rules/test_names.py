"""Names: how they were seen decides what helps."""

from __future__ import annotations

import pytest

from peppermoth.exposure.rules import rule_for
from tests.exposure.samples import seen


@pytest.mark.parametrize(
    ("kind", "first_step"),
    [("name.dns", "private-lookups"), ("name.sni", "tunnel"), ("name.quic", "tunnel")],
)
def test_the_first_step_is_one_that_hides_this_name(kind, first_step):
    assert rule_for(seen(kind, "a.example")).now[0] == first_step


def test_encrypted_lookups_are_said_not_to_hide_the_name_elsewhere():
    assert "names-elsewhere" in rule_for(seen("name.dns", "a.example")).stays
