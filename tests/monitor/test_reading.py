"""A capture from end to end: what it tells, where it broke, and which file it was."""

from __future__ import annotations

import gzip
import hashlib
import random
import subprocess
import sys

import dns.message
import dns.rrset
import pytest

from peppermoth.errors import CaptureError
from peppermoth.monitor.capture import MOST_FRAMES, Capture
from peppermoth.monitor.columns import common
from peppermoth.monitor.device import Device
from peppermoth.monitor.flows import Flows
from peppermoth.monitor.kinds import KINDS
from peppermoth.monitor.problems import Kind
from peppermoth.monitor.reading import read
from peppermoth.monitor.sources import open_window
from tests.monitor import captures
from tests.monitor.frames import (
    BEGIN,
    DEVICE,
    RESOLVER,
    SITE,
    SYN,
    block,
    connection,
    enhanced,
    interface,
    ipv4,
    pcap,
    pcapng,
    received,
    section,
    sent,
    tcp,
    udp,
)
from tests.monitor.test_flows import one_by_one

REQUEST = b"GET /way HTTP/1.1\r\nHost: site.example\r\n\r\n"
FRAMES = connection(REQUEST, b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes")


def told(path, device=None):
    """Everything that a capture tells, or why it tells nothing."""
    try:
        reading = read(str(path), device)
    except CaptureError as refused:
        return str(refused)
    return list(reading), reading.packets, reading.flows, reading.problem, reading.device.names


def test_a_capture_tells_its_observations_and_then_its_sums(tmp_path):
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(FRAMES))
    reading = read(str(path), digested=True)
    found = {(each.kind, each.value): each for each in reading}
    assert found["name.http", "site.example"].packets == (4,)
    assert (reading.packets, reading.flows, reading.problem) == (len(FRAMES), 1, None)
    assert reading.device.names == (DEVICE,)
    assert reading.first == pytest.approx(BEGIN)
    assert reading.last == pytest.approx(BEGIN + (len(FRAMES) - 1) * 0.001)
    assert reading.sha256 == hashlib.sha256(pcap(FRAMES)).hexdigest()


@pytest.mark.parametrize("device", ["10.9.8.7", "2001:db8::9", "02:00:00:00:09:09"])
def test_a_device_that_is_not_in_the_capture_is_no_good_news(tmp_path, device):
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(FRAMES))
    with pytest.raises(CaptureError, match=f"belongs to the device {device}"):
        list(read(str(path), device))


def test_a_cut_capture_is_told_up_to_the_cut(tmp_path):
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(FRAMES)[:-10])
    reading = read(str(path))
    assert "name.http" in {each.kind for each in reading}
    assert reading.problem.kind is Kind.CUT_OFF
    assert reading.problem.numbers["packet"] == len(FRAMES)


def test_an_address_whose_name_was_looked_up_in_clear_is_told_with_it(tmp_path):
    query = dns.message.make_query("site.example", "A", id=7)
    answer = dns.message.make_response(query)
    answer.answer.append(dns.rrset.from_text("site.example.", 300, "IN", "A", SITE))
    lookup = [
        sent(17, udp(5000, 53, query.to_wire()), to=RESOLVER),
        received(17, udp(53, 5000, answer.to_wire()), of=RESOLVER),
    ]
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap([*lookup, sent(6, tcp(50000, 7777, seq=1, flags=SYN))]))
    contacted = [each for each in read(str(path)) if each.kind == "address.contacted"]
    assert [(each.value, each.details["host"]) for each in contacted] == [(SITE, "site.example")]


OTHER = connection(REQUEST, b"HTTP/1.1 200 OK\r\n\r\n", own_port=50001)


@pytest.mark.parametrize(
    ("frames", "snap", "cut", "torn"),
    [
        ([*FRAMES, *OTHER], 262144, 0, 0),
        ([*FRAMES, *OTHER], 80, 3, 2),
        ([*FRAMES[:3], *FRAMES[4:], *OTHER], 262144, 0, 1),
    ],
    ids=["whole", "packets cut", "a packet missing"],
)
def test_cut_packets_and_torn_connections_are_counted(tmp_path, frames, snap, cut, torn):
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(frames, snap=snap))
    reading = read(str(path))
    assert list(reading)
    assert (reading.packets_cut, reading.connections_torn) == (cut, torn)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty or too short"),
        (pcap([]), "holds no packets"),
        (pcapng([]), "holds no packets"),
        (pcap(FRAMES, link=147), r"kind of link that is not known \(link type 147\)"),
        (pcap([b"\x00" * 60]), "no IP packets"),
    ],
)
def test_what_cannot_be_reported_on_is_refused_in_a_sentence(data, sentence, tmp_path):
    path = tmp_path / "capture.pcap"
    path.write_bytes(data)
    with pytest.raises(CaptureError, match=sentence):
        read(str(path))


