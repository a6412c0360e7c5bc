"""Captures in every form give the same frames; broken ones as much as can be read."""

from __future__ import annotations

import gzip
import random
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import CaptureError
from peppermoth.monitor import capture
from peppermoth.monitor.capture import LATEST, MOST_FRAMES, Capture
from peppermoth.monitor.sources import SMALLEST, open_window
from tests.monitor import frames
from tests.monitor.frames import BEGIN, block, enhanced, interface, option, pcap, pcapng, section

FRAMES = [bytes([n]) * (60 + n) for n in range(20)]


def read(data, tmp_path):
    """The frames with their times, and what was the problem."""
    path = tmp_path / "capture"
    path.write_bytes(data)
    window, file = open_window(str(path))
    try:
        shown = Capture(window)
        found = [
            (block.first + n, block.frame(n), int(block.original[n]), float(block.times[n]))
            for block in shown
            for n in range(len(block))
        ]
    finally:
        file.close()
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))
    return found, str(shown.problem or "")


@pytest.mark.parametrize(
    "data",
    [
        pcap(FRAMES),
        pcap(FRAMES, order=">"),
        pcap(FRAMES, nanoseconds=True),
        pcap(FRAMES, order=">", nanoseconds=True),
        pcapng(FRAMES),
        pcapng(FRAMES, order=">"),
        gzip.compress(pcap(FRAMES)),
        gzip.compress(pcapng(FRAMES)[:50]) + gzip.compress(pcapng(FRAMES)[50:]),
    ],
    ids=[
        "pcap",
        "big-endian",
        "nano",
        "nano-big-endian",
        "pcapng",
        "pcapng-big-endian",
        "gzip",
        "gzip-members",
    ],
)
def test_every_form_gives_the_same_frames(data, tmp_path):
    found, problem = read(data, tmp_path)
    assert [frame for _, frame, _, _ in found] == FRAMES
    assert [time for *_, time in found] == pytest.approx([BEGIN + n * 0.001 for n in range(20)])
    assert not problem


def test_a_short_snap_length_keeps_the_length_on_the_line(tmp_path):
    found, _ = read(pcap(FRAMES, snap=64), tmp_path)
    assert [(len(frame), size) for _, frame, size, _ in found][18:] == [(64, 78), (64, 79)]


def test_clocks_of_interfaces_have_their_units_and_offsets(tmp_path):
    data = (
        section()
        + interface(1, option(9, b"\x03"))
        + interface(101, option(9, b"\x8a"), option(14, struct.pack("<q", 1000)))
        + enhanced(b"a" * 20, 5000, 0)
        + enhanced(b"b" * 20, 2048, 1)
    )
    found, _ = read(data, tmp_path)
    assert [time for *_, time in found] == [5.0, 1002.0]


def test_simple_and_obsolete_packets_and_further_sections_are_read(tmp_path):
    simple = block(3, struct.pack("<I", 40) + b"s" * 30)
    obsolete = block(2, struct.pack(">HHIIII", 0, 0, 0, 7_000_000, 20, 20) + b"o" * 20, order=">")
    data = (
        section()
        + interface(snap=30)
        + enhanced(b"e" * 20, 3_000_000)
        + simple
        + section(order=">")
        + interface(order=">")
        + obsolete
    )
    found, problem = read(data, tmp_path)
    assert [entry[1:] for entry in found] == [
        (b"e" * 20, 20, 3.0),
        (b"s" * 30, 40, 3.0),
        (b"o" * 20, 20, 7.0),
    ]
    assert not problem


def test_secrets_names_and_unknown_blocks_are_passed_however_large(tmp_path):
    large = block(10, b"CLIENT_RANDOM " + bytes(2 * SMALLEST))
    data = section() + large + interface() + block(4, b"names") + enhanced(b"x" * 20, 0) + large
    found, problem = read(data, tmp_path)
    assert len(found) == 1
    assert not problem


OTHERS = (
    block(4, b"names of hosts"),
    block(5, bytes(8)),
    block(10, b"CLIENT_RANDOM " + bytes(50)),
    block(0xBAD, b"\0\0\0\1custom"),
    block(0x0A0D0D0B, b""),
)
LINKS = (1, 101, 147)
SPANS = st.one_of(
    st.integers(0, 2**16).map(lambda number: ("packet", number)),
    st.sampled_from(OTHERS).map(lambda other: ("other", other)),
    st.sampled_from(LINKS).map(lambda link: ("interface", link)),
    st.sampled_from("<>").map(lambda order: ("section", order)),
)


@given(st.lists(SPANS, max_size=40), st.integers(24, 100))
def test_other_blocks_between_packets_change_nothing(tmp_path_factory, spans, snap):
    """Names, statistics, secrets, custom blocks, interfaces and sections, in any order.

    The first packet in a section is an enhanced one, then enhanced and simple ones alternate.
    """
    data, expected, links, order, ends = [section(), interface(1, snap=snap)], [], [1], "<", 0
    simple = False
    for kind, what in spans:
        if kind == "packet":
            frame = struct.pack(">I", what) * 20
            number = 0 if simple else what % len(links)
            kept = frame[:snap] if simple else frame
            time = expected[-1][2] if simple else float(what)
            expected.append((kept, links[number], time))
            data.append(
                block(3, struct.pack(order + "I", len(frame)) + kept, order=order)
                if simple
                else enhanced(frame, what * 10**6, number, order=order)
            )
            simple = not simple
        elif kind == "other":
            data.append(swapped(what) if order == ">" else what)
        elif kind == "interface":
            links.append(what)
            data.append(interface(what, order=order))
        else:
            ends += what != order
            links, order, simple = [1], what, False
            data += [section(order=order), interface(order=order, snap=snap)]
    path = tmp_path_factory.mktemp("blocks") / "capture"
    path.write_bytes(b"".join(data))
    window, file = open_window(str(path))
    try:
        reader = Capture(window)
        counts, found = [], []
        for shown in reader:
            counts.append(len(shown))
            columns = zip(shown.links.tolist(), shown.times.tolist(), strict=True)
            found += [(shown.frame(n), *column) for n, column in enumerate(columns)]
    finally:
        file.close()
    assert found == expected
    assert len(counts) <= 1 + ends, "only the other byte order ends a block"
    unread = [link for _, link, _ in expected].count(147)
    left_out = f"(link type 147) were left out: {unread}." if unread else ""
    assert str(reader.problem or "").endswith(left_out)
    assert bool(reader.problem) == bool(unread)


