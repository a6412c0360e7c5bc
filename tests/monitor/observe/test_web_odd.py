"""Requests that are not as they should be: bodies and cookies without names, odd lines.

A person's text may then stand where a name should, and must not be told for one.
"""

from __future__ import annotations

import json

import pytest

from peppermoth.monitor.observe.web import Http1
from peppermoth.monitor.observe.web2 import Http2
from tests.monitor.observe.feeding import Said, a_flow, c, everything, facts, listen, s
from tests.monitor.observe.test_web2 import REQUEST, visit

URLENCODED = "application/x-www-form-urlencoded"
PART = 'content-disposition: form-data; name="the canary sings at noon"\r\n\r\ncanary\r\n'
GRAPH = '{ person(name: "canary") { mail } }'
BODIES = {
    "text for a form": (URLENCODED, "the canary sings at noon"),
    "a word for a form": (URLENCODED, "canary"),
    "base64 for a form": (URLENCODED, "Y2FuYXJ5c2luZ3M="),
    "base64 in lines for a form": (URLENCODED, "Y2FuYXJ5c2luZ3M=\r\nY2FuYXJ5"),
    "text with an equals sign": (URLENCODED, "the canary=sings; canary"),
    "JSON for a form": (URLENCODED, json.dumps({"note": "canary", "x": "a=canary"})),
    "text for JSON": ("application/json", "the canary sings"),
    "text for a member's name": ("application/json", json.dumps({"the canary sings": 1})),
    "JSON in JSON": ("application/json", json.dumps({"data": json.dumps({"canary": "canary"})})),
    "text for a part's name": ("multipart/form-data; boundary=x", PART),
    "GraphQL": ("application/graphql", GRAPH),
    "GraphQL in JSON": (
        "application/graphql+json",
        json.dumps({"query": GRAPH, "variables": {"note": "canary"}}),
    ),
    "text of a type that only sounds like a form": ("application/x-platform", "canary"),
    "text": ("text/plain", "the canary sings at noon"),
    "a word": ("text/plain", "canary"),
    "base64": ("text/plain", "Y2FuYXJ5c2luZ3M="),
    "one value without a name that says something": ("text/plain", "mood=canary"),
    "XML without a name that says something": ("text/xml", "<note>canary</note>"),
}
ODD_HEADS = {
    "a query without names": ("GET /a?canary HTTP/1.1",),
    "a query of base64": ("GET /a?Y2FuYXJ5c2luZ3M= HTTP/1.1",),
    "a method of text": ("canary-sings /a HTTP/1.1",),
    "a cookie without a name": ("GET / HTTP/1.1", "Cookie: canary"),
    "a cookie with text for a name": ("GET / HTTP/1.1", "Cookie: a canary sings=1"),
    "a line without a colon": ("GET / HTTP/1.1", "canary"),
    "a folded host": ("GET / HTTP/1.1", "Host: moth.example", " canary"),
    "text for a field's name": ("GET / HTTP/1.1", "the canary [token]: 0123456789"),
    "a field that is continued": ("GET / HTTP/1.1", "X: y", "\tcanary: z"),
}
ODD_ANSWERS = {
    "a cookie without a name": "Set-Cookie: canary; Path=/",
    "text for a type": "Content-Type: the canary sings",
    "a line without a colon": "canary",
}


def with_body(type_: str, body: str) -> list[Said]:
    """A request with this body."""
    head = (f"Content-Type: {type_}", f"Content-Length: {len(body)}", "")
    return [c("POST /a HTTP/1.1", "Host: moth.example", *head, body.encode())]


REQUESTS = [
    *(with_body(*body) for body in BODIES.values()),
    *([c(*lines, "")] for lines in ODD_HEADS.values()),
    *(
        [c("GET / HTTP/1.1", ""), s("HTTP/1.1 200 OK", line, "Content-Length: 0", "")]
        for line in ODD_ANSWERS.values()
    ),
]
REQUESTS_2 = [
    visit([*REQUEST[:-1], ("content-type", type_)], form=body.encode())
    for type_, body in BODIES.values()
]


@pytest.mark.parametrize("said", REQUESTS, ids=[*BODIES, *ODD_HEADS, *ODD_ANSWERS])
def test_a_request_is_told_without_what_only_stands_in_a_name_s_place(said):
    told = listen(Http1(a_flow(80)), said)
    assert "content.http_request" in dict(facts(told))
    assert "canary" not in everything(told)
    assert "Y2FuYXJ5" not in everything(told)


@pytest.mark.parametrize("said", REQUESTS_2, ids=BODIES)
def test_so_it_is_with_http_2(said):
    told = listen(Http2(a_flow(80)), said)
    assert ("content.http_request", "POST /a?token=…") in facts(told)
    assert "canary" not in everything(told)
    assert "Y2FuYXJ5" not in everything(told)


def test_a_form_without_names_is_still_a_form():
    told = facts(listen(Http1(a_flow(80)), with_body(URLENCODED, "canary")))
    assert ("content.form", "…") in told


@pytest.mark.parametrize("name", [name for name, (type_, _) in BODIES.items() if "text/" in type_])
def test_text_and_a_program_s_own_talk_are_no_form(name):
    assert "content.form" not in dict(facts(listen(Http1(a_flow(80)), with_body(*BODIES[name]))))


def test_graphql_is_no_search():
    target = "GET /graphql?query={me(name:%22canary%22)} HTTP/1.1"
    for said in ([c(target, "")], with_body(*BODIES["GraphQL in JSON"])):
        assert "content.search" not in dict(facts(listen(Http1(a_flow(80)), said)))
