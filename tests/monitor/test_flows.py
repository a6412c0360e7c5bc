"""Whichever way packets are read, the device's flows are the same; other hosts are not read."""

from __future__ import annotations

import ipaddress

import pytest

from peppermoth.monitor import flows, ledger, open_flow
from peppermoth.monitor.columns import common
from peppermoth.monitor.device import Device
from peppermoth.monitor.flows import Flows
from peppermoth.monitor.observation import Endpoint, Speaker
from peppermoth.monitor.observe import FrameKind
from tests.monitor.frames import (
    ACK,
    DEVICE,
    DEVICE_HARDWARE,
    RST,
    SITE,
    SYN,
    connection,
    ethernet,
    ipv4,
    received,
    sent,
    tcp,
    udp,
)
from tests.monitor.test_columns import block_of


class Kept:
    """An observer of anything that keeps what it is shown."""

    protocol = "kept"
    done = False

    def __init__(self, flow=None):
        self.flow = flow
        self.seen = []

    def receive(self, *what):
        self.seen.append(what)
        return ()

    def leave_out(self, speaker):
        return 0

    def gap(self, speaker):
        self.seen.append((speaker, None))

    def end(self):
        self.seen.append("end")
        return ()


class Followed:
    """The flows of some frames, with everything that observers were shown."""

    def __init__(self, monkeypatch, select=common):
        self.by_flow = []
        monkeypatch.setattr(open_flow, "Following", self.follow)
        self.frames, self.openings, self.shapes = Kept(), Kept(), Kept()
        monkeypatch.setattr(flows, "frame_observers", lambda: [self.frames])
        monkeypatch.setattr(flows, "opening_observers", lambda: [self.openings])
        monkeypatch.setattr(flows, "shape_observers", lambda: [self.shapes])
        device = Device({ipaddress.ip_address(DEVICE).packed}, {DEVICE_HARDWARE})
        self.flows = Flows(device, select)

    def follow(self, flow):
        self.by_flow.append(Kept(flow))
        return self.by_flow[-1]

    def take(self, *pieces, link=1):
        """Follow these frames to their end."""
        self.flows.take(block_of(pieces, link))
        self.flows.end()
        return self

    def bytes_of(self, number, speaker):
        """What one side of a flow said."""
        seen = [what for what in self.by_flow[number].seen if what != "end"]
        return b"".join(what[1] or b"?" for what in seen if what[0] is speaker)

    @property
    def everything(self):
        """All that was shown, to compare."""
        by_flow = [(kept.flow, kept.seen) for kept in self.by_flow]
        return by_flow, self.frames.seen, self.openings.seen, self.shapes.seen


def one_by_one(block):
    """Select no packet: all are decoded."""
    return common(block).part(0, 0)


@pytest.fixture
def follow(monkeypatch):
    def make(*pieces, link=1):
        by_column = Followed(monkeypatch).take(*pieces, link=link)
        decoded = Followed(monkeypatch, one_by_one).take(*pieces, link=link)
        assert by_column.everything == decoded.everything
        return by_column

    return make


def test_a_connection_is_followed_from_its_opening_to_its_end(follow):
    seen = follow(*connection(b"request" * 300, b"answer" * 900))
    (kept,) = seen.by_flow
    assert kept.flow.client == Endpoint(DEVICE, 50000)
    assert kept.flow.server == Endpoint(SITE, 80)
    assert kept.flow.device_is_client
    assert seen.bytes_of(0, Speaker.CLIENT) == b"request" * 300
    assert seen.bytes_of(0, Speaker.SERVER) == b"answer" * 900
    assert [what[0].flow for what in seen.openings.seen[:-1]] == [kept.flow]  # the SYN alone
    assert kept.seen[-1] == "end"


def test_every_packet_is_counted_also_those_not_looked_at(follow):
    pieces = connection(b"request", b"answer" * 900)
    seen = follow(*pieces)
    ((summary,), _) = seen.shapes.seen
    assert sum(summary.volume.packets) == len(pieces)
    assert sum(summary.volume.octets) == sum(len(piece) - 14 for piece in pieces)
    assert summary.last.packet == len(pieces)


