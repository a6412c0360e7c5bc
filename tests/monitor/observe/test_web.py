"""HTTP/1 in clear: what requests and answers tell, and that nothing else comes out."""

from __future__ import annotations

import base64

import dns.message
import pytest
from hypothesis import given

from peppermoth.monitor.observe.web import Http1
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    SERVER,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)

BASIC = base64.b64encode(b"anna:canary-password").decode()
FORM = "user=anna%40moth.example&password=canary-password&note=canary-note&tel=0491570156"
PLACE = '{"at": {"lat": 52.51631, "lon": "13.37777"}, "mail": "canary@moth.example"}'
CANARIES = (
    "canary", "anna@", "anna%40", "0491570156", "52.516", "13.377",
)  # fmt: skip

VISIT = [
    c(
        "GET /find/anna@moth.example;jsessionid=canary1?q=canary+word&lat=52.51631&lon=13.37777"
        "&token=canary-token HTTP/1.1",
        "Host: Moth.example:8080",
        "User-Agent: Mozilla/5.0 (Android 14; Mobile; rv:121.0) Gecko/121.0 Firefox/121.0",
        "Accept-Language: fa-IR,en;q=0.5",
        "Cookie: sid=canary-cookie; theme=canary-dark",
        f"Authorization: Basic {BASIC}",
        "X-Api-Key: canary-key",
        "",
    ),
    s("HTTP/1.1 100 Continue", ""),
    s(
        "HTTP/1.1 200 OK",
        "Content-Type: application/json; charset=utf-8",
        "Set-Cookie: lid=canary-id; Path=/",
        "Transfer-Encoding: chunked",
        "",
        f"{len(PLACE):x};x=y",
        PLACE,
        "0",
        "Trailer: canary-trailer",
        "",
    ),
    c(
        "POST /login HTTP/1.1",
        "Host: moth.example",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(FORM)}",
        "",
        FORM.encode(),
    ),
    s(
        "HTTP/1.1 200 OK",
        "Content-Type: text/html",
        "Content-Length: 20",
        "",
        b"canary canary canary",
    ),
]


def http1(**options) -> Http1:
    return Http1(a_flow(80, **options))


def test_a_visit_tells_names_secrets_and_the_device_and_nothing_in_clear():
    told = listen(http1(), VISIT)
    assert facts(told) == [
        ("name.http", "moth.example"),
        (
            "content.http_request",
            "GET /find/a…@moth.example;jsessionid=…?q=…&lat=…&lon=…&token=…",
        ),
        ("content.location", "52.5, 13.4"),
        ("content.search", "search, 11 characters"),
        ("secret.token", "token, 12 characters"),
        ("device.software", "Firefox 121.0"),
        ("device.system", "Android 14"),
        ("device.language", "fa-IR"),
        ("device.language", "en"),
        ("secret.cookie", "sid"),
        ("secret.cookie", "theme"),
        ("identity.user", "a…"),
        ("secret.password", "password, 15 characters"),
        ("secret.token", "token, 10 characters"),
        ("content.http_page", "application/json"),
        ("secret.cookie", "lid"),
        ("content.location", "52.5, 13.4"),
        ("content.http_request", "POST /login"),
        ("content.form", "user, password, note, tel"),
        ("identity.mail_address", "a…@moth.example"),
        ("secret.password", "password, 15 characters"),
        ("identity.phone", "…56"),
        ("content.http_page", "text/html"),
    ]
    assert not [canary for canary in CANARIES if canary in everything(told)]


@given(CUTS)
def test_the_same_is_told_however_the_stream_is_cut(cuts):
    assert meaning(listen(http1(), VISIT, cuts)) == meaning(listen(http1(), VISIT))


def test_packets_and_fields_are_those_of_the_bytes():
    told = {one.kind: one for one in listen(http1(), VISIT)}
    assert told["name.http"].packets == (1,)
    assert told["content.form"].packets == (4,)
    assert (told["content.form"].time, told["content.form"].field) == (4.0, "urlencoded-form.key")
    assert told["name.http"].field == "http.host"
    assert told["secret.cookie"].rule == "web.set-cookie"


def test_what_visitors_of_the_device_say_is_not_told():
    observer = http1(device_is_client=False)
    assert listen(observer, VISIT, end=False) == []
    assert observer.done
    assert listen(observer, [CUT]) == []


def test_pipelined_requests_are_matched_with_their_answers():
    told = listen(
        http1(),
        [
            c("HEAD /a HTTP/1.1", "Host: a.example", "", "GET /b HTTP/1.1", "Host: b.example", ""),
            s("HTTP/1.1 200 OK", "Content-Type: image/png", "Content-Length: 900", ""),
            s("HTTP/1.1 404 No", "Content-Type: text/html", "Content-Length: 2", "", b"no"),
        ],
    )
    pages = [(o.value, o.details["host"], o.details["status"]) for o in told if "page" in o.kind]
    assert pages == [("image/png", "a.example", "200"), ("text/html", "b.example", "404")]


