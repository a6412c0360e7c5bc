from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peppermoth.monitor.observe.quic import MOST_DATAGRAMS, GoogleQuic, Quic
from tests.monitor.observe.feeding import a_flow, c, facts, listen, s
from tests.wire.hellos import alpn, chrome_flight, client_hello, server_name
from tests.wire.quic_packets import (
    CONNECTION_ID,
    DRAFT_29,
    RETRY,
    SERVER_PACKETS,
    V1,
    V2,
    crypto,
    initial,
)

HELLO = client_hello([server_name(b"moth.example"), alpn(b"h3"), (43, b"\x02\x03\x04")])
LARGE = chrome_flight("chrome:stable", "moth.example")[5:]


def flow(port=443, *, device_is_client=True):
    """A flow of datagrams."""
    return a_flow(port, "udp", device_is_client=device_is_client)


@pytest.mark.parametrize(("version", "text"), [(V1, "1"), (V2, "2"), (DRAFT_29, "draft 29")])
def test_the_name_is_told(version, text):
    sni, fingerprint = listen(Quic(flow()), [c(initial(crypto(0, HELLO), version=version))])
    assert (sni.kind, sni.value) == ("name.quic", "moth.example")
    assert sni.details == {"version": text, "alpn": "h3"}
    assert (sni.rule, sni.field) == ("quic.sni", "tls.handshake.extensions_server_name")
    assert fingerprint.value.startswith("q13d0103h3_")


def test_an_answer_tells_that_the_rest_is_hidden_and_ends_it():
    observer = Quic(flow())
    told = listen(observer, [c(initial(crypto(0, HELLO))), s(SERVER_PACKETS[V1])])
    assert facts(told)[-1] == ("protected.tls", "TLS 1.3")
    assert told[-1].details == {"name": "moth.example", "protocol": "QUIC"}
    assert observer.done


@settings(deadline=None)
@given(st.lists(st.integers(1, len(LARGE) - 1), max_size=8), st.randoms(), st.booleans())
def test_a_large_hello_is_whole_in_any_order_of_pieces_and_datagrams(cuts, order, coalesced):
    edges = sorted({0, len(LARGE), *cuts})
    frames = [crypto(a, LARGE[a:b]) for a, b in itertools.pairwise(edges)]
    order.shuffle(frames)
    packets = [initial(frame, number=n, size=30) for n, frame in enumerate(frames)]
    said = [c(b"".join(packets))] if coalesced else [c(packet) for packet in packets]
    if coalesced and len(packets) > 16:
        return
    sni = listen(Quic(flow()), said)[0]
    assert sni.value == "moth.example"
    assert sni.packets == tuple(range(1, len(said) + 1))


def test_frames_of_one_packet_may_be_out_of_order():
    frames = crypto(40, HELLO[40:]) + b"\x01\x00\x00" + crypto(0, HELLO[:40])
    assert listen(Quic(flow()), [c(initial(frames))])[0].value == "moth.example"


def test_after_a_retry_the_keys_come_from_the_servers_id():
    new_id = bytes.fromhex("f067a5502a4262b5")
    said = [
        c(initial(crypto(0, HELLO[:50]))),
        s(RETRY),
        c(initial(crypto(0, HELLO), destination=new_id, token=b"token", number=1)),
    ]
    assert listen(Quic(flow()), said)[0].value == "moth.example"


def test_the_keys_stay_when_the_client_takes_the_servers_id():
    said = [
        c(initial(crypto(0, HELLO[:50]))),
        c(initial(crypto(50, HELLO[50:]), destination=b"server", key_id=CONNECTION_ID, number=1)),
    ]
    assert listen(Quic(flow()), said)[0].value == "moth.example"


def test_the_keys_come_from_the_first_id_also_where_the_client_goes_on_in_another_version():
    rest = initial(
        crypto(50, HELLO[50:]), version=V2, destination=b"server", key_id=CONNECTION_ID, number=1
    )
    sni = listen(Quic(flow()), [c(initial(crypto(0, HELLO[:50]))), c(rest)])[0]
    assert (sni.value, sni.details["version"], sni.packets) == ("moth.example", "2", (1, 2))


def test_after_version_negotiation_the_other_version_is_read():
    said = [
        c(bytes.fromhex("c0deadbeef") + b"\x04abcd\x00" + bytes(1200)),
        s(bytes.fromhex("8000000000") + b"\x00\x04abcd" + bytes.fromhex("00000001")),
        c(initial(crypto(0, HELLO))),
    ]
    assert listen(Quic(flow()), said)[0].value == "moth.example"


def test_dns_over_quic_is_noticed():
    hello = client_hello([server_name(b"dns.moth.example"), alpn(b"doq")])
    told = listen(Quic(flow(853)), [c(initial(crypto(0, hello)))])
    assert facts(told)[-1] == ("protected.dns", "doq")
    assert told[-1].certainty == "seen"


def test_a_server_of_the_device_tells_nothing():
    said = [c(initial(crypto(0, HELLO))), s(SERVER_PACKETS[V1])]
    assert listen(Quic(flow(device_is_client=False)), said) == []


def test_what_cannot_be_opened_is_passed_over_and_bounded():
    observer = Quic(flow())
    wrong = initial(crypto(0, HELLO), key_id=b"elsewhere")
    assert facts(listen(observer, [c(wrong), c(initial(crypto(0, HELLO)))], end=False))
    observer = Quic(flow())
    assert listen(observer, [c(wrong)] * MOST_DATAGRAMS) == []
    assert observer.done


def test_googles_own_quic_is_only_recognised():
    observer = GoogleQuic(flow())
    assert listen(observer, [c(b"\x0d12345678Q043\x01SNI")]) == []
    assert observer.done
