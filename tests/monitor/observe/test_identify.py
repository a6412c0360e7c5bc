"""Which observer follows a flow, and how flows turn into others."""

from __future__ import annotations

from peppermoth.monitor.observation import Endpoint, Flow, Place, Speaker
from peppermoth.monitor.observe.identify import (
    DEEPEST,
    FIRST_PIECES,
    Following,
    hand_over,
    identify,
    replay,
    server_ports,
)
from peppermoth.monitor.observe.table import named
from peppermoth.monitor.transcript import Transcript

REQUEST = b"GET / HTTP/1.1\r\nHost: site.example\r\n\r\n"
HERE = Place(1, 0.0)


def flow(transport="tcp", port=80):
    ends = (Endpoint("192.168.7.20", 50000), Endpoint("93.184.216.34", port))
    return Flow(1, transport, *ends, device_is_client=True)


def test_first_bytes_decide_before_the_port():
    assert identify("tcp", 12345, REQUEST, b"").name == "http"
    assert identify("tcp", 53, REQUEST, b"").name == "http"


def test_a_port_decides_where_its_row_does_not_look():
    assert identify("tcp", 23, b"?", b"").name == "telnet"
    assert identify("udp", 23, b"?", b"") is None


def test_what_nothing_fits_is_unknown():
    assert identify("tcp", 7777, b"\x00nothing", b"") is None


def test_ports_of_servers_are_known():
    assert 5432 in server_ports("tcp")
    assert 5432 not in server_ports("udp")


def test_bytes_are_held_until_a_row_fits_and_keep_their_packets():
    following = Following(flow(port=9999))
    told = []
    for number, byte in enumerate((REQUEST[:2], REQUEST[2:4], REQUEST[4:])):
        told += following.receive(Speaker.CLIENT, byte, Place(number + 1, 0.0))
    assert following.protocol == "http"
    assert any(each.value == "site.example" for each in told)


def test_a_flow_that_no_row_fits_is_given_up_after_some_pieces():
    following = Following(flow("udp", 9999))
    for number in range(FIRST_PIECES):
        assert not following.done
        following.receive(Speaker.CLIENT, b"\x00\x00\x00", Place(number + 1, 0.0))
    assert following.done
    assert following.protocol == ""
    assert list(following.end()) == []


def test_bytes_lost_before_a_row_fits_are_a_gap_for_its_observer():
    following = Following(flow())
    following.receive(Speaker.CLIENT, b"GE", HERE)
    following.gap(Speaker.CLIENT)
    assert not list(following.receive(Speaker.CLIENT, b"T is what follows", HERE))
    assert following.protocol == ""
    following.gap(Speaker.CLIENT)
    told = following.receive(Speaker.CLIENT, REQUEST, HERE)
    assert any(each.value == "site.example" for each in told)


def test_further_bytes_are_recognised_anew_behind_a_hand_over():
    inner = hand_over(flow(port=1080), "socks", port=80)
    (told, *_) = inner.receive(Speaker.CLIENT, REQUEST, HERE)
    assert told.flow.outer == ("socks",)


def test_a_known_protocol_is_handed_over_to_directly():
    inner = hand_over(flow(), "smtp", protocol="http")
    assert type(inner) is type(named("http").observe(flow()))


def test_hand_overs_have_an_end():
    nested = flow()
    for _ in range(DEEPEST):
        inner = hand_over(nested, "socks")
        assert not inner.done
        nested = Flow(**{field: getattr(nested, field) for field in ("number", "transport")},
                      client=nested.client, server=nested.server, device_is_client=True,
                      outer=(*nested.outer, "socks"))  # fmt: skip
    assert hand_over(nested, "socks").done
    assert list(hand_over(nested, "socks").receive(Speaker.CLIENT, REQUEST, HERE)) == []


def test_what_a_transcript_holds_is_replayed_packet_by_packet():
    held = Transcript()
    held.append(b"xx" + REQUEST[:10], (3,), 0.0)
    held.append(REQUEST[10:], (4,), 0.0)
    held.consume(2)
    told = list(replay(hand_over(flow(), "socks", port=80), Speaker.CLIENT, held))
    assert any(set(each.packets) == {3, 4} for each in told)
    assert len(held) == 0
