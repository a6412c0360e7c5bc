"""Named values of queries, forms and JSON."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.wire.forms import (
    MAX_PAIRS,
    json_pairs,
    multipart_pairs,
    plain_name,
    query_pairs,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(texts, texts), max_size=9))
def test_what_the_standard_library_encodes_is_read(pairs):
    assert query_pairs(urlencode(pairs)) == pairs


@pytest.mark.parametrize(
    "text", ["plain text", "Y2FuYXJ5", "Y2FuYXJ5=", "Y2FuYXI==", "Y2Fu=\nYXI=", "=value", "a b=c"]
)
def test_what_has_no_name_and_value_is_a_value(text):
    assert query_pairs(text) == [("", text)]


def test_pairs_are_bounded():
    assert len(query_pairs("a=b&" * 500)) == MAX_PAIRS
    assert len(json_pairs('{"a": 1}' * 500)) == MAX_PAIRS


def test_a_multipart_form_gives_names_and_first_lines():
    body = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\none\r\nmore\r\n'
        b'--x\r\ncontent-disposition: form-data; name="f"; filename="b.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\ntwo\r\n--x--\r\n"
    )
    assert multipart_pairs(body) == [("a", "one"), ("f", "two")]


@given(st.lists(st.tuples(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), texts), max_size=5))
def test_members_of_json_are_read_at_any_depth(pairs):
    nested: object = None
    for name, value in reversed(pairs):
        nested = [{name: value}, nested]
    assert [name for name, _ in json_pairs(json.dumps(nested))] == [name for name, _ in pairs]


def test_a_semicolon_parts_only_before_a_name():
    assert query_pairs("a=1;b=2&at=52.5;13.4;c=3") == [
        ("a", "1"), ("b", "2"), ("at", "52.5;13.4"), ("c", "3"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["password", "Pass_Word", "user[password]", "pass-word"])
def test_names_are_compared_without_what_stands_around(name):
    assert plain_name(name) == "password"
