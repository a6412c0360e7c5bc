"""Named values of queries, forms and JSON."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.wire.forms import (
    MAX_PAIRS,
    Form,
    form_of,
    is_graphql,
    json_pairs,
    looks_like,
    multipart_pairs,
    plain_name,
    query_pairs,
    whole_pairs,
    xml_pairs,
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


def test_names_of_parts_may_be_without_quotes():
    body = b"--x\r\nContent-Disposition: form-data; name=pass-word\r\n\r\none\r\n--x--\r\n"
    assert multipart_pairs(body) == [("pass-word", "one")]


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


@pytest.mark.parametrize(
    ("type_", "form"),
    [
        ("application/x-www-form-urlencoded; charset=utf-8", Form.URLENCODED),
        ("Multipart/Form-Data; boundary=x", Form.MULTIPART),
        ("application/vnd.moth+json", Form.JSON),
        ("text/json", Form.JSON),
        ("application/soap+xml", Form.XML),
        ("text/xml; charset=utf-8", Form.XML),
        ("text/plain", None),
        ("application/jsonish", None),
        ("image/png", None),
        ("", None),
    ],
)
def test_types_say_which_form_a_body_has(type_, form):
    assert form_of(type_) is form


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"user=anna&password=x", Form.URLENCODED),
        (b"pin=1234\r\n", Form.URLENCODED),
        (b'\r\n {"user": "anna"}', Form.JSON),
        (b'[ {"user": "anna"}]', Form.JSON),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\none', Form.MULTIPART),
        (b"the moth sings at noon", None),
        (b"Y2FuYXJ5c2luZ3M=", None),
        (b"Y2FuYXJ5==", None),
        (b"x = 1", None),
        (b"a=1\nb=2", None),
        (b'["a", "b"]', None),
        (b"{not json}", None),
        (b"\x1f\x8b\x08\0", None),
        (b"", None),
    ],
)
def test_a_body_without_a_type_may_look_like_a_form(body, form):
    assert looks_like(body) is form


def test_of_json_that_is_cut_the_beginning_of_the_last_value_is_given():
    assert json_pairs('{"user": "anna", "password": "se') == [("user", "anna"), ("password", "se")]
    assert json_pairs('{"a": "%s", "b": 1}' % ("x" * 5000)) == [("a", "x" * 4096), ("b", "1")]
    assert json_pairs('{"a": "b\\') == [("a", "b")]


def test_members_are_as_they_are_meant():
    text = json.dumps({"pass\u0007word": 'a"b\\c', "x": "\u00e9"})
    assert json_pairs(text.replace("\\u0007", "\\u0077")) == [("passwword", 'a"b\\c'), ("x", "é")]


@pytest.mark.parametrize(
    ("form", "body", "last"),
    [
        (Form.URLENCODED, b"a=1&b=12", "a"),
        (Form.URLENCODED, b"a=1&b=1%4", "a"),
        (Form.JSON, b'{"a": 1, "b": 12', "a"),
        (Form.JSON, b'{"a": "x", "b": "y', "a"),
        (Form.JSON, b'{"a": "x", "b": "y"', "b"),
        (Form.JSON, b'{"a": "x", "b": 1, "c', "b"),
        (Form.XML, b"<a>x</a><b>y", "a"),
        (Form.XML, b"<a>x</a><b>y</", "b"),
        (Form.MULTIPART, b'content-disposition: x; name="a"\r\n\r\none', None),
        (Form.MULTIPART, b'content-disposition: x; name="a"\r\n\r\none\r\n--', "a"),
    ],
)
def test_a_last_value_that_ends_where_the_bytes_do_may_be_cut(form, body, last):
    assert next((name for name, _ in reversed(whole_pairs(form, body))), None) == last


LOGIN = 'mutation { login(user: "anna", password:"secret") { token } }'


def test_a_question_in_graphql_gives_its_arguments():
    text = json.dumps({"query": LOGIN, "variables": {"pin": "12"}})
    assert json_pairs(text) == [
        ("query", ""), ("user", "anna"), ("password", "secret"), ("pin", "12"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (LOGIN, True),
        ("{ me { name } }", True),
        ("\n  query Find($q: String) {\n hits }", True),
        ("moths", False),
        ("query about {moths", True),
        ('{"a": 1}', False),
        ("mutations in moths", False),
    ],
)
def test_graphql_is_told_from_words(text, is_one):
    assert is_graphql(text) is is_one


SOAP = """<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Header>
<wsse:Username>anna</wsse:Username><wsse:Password Type="t">secret</wsse:Password></s:Header>"""
MEMBER = "<struct><member><name>password</name>\n<value><string>secret</string></value></member>"
LIST = "<dict><key>password</key> <string>secret</string></dict>"
BLOG = "<methodCall><methodName>{}</methodName><params>{}</params></methodCall>"


def blog(method, *values):
    """A call of a blog's interface."""
    return BLOG.format(
        method, "".join(f"<param><value>{value}</value></param>" for value in values)
    )


@pytest.mark.parametrize(
    ("text", "password"),
    [
        (SOAP, "secret"),
        (SOAP[: SOAP.index("ret</")], "sec"),
        (MEMBER, "secret"),
        (LIST, "secret"),
        (blog("wp.getUsersBlogs", "anna", "secret"), "secret"),
        (blog("wp.getPosts", "<int>1</int>", "anna", "<string>secret</string>"), "secret"),
        (blog("metaWeblog.newPost", "1", "anna", "secret", "x"), "secret"),
        (blog("other.method", "1", "anna", "secret"), None),
        ("<a>\n<b/>\n</a>", None),
    ],
)
def test_xml_gives_its_texts_by_name(text, password):
    named = {name.lower(): value for name, value in xml_pairs(text)}
    assert named.get("password") == password


@given(st.text('<>/name:valuekey=" \n{}', max_size=300))
def test_anything_is_endured(text):
    for read in (query_pairs, json_pairs, xml_pairs):
        assert len(read(text)) <= MAX_PAIRS + 2
    looks_like(text.encode())
    is_graphql(text)
