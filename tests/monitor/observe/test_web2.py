"""HTTP/2 in clear, said by h2: the same facts as of HTTP/1."""

from __future__ import annotations

import dns.message
import h2.config
import h2.connection
import pytest
from hypothesis import given

from peppermoth.monitor.observe.web import Http1
from peppermoth.monitor.observe.web2 import OPEN_FORMS, Http2
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    SERVER,
    Said,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)

FORM = b"passwd=canary-password&q=canary"
REQUEST = [
    (":method", "POST"),
    (":authority", "moth.example"),
    (":scheme", "http"),
    (":path", "/a?token=canary-token"),
    ("user-agent", "curl/8.5.0"),
    ("cookie", "sid=canary-cookie"),
    ("content-type", "application/x-www-form-urlencoded"),
]
ANSWER = [(":status", "200"), ("content-type", "text/html"), ("set-cookie", "lid=canary")]


def end(*, client: bool) -> h2.connection.H2Connection:
    return h2.connection.H2Connection(h2.config.H2Configuration(client_side=client))


def visit(
    fields=REQUEST, padding: int | None = None, form: bytes = FORM, frame: int = 10_000
) -> list[Said]:
    """One request with a form in frames of a size, and its answer, by way of h2 on both sides."""
    client, server = end(client=True), end(client=False)
    client.initiate_connection()
    client.send_headers(1, fields)
    for at in range(0, len(form), frame):
        client.send_data(1, form[at : at + frame], pad_length=padding)
    client.end_stream(1)
    asked = client.data_to_send()
    server.initiate_connection()
    server.receive_data(asked)
    server.send_headers(1, ANSWER)
    server.send_data(1, b"canary page", end_stream=True)
    return [(CLIENT, asked), (SERVER, server.data_to_send())]


TOLD = [
    ("name.http", "moth.example"),
    ("content.http_request", "POST /a?token=…"),
    ("secret.token", "token, 12 characters"),
    ("device.software", "curl 8.5.0"),
    ("secret.cookie", "sid"),
    ("content.form", "passwd, q"),
    ("secret.password", "password, 15 characters"),
    ("content.search", "search, 6 characters"),
    ("content.http_page", "text/html"),
    ("secret.cookie", "lid"),
]


def http2() -> Http2:
    return Http2(a_flow(80))


def test_a_visit_tells_the_same_facts_as_with_http_1():
    told = listen(http2(), visit())
    assert facts(told) == TOLD
    assert "canary" not in everything(told)
    assert {one.field for one in told if one.kind == "name.http"} == {"http2.headers.authority"}


def test_what_visitors_of_the_device_say_is_not_told():
    assert listen(Http2(a_flow(80, device_is_client=False)), VISIT) == []


def test_padding_is_no_part_of_a_form():
    assert facts(listen(http2(), visit(padding=20))) == TOLD


@pytest.mark.parametrize(("frame", "padding"), [(1, None), (7, None), (9, 3)])
def test_a_form_is_read_over_several_frames(frame, padding):
    assert facts(listen(http2(), visit(padding=padding, frame=frame))) == TOLD


def test_forms_of_several_streams_are_kept_apart():
    client = end(client=True)
    client.initiate_connection()
    for stream in (1, 3):
        client.send_headers(stream, REQUEST)
    for piece in (b"passwd=can", b"ary-passwor"):
        for stream in (1, 3):
            client.send_data(stream, piece)
    client.send_data(3, b"d&q=canary", end_stream=True)
    client.send_data(1, b"", end_stream=True)
    told = facts(listen(http2(), [(CLIENT, client.data_to_send())]))
    assert [fact for fact in told if "password" in fact[0] or "form" in fact[0]] == [
        ("content.form", "passwd, q"),
        ("secret.password", "password, 15 characters"),
        ("content.form", "passwd"),
        ("secret.password", "password, 14 characters"),
    ]


@pytest.mark.parametrize("lost", [1, 20, 30, 40])
def test_a_form_whose_end_is_missing_tells_what_came_of_it(lost):
    asked = visit(form=b"passwd=canary-password" + b"&" * 30)[0][1][: -lost - 9]
    with_a_gap = http2()
    told = listen(with_a_gap, [(CLIENT, asked)], end=False)
    with_a_gap.gap(CLIENT)
    told += with_a_gap.end()
    assert told == listen(http2(), [(CLIENT, asked)])
    length = min(15, 45 - lost)
    assert facts(told)[5:] == [
        ("content.form", "passwd"),
        ("secret.password", f"password, {length} characters"),
    ]


def test_a_form_that_was_given_up_is_told_when_others_need_its_place():
    client = end(client=True)
    client.initiate_connection()
    client.remote_settings.update({3: 200})
    for stream in range(1, 2 * OPEN_FORMS + 3, 2):
        client.send_headers(stream, REQUEST)
        client.send_data(stream, b"passwd=canary")
    told = listen(http2(), [(CLIENT, client.data_to_send())], end=False)
    assert facts(told).count(("secret.password", "password, 6 characters")) == 1


def test_fields_are_read_over_several_frames():
    long = [*REQUEST, ("x-long", "canary" * 8000)]
    assert facts(listen(http2(), visit(long)))[:5] == TOLD[:5]


@given(CUTS)
def test_the_same_is_told_however_the_stream_is_cut(cuts):
    assert meaning(listen(http2(), VISIT, cuts)) == meaning(listen(http2(), VISIT))


VISIT = visit()


def test_an_upgrade_from_http_1_is_followed():
    server = end(client=False)
    server.initiate_upgrade_connection()
    server.send_headers(1, ANSWER)
    said = [
        c("GET / HTTP/1.1", "Host: moth.example", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk", ""),
        s("HTTP/1.1 101 Switching Protocols", "Upgrade: h2c", "", server.data_to_send()),
        (CLIENT, visit()[0][1]),
    ]
    told = listen(Http1(a_flow(80)), said)
    assert facts(told).count(("content.http_page", "text/html")) == 1
    assert ("content.http_request", "POST /a?token=…") in facts(told)


def test_broken_compression_ends_a_direction():
    observer = http2()
    preface = visit()[0][1][:24]
    listen(
        observer,
        [(CLIENT, preface + b"\0\0\1\1\4\0\0\0\1\xbf"), (SERVER, b"\0\0\1\1\4\0\0\0\1\xbf")],
    )
    assert observer.done


def test_what_has_no_preface_is_not_read():
    assert listen(http2(), [(CLIENT, b"GET / HTTP/1.1\r\n" * 3)]) == []


def test_dns_over_http_2_in_clear_tells_the_name():
    fields = [*REQUEST[:-1], ("content-type", "application/dns-message")]
    lookup = dns.message.make_query("www.Moth.example", "A", id=0).to_wire()
    told = listen(http2(), visit(fields, form=lookup))
    assert ("name.dns", "www.moth.example") in facts(told)
