"""What counting tells: presence, calls, services; and what only resembles them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observation import Certainty, Place
from peppermoth.monitor.observe import FlowSummary, Volume
from peppermoth.monitor.observe.shape import (
    PAUSE,
    SHORTEST_CALL,
    Calls,
    OpenTunnels,
    Presence,
    Served,
)
from peppermoth.monitor.reading import read
from tests.monitor.frames import connection, pcap, received, sent, udp
from tests.monitor.observe.feeding import a_flow, facts

BEGIN = 1_700_000_000.0


def summary(
    *spans, begin=BEGIN, step=10, transport="udp", protocol="", flow=None, port=4000, last=None
):
    """A flow with one volume a span; None for a span without packets."""
    series = tuple((begin + step * number, volume) for number, volume in enumerate(spans) if volume)
    end = begin + step * len(spans) if last is None else last
    total = Volume(
        tuple(sum(volume.packets[side] for _, volume in series) for side in (0, 1)),
        tuple(sum(volume.octets[side] for _, volume in series) for side in (0, 1)),
    )
    return FlowSummary(
        *(flow or a_flow(port, transport), Place(1, begin), Place(99, end), total, step, series),
        protocol,
    )


def volume(packets, size, packets_back=None, size_back=None):
    back = packets if packets_back is None else packets_back
    return Volume((packets, back), (packets * size, back * (size_back or size)))


VOICE = volume(500, 160)


def tell(observer, *summaries):
    told = [one for each in summaries for one in observer.receive(each)]
    return [*told, *observer.end()]


def test_activity_without_a_long_pause_is_one_span():
    told = tell(Presence(), summary(VOICE), summary(VOICE, begin=BEGIN + PAUSE))
    assert [one.value for one in told] == [f"{BEGIN:.0f} {BEGIN + PAUSE + 10:.0f}"]
    assert told[0].certainty is Certainty.LIKELY
    assert told[0].packets == (1, 99)


def test_a_recording_without_times_tells_no_presence():
    assert tell(Presence(), summary(VOICE, begin=0.0, last=0.0)) == []


def test_a_long_pause_parts_spans():
    later = BEGIN + PAUSE + 11
    told = tell(Presence(), summary(VOICE, begin=later), summary(VOICE))
    assert [one.value for one in told] == [
        f"{BEGIN:.0f} {BEGIN + 10:.0f}",
        f"{later:.0f} {later + 10:.0f}",
    ]


def test_a_pause_inside_one_flow_parts_spans_too():
    assert len(tell(Presence(), summary(VOICE, *[None] * 100, VOICE))) == 2


def test_what_others_send_is_not_the_devices_activity():
    assert not tell(Presence(), summary(volume(0, 0, 5, 100)))


@given(st.lists(st.floats(0, 50_000), max_size=12), st.randoms())
def test_spans_do_not_depend_on_the_order_in_which_flows_end(begins, source):
    flows = [summary(VOICE, begin=BEGIN + begin // 10 * 10) for begin in begins]
    expected = [one.value for one in tell(Presence(), *flows)]
    source.shuffle(flows)
    assert [one.value for one in tell(Presence(), *flows)] == expected


@pytest.mark.parametrize("protocol", ["", "quic", "stun", "wireguard"])
def test_even_small_packets_both_ways_are_possibly_a_call(protocol):
    (told,) = tell(Calls(), summary(*[VOICE] * 6, protocol=protocol))
    assert (told.kind, told.value) == ("use.call_shape", "60")
    assert told.certainty is Certainty.POSSIBLE
    assert told.details == {"sent": str(6 * 80_000), "received": str(6 * 80_000)}


@pytest.mark.parametrize(
    "spans",
    [
        [VOICE] * int(SHORTEST_CALL / 10),
        [volume(300, 52, 900, 1400)] * 6,
        [volume(900, 1400, 450, 52)] * 6,
        [volume(500, 160, 20, 60)] * 6,
        [volume(20, 200)] * 6,
        [volume(5000, 160)] * 6,
        [volume(150, 160), volume(900, 160)] * 6,
        [VOICE, VOICE, None] * 6,
    ],
    ids=["short", "download", "upload", "one way", "rare", "too many", "uneven", "with pauses"],
)
def test_other_flows_are_no_calls(spans):
    assert not tell(Calls(), summary(*spans))


@pytest.mark.parametrize("protocol", ["dns", "http", "bittorrent-udp"])
def test_what_is_known_to_be_something_else_is_no_call(protocol):
    assert not tell(Calls(), summary(*[VOICE] * 6, protocol=protocol))


def test_acknowledgements_of_tcp_are_no_voice():
    assert not tell(Calls(), summary(*[volume(300, 52)] * 6, transport="tcp", protocol="tls"))


def theirs(**changes):
    return a_flow(8080, device_is_client=False)._replace(**changes)


def test_a_service_that_answered_others_is_told_once():
    answered = summary(volume(5, 200, 5, 900), flow=theirs())
    told = tell(Served(), answered, answered)
    assert facts(told) == [("use.server", "tcp at port 8080")]
    assert told[0].details == {"port": "8080"}


@pytest.mark.parametrize(
    "flow_summary",
    [
        summary(volume(3, 60, 3, 40), flow=theirs()),
        summary(volume(3, 60, 1, 900), flow=theirs()),
        summary(volume(5, 200, 5, 900), flow=theirs(opened=False)),
        summary(volume(5, 200, 5, 900), transport="tcp"),
        summary(volume(5, 200, 5, 900), flow=theirs(transport="udp")),
    ],
    ids=["refused", "one packet", "middle", "own connection", "datagrams"],
)
def test_a_refusal_and_the_devices_own_connections_are_no_service(flow_summary):
    assert not tell(Served(), flow_summary)


@pytest.mark.parametrize(("layer", "name"), [("teredo", "Teredo"), ("ah", "IPsec (AH)")])
def test_a_tunnel_that_hides_nothing_is_told_once(layer, name):
    flow = a_flow()._replace(outer=(layer,))
    told = tell(OpenTunnels(), summary(VOICE, flow=flow), summary(VOICE, flow=flow), summary(VOICE))
    assert facts(told) == [("use.service", name)]


def test_a_recorded_call_is_told_with_its_length_and_a_download_is_not(tmp_path):
    voice = bytes(range(160))
    said = (sent(17, udp(40000, 41000, voice)), received(17, udp(41000, 40000, voice)))
    call = [frame for _ in range(4000) for frame in said]
    download = connection(b"GET / HTTP/1.1\r\n\r\n", bytes(1_000_000), size=1400)
    for name, frames, expected in (("call", call, 70), ("download", download, 0)):
        path = tmp_path / name
        path.write_bytes(pcap(frames, step=0.01))
        told = [one.value for one in read(str(path)) if one.kind == "use.call_shape"]
        assert sum(map(int, told)) == expected
