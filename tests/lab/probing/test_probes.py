"""Greetings of a prober: what each offers, and that observations compare by value."""

from __future__ import annotations

import ssl

import pytest

from peppermoth.lab.probing.probes import Hello, Observation
from peppermoth.wire.hello import first_client_hello
from peppermoth.wire.ja4 import ja4

OLD = ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize("alpn", [(), ("h2",), ("h2", "http/1.1")])
def test_a_hello_offers_the_protocols_it_is_given(alpn):
    hello = first_client_hello(Hello(alpn=alpn).first_flight())
    assert hello.alpn == tuple(protocol.encode() for protocol in alpn)


@pytest.mark.parametrize("name", [None, "moth.example"])
def test_a_hello_names_the_server_or_nobody(name):
    assert first_client_hello(Hello(name=name).first_flight()).server_name == name


def test_a_hello_of_an_old_version_offers_no_other():
    assert first_client_hello(Hello(versions=(OLD, OLD)).first_flight()).version == 0x0303


def test_a_browser_s_hello_is_that_browser_s():
    hello = Hello(browser="chrome:stable")
    outgoing = hello.memory()
    client = hello.context().wrap_bio(hello.memory(), outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    assert ja4(first_client_hello(outgoing.read())) == "t13d1517h2_8daaf6152771_cb7bf5808d99"


def test_observations_are_equal_by_what_was_seen():
    assert Observation(end="FIN") == Observation(end="FIN") != Observation(end="RST")
