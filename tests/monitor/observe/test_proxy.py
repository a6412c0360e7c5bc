"""SOCKS in clear: targets, logins, and what goes on inside."""

from __future__ import annotations

import pytest
from hypothesis import given

from peppermoth.monitor.observe.proxy import Socks
from peppermoth.redact import Address
from peppermoth.wire.socks import encode_address
from tests.monitor.observe.feeding import (
    CLIENT,
    CUTS,
    a_flow,
    c,
    everything,
    facts,
    listen,
    meaning,
    s,
)

TARGET = encode_address(Address("in.example", 80))
INSIDE = [c("GET /in HTTP/1.1", "Host: in.example", ""), s("HTTP/1.1 204 No", "")]
WITH_LOGIN = [
    c(b"\5\2\0\2"),
    s(b"\5\2"),
    c(b"\1\4anna\6canary"),
    s(b"\1\0"),
    c(b"\5\1\0" + TARGET),
    s(b"\5\0\0\1\0\0\0\0\0\0"),
    *INSIDE,
]
PLAIN = [c(b"\5\1\0"), s(b"\5\0"), *WITH_LOGIN[4:]]
NAMED_4A = [c(b"\4\1\0\x50\0\0\0\1anna\0in.example\0"), s(b"\0\x5a\0\0\0\0\0\0"), *INSIDE]
ADDRESS_4 = [c(b"\4\1\0\x50\xc6\x33\x64\x09\0"), s(b"\0\x5a\0\0\0\0\0\0"), *INSIDE]
ALL = [WITH_LOGIN, PLAIN, NAMED_4A, ADDRESS_4]


def socks() -> Socks:
    return Socks(a_flow(1080))


@pytest.mark.parametrize(
    ("said", "target", "protocol"),
    [
        (WITH_LOGIN, "in.example", "socks5"),
        (PLAIN, "in.example", "socks5"),
        (NAMED_4A, "in.example", "socks4"),
        (ADDRESS_4, "198.51.100.9", "socks4"),
    ],
)
def test_the_target_is_named_and_the_inside_recognised(said, target, protocol):
    told = listen(socks(), said)
    proxy = next(one for one in told if one.kind == "name.proxy")
    assert (proxy.value, dict(proxy.details)) == (target, {"protocol": protocol, "port": "80"})
    inside = next(one for one in told if one.kind == "content.http_request")
    assert inside.value == "GET /in"
    assert inside.flow is not None
    assert inside.flow.outer == ("socks",)


@given(CUTS)
@pytest.mark.parametrize("said", ALL)
def test_the_same_is_told_however_the_stream_is_cut(said, cuts):
    # Bytes inside are recognised by their first packets, so only what precedes is cut here.
    outside = said[:-2]
    assert meaning(listen(socks(), outside, cuts)) == meaning(listen(socks(), outside))


def test_a_login_is_masked():
    told = listen(socks(), WITH_LOGIN)
    assert ("secret.password", "password, 6 characters") in facts(told)
    assert ("identity.user", "a…") in facts(told)
    assert "canary" not in everything(told)


def test_a_refused_request_hands_nothing_over():
    observer = socks()
    told = listen(observer, [*PLAIN[:3], s(b"\5\5\0\1\0\0\0\0\0\0"), *INSIDE])
    assert "content.http_request" not in dict(facts(told))
    assert observer.done


def test_only_the_client_captured_is_enough():
    told = listen(socks(), [one for one in PLAIN if one[0] is CLIENT])
    assert ("content.http_request", "GET /in") in facts(told)
