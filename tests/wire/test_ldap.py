"""LDAP: binds, searches, StartTLS."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import ldap
from tests.wire import directories as d
from tests.wire.directories import value

NAME = "cn=Anna Canary,ou=People,dc=moth,dc=example"
FILTER = value(0xA0, d.equality("host", "laptop"), value(0xA2, d.equality("user", "anna")))


def decoded(data):
    message, end = ldap.decode_message(data)
    assert end == len(data)
    return message


def test_a_simple_bind_holds_name_and_password():
    bind = ldap.decode_bind(decoded(d.simple_bind(NAME, "canary")))
    assert bind == ldap.Bind(NAME, b"canary")


def test_a_sasl_bind_holds_mechanism_and_credentials():
    bind = ldap.decode_bind(decoded(d.sasl_bind("PLAIN", b"\0anna\0canary")))
    assert (bind.mechanism, bind.credentials, bind.password) == ("PLAIN", b"\0anna\0canary", None)


def test_a_search_tells_where_and_what_for():
    base, tests = ldap.decode_search(decoded(d.search("dc=moth,dc=example", FILTER)))
    assert base == "dc=moth,dc=example"
    assert tests == (("host", "laptop"), ("user", "anna"))


def test_filters_in_one_another_have_a_bound():
    test = d.equality("a", "b")
    for _ in range(ldap.MAX_DEPTH + 1):
        test = value(0xA2, test)
    with pytest.raises(RemoteProtocolError):
        ldap.decode_search(decoded(d.search("", test)))


def test_start_tls_and_its_answer():
    assert ldap.asks_for_tls(decoded(d.START_TLS))
    assert not ldap.asks_for_tls(decoded(d.simple_bind("", "")))
    assert ldap.result(decoded(d.extended_response(0))) == ldap.SUCCESS
    assert ldap.result(decoded(d.extended_response(2))) != ldap.SUCCESS


@pytest.mark.parametrize("number", [2, 10, 16])
def test_messages_without_parts_are_read(number):
    data = d.ldap(1, value(0x40 + number))
    assert decoded(data) == ldap.Message(1, number, ())
    assert ldap.begins_ldap(data, b"")


@pytest.mark.parametrize(
    "wrong", [d.integer(1), d.sequence(d.integer(1)), d.ldap(1, d.integer(1)), d.snmp(0, "public")]
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        ldap.decode_message(wrong)
    assert not ldap.begins_ldap(wrong, b"")


@pytest.mark.parametrize("size", [10, 30])
def test_it_is_recognised_before_a_message_is_complete(size):
    assert ldap.begins_ldap(d.simple_bind(NAME, "canary" * 40)[:size], b"")


@pytest.mark.parametrize(
    ("name", "person", "domain"),
    [
        (NAME, "Anna Canary", "moth.example"),
        ("anna@moth.example", "anna@moth.example", ""),
        ("", "", ""),
    ],
)
def test_a_distinguished_name_has_a_person_and_a_domain(name, person, domain):
    assert ldap.person_and_domain(name) == (person, domain)