def test_a_body_goes_by_unstored_and_the_next_request_is_found():
    observer = http1()
    head = c("PUT /big HTTP/1.1", "Host: a.example", "Content-Length: 5000000", "")
    listen(observer, [head], end=False)
    for _ in range(50):
        listen(observer, [(CLIENT, b"x" * 100_000)], end=False)
        assert not len(observer.sides[CLIENT])
    told = listen(observer, [c("GET /after HTTP/1.1", "Host: a.example", "")])
    assert ("content.http_request", "GET /after") in facts(told)


def test_a_refused_expectation_sends_no_body():
    said = [
        c("PUT /a HTTP/1.1", "Host: a.example", "Expect: 100-continue", "Content-Length: 9", ""),
        s("HTTP/1.1 417 No", "Content-Length: 0", ""),
        c("GET /b HTTP/1.1", "Host: a.example", ""),
    ]
    assert ("content.http_request", "GET /b") in facts(listen(http1(), said))


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="passwd"\r\n\r\ncanary\r\n--x--',
        ),
        (
            "multipart/form-data; boundary=x",
            b"--x\r\nContent-Disposition: form-data; name=passwd\r\n\r\ncanary\r\n--x--",
        ),
        ("application/json", b'{"a": {"passwd": "canary"}}'),
        ("text/plain;charset=UTF-8", b'{"passwd": "canary"}'),
        ("text/plain", b"passwd=canary"),
        ("", b"passwd=canary"),
        ("text/xml", b"<s:Envelope><w:passwd>canary</w:passwd></s:Envelope>"),
        ("application/x-www-form-urlencoded", b"passwd=canary"),
    ],
)
def test_passwords_are_found_in_every_kind_of_form(type_, body):
    said = [
        c(
            "POST / HTTP/1.1", "Host: a.example", f"Content-Type: {type_}",
            f"Content-Length: {len(body)}", "", body,
        )
    ]  # fmt: skip
    told = listen(http1(), said)
    assert ("content.form", "passwd") in facts(told)
    assert ("secret.password", "password, 6 characters") in facts(told)
    assert "canary" not in everything(told)


@pytest.mark.parametrize(
    ("field", "host"), [("Authorization", "a.example"), ("Proxy-Authorization", None)]
)
def test_a_password_is_told_with_its_site_and_that_of_a_proxy_without(field, host):
    said = c("GET http://a.example/ HTTP/1.1", "Host: a.example", f"{field}: Basic {BASIC}", "")
    (told,) = (one for one in listen(http1(), [said]) if one.kind == "secret.password")
    assert told.details.get("host") == host


def test_connect_names_the_target_and_hands_the_inside_over():
    inside = [c("GET /in HTTP/1.1", "Host: in.example", ""), s("HTTP/1.1 200 OK", "")]
    told = listen(
        http1(),
        [
            c("CONNECT in.example:80 HTTP/1.1", "Host: in.example:80", ""),
            s("HTTP/1.1 200 Connection established", ""),
            *inside,
        ],
    )
    proxy = next(one for one in told if one.kind == "name.proxy")
    assert (proxy.value, dict(proxy.details)) == ("in.example", {"protocol": "http", "port": "80"})
    request = next(one for one in told if one.value == "GET /in")
    assert request.flow is not None
    assert request.flow.outer == ("http",)


def test_a_refused_connect_changes_nothing():
    told = listen(
        http1(),
        [
            c("CONNECT in.example:443 HTTP/1.1", ""),
            s("HTTP/1.1 407 Login", "Content-Length: 0", ""),
            c("CONNECT in.example:443 HTTP/1.1", f"Proxy-Authorization: Basic {BASIC}", ""),
        ],
    )
    assert facts(told).count(("name.proxy", "in.example")) == 2
    assert ("secret.password", "password, 15 characters") in facts(told)


def test_a_proxy_that_is_asked_for_a_page_is_noticed():
    told = listen(http1(), [c("GET http://u:canary@b.example/x HTTP/1.1", "Host: b.example", "")])
    assert facts(told) == [
        ("name.proxy", "b.example"),
        ("name.http", "b.example"),
        ("content.http_request", "GET http://b.example/x"),
    ]


def test_a_websocket_is_noticed_and_ends_the_reading():
    observer = http1()
    upgrade = ("Connection: Upgrade", "Upgrade: websocket", "")
    told = listen(
        observer,
        [
            c("GET /chat?t=canary HTTP/1.1", "Host: a.example", *upgrade),
            s("HTTP/1.1 101 Switching", *upgrade),
        ],
    )
    assert ("content.websocket", "/chat?t=…") in facts(told)
    assert observer.done


