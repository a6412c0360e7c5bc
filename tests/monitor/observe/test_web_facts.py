"""What named values and header fields tell."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe.web import Http1
from tests.monitor.observe.feeding import a_flow, c, everything, facts, listen


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("imei=490154203237518", ("identity.subscriber", "number, 15 characters")),
        ("msisdn=%2B4915123442", ("identity.phone", "…42")),
        ("email=anna@moth.example", ("identity.mail_address", "a…@moth.example")),
        ("user[name]=x&username=anna", ("identity.user", "a…")),
        ("api_key=canary", ("secret.token", "token, 6 characters")),
        ("sid=canary0123456789", ("secret.token", "token, 16 characters")),
        ("ll=52.51631,13.37777", ("content.location", "52.5, 13.4")),
        ("gps_latitude=52.51631&gps_longitude=13.37777", ("content.location", "52.5, 13.4")),
        ("position=52.51631;13.37777", ("content.location", "52.5, 13.4")),
    ],
)
def test_named_values_tell_who_and_where(query, told):
    found = listen(Http1(a_flow()), [c(f"GET /?{query} HTTP/1.1", "")])
    assert told in facts(found)
    for clear in ("490154203237518", "4915123442", "anna", "canary", "52.516"):
        assert clear not in everything(found)


@pytest.mark.parametrize(
    "target",
    ["/maps/@52.51631,13.37777,17z", "http://a.example/52.51631/13.37777", "/at#52.51631,13.37777"],
)
def test_coordinates_in_a_path_are_masked_and_told_as_a_place(target):
    found = listen(Http1(a_flow()), [c(f"GET {target} HTTP/1.1", "Host: a.example", "")])
    assert ("content.location", "52.5, 13.4") in facts(found)
    (place,) = [one for one in found if one.kind == "content.location"]
    assert (place.details, place.certainty) == ({"where": "path to a.example"}, Certainty.LIKELY)
    assert "52.516" not in everything(found)


@pytest.mark.parametrize(
    "target", ["/lib/1.2.345/x?v=120.0.6099", "/p/19.99/24.99?price=1.99,2.99"]
)
def test_versions_and_prices_are_shown_and_no_place(target):
    found = facts(listen(Http1(a_flow()), [c(f"GET {target} HTTP/1.1", "")]))
    assert "content.location" not in dict(found)
    assert target.partition("?")[0] in found[0][1]


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("X-MSISDN: 4915123442", ("identity.phone", "…42")),
        ("X-UP-CALLING-LINE-ID: 4915123442", ("identity.phone", "…42")),
        ("X-Phone: +4915123442", ("identity.phone", "…42")),
        ("imei: 490154203237518", ("identity.subscriber", "number, 15 characters")),
        ("X-Device-IMSI: 490154203237518", ("identity.subscriber", "number, 15 characters")),
        ("X-VF-ACR: canary0123456789", ("identity.subscriber", "number, 16 characters")),
        ("X-Email: anna@moth.example", ("identity.mail_address", "a…@moth.example")),
        ("From: Anna <anna@moth.example>", ("identity.mail_address", "a…@moth.example")),
        ("X-Location: 52.51631,13.37777", ("content.location", "52.5, 13.4")),
        ("Geolocation: <geo:52.51631,13.37777>", ("content.location", "52.5, 13.4")),
        ("X-Auth-Token: canary", ("secret.token", "token, 6 characters")),
    ],
)
def test_header_fields_tell_who_and_where(field, told):
    found = listen(Http1(a_flow()), [c("GET / HTTP/1.1", field, "")])
    assert told in facts(found)
    for clear in ("490154203237518", "4915123442", "anna", "canary", "52.516"):
        assert clear not in everything(found)


@pytest.mark.parametrize(
    "field", ["Origin: http://a.example", "X-Device-Id: 12", "X-Key: short", "Via: 1.123,4.567"]
)
def test_other_header_fields_tell_nothing(field):
    found = facts(listen(Http1(a_flow()), [c("GET / HTTP/1.1", field, "")]))
    assert found == [("content.http_request", "GET /")]


@pytest.mark.parametrize("query", ["code=404123", "key=home", "token=abc", "sid=12345678"])
def test_short_values_are_no_tokens(query):
    kinds = dict(facts(listen(Http1(a_flow()), [c(f"GET /?{query} HTTP/1.1", "")])))
    assert "secret.token" not in kinds


def test_cookies_and_hosts_are_told_once_a_flow():
    request = c("GET / HTTP/1.1", "Host: a.example", "Cookie: sid=1", "")
    told = facts(listen(Http1(a_flow()), [request, request]))
    assert told.count(("name.http", "a.example")) == 1
    assert told.count(("secret.cookie", "sid")) == 1
    assert told.count(("content.http_request", "GET /")) == 2
