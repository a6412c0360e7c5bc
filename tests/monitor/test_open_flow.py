"""Who is who in a flow, and its bytes on their way to an observer."""

from __future__ import annotations

import pytest

from peppermoth.monitor.observation import Endpoint, Flow, Place, Speaker
from peppermoth.monitor.open_flow import OpenFlow, source_is_client
from peppermoth.monitor.packets import Decoder
from tests.monitor.frames import ACK, FIN, RST, SYN, received, sent, tcp, udp

REQUEST = b"GET /way HTTP/1.1\r\nHost: site.example\r\n\r\n"


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (sent(6, tcp(443, 50000, flags=SYN)), True),
        (received(6, tcp(50000, 443, flags=SYN | ACK)), False),
        (sent(6, tcp(50000, 443)), True),
        (received(6, tcp(443, 50000)), False),
        (sent(6, tcp(40000, 30000)), True),
        (sent(6, tcp(30000, 40000)), False),
        (sent(17, udp(30000, 40000, b"")), True),
        (received(17, udp(53, 40000, b"")), False),
        (sent(17, udp(123, 123, b"")), True),
    ],
)
def test_the_client_is_told_by_the_syn_then_by_ports_then_by_who_spoke_first(frame, expected):
    assert source_is_client(Decoder().decode(1, frame, len(frame))) is expected


def open_flow(transport="tcp"):
    ends = (Endpoint("192.168.7.20", 50000), Endpoint("93.184.216.34", 80))
    return OpenFlow(Flow(1, transport, *ends, device_is_client=True), Place(1, 0.0))


def feed(flow, speaker, sequence, data=b"", flags=ACK, acknowledged=0, number=1):
    """What a whole segment tells."""
    place = Place(number, float(number))
    return list(flow.segment(speaker, flags, sequence, acknowledged, data, len(data), place))


def test_bytes_come_to_the_observer_in_order():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    assert not feed(flow, Speaker.CLIENT, 110, REQUEST[10:], number=2)
    told = feed(flow, Speaker.CLIENT, 100, REQUEST[:10], number=3)
    assert next((each.kind, each.value) for each in told) == ("name.http", "site.example")
    assert flow.protocol == "http"


def test_data_with_the_syn_is_read():
    flow = open_flow()
    assert feed(flow, Speaker.CLIENT, 99, REQUEST, flags=SYN)


def test_a_forged_reset_before_any_data_hides_nothing():
    """Suricata's evasion: reset and FIN in the server's name before its own answer."""
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    feed(flow, Speaker.SERVER, 500, flags=RST | ACK, number=2)
    feed(flow, Speaker.SERVER, 500, flags=FIN | ACK, number=3)
    feed(flow, Speaker.CLIENT, 100, flags=RST, number=4)
    assert flow.is_another(99)
    feed(flow, Speaker.SERVER, 499, flags=SYN | ACK, number=5)
    assert not flow.closed
    told = feed(flow, Speaker.CLIENT, 100, REQUEST, number=6)
    assert ("name.http", "site.example") in [(each.kind, each.value) for each in told]


@pytest.mark.parametrize("sequence", [50, 0x8000_0000, 2 << 20])
def test_a_reset_from_outside_the_window_hides_nothing(sequence):
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    feed(flow, Speaker.CLIENT, 100, REQUEST[:10])
    feed(flow, Speaker.CLIENT, sequence, flags=RST)
    assert not flow.closed
    told = feed(flow, Speaker.CLIENT, 110, REQUEST[10:])
    assert ("name.http", "site.example") in [(each.kind, each.value) for each in told]
    feed(flow, Speaker.CLIENT, 100 + len(REQUEST), flags=RST)
    assert flow.closed


@pytest.mark.parametrize("ends", [[(0, RST)], [(0, FIN), (1, FIN)]])
def test_a_reset_or_both_ends_close_it_and_nothing_is_wanted_then(ends):
    flow = open_flow()
    for speaker, flags in ends:
        assert not flow.closed
        feed(flow, Speaker(speaker), 5, flags=flags | ACK)
    assert flow.closed
    assert not flow.wants


def test_a_syn_with_another_number_begins_another_connection():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    assert not flow.is_another(99)
    assert flow.is_another(7777)


def test_a_syn_after_the_end_begins_another_connection_even_with_the_same_number():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    feed(flow, Speaker.CLIENT, 100, flags=RST)
    assert flow.is_another(99)


def test_where_no_syn_was_seen_only_a_closed_connection_is_followed_by_another():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, b"x")
    assert not flow.is_another(7777)
    feed(flow, Speaker.CLIENT, 100, flags=RST)
    assert flow.is_another(7777)


ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nan answer"


@pytest.mark.parametrize(
    ("request_parts", "answer_parts", "torn"),
    [
        ([REQUEST], [ANSWER], False),
        ([REQUEST[:9], REQUEST[9:]], [ANSWER], False),
        ([REQUEST[9:], REQUEST[:9]], [ANSWER], False),
        ([REQUEST[:9], None, REQUEST[20:]], [ANSWER], True),
        ([REQUEST[:9], None], [ANSWER], True),
        ([None], [ANSWER], True),
        ([REQUEST], [ANSWER[:9], None], True),
        ([REQUEST], [None], True),
    ],
)
def test_a_connection_that_lacks_bytes_is_torn(request_parts, answer_parts, torn):
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    feed(flow, Speaker.SERVER, 499, flags=SYN | ACK, acknowledged=100)
    for speaker, start, whole, parts, other in (
        (Speaker.CLIENT, 100, REQUEST, request_parts, 500),
        (Speaker.SERVER, 500, ANSWER, answer_parts, 100 + len(REQUEST)),
    ):
        for part in filter(None, parts):
            feed(flow, speaker, start + whole.index(part), part, acknowledged=other)
    ends = (100 + len(REQUEST), 500 + len(ANSWER))
    feed(flow, Speaker.CLIENT, ends[0], flags=FIN | ACK, acknowledged=ends[1])
    feed(flow, Speaker.SERVER, ends[1], flags=FIN | ACK, acknowledged=ends[0] + 1)
    assert flow.closed
    assert flow.is_torn is torn


def test_a_connection_of_which_one_side_was_recorded_is_torn():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    feed(flow, Speaker.CLIENT, 100, REQUEST, acknowledged=500)
    flow.finish()
    assert flow.is_torn


def test_a_connection_that_nobody_answered_or_that_is_older_than_the_recording_is_not_torn():
    unanswered, older = open_flow(), open_flow()
    feed(unanswered, Speaker.CLIENT, 99, REQUEST, flags=SYN)
    older.flow = older.flow._replace(opened=False)
    feed(older, Speaker.CLIENT, 7000, REQUEST, acknowledged=500)
    for flow in (unanswered, older):
        flow.finish()
        assert not flow.is_torn


def test_a_forged_reset_tears_nothing():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    feed(flow, Speaker.SERVER, 499, flags=SYN | ACK, acknowledged=100)
    feed(flow, Speaker.CLIENT, 100, REQUEST, acknowledged=500)
    feed(flow, Speaker.SERVER, 499, flags=RST | ACK, acknowledged=9000)
    flow.finish()
    assert not flow.is_torn


def test_what_is_not_wanted_any_more_may_be_missing():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 99, flags=SYN)
    flow.wants = False
    feed(flow, Speaker.CLIENT, 200, REQUEST)
    flow.finish()
    assert not flow.is_torn


def test_the_end_is_told_once():
    flow = open_flow()
    feed(flow, Speaker.CLIENT, 1, b"short")
    flow.finish()
    assert flow.finish() == []
