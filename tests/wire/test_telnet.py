"""Telnet's commands among the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.wire.telnet import TelnetReader

WIRE = b"\xff\xfd\x18a\xff\xfa\x18\x01\xff\xff\xff\xf0b\xff\xffc\xff\xf1d"


def test_text_is_what_no_command_is():
    reader = TelnetReader()
    assert reader.feed(WIRE) == b"ab\xffcd"
    assert reader.negotiated


@given(st.lists(st.integers(1, 6), min_size=1))
def test_any_cut_gives_the_same_text(cuts):
    reader, text, rest = TelnetReader(), b"", WIRE
    for cut in [*cuts, len(WIRE)]:
        text, rest = text + reader.feed(rest[:cut]), rest[cut:]
    assert text == b"ab\xffcd"


def test_text_alone_negotiates_nothing():
    reader = TelnetReader()
    assert reader.feed(b"login: \xff\xff") == b"login: \xff"
    assert not reader.negotiated
