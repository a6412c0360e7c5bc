"""Bodies over HTTP/1 of which only a part came: what could be read of them is told."""

from __future__ import annotations

import pytest
from hypothesis import given

from peppermoth.monitor.observe.web_facts import FORM_BYTES
from tests.monitor.observe.feeding import CLIENT, CUTS, c, everything, facts, listen, s
from tests.monitor.observe.test_web import http1

FORMS = {
    "urlencoded": ("application/x-www-form-urlencoded", b"tel=0491570156&passwd=canary-pass", b"&"),
    "JSON": ("application/json", b'{"tel": "0491570156", "passwd": "canary-pass', b'", "x": 1}'),
    "XML": ("text/xml", b"<a><tel>0491570156</tel><passwd>canary-pass", b"</passwd></a>"),
    "multipart": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="tel"\r\n\r\n0491570156\r\n'
        b'--x\r\nContent-Disposition: form-data; name="passwd"\r\n\r\ncanary-pass',
        b"\r\n--x--",
    ),
}
UNTIL_CUT = [
    ("content.form", "tel, passwd"),
    ("identity.phone", "…56"),
    ("secret.password", "password, 11 characters"),
]


def form_head(type_: str, length: str = "Content-Length: 90000") -> tuple[str, ...]:
    """The head of a request whose body is longer than what comes of it."""
    return ("POST /a HTTP/1.1", "Host: moth.example", f"Content-Type: {type_}", length, "")


@pytest.mark.parametrize(("type_", "seen", "lost"), FORMS.values(), ids=FORMS)
@given(cuts=CUTS)
def test_a_form_whose_end_never_comes_tells_what_came_of_it(type_, seen, lost, cuts):
    told = listen(http1(), [c(*form_head(type_), seen)], cuts)
    assert facts(told)[2:] == UNTIL_CUT
    assert "canary" not in everything(told)


@pytest.mark.parametrize(("type_", "seen", "lost"), FORMS.values(), ids=FORMS)
def test_a_form_with_bytes_missing_tells_what_stood_before_them(type_, seen, lost):
    observer = http1()
    told = listen(observer, [c(*form_head(type_), seen)], end=False)
    observer.gap(CLIENT)
    told += listen(observer, [c(lost), c("GET /b HTTP/1.1", "")])
    assert facts(told)[2:] == [*UNTIL_CUT, ("content.http_request", "GET /b")]


def test_so_it_is_in_chunks_and_in_the_last_of_them():
    type_, seen, _ = FORMS["urlencoded"]
    chunks = (f"{9:x}", seen[:9], "", f"{500:x}", seen[9:])
    told = listen(http1(), [c(*form_head(type_, "Transfer-Encoding: chunked"), *chunks)])
    assert facts(told)[2:] == UNTIL_CUT


def test_of_a_number_address_or_place_that_is_cut_nothing_is_told():
    type_, _, _ = FORMS["urlencoded"]
    for seen in (b"a=1&tel=04915", b"a=1&mail=anna@moth.ex", b"lat=52.5&lon=1"):
        kinds = dict(facts(listen(http1(), [c(*form_head(type_), seen)])))
        assert list(kinds) == ["name.http", "content.http_request", "content.form"]


def test_a_long_form_is_looked_at_up_to_its_bound():
    body = b"tel=0491570156&passwd=canary-pass&note=" + b"x" * 2 * FORM_BYTES + b"&pin=canary"
    observer = http1()
    head = form_head(FORMS["urlencoded"][0], f"Content-Length: {len(body)}")
    told = listen(observer, [c(*head, body), c("GET /b HTTP/1.1", "")])
    assert [fact for fact in facts(told) if fact in UNTIL_CUT] == UNTIL_CUT[1:]
    assert ("content.form", "tel, passwd, note") in facts(told)
    assert ("content.http_request", "GET /b") in facts(told)


def test_an_answer_that_is_cut_tells_a_place_only_where_it_is_whole():
    head = ("HTTP/1.1 200 OK", "Content-Type: application/json", "Content-Length: 900", "")
    for seen, place in (
        ('{"lat": 52.5, "lon": 13.4, "x', "52.5, 13.4"),
        ('{"lat": 52.5, "lon": 1', None),
    ):
        told = listen(http1(), [c("GET / HTTP/1.1", ""), s(*head, seen.encode())])
        assert dict(facts(told)).get("content.location") == place
