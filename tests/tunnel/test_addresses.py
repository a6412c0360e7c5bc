"""Addresses as people write them."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import ConfigError
from peppermoth.redact import Address
from peppermoth.tunnel.addresses import (
    guess_public_address,
    parse_address,
    parse_host,
    parse_port,
    readable_host,
)

HOSTS = st.ip_addresses().map(str) | st.from_regex(
    r"[a-z][a-z0-9]{0,9}(\.[a-z]{2,9}){1,2}", fullmatch=True
)


@given(st.builds(Address, HOSTS, st.integers(1, 65535)))
def test_what_an_address_prints_is_read_again(address):
    assert parse_address(address.text) == address


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("example.com", 443, Address("example.com", 443)),
        ("example.com:80", 443, Address("example.com", 80)),
        ("[::1]", 443, Address("::1", 443)),
        ("[::]:80", None, Address("::", 80)),
        ("Localhost.:1080", None, Address("localhost", 1080)),
        ("::ffff:1.2.3.4", None, None),
        ("example.com", None, None),
        ("", 443, None),
        (":80", 443, None),
        ("[]:80", 443, None),
        ("a:b:c", 443, None),
        ("[::1]x", 443, None),
    ],
)
def test_a_port_may_be_left_out_where_there_is_a_default(text, default, expected):
    if expected is not None:
        assert parse_address(text, default) == expected
        return
    with pytest.raises(ConfigError):
        parse_address(text, default)


@pytest.mark.parametrize("text", ["0", "65536", "-1", "+1", " 1", "1_0", "٤", "", "000443"])
def test_a_port_is_a_plain_number(text):
    with pytest.raises(ConfigError, match="1 to 65535"):
        parse_port(text)


@pytest.mark.parametrize("host", ["bücher.example", "faß.example", "نامه‌ای.example"])
def test_names_in_other_scripts_travel_in_ascii_and_read_as_written(host):
    assert parse_host(host).isascii()
    assert readable_host(parse_host(host)) == host


def test_an_ascii_form_that_means_nothing_is_shown_as_it_is():
    assert readable_host("xn--zzzzzzzz9.example") == "xn--zzzzzzzz9.example"


@pytest.mark.parametrize(
    "host", ["a" * 64 + ".example", "a." * 130 + "example", "a_.example-", "a b", "a/b", "a\x00b"]
)
def test_what_dns_could_not_carry_is_refused(host):
    with pytest.raises(ConfigError):
        parse_host(host)


def test_the_guess_is_an_address_of_this_machine_judged_by_its_range():
    guess = guess_public_address()
    if guess is not None:
        assert guess.private is not ipaddress.ip_address(guess.host).is_global


def test_a_public_address_is_preferred_to_a_private_one(monkeypatch):
    ways = {"192.0.2.1": "10.1.2.3", "2001:db8::1": "2a00:1450::1"}

    class Probe:
        def __init__(self, *_):
            self.far = ""

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def connect(self, address):
            self.far = address[0]
            if self.far not in ways:
                raise OSError(101, "Network is unreachable")

        def getsockname(self):
            return (ways[self.far], 1)

    monkeypatch.setattr("socket.socket", Probe)
    guess = guess_public_address()
    assert (guess.host, guess.private) == ("2a00:1450::1", False)
    del ways["2001:db8::1"]
    guess = guess_public_address()
    assert (guess.host, guess.private) == ("10.1.2.3", True)
    ways.clear()
    assert guess_public_address() is None
