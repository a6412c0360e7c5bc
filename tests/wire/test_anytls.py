"""AnyTLS on the wire: frames, authentication, settings, padding schemes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.anytls import (
    CHECK,
    DATA_LIMITS,
    DEFAULT_SCHEME,
    DEFAULT_SCHEME_TEXT,
    Command,
    PaddingScheme,
    Span,
    authentication,
    decode_settings,
    encode_settings,
    frame,
    password_key,
    waste,
)


def test_a_frame_is_command_stream_length_data():
    assert frame(Command.PSH, 0x01020304, b"moth") == bytes.fromhex("02 01020304 0004") + b"moth"
    assert frame(Command.SYN, 1) == bytes.fromhex("01 00000001 0000")


@pytest.mark.parametrize("size", [7, 8, 1000, 65_542])
def test_waste_takes_exactly_its_size(size):
    assert len(waste(size)) == size
    assert waste(size) == frame(Command.WASTE, 0, bytes(size - 7))


def test_authentication_is_the_password_s_hash_and_padding_behind_its_length():
    key = password_key("correct horse")
    assert key == hashlib.sha256(b"correct horse").digest()
    assert authentication(key, 30) == key + b"\x00\x1e" + bytes(30)
    assert len(authentication(password_key("p\u00e4\u00df"), 0)) == 34


def test_every_command_has_a_limit_for_its_data():
    assert set(DATA_LIMITS) == set(Command)


@given(
    st.dictionaries(
        st.text(st.characters(exclude_characters="=\n", exclude_categories=["Cs"])),
        st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])),
    )
)
def test_settings_survive_the_wire(settings):
    assert decode_settings(encode_settings(settings)) == settings


def test_settings_are_lines_and_what_is_no_pair_is_left_out():
    assert encode_settings({"v": "2", "client": "moth/1"}) == b"v=2\nclient=moth/1"
    assert decode_settings(b"v=2\nnonsense\n\na=b=c\n") == {"v": "2", "a": "b=c"}


def test_settings_that_are_not_text_are_refused():
    with pytest.raises(RemoteProtocolError, match="not text"):
        decode_settings(b"v=\xff")


def test_the_default_scheme_is_the_published_one():
    assert DEFAULT_SCHEME.md5 == "75cff2ad89aadf5e257059ee571ebe11"
    assert DEFAULT_SCHEME.text == DEFAULT_SCHEME_TEXT
    assert DEFAULT_SCHEME.stop == 8
    assert DEFAULT_SCHEME.lines[0] == (Span(30, 30),)
    assert DEFAULT_SCHEME.lines[2][:3] == (Span(400, 500), CHECK, Span(500, 1000))
    assert DEFAULT_SCHEME.lines[3] == (Span(9, 9), Span(500, 1000))
    assert set(DEFAULT_SCHEME.lines) == set(range(8))


def test_the_name_of_a_scheme_is_that_of_its_text_to_the_byte():
    assert PaddingScheme.parse(DEFAULT_SCHEME_TEXT + "\n").md5 != DEFAULT_SCHEME.md5


def test_spaces_and_empty_lines_do_not_matter():
    scheme = PaddingScheme.parse("\n stop = 3 \r\n\n1 = 5 - 6 , c , 7-8\n")
    assert scheme.stop == 3
    assert scheme.lines == {1: (Span(5, 6), CHECK, Span(7, 8))}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no line stop=N"),
        ("1=2-3", "no line stop=N"),
        ("stop=0", "line 1: a number from 1"),
        ("stop=10001", "line 1: a number from 1 to 10000"),
        ("stop=-1", "line 1"),
        ("stop=\u0661", "line 1"),
        ("stop=" + "9" * 5000, "line 1"),
        ("stop", "line 1"),
        ("stop=2\nx=1-2", "line 2: a number from 0"),
        ("stop=2\n=1-2", "line 2"),
        ("stop=2\n1=", "line 2: an item is LOW-HIGH or c"),
        ("stop=2\n1=5", "line 2: an item is LOW-HIGH or c"),
        ("stop=2\n1=5-", "line 2: a number"),
        ("stop=2\n1=6-5", "line 2: LOW is greater than HIGH"),
        ("stop=2\n1=0-65536", "line 2: a number from 0 to 65535"),
        ("stop=2\n1=1-2,,1-2", "line 2"),
        ("stop=2\n1=" + ",".join(["c"] * 65), "line 2: more than 64 items"),
        ("stop=2\n0=c", "line 0 is one size"),
        ("stop=2\n0=1-2,3-4", "line 0 is one size"),
        ("stop=2\n0=0-16001", "line 0 is one size of at most 16000"),
    ],
)
def test_a_broken_scheme_is_refused_with_its_line(text, reason):
    with pytest.raises(RemoteProtocolError, match=reason):
        PaddingScheme.parse(text)


spans = st.tuples(st.integers(0, 65_535), st.integers(0, 65_535)).map(sorted)


@given(
    st.integers(1, 10_000),
    st.dictionaries(
        st.integers(1, 10_000), st.lists(spans | st.just("c"), min_size=1, max_size=64), max_size=9
    ),
)
def test_any_well_formed_scheme_is_read(stop, lines):
    text = [f"stop={stop}"]
    for number, items in lines.items():
        text.append(f"{number}=" + ",".join("c" if i == "c" else f"{i[0]}-{i[1]}" for i in items))
    scheme = PaddingScheme.parse("\n".join(text))
    assert scheme.stop == stop
    assert scheme.lines == {
        number: tuple(CHECK if i == "c" else Span(*i) for i in items)
        for number, items in lines.items()
    }
