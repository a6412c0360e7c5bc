from __future__ import annotations

import ssl

import pytest
from hypothesis import given, settings

from peppermoth.monitor.observe.identify import hand_over
from peppermoth.monitor.observe.tls import Tls
from tests.monitor.observe.feeding import CLIENT, CUTS, SERVER, a_flow, c, facts, listen, meaning, s
from tests.wire.certificates import der, pem_files
from tests.wire.hellos import (
    chrome_flight,
    client_hello,
    converse,
    message,
    record,
    server_hello,
    server_name,
    vector,
)


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    """A server's certificate and key."""
    return pem_files(
        tmp_path_factory.mktemp("pem"), "Moth Server", ["moth.example", "*.moth.example"]
    )


def talk(pem, version, *, client_certificate=False):
    """A real conversation of this version, as sayings."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    client.minimum_version = client.maximum_version = version
    client.set_alpn_protocols(["h2", "http/1.1"])
    if client_certificate:
        server.verify_mode = ssl.CERT_REQUIRED
        server.load_verify_locations(pem)
        client.load_cert_chain(pem)
    talked = converse(client, server)
    return [c(talked.from_client), s(talked.from_server)]


def kinds(told):
    """Kinds and values, without the fingerprint."""
    return [fact for fact in facts(told) if fact[0] != "device.ja4"]


CERTIFIED = [
    ("name.certificate", "moth.example"),
    ("name.certificate", "*.moth.example"),
    ("name.certificate", "Moth Server"),
]


def test_tls_1_3_shows_the_name_and_hides_the_certificate(pem):
    observer = Tls(a_flow(443))
    told = listen(observer, talk(pem, ssl.TLSVersion.TLSv1_3))
    assert kinds(told) == [("name.sni", "localhost"), ("protected.tls", "TLS 1.3")]
    assert told[0].details == {"version": "TLS 1.3", "alpn": "h2,http/1.1"}
    assert told[0].field == "tls.handshake.extensions_server_name"
    assert told[-1].details == {"name": "localhost"}
    assert observer.done


def test_tls_1_2_shows_the_certificate(pem):
    observer = Tls(a_flow(443))
    told = listen(observer, talk(pem, ssl.TLSVersion.TLSv1_2))
    assert kinds(told) == [("name.sni", "localhost"), *CERTIFIED]
    assert told[-1].details == {"issuer": "Moth Authority", "what": "common name"}
    assert told[-1].packets == (2,)
    assert observer.done


def test_a_message_names_only_the_packets_that_hold_it():
    chain = message(11, vector(3, vector(3, der("Moth"))))
    said = [
        c(record(22, client_hello([]))),
        s(record(22, server_hello())),
        s(record(22, chain[:200])),
        s(record(22, chain[200:])),
    ]
    assert listen(Tls(a_flow(443)), said)[-1].packets == (3, 4)


def test_a_certificate_of_the_device_is_told_as_its_own(pem):
    observer = Tls(a_flow(443))
    told = listen(observer, talk(pem, ssl.TLSVersion.TLSv1_2, client_certificate=True))
    own = [one for one in told if one.details.get("what", "").endswith("of the device")]
    assert [one.value for one in own] == [value for _, value in CERTIFIED]
    assert observer.done


def test_a_server_of_the_device_tells_nothing(pem):
    observer = Tls(a_flow(443, device_is_client=False))
    assert listen(observer, talk(pem, ssl.TLSVersion.TLSv1_2)) == []
    assert observer.done


@settings(deadline=None, max_examples=30)
@given(CUTS)
def test_every_cut_tells_the_same(pem, cuts):
    said = talk(pem, ssl.TLSVersion.TLSv1_2)
    whole = meaning(listen(Tls(a_flow(443)), said))
    assert len(whole) == 5
    assert meaning(listen(Tls(a_flow(443)), said, cuts)) == whole


def test_a_post_quantum_hello_over_several_packets_names_them_all():
    flight = chrome_flight("chrome:stable", "moth.example")
    assert len(flight) > 1400
    sni, fingerprint = listen(Tls(a_flow(443)), [c(flight)], cuts=[700])
    assert (sni.value, sni.packets) == ("moth.example", (1, 2, 3))
    assert (fingerprint.kind, fingerprint.details) == ("device.ja4", {"program": "Chrome"})


def test_ech_for_show_leaves_the_name_and_says_so():
    (sni, _) = listen(Tls(a_flow(443)), [c(chrome_flight("chrome:stable", "moth.example"))])
    assert (sni.kind, sni.rule, sni.certainty) == ("name.sni", "tls.sni_beside_ech", "likely")
    assert sni.details["ech"] == "yes"


def test_ech_under_a_providers_name_hides_the_real_one():
    flight = chrome_flight("chrome:stable", "cloudflare-ech.com")
    told = listen(Tls(a_flow(443)), [c(flight)])
    assert kinds(told) == [
        ("name.encrypted_hello", "cloudflare-ech.com"),
        ("protected.ech", "cloudflare-ech.com"),
    ]
    assert {one.certainty for one in told[:2]} == {"likely"}


def test_a_providers_name_without_ech_is_just_a_name():
    hello = record(22, client_hello([server_name(b"cloudflare-ech.com")]))
    assert kinds(listen(Tls(a_flow(443)), [c(hello)])) == [("name.sni", "cloudflare-ech.com")]


@pytest.mark.parametrize(("version", "text"), [(0x0301, "TLS 1.0"), (0x0300, "SSL 3.0")])
def test_an_old_version_is_told(version, text):
    hello = record(22, client_hello([server_name(b"moth.example")], version=version))
    answer = record(22, server_hello(version=version))
    told = listen(Tls(a_flow(443)), [c(hello), s(answer)])
    assert told[-1].kind == "unprotected.tls"
    assert (told[-1].value, told[-1].details) == (text, {"name": "moth.example"})


def test_a_second_hello_after_a_retry_is_not_told_again():
    from peppermoth.wire.hello import RETRY_RANDOM

    hello = c(record(22, client_hello([server_name(b"moth.example")])))
    retry = s(record(22, server_hello([(43, b"\x03\x04")], random=RETRY_RANDOM)))
    told = listen(Tls(a_flow(443)), [hello, retry, hello])
    assert kinds(told) == [("name.sni", "moth.example"), ("protected.tls", "TLS 1.3")]


def test_resumption_is_told():
    hello = client_hello([server_name(b"moth.example"), (41, bytes(4))])
    assert listen(Tls(a_flow(443)), [c(record(22, hello))])[0].details["resumption"] == "yes"


@pytest.mark.parametrize(
    ("port", "protocols", "name", "expected"),
    [
        (853, b"", b"moth.example", ("dot", "likely", "moth.example")),
        (8853, b"\x03dot", b"moth.example", ("dot", "seen", "moth.example")),
        (443, b"\x02h2", b"dns.quad9.net", ("doh", "likely", "Quad9")),
    ],
)
def test_encrypted_dns_is_noticed(port, protocols, name, expected):
    hello = client_hello([server_name(name), (16, vector(2, protocols))])
    told = listen(Tls(a_flow(port)), [c(record(22, hello))])
    found = next(one for one in told if one.kind == "protected.dns")
    assert (found.value, found.certainty, found.details["resolver"]) == expected


def test_ordinary_sites_are_not_taken_for_resolvers():
    hello = client_hello([server_name(b"moth.example"), (16, vector(2, b"\x02h2"))])
    assert "protected.dns" not in dict(facts(listen(Tls(a_flow(443)), [c(record(22, hello))])))


def test_broken_certificates_and_other_bytes_end_it_quietly():
    chain = vector(3, vector(3, der()[:-3]))
    hello = record(22, client_hello([server_name(b"moth.example")]))
    answer = record(22, server_hello() + message(11, chain))
    told = listen(Tls(a_flow(443)), [c(hello), s(answer), s(b"not TLS"), c(b"not TLS")])
    assert kinds(told) == [("name.sni", "moth.example")]


def test_a_gap_in_the_answer_leaves_the_hello():
    observer = Tls(a_flow(443))
    observer.gap(SERVER)
    hello = record(22, client_hello([server_name(b"moth.example")]))
    assert kinds(listen(observer, [c(hello)], end=False)) == [("name.sni", "moth.example")]
    observer.gap(CLIENT)
    assert observer.done


def test_starttls_hands_over_by_the_rows_name():
    hello = record(22, client_hello([server_name(b"mail.moth.example")]))
    told = listen(hand_over(a_flow(587), "smtp", protocol="tls"), [c(hello)])
    assert told[0].value == "mail.moth.example"
    assert told[0].flow is not None
    assert told[0].flow.outer == ("smtp",)


def test_a_hostile_name_is_bounded_and_plain():
    hello = record(22, client_hello([server_name(b"\xff<script>" + b"a" * 4000)]))
    sni = listen(Tls(a_flow(443)), [c(hello)])[0]
    assert len(sni.value) <= 255
    assert sni.value.isascii()
