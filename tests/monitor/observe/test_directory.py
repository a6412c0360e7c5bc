"""LDAP, CLDAP, Kerberos."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observe.directory import (
    Cldap,
    Kerberos,
    KerberosStream,
    Ldap,
    masked_name,
)
from peppermoth.monitor.observe.identify import identify
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
from tests.wire import directories as d
from tests.wire.hellos import chrome_flight

NAME = "cn=Anna Canary,ou=People,dc=moth,dc=example"
BIND = c(d.simple_bind(NAME, "canary-password"))
SEARCH = c(d.search("dc=moth,dc=example", d.equality("mail", "ben.canary@moth.example")))
SESSION = [BIND, s(d.extended_response(0, 1)), SEARCH, c(d.UNBIND)]
TICKET = d.ticket_request(
    ("anna.canary",), ("krbtgt", "MOTH.EXAMPLE"), time=b"x" * 50, host="LAPTOP"
)
FOR_FILES = d.ticket_request((), ("cifs", "files.moth.example"), kind=12)
ANSWER = d.ticket_answer("anna.canary", b"y" * 60)
TICKETS = [(c, TICKET), (s, ANSWER), (c, FOR_FILES), (s, d.ticket_error("http"))]


def ntlm_login(domain, user, host):
    """The third message of NTLM."""
    texts = [text.encode("utf-16-le") for text in (domain, user, host)]
    fields, blob, start = [], b"", 64
    for data in (b"", b"r" * 24, *texts, b""):
        fields.append(struct.pack("<HHI", len(data), len(data), start + len(blob)))
        blob += data
    return b"NTLMSSP\0" + struct.pack("<I", 3) + b"".join(fields) + struct.pack("<I", 1) + blob


def ldap(*, device_is_client=True):
    return Ldap(a_flow(389, device_is_client=device_is_client))


def over_udp(observer):
    return observer(a_flow(389, "udp"))


def test_a_simple_bind_tells_who_and_with_which_password():
    told = listen(ldap(), SESSION)
    assert facts(told) == [
        ("identity.user", "A…@moth.example"),
        ("secret.password", "password, 15 characters"),
        ("content.database", "search by mail"),
    ]
    assert [one.packets for one in told] == [(1,), (1,), (3,)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (NAME, "A…@moth.example"),
        ("uid=anna", "a…"),
        ("anna@moth.example", "a…@moth.example"),
        ("MOTH\\anna", "M…"),
    ],
)
def test_names_are_masked(name, shown):
    assert masked_name(name) == shown


def test_sasl_logins_are_read_where_they_are_clear():
    told = facts(listen(ldap(), [c(d.sasl_bind("PLAIN", b"\0anna.canary\0canary"))]))
    assert told == [("identity.user", "a…"), ("secret.password", "password, 6 characters")]
    blob = ntlm_login("MOTH", "anna.canary", "LAPTOP")
    told = facts(listen(ldap(), [c(d.sasl_bind("GSS-SPNEGO", blob))]))
    assert told == [
        ("identity.user", "a…"),
        ("secret.hash", "response, 24 characters"),
        ("identity.host_name", "LAPTOP"),
    ]


@pytest.mark.parametrize(
    ("mechanism", "said"),
    [
        ("CRAM-MD5", b"anna.canary " + b"c4" * 16),
        ("DIGEST-MD5", b'username="anna.canary",response=' + b"c4" * 16),
    ],
)
def test_answers_to_a_challenge_can_be_guessed_from(mechanism, said):
    told = listen(ldap(), [c(d.sasl_bind(mechanism, said))])
    assert facts(told) == [("identity.user", "a…"), ("secret.hash", "response, 32 characters")]
    assert "canary" not in everything(told)


def test_a_password_that_is_changed_is_told_with_the_one_before():
    told = listen(ldap(), [c(d.password_change(NAME, b"canary-old", b"canary"))])
    assert facts(told) == [
        ("identity.user", "A…@moth.example"),
        ("secret.password", "password, 10 characters"),
        ("secret.password", "password, 6 characters"),
    ]
    assert "canary" not in everything(told)
    assert facts(listen(ldap(), [c(d.password_change("", b"", b"canary"))])) == [
        ("secret.password", "password, 6 characters")
    ]


def test_after_start_tls_the_rest_is_tls():
    (hello,) = [chrome_flight("chrome:stable")]
    told = listen(ldap(), [c(d.START_TLS), s(d.extended_response(0)), c(hello)])
    assert "name.sni" in dict(facts(told)) or "name.encrypted_hello" in dict(facts(told))


def test_a_refused_start_tls_leaves_what_follows_in_clear():
    told = listen(ldap(), [c(d.START_TLS), s(d.extended_response(2)), BIND])
    assert ("secret.password", "password, 15 characters") in facts(told)


def test_a_host_looks_for_its_domain():
    asked = d.value(0xA0, d.equality("DnsDomain", "moth.example."), d.equality("Host", "LAPTOP"))
    told = facts(listen(over_udp(Cldap), [c(d.search("", asked))]))
    assert told == [("name.local", "moth.example"), ("identity.host_name", "LAPTOP")]


@pytest.mark.parametrize("over_tcp", [False, True])
def test_tickets_tell_who_wants_what_from_where(over_tcp):
    if over_tcp:
        observer = KerberosStream(a_flow(88))
        said = [say(d.framed(message)) for say, message in TICKETS]
    else:
        observer, said = over_udp(Kerberos), [say(message) for say, message in TICKETS]
    told = listen(observer, said)
    assert facts(told) == [
        ("identity.user", "a…"),
        ("identity.host_name", "LAPTOP"),
        ("secret.hash", "sealed part, 50 characters"),
        ("secret.hash", "sealed part, 60 characters"),
        ("name.local", "cifs/files.moth.example"),
        ("name.local", "http/host.moth.example"),
    ]
    assert told[0].details["realm"] == "MOTH.EXAMPLE"
    assert [one.packets for one in told] == [(1,), (1,), (1,), (2,), (3,), (4,)]


def test_a_machine_is_no_person():
    asked = d.ticket_request(("LAPTOP$",), ("krbtgt", "MOTH.EXAMPLE"))
    assert facts(listen(over_udp(Kerberos), [c(asked)])) == [("identity.host_name", "LAPTOP")]


@given(CUTS)
def test_cuts_do_not_matter(cuts):
    for observer, said in (
        (Ldap, SESSION),
        (Ldap, [c(d.START_TLS), s(d.extended_response(0)), c(chrome_flight("chrome:stable"))]),
        (KerberosStream, [say(d.framed(message)) for say, message in TICKETS]),
    ):
        whole = listen(observer(a_flow()), said)
        assert meaning(listen(observer(a_flow()), said, cuts)) == meaning(whole)


@pytest.mark.parametrize(
    ("name", "transport", "data"),
    [
        ("ldap", "tcp", BIND[1]),
        ("cldap", "udp", SEARCH[1]),
        ("kerberos", "udp", TICKET),
        ("kerberos-tcp", "tcp", d.framed(TICKET)),
    ],
)
def test_flows_are_recognised_on_odd_ports(name, transport, data):
    assert identify(transport, 47111, data, b"").name == name


def test_nothing_secret_is_told():
    told = [
        *listen(ldap(), [*SESSION, c(d.sasl_bind("PLAIN", b"\0anna.canary\0canary"))]),
        *listen(ldap(), [c(d.sasl_bind("NTLM", ntlm_login("M", "anna.canary", "L")))]),
        *listen(over_udp(Kerberos), [say(message) for say, message in TICKETS]),
    ]
    assert told
    assert "canary" not in everything(told).lower()


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_noise_is_endured(pieces):
    said = [(side, data) for data in pieces for side in (CLIENT, SERVER)]
    for observer in (Cldap, Kerberos):
        listen(over_udp(observer), said)
    for observer in (Ldap, KerberosStream):
        listen(observer(a_flow()), [BIND, *said])
