"""``peppermoth see`` and ``forget`` as a user runs them: no network, no stray file, plain words."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import struct

import pytest

from tests.see.command import Command

DEVICE = "192.168.1.7"


def checksum(header):
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def datagram(source, target, sport, dport, payload):
    """An IPv4 packet with a UDP datagram in it."""
    udp = struct.pack("!HHHH", sport, dport, 8 + len(payload), 0) + payload
    addresses = bytes(map(int, (source + "." + target).split(".")))
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + addresses
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + udp


def question(name, number):
    """A clear DNS question."""
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack("!6H", number, 0x0100, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


@pytest.fixture
def capture(tmp_path):
    """A capture (raw IP) of a device that asks for three names."""
    packets = [
        datagram(DEVICE, "9.9.9.9", 40_000 + n, 53, question(f"moth-{n}.example", n))
        for n in range(3)
    ]
    frames = [
        struct.pack("<IIII", 1_790_000_000 + 60 * n, 0, len(packet), len(packet)) + packet
        for n, packet in enumerate(packets)
    ]
    path = tmp_path / "capture.pcap"
    path.write_bytes(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101) + b"".join(frames))
    return path


@pytest.fixture
def run(tmp_path):
    """Runs the command, watched, in an empty folder."""
    return Command.in_(tmp_path)


def test_a_recording_becomes_a_report_without_network_or_file(run, capture, tmp_path):
    ran = run("see", capture)
    assert ran.returncode == 0, ran.stderr
    assert "3 sites that the device looked up" in " ".join(ran.stdout.decode().split())
    assert b"moth-1.example" in ran.stdout
    assert b"written" not in ran.stderr
    assert b"SHA-256" not in ran.stdout
    assert not os.listdir(run.folder)
    assert not (run.home / "state").exists()


def test_only_the_files_that_were_asked_for_are_left(run, capture, tmp_path):
    ran = run("see", capture, "--html", "a.html", "--json", "a.json", "--helpline", "h.html")
    assert ran.returncode == 0, ran.stderr
    assert sorted(os.listdir(run.folder)) == ["a.html", "a.json", "h.html"]
    document = json.loads((run.folder / "a.json").read_bytes())
    assert document["recording"]["packets"] == 3
    assert DEVICE in document["recording"]["device"]
    digest = hashlib.sha256(capture.read_bytes()).hexdigest()
    assert document["recording"]["digest"] == digest
    assert digest in (run.folder / "a.html").read_text()
    assert b"moth-1.example" not in (run.folder / "h.html").read_bytes()
    assert run("see", capture, "--compare", "a.json").returncode == 0
    forgotten = run("forget")
    assert forgotten.stdout.count(b"Removed") == 3
    assert not os.listdir(run.folder)
    assert not os.listdir(run.home / "state")


def test_a_pipe_gives_the_same_report_as_the_file(run, capture):
    assert run("see", "-", stdin=capture.read_bytes()).stdout == run("see", capture).stdout


def test_a_compressed_recording_gives_the_same_findings(run, capture):
    packed = gzip.compress(capture.read_bytes())
    assert run("see", "-", stdin=packed).stdout == run("see", capture).stdout


@pytest.mark.parametrize(
    ("arguments", "language", "words"),
    [
        ((), "C.UTF-8", "What the line could learn"),
        ((), "ru_RU.UTF-8", "Что могли узнать на линии"),
        (("--lang", "fa"), "ru_RU.UTF-8", "آنچه خط می‌توانست دریابد"),
        ((), "xx_XX.UTF-8", "What the line could learn"),
    ],
)
def test_the_report_speaks_the_users_language(run, capture, arguments, language, words):
    ran = run("see", capture, *arguments, language=language)
    assert ran.returncode == 0, ran.stderr
    assert words in ran.stdout.decode()


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (("see",), b"", 2),
        (("see", "none.pcap"), b"", 1),
        (("see", "-"), b"", 1),
        (("see", "-"), b"not a capture at all, only words", 1),
        (("see", "none.pcap", "--compare", "none.json"), b"", 2),
        (("see", "-", "--live", "eth0"), b"", 2),
        (("see", "--live", "eth0", "--for", "long"), b"", 2),
        (("see", "none.pcap", "--lang", "xx"), b"", 2),
        (("see", "CAPTURE", "--device", "mine"), b"", 2),
        (("see", "CAPTURE", "--device", "192.0.2.250"), b"", 1),
        (("see", "--live", "moth9"), b"", 1),
    ],
)
def test_what_cannot_be_done_is_one_sentence(run, capture, arguments, stdin, code):
    ran = run(*(capture if one == "CAPTURE" else one for one in arguments), stdin=stdin)
    assert ran.returncode == code
    assert ran.stdout == b""
    said = ran.stderr.decode().strip().splitlines()
    assert len(said) == 1
    assert said[0].startswith("peppermoth: ")
    assert said[0].endswith(".")


def test_there_may_be_nothing_to_forget(run):
    assert run("forget").stdout.decode().strip() == "There is nothing to forget."
