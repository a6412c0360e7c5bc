"""Addresses, ports and lengths of packets agree with tshark's, on everybody's captures."""

from __future__ import annotations

import ipaddress
import struct
import subprocess

from peppermoth.errors import CaptureError
from peppermoth.monitor.capture import Capture
from peppermoth.monitor.packets import TCP, UDP, Decoder, Packet
from peppermoth.monitor.sources import open_window
from tests.monitor.captures import shared_captures
from tests.monitor.frames import block, interface, section
from tests.peers import find

FIELDS = [
    "ip.src",
    "ip.dst",
    "ipv6.src",
    "ipv6.dst",
    "tcp.srcport",
    "tcp.dstport",
    "udp.srcport",
    "udp.dstport",
    "tcp.len",
    "frame.protocols",
]

READ_FURTHER = ("icmp", "icmpv6", "sflow", "pim", "cfp", "cmd", "avsp")
"""Where tshark shows quoted and sampled packets, and those behind tags of switches."""


def frames_of(path):
    """The frames of a capture with link type and original length; none if it is none."""
    window, file = open_window(str(path))
    try:
        for found in Capture(window):
            for number in range(len(found)):
                original, link = int(found.original[number]), int(found.links[number])
                yield found.frame(number), original, link
    except CaptureError:
        pass
    finally:
        file.close()


def joined(frames, path):
    """One capture of many, so that one tshark reads them all."""
    links = sorted({link for _, _, link in frames})
    with path.open("wb") as out:
        out.write(section() + b"".join(map(interface, links)))
        for frame, original, link in frames:
            header = struct.pack("<IIIII", links.index(link), 0, 0, len(frame), original)
            out.write(block(6, header + frame))


def as_tshark_has_it(packet):
    """Addresses, ports and length of a packet, as in the fields."""
    ports = (packet.source_port, packet.destination_port) if packet.header else ()
    length = (packet.length,) if packet.protocol == TCP and packet.header else ()
    return packet.source, packet.destination, *ports, *length


def of_tshark(fields, packet):
    """The same of tshark's row."""
    at = 0 if len(packet.source) == 4 else 2
    ends = [ipaddress.ip_address(text).packed for text in fields[at : at + 2] if text]
    ports = {TCP: fields[4:6], UDP: fields[6:8]}.get(packet.protocol)
    if not packet.header:
        return tuple(ends)
    if ports is None:
        return *ends, packet.source_port, packet.destination_port
    length = (int(fields[8] or -1),) if packet.protocol == TCP else ()
    return *ends, *(int(port or -1) for port in ports), *length


def test_packets_agree_with_tshark(tmp_path):
    tshark = find("tshark")
    frames = [frame for path in shared_captures() for frame in frames_of(path)]
    frames = [frame for frame in frames if frame[2] in (0, 1, 9, 101, 104, 113, 228, 229, 276)]
    path = tmp_path / "all.pcapng"
    joined(frames, path)
    command = [tshark, "-n", "-r", path, "-T", "fields", "-E", "occurrence=l"]
    command += [part for field in FIELDS for part in ("-e", field)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    rows = [line.split("\t") for line in ran.stdout.splitlines()]
    assert len(rows) == len(frames)

    decoder, different = Decoder(), []
    for (frame, original, link), fields in zip(frames, rows, strict=True):
        protocols = fields[-1].split(":")
        if set(protocols) & set(READ_FURTHER):
            continue
        packet = decoder.decode(link, frame, original)
        if not isinstance(packet, Packet):
            if fields[0] or fields[2]:
                different.append(fields[-1])
        elif as_tshark_has_it(packet) != of_tshark(fields, packet):
            different.append(fields[-1])
    # What is left is malformed: tshark shows what it can of a header that cannot be.
    assert len(different) < len(frames) * 0.002, different