def swapped(other):
    """A block in the other byte order; what it holds is of no matter."""
    return block(struct.unpack_from("<I", other)[0], other[8:-4], order=">")


def test_a_packet_of_an_interface_that_is_described_later_is_damage(tmp_path):
    first = section() + interface() + enhanced(b"x" * 20, 0)
    for later in (interface(), section() + interface()):
        found, problem = read(first + enhanced(b"y" * 20, 0, 1) + later, tmp_path)
        assert len(found) == 1
        assert f"damaged at packet 2, byte {len(first)}" in problem


def test_interfaces_beyond_a_number_are_not_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(capture, "MOST_INTERFACES", 3)
    begin = section() + interface() * 5 + enhanced(b"x" * 20, 0, 2)
    found, problem = read(begin + enhanced(b"x" * 20, 0, 3), tmp_path)
    assert len(found) == 1
    assert "damaged at packet 2" in problem


def test_a_block_of_another_kind_that_is_cut_off_is_told(tmp_path):
    for kind in (1, 4, 10):
        found, problem = read(pcapng(FRAMES) + block(kind, bytes(2 * SMALLEST))[:-5], tmp_path)
        assert len(found) == len(FRAMES)
        assert "cut off in packet 21, byte " in problem


@pytest.mark.parametrize("make", [pcap, pcapng])
@given(cut=st.integers(1, 1500))
def test_a_cut_capture_gives_what_came_before_and_says_where(tmp_path_factory, make, cut):
    data = make(FRAMES)
    found, problem = read(data[:-cut], tmp_path_factory.mktemp("cut"))
    assert [frame for _, frame, _, _ in found] == FRAMES[: len(found)]
    at_edge = sum(len(make([frame])) - len(make([])) for frame in FRAMES[len(found) :]) == cut
    assert (f"cut off in packet {len(found) + 1}, byte " in problem) != at_edge


@pytest.mark.timeout(10)
@pytest.mark.parametrize("make", [pcap, pcapng])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.8, 0.95])
def test_a_packed_capture_that_is_cut_ends_with_a_sentence(make, part, tmp_path):
    many = [random.Random(n).randbytes(60) for n in range(2000)]
    packed = gzip.compress(make(many))
    found, problem = read(packed[: int(len(packed) * part)], tmp_path)
    assert [frame for _, frame, _, _ in found] == many[: len(found)]
    assert 0 < len(found) < len(many)
    assert problem == "The compressed file ends too early."


def test_an_absurd_length_is_told_with_packet_and_byte(tmp_path):
    data = pcap(FRAMES[:3]) + struct.pack("<IIII", 0, 0, 1 << 30, 1 << 30) + bytes(100)
    found, problem = read(data, tmp_path)
    assert len(found) == 3
    assert f"damaged at packet 4, byte {len(pcap(FRAMES[:3]))}" in problem


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (struct.pack("<II", 6, 2**31), "a length is absurd"),
        (struct.pack("<II", 6, 8), "a length is absurd"),
        (struct.pack("<II", 9, 13), "a length is absurd"),
        (enhanced(b"x" * 20, 0, number=7), "a packet is of no interface"),
        (block(6, struct.pack("<IIIII", 0, 0, 0, 999, 999) + bytes(20)), "a length is absurd"),
        (
            b"\x0a\x0d\x0d\x0a" + struct.pack("<II", 28, 0) + bytes(16),
            "a section has no byte order",
        ),
    ],
    ids=["huge", "tiny", "odd", "no interface", "longer than block", "no byte order"],
)
def test_a_damaged_pcapng_block_ends_the_reading_with_a_sentence(broken, why, tmp_path):
    begin = pcapng(FRAMES[:2])
    found, problem = read(begin + broken + bytes(40), tmp_path)
    assert len(found) == 2
    assert f"damaged at packet 3, byte {len(begin)}: {why}." in problem


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty or too short"),
        (b"\xd4\xc3", "empty or too short"),
        (b"%PDF-1.7 and so on", "not a capture"),
        (pcap([])[:20], "ends within its first header"),
    ],
)
def test_what_is_no_capture_is_refused_in_a_sentence(data, sentence, tmp_path):
    with pytest.raises(CaptureError, match=sentence):
        read(data, tmp_path)


def test_absurd_times_stay_within_years_that_can_be_shown(tmp_path):
    data = section() + interface(1, option(9, b"\x00")) + enhanced(b"x" * 20, 2**64 - 1)
    found, _ = read(data, tmp_path)
    assert found[0][3] == LATEST


def test_captures_larger_than_the_window_are_read_on(tmp_path):
    many = [frames.sent(17, frames.udp(1, 2, bytes(n % 1200))) for n in range(MOST_FRAMES + 500)]
    found, problem = read(pcap(many), tmp_path)
    assert [frame for _, frame, _, _ in found] == many
    assert not problem