@pytest.mark.parametrize(
    "digest",
    [
        'username="anna", realm="x", response="canary0123"',
        "username=anna, realm=x, response=canary0123",
    ],
)
def test_digest_gives_what_can_be_guessed_from(digest):
    told = listen(http1(), [c("GET / HTTP/1.1", f"Authorization: Digest {digest}", "")])
    assert facts(told)[1:] == [("identity.user", "a…"), ("secret.hash", "response, 10 characters")]
    assert "canary" not in everything(told)


def test_digest_without_a_response_is_no_login():
    told = listen(http1(), [c("GET / HTTP/1.1", "Authorization: Digest realm=x", "")])
    assert facts(told) == [("content.http_request", "GET /")]


ANNOUNCE = "/announce?info_hash=%12canary%34&peer_id=-qB4500-canary%00%ff&port=51413"


def test_a_tracker_of_bittorrent_is_noticed_with_the_program_that_asks_it():
    told = listen(http1(), [c(f"GET {ANNOUNCE} HTTP/1.1", "Host: tracker.example", "")])
    assert facts(told)[2:] == [
        ("use.peer_to_peer", "BitTorrent"),
        ("device.software", "qBittorrent 4500"),
    ]
    assert told[2].details == {"what": "tracker"}
    assert "canary" not in everything(told)


CUT = c("GET /a HTTP/1.1", "Host: moth.example", "Cookie: sid=canary", b"Accept-Lang")


def test_a_request_whose_head_never_ends_tells_its_whole_lines():
    told = facts(listen(http1(), [CUT]))
    assert ("name.http", "moth.example") in told
    assert ("content.http_request", "GET /a") in told
    assert ("secret.cookie", "sid") in told


def test_a_head_with_bytes_missing_tells_what_stood_before_them():
    observer = http1()
    told = listen(observer, [CUT], end=False)
    observer.gap(CLIENT)
    told += listen(observer, [c("uage: de", ""), c("GET /b HTTP/1.1", "")])
    shown = facts(told)
    assert ("name.http", "moth.example") in shown
    assert shown.count(("content.http_request", "GET /a")) == 1
    assert ("content.http_request", "GET /b") in shown


@pytest.mark.parametrize("said", [c(b"GET /a HTTP/1.1\r"), c(b"\r\n"), c(b"canary\r\n")])
def test_less_than_a_request_line_tells_nothing(said):
    assert listen(http1(), [said]) == []


def test_after_lost_bytes_reading_goes_on_at_the_next_head():
    observer = http1()
    listen(observer, [c("GET /a HTTP/1.1", "Host: a.exa")], end=False)
    observer.gap(CLIENT)
    observer.gap(SERVER)
    told = listen(
        observer,
        [
            (CLIENT, b"rest of something\r\n"),
            c("GET /b HTTP/1.1", "Host: b.example", ""),
            s("HTTP/1.1 200 OK", "Content-Type: text/css", ""),
        ],
    )
    assert ("name.http", "b.example") in facts(told)
    assert ("content.http_page", "text/css") in facts(told)


@pytest.mark.parametrize("broken", [b"\x16\x03\x01\0\0", b"GET / HTTP/1.1\r\nA:" + b"b" * 300_000])
def test_what_is_not_http_ends_the_reading(broken):
    observer = http1()
    assert listen(observer, [(CLIENT, broken), (SERVER, b"\0\0\0\0\0")]) == []
    assert observer.done


LOOKUP = dns.message.make_query("www.Moth.example", "A", id=0).to_wire()
LOOKUPS = {
    "asked in the target": (
        "GET /dns-query?dns=" + base64.urlsafe_b64encode(LOOKUP).decode().rstrip("=") + " HTTP/1.1",
        "Host: dns.example",
        "",
    ),
    "asked in the body": (
        "POST /dns-query HTTP/1.1",
        "Host: dns.example",
        "Content-Type: application/dns-message",
        f"Content-Length: {len(LOOKUP)}",
        "",
        LOOKUP,
    ),
}


@pytest.mark.parametrize("words", LOOKUPS.values(), ids=LOOKUPS)
def test_dns_over_http_in_clear_tells_the_name(words):
    told = listen(http1(), [c(*words)])
    assert ("name.dns", "www.moth.example") in facts(told)
    assert "content.form" not in dict(facts(told))


def test_what_is_called_dns_and_is_none_tells_no_name():
    told = listen(http1(), [c("GET /?dns=moth&dns=%C3 HTTP/1.1", "Host: dns.example", "")])
    assert "name.dns" not in dict(facts(told))