def test_all_packets_of_an_aggregated_frame_are_followed_and_counted(follow):
    frame = b"\x88\x01\0\0" + bytes(6) + DEVICE_HARDWARE + bytes(6 + 2) + b"\x80\0"
    for text in (b"four", b"five"):
        packet = b"\xaa\xaa\x03\0\0\0\x08\0" + ipv4(DEVICE, SITE, 17, udp(50000, 443, text))
        frame += bytes(6) + DEVICE_HARDWARE + len(packet).to_bytes(2, "big") + packet + bytes(2)
    seen = follow(frame, link=105)
    assert seen.bytes_of(0, Speaker.CLIENT) == b"fourfive"
    ((summary,), _) = seen.shapes.seen
    assert summary.volume.packets[0] == 2


def test_other_hosts_and_their_groups_are_not_followed(follow):
    other = ipv4("192.168.7.30", SITE, 17, udp(1, 53, b"theirs"))
    group = ipv4("192.168.7.30", "224.0.0.251", 17, udp(5353, 5353, b"theirs"))
    stranger = bytes.fromhex("020000000030")
    pieces = [ethernet(packet) for packet in (other, group)]
    pieces = [piece[:6] + stranger + piece[12:] for piece in pieces]
    arp = pieces[0][:12] + b"\x08\x06" + bytes(28)
    assert follow(*pieces, arp).by_flow == []


def test_what_the_device_itself_tells_the_link_is_shown(follow):
    seen = follow(ethernet(bytes(28), kind=0x0806), sent(17, udp(1, 53, b"x")))
    kinds = [frame.kind for (frame,) in seen.frames.seen[:-1]]
    assert kinds == [FrameKind.HARDWARE_ADDRESS, FrameKind.ARP, FrameKind.ADDRESS]
    assert all(frame.from_device for (frame,) in seen.frames.seen[:-1])


def test_each_address_of_the_device_is_shown_once_whatever_it_is_used_for(follow):
    six = "2001:db8::1:f218:98ff:feaa:bbcc"
    datagrams = [sent(17, udp(port, 53, b"x"), to="2001:db8::53", device=six) for port in (1, 2)]
    seen = follow(*datagrams, sent(17, udp(1, 53, b"x")))
    addresses = [f.data for (f,) in seen.frames.seen[:-1] if f.kind is FrameKind.ADDRESS]
    assert addresses == [ipaddress.ip_address(address).packed for address in (six, DEVICE)]


def test_a_server_on_the_device_is_not_the_client(follow):
    seen = follow(
        received(6, tcp(40000, 22, seq=1, flags=SYN)),
        sent(6, tcp(22, 40000, seq=1, ack=2, flags=SYN | ACK)),
    )
    (kept,) = seen.by_flow
    assert kept.flow.server == Endpoint(DEVICE, 22)
    assert not kept.flow.device_is_client


def test_the_same_ports_again_are_another_flow_and_counted_apart(follow):
    again = connection(b"second", b"answer", own_port=50000)
    again[0] = sent(6, tcp(50000, 80, seq=777000, flags=SYN))
    first = connection(b"first", b"answer", own_port=50000)
    seen = follow(*first, *again)
    assert [kept.flow.number for kept in seen.by_flow] == [1, 2]
    counted = [sum(what[0].volume.packets) for what in seen.shapes.seen[:-1]]
    assert counted == [len(first), len(again)]


def test_fragments_and_tunnels_are_flows_of_the_device_too(follow):
    whole = udp(4000, 53, bytes(800))
    pieces = [
        ethernet(ipv4(DEVICE, SITE, 17, whole[:400], more=True, identification=3)),
        ethernet(ipv4(DEVICE, SITE, 17, whole[400:], offset=400, identification=3)),
        sent(47, b"\0\0\x08\0" + ipv4("10.8.0.2", "10.8.0.1", 6, tcp(5000, 80, b"inside"))),
    ]
    seen = follow(*pieces)
    assert seen.bytes_of(0, Speaker.CLIENT) == bytes(800)
    assert seen.by_flow[1].flow.outer == ("gre",)
    assert seen.by_flow[1].flow.device_is_client


