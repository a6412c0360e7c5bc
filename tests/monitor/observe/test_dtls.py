from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from peppermoth.monitor.observe.dtls import MOST_DATAGRAMS, Dtls
from tests.monitor.observe.feeding import a_flow, c, facts, listen, s
from tests.wire.certificates import der
from tests.wire.dtls_packets import DTLS_1_2, pieces, record, with_cookie
from tests.wire.hellos import client_hello, message, server_hello, server_name, vector

SRTP = (14, vector(2, b"\x00\x01") + b"\x00")
NAMED = with_cookie(client_hello([server_name(b"vpn.moth.example")], version=DTLS_1_2))
CALLING = with_cookie(client_hello([SRTP], version=DTLS_1_2))
CERTIFICATE = message(11, vector(3, vector(3, der("Moth", ["vpn.moth.example"]))))


def flow(*, device_is_client=True):
    """A flow of datagrams."""
    return a_flow(4433, "udp", device_is_client=device_is_client)


def one(handshake, number=0):
    """A message in one datagram."""
    return record(pieces(handshake, (), number)[0])


@settings(deadline=None)
@given(st.lists(st.integers(1, 90), max_size=4))
def test_a_name_is_told_from_pieces_with_all_their_packets(cuts):
    parts = pieces(NAMED, cuts)
    told = listen(Dtls(flow()), [c(record(part)) for part in parts])
    assert facts(told)[0] == ("name.sni", "vpn.moth.example")
    assert told[0].field == "dtls.handshake.extensions_server_name"
    assert told[0].packets == tuple(range(1, len(parts) + 1))
    assert told[1].value.startswith("dd2d")


def test_certificates_in_clear_are_told():
    answer = server_hello(version=DTLS_1_2)
    said = [c(one(NAMED)), s(one(answer)), s(one(CERTIFICATE, 1))]
    told = listen(Dtls(flow()), said)
    names = [("name.certificate", "vpn.moth.example"), ("name.certificate", "Moth")]
    assert facts(told)[2:] == names


def test_the_first_version_is_told_as_old():
    told = listen(Dtls(flow()), [c(one(NAMED)), s(one(server_hello(version=0xFEFF)))])
    assert facts(told)[-1] == ("unprotected.tls", "DTLS 1.0")


def test_a_call_is_protected_whoever_began_it():
    for speaks in (True, False):
        told = listen(Dtls(flow(device_is_client=speaks)), [c(one(CALLING))])
        assert ("protected.call", "DTLS-SRTP") in facts(told)


def test_the_passing_certificate_of_a_call_is_not_told():
    answer = server_hello([SRTP], version=DTLS_1_2)
    said = [c(one(CALLING)), s(one(answer)), s(one(CERTIFICATE, 1))]
    assert [kind for kind, _ in facts(listen(Dtls(flow()), said))] == [
        "protected.call",
        "device.ja4",
    ]


def test_a_long_flow_is_not_followed_for_ever():
    observer = Dtls(flow())
    listen(observer, [c(record(b"sealed", kind=23, epoch=1))] * MOST_DATAGRAMS)
    assert observer.done
