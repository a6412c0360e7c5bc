"""The prober against small servers: what it sees of ends, times, TLS and answers."""

from __future__ import annotations

import ssl

import pytest

from peppermoth.errors import WorldError
from peppermoth.lab.probing.battery import FLIGHT
from peppermoth.lab.probing.observing import certificates, observe, recorded, replayed, resumed
from peppermoth.lab.probing.probes import Changed, Fin, Hello, Probe, Raw, Reset, Wait
from peppermoth.redact import Address
from tests.lab.probing.servers import closes, greeting, is_silent, resets, serving

PATIENCE = 0.4
OLD = ssl.TLSVersion.TLSv1_2
WORDS = b"HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 08:00:00 GMT\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(scope="module")
def talker(certificate):
    with serving(greeting(certificate, WORDS)) as address:
        yield address


@pytest.mark.parametrize(
    ("manner", "end", "late"),
    [(closes, "FIN", False), (resets, "RST", False), (is_silent, "open", True)],
)
def test_how_a_connection_ends_and_when(manner, end, late):
    with serving(manner) as address:
        seen = observe(address, Probe(None, (Raw(b"moth"),)), PATIENCE)
    assert (seen.end, seen.late) == (end, late)


def test_a_prober_that_sends_fin_still_hears_the_server_s():
    with serving(is_silent) as address:
        assert observe(address, Probe(None, (Fin,)), PATIENCE).end == "FIN"
        assert observe(address, Probe(None, (Reset,)), PATIENCE).end == "left"


def test_words_are_read_in_tls_and_dates_left_out(talker):
    seen = observe(talker, Probe(Hello(), (b"GET",)), PATIENCE)
    assert seen.said == [
        b"HTTP/1.1 200 OK\r\nDate: DATE\r\nContent-Length: 0\r\n\r\n",
    ]
    assert seen.close_notify
    assert seen.tls[0] == "TLSv1.3"
    assert [kind for kind, _, _ in seen.records] == [22, 20, *[23] * 6]
    assert seen.hello[0] == 0x0304


def test_a_changed_record_is_answered_by_an_alert(talker):
    said = observe(talker, Probe(Hello(), (Changed(b"GET", 8),)), PATIENCE)
    assert not said.said
    assert "BAD_RECORD_MAC" in said.alert


def test_words_after_the_end_of_tls_are_left_unsaid(talker):
    seen = observe(talker, Probe(Hello(), (b"GET", Wait(0.2), b"GET")), PATIENCE)
    assert seen.close_notify


def test_a_server_that_speaks_no_tls_is_no_error():
    with serving(closes) as address:
        assert not observe(address, Probe(Hello()), PATIENCE).tls
        assert not certificates(address, "localhost")
        assert not resumed(address, Hello(), b"")[0]


def test_what_a_client_sent_is_recorded_write_by_write(talker):
    hello, *rest = recorded(talker, Hello(), b"GET")
    assert len(hello) == len(FLIGHT)
    assert len(rest) == 2  # Finished, and the words


def test_a_replay_is_answered_but_leads_nowhere_and_a_changed_one_not_at_all(talker):
    again = replayed(talker, Hello(), b"GET", (), PATIENCE)
    assert again.hello
    assert not again.tls
    assert not replayed(talker, Hello(), b"GET", (0,), PATIENCE).hello


@pytest.mark.parametrize("version", [OLD, ssl.TLSVersion.TLSv1_3])
def test_a_ticket_resumes_a_session(talker, version):
    assert resumed(talker, Hello(versions=(version, version)), b"GET")[0]


def test_the_certificates_are_the_server_s(talker, certificate):
    (shown,) = certificates(talker, "localhost")
    assert ssl.DER_cert_to_PEM_cert(shown).split() == certificate.cert.read_text().split()


def test_nobody_at_the_port_is_said_in_a_sentence(free_port):
    with pytest.raises(WorldError, match="No connection to 127"):
        observe(Address("127.0.0.1", free_port()), Probe(None), PATIENCE)
