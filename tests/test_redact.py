"""What must not reach a log does not, however it is printed."""

from __future__ import annotations

import ipaddress

import pytest

from peppermoth.redact import SCRUBBED, Address, Secret

PRINTERS = [repr, str, "{}".format, "{!r}".format, "%s".__mod__, lambda value: f"{[value]}"]


@pytest.mark.parametrize("show", PRINTERS)
def test_a_secret_is_scrubbed_however_it_is_printed(show):
    shown = show(Secret("sesame"))
    assert "sesame" not in shown
    assert SCRUBBED in shown


@pytest.mark.parametrize("show", [repr, str, "{}".format, "%r".__mod__])
def test_an_address_is_scrubbed_however_it_is_printed(show):
    shown = show((Address("moth.example", 443),))
    assert "moth" not in shown
    assert SCRUBBED in shown


def test_a_secret_is_shown_only_on_purpose():
    assert Secret("sesame").reveal() == "sesame"


def test_secrets_compare_and_hash_by_value():
    assert Secret("a") == Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
    assert not Secret("")


@pytest.mark.parametrize(
    ("address", "text", "ip"),
    [
        (Address("moth.example", 443), "moth.example:443", None),
        (Address("192.0.2.7", 53), "192.0.2.7:53", ipaddress.ip_address("192.0.2.7")),
        (Address("2001:db8::7", 53), "[2001:db8::7]:53", ipaddress.ip_address("2001:db8::7")),
    ],
)
def test_an_address_knows_its_text_and_whether_it_is_a_number(address, text, ip):
    assert (address.text, address.ip) == (text, ip)