OTHER_HOST = bytes(6) + bytes.fromhex("0200000000990800")
OTHER_HOST += ipv4("192.168.7.99", SITE, 17, udp(5000, 443, b"of somebody else"))
BETWEEN = {
    "secrets": block(10, b"CLIENT_RANDOM "),
    "names": block(4, b"names"),
    "statistics": block(5, bytes(8)),
    "interface": interface(101),
    "section": section() + interface(),
}


@pytest.mark.parametrize("between", BETWEEN.values(), ids=BETWEEN)
def test_the_device_is_found_in_many_packets_whatever_block_is_behind_the_first(tmp_path, between):
    path = tmp_path / "capture.pcapng"
    later = b"".join(enhanced(frame, number) for number, frame in enumerate(FRAMES))
    path.write_bytes(section() + interface() + enhanced(OTHER_HOST, 0) + between + later)
    reading = read(str(path))
    assert reading.device.names == (DEVICE,)
    assert ("name.http", "site.example") in {(each.kind, each.value) for each in reading}
    assert reading.packets == len(FRAMES) + 1


@pytest.mark.parametrize("count", [1, MOST_FRAMES + 1])
@pytest.mark.parametrize("between", [b"", section()])
def test_packets_of_an_unknown_kind_of_link_are_left_out_in_a_sentence(tmp_path, count, between):
    path = tmp_path / "capture.pcapng"
    later = (enhanced(frame, n, 0 if between else 1) for n, frame in enumerate(FRAMES))
    unknown = section() + interface(220) + enhanced(b"of USB", 0) * count
    path.write_bytes(unknown + between + interface() + b"".join(later))
    reading = read(str(path))
    assert ("name.http", "site.example") in {(each.kind, each.value) for each in reading}
    assert reading.packets == len(FRAMES) + count
    assert str(reading.problem) == (
        f"Packets of a kind of link that is not known (link type 220) were left out: {count}."
    )


def test_a_pipe_is_read_like_a_file(tmp_path):
    program = (
        "from peppermoth.monitor.reading import read\n"
        "reading = read('-')\n"
        "print(sorted({each.kind for each in reading}), reading.packets)"
    )
    path = tmp_path / "capture.pcap"
    path.write_bytes(pcap(FRAMES))
    piped = subprocess.run(
        [sys.executable, "-c", program], input=pcap(FRAMES), stdout=subprocess.PIPE, check=True
    )
    kinds = sorted({each.kind for each in read(str(path))})
    assert piped.stdout.decode().strip() == f"{kinds} {len(FRAMES)}"


def followed(path, device, select):
    """What the flows of a capture tell, its packets being read in this way."""
    window, file = open_window(str(path))
    try:
        flows = Flows(device, select)
        found = [each for block in Capture(window) for each in flows.take(block)]
        return [*found, *flows.end()]
    finally:
        file.close()


def device_of(path):
    """The device of a capture, or None where there is none."""
    try:
        reading = read(str(path))
    except CaptureError:
        return None
    reading.close()
    return reading.device


def test_every_shared_capture_tells_the_same_read_as_columns_and_one_by_one():
    found = {path: device_of(path) for path in captures.shared_captures()}
    devices = {path: device for path, device in found.items() if device}
    assert len(devices) > len(found) * 0.7
    different = [
        path.name
        for path, device in devices.items()
        if followed(path, copy(device), common) != followed(path, copy(device), one_by_one)
    ]
    assert not different


def copy(device):
    """The device as it is known before a capture is read."""
    return Device(set(device.addresses), set(device.hardware))


def test_every_shared_capture_tells_only_what_rules_know():
    for path in captures.shared_captures():
        observations = told(path)[0]
        if not isinstance(observations, str):
            assert {each.kind for each in observations} <= set(KINDS), path.name


def test_packed_captures_tell_the_same(tmp_path):
    packed = tmp_path / "packed"
    for path in captures.shared_captures()[::7]:
        packed.write_bytes(gzip.compress(path.read_bytes(), 1))
        assert told(packed) == told(path), path.name


def test_damaged_captures_go_through(tmp_path):
    """Flipped bits, cuts, repeated and exchanged packets, absurd lengths."""
    chance = random.Random(20)
    damaged = tmp_path / "damaged"
    for path in captures.shared_captures():
        data = bytearray(path.read_bytes()[: 64 * 1024])
        for _ in range(1 + len(data) // 500):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.3:
            start, size = chance.randrange(len(data)), chance.randrange(400)
            data[start:start] = data[start : start + size]
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        if chance.random() < 0.3 and len(data) > 40:
            data[32:36] = chance.randbytes(4)
        damaged.write_bytes(data)
        told(damaged)