def test_other_protocols_are_flows_without_ports(follow):
    seen = follow(sent(50, b"sealed"), received(50, b"sealed too"))
    (kept,) = seen.by_flow
    assert (kept.flow.transport, kept.flow.client.port) == ("esp", 0)
    assert seen.bytes_of(0, Speaker.SERVER) == b"sealed too"


def test_what_no_longer_tells_anything_is_only_counted(monkeypatch):
    followed = Followed(monkeypatch)
    pieces = [sent(17, udp(1, 9, bytes([n % 256]))) for n in range(3 * flows.AT_ONCE)]
    monkeypatch.setattr(Kept, "done", property(lambda kept: len(kept.seen) >= 3), raising=True)
    followed.take(*pieces)
    assert len(followed.by_flow[0].seen) == 4
    ((summary,), _) = followed.shapes.seen
    assert summary.volume.packets == (len(pieces), 0)


def test_open_flows_are_bounded(monkeypatch):
    monkeypatch.setattr(ledger, "MOST_OPEN", 50)
    followed = Followed(monkeypatch)
    pieces = [sent(17, udp(n % 60000 + 1, 9, b"x")) for n in range(2 * flows.AT_ONCE)]
    followed.flows.take(block_of(pieces))
    assert len(followed.shapes.seen) >= len(pieces) - 50
    followed.flows.end()
    assert len(followed.shapes.seen) == len(pieces) + 1


def test_an_address_without_a_known_protocol_is_told(monkeypatch):
    device = Device({ipaddress.ip_address(DEVICE).packed})
    following = Flows(device)
    told = following.take(block_of([sent(6, tcp(50000, 7777, seq=1, flags=SYN))]))
    told += following.end()
    contacted = [each for each in told if each.kind == "address.contacted"]
    assert [(each.value, each.details["port"]) for each in contacted] == [(SITE, "7777")]
    assert contacted[0].packets == (1,)


@pytest.mark.parametrize(
    ("port", "said"),
    [(443, b"\x17\x03\x03\0\x40" + bytes(64)), (3389, bytes.fromhex("0300000b06e00000000000"))],
    ids=["tls that is older than the capture", "rdp that says no more"],
)
def test_of_a_connection_that_told_nothing_the_address_is_told(port, said):
    following = Flows(Device({ipaddress.ip_address(DEVICE).packed}))
    told = following.take(block_of([sent(6, tcp(50000, port, said, seq=1))])) + following.end()
    assert ("address.contacted", SITE) in {(each.kind, each.value) for each in told}


def test_a_group_is_no_address_that_was_contacted():
    following = Flows(Device({ipaddress.ip_address(DEVICE).packed}))
    told = following.take(block_of([sent(17, udp(50000, 7777, b"moth"), to="239.1.2.3")]))
    told += following.end()
    assert "address.contacted" not in {each.kind for each in told}


def test_a_reset_ends_a_flow(follow):
    seen = follow(*connection(b"x", b"y")[:4], received(6, tcp(80, 50000, flags=RST)))
    assert seen.by_flow[0].seen[-1] == "end"


def test_the_same_ports_again_are_read_after_a_flow_of_an_earlier_batch(monkeypatch):
    first = [*connection(b"x", b"y")[:1], sent(6, tcp(50000, 80, seq=1001, flags=RST))]
    between = [sent(17, udp(53, 53, b"x"))] * flows.AT_ONCE
    again = connection(b"second", b"answer", own_port=50000)
    seen = Followed(monkeypatch).take(*first, *between, *again)
    assert seen.bytes_of(-1, Speaker.CLIENT) == b"second"


@pytest.mark.parametrize(
    ("message", "contacted"),
    [(b"\x08\0", True), (b"\x03\x03", False), (b"\x0b\0", False)],
    ids=["ping", "unreachable", "too far"],
)
def test_of_icmp_only_a_ping_is_a_contact(message, contacted):
    following = Flows(Device({ipaddress.ip_address(DEVICE).packed}))
    told = following.take(block_of([sent(1, message + bytes(30))])) + following.end()
    assert ("address.contacted" in {each.kind for each in told}) == contacted
