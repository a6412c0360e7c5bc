"""Fingerprints of TLS: browsers and nginx pass, everybody else is told apart."""

from __future__ import annotations

import contextlib
import math
import ssl

import pytest

from peppermoth.lab.detectors.fingerprint import (
    BROWSERS,
    client_margin,
    seen_of,
    server_margin,
)
from peppermoth.lab.probing.battery import FLIGHT
from peppermoth.lab.probing.probes import Hello
from peppermoth.wire.hello import first_client_hello
from tests.lab.detectors.flows import Line, datagrams, record, talk
from tests.wire.hellos import chrome_flight


@pytest.mark.parametrize("browser", ["chrome:131", "chrome:148", "chrome:150", "chrome:stable"])
def test_chrome_is_chrome(browser):
    assert client_margin(talk([chrome_flight(browser)])) == -0.5


def test_openssl_differs_from_every_browser_in_all_parts_but_few():
    assert client_margin(talk([FLIGHT])) > 1


def test_each_part_of_a_hello_counts_once():
    stable = first_client_hello(chrome_flight("chrome:stable"))
    parts = seen_of(stable)
    for row in BROWSERS:
        same = [row[at] == parts[at] for at in range(1, 5)]
        assert all(same) == (row.name == "Chrome since 152")


@pytest.mark.parametrize(
    ("change", "margin"),
    [
        (lambda data: data, -0.5),
        (lambda data: data.replace(b"\x13\x01\x13\x02", b"\x13\x02\x13\x01"), -0.5),
        (lambda data: data.replace(b"\x13\x01\x13\x02", b"\x13\x01\x13\x04"), 0.5),
        (lambda data: data.replace(b"\x44\xcd\x00\x05", b"\x0a\x0a\x00\x05"), 1.5),
    ],
)
def test_a_changed_hello_is_as_far_away_as_parts_were_changed(change, margin):
    data = chrome_flight("chrome:stable")
    assert client_margin(talk([change(data)])) == margin


@pytest.mark.parametrize("said", [b"GET / HTTP/1.1\r\n\r\n", FLIGHT[:80], b"\x16\x03\x01"])
def test_what_is_no_whole_hello_is_not_judged(said):
    assert math.isnan(client_margin(talk([said])))


def test_datagrams_and_silence_are_not_judged():
    for margin in (client_margin, server_margin):
        assert math.isnan(margin(datagrams([(True, FLIGHT)])))
        assert math.isnan(margin(Line().trace()))


# The server


def answered(certificate, version=ssl.TLSVersion.TLSv1_3):
    """What OpenSSL answers to OpenSSL in memory, and the session for next time."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate.cert, certificate.key)
    client_context = Hello(versions=(version, version)).context()
    return talked(server_context, client_context)


def talked(server_context, client_context, session=None):
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = client_context.wrap_bio(to_client, to_server, session=session)
    server = server_context.wrap_bio(to_server, ssl_bio := ssl.MemoryBIO(), server_side=True)
    stream = b""
    for end in (client, server, client, server):
        with contextlib.suppress(ssl.SSLWantReadError):
            end.do_handshake()
        piece = ssl_bio.read()
        to_client.write(piece)
        stream += piece
    server.write(b"moth")
    piece = ssl_bio.read()
    to_client.write(piece)
    client.read(9)
    return stream + piece, client.session


def conversation(stream: bytes):
    line = Line()
    line.say(0.1, client=True, data=FLIGHT)
    line.say(0.2, client=False, data=stream)
    return line.trace()


def test_openssl_as_nginx_has_it_is_not_flagged(certificate):
    assert server_margin(conversation(answered(certificate)[0])) == -0.5


def test_a_resumed_session_of_openssl_is_not_flagged(certificate):
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(certificate.cert, certificate.key)
    client_context = Hello().context()
    _, session = talked(server_context, client_context)
    stream, _ = talked(server_context, client_context, session)
    assert len(stream) < 800  # no certificate
    assert server_margin(conversation(stream)) == -0.5


def records_of(stream: bytes) -> list[bytes]:
    found = []
    while stream:
        end = 5 + int.from_bytes(stream[3:5], "big")
        found.append(stream[:end])
        stream = stream[end:]
    return found


def test_each_part_of_an_answer_counts_once(certificate):
    records = records_of(answered(certificate)[0])
    hello, change, *sealed = records
    versions, share = hello[-46:-40], hello[-40:]
    swapped = hello[:-46] + share + versions
    cases = {
        "extensions in another order": ([swapped, change, *sealed], 0.5),
        "a ticket of another size": ([hello, change, *sealed[:5], record(23, 90)], 0.5),
        "no change for show": ([hello, *sealed, record(23, 90)], 2.5),
        "all of the flight in one record": (
            [hello, change, record(23, 700), *sealed[4:], record(23, 90), record(23, 80)],
            1.5,
        ),
    }
    for name, (made, margin) in cases.items():
        assert server_margin(conversation(b"".join(made))) == margin, name


def test_tickets_may_lie_a_block_of_the_cipher_apart_as_nginx_s_do(certificate):
    *flight, ticket = records_of(answered(certificate)[0])[:7]
    size = len(ticket) - 5
    for length, margin in ((size, -0.5), (size + 16, -0.5), (size + 15, 0.5), (size + 32, 0.5)):
        made = b"".join([*flight, ticket, record(23, length)])
        assert server_margin(conversation(made)) == margin, length - size


def test_tls_1_2_and_a_handshake_that_breaks_off_are_not_judged(certificate):
    old = answered(certificate, ssl.TLSVersion.TLSv1_2)[0]
    assert math.isnan(server_margin(conversation(old)))
    short = b"".join(records_of(answered(certificate)[0])[:6])
    assert math.isnan(server_margin(conversation(short)))
