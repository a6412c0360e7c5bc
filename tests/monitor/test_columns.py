"""Packets read as columns are those that the decoder reads one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.capture import Block
from peppermoth.monitor.columns import as_packet, common, key_back
from peppermoth.monitor.packets import Decoder
from peppermoth.monitor.sources import MARGIN
from tests.monitor import frames
from tests.monitor.frames import DEVICE, DEVICE6, SITE, SITE6, ethernet, ipv4, ipv6, tcp, udp


def block_of(pieces, link=1, cut=None):
    """A block of these frames."""
    kept = [piece[:cut] for piece in pieces]
    captured = np.array([len(piece) for piece in kept], dtype=np.int64)
    ends = np.cumsum(captured)
    return Block(
        bytearray(b"".join(kept) + bytes(MARGIN)),
        1,
        ends - captured,
        captured,
        np.array([len(piece) for piece in pieces], dtype=np.int64),
        np.zeros(len(pieces)),
        np.full(len(pieces), link, dtype=np.int64),
    )


def assert_same_as_decoder(block):
    """Every entry equals what the decoder makes of its frame."""
    columns = common(block)
    for at, number in enumerate(columns.index.tolist()):
        decoded = Decoder().decode(
            int(block.links[number]), block.frame(number), int(block.original[number])
        )
        assert as_packet(block, columns, at) == decoded
    return columns


COMMON = [
    frames.sent(6, tcp(50000, 443, b"data", seq=2**32 - 1, flags=24, options=bytes(12))),
    frames.received(17, udp(53, 50000, b"answer")),
    frames.sent(6, tcp(1, 2), to=SITE6, device=DEVICE6),
    frames.received(17, udp(443, 3, b"x" * 50), of=SITE6, device=DEVICE6),
    ethernet(b"\0\7\x08\0" + ipv4(DEVICE, SITE, 17, udp(1, 53, b"tagged")), kind=0x8100),
    frames.sent(6, tcp(1, 2)) + bytes(6),
    frames.sent(17, udp(1, 2, b"longer")[:4] + b"\0\x0a" + udp(1, 2, b"longer")[6:]),
]
UNCOMMON = [
    ethernet(ipv4(DEVICE, SITE, 17, udp(1, 53, b"x"), options=bytes(4))),
    ethernet(ipv4(DEVICE, SITE, 17, udp(1, 53, b"x" * 8), more=True)),
    ethernet(ipv6(DEVICE6, SITE6, 0, bytes([17, 0]) + bytes(6) + udp(1, 2, b""))),
    ethernet(ipv4(DEVICE, SITE, 1, bytes(8))),
    frames.sent(17, udp(1, 4789, bytes(50))),
    frames.sent(6, tcp(1, 2))[:50],
    ethernet(bytes(28), kind=0x0806),
    b"short",
    ethernet(ipv4(DEVICE, SITE, 6, tcp(1, 2), total=0)),
]


def test_common_packets_are_found_among_others():
    mixed = [frame for pair in zip(COMMON, UNCOMMON, strict=False) for frame in pair]
    columns = assert_same_as_decoder(block_of(mixed))
    assert columns.index.tolist() == list(range(0, len(mixed), 2))


@pytest.mark.parametrize("cut", [54, 60, 74, 80])
def test_a_snap_length_changes_nothing_of_that(cut):
    assert len(assert_same_as_decoder(block_of(COMMON, cut=cut)).index)


@pytest.mark.parametrize(
    ("link", "header"),
    [
        (101, b""),
        (12, b""),
        (228, b""),
        (113, bytes(4) + b"\0\6" + bytes(8) + b"\x08\0"),
        (276, b"\x08\0" + bytes(18)),
    ],
)
def test_other_links_have_common_packets_too(link, header):
    frame = header + ipv4(DEVICE, SITE, 6, tcp(1, 2, b"x"))
    assert len(assert_same_as_decoder(block_of([frame], link)).index) == 1


def test_a_key_is_one_for_a_direction_and_leads_to_the_other():
    there = [frames.sent(17, udp(9, 53, bytes(n))) for n in range(3)]
    back = [frames.received(17, udp(53, 9, bytes(n))) for n in range(3)]
    six = [
        frames.sent(17, udp(9, 53, b""), to=SITE6, device=DEVICE6),
        frames.received(17, udp(53, 9, b""), of=SITE6, device=DEVICE6),
    ]
    block = block_of(there + back + six)
    columns = common(block)
    assert [len(set(columns.key[part].tolist())) for part in (slice(3), slice(3, 6))] == [1, 1]
    assert len(set(columns.key.tolist())) == 4
    assert key_back(as_packet(block, columns, 0)) == columns.key[3]
    assert key_back(as_packet(block, columns, 6)) == columns.key[7]


@given(st.lists(st.binary(min_size=14, max_size=90), max_size=8))
def test_any_frames_read_as_the_decoder_reads_them(pieces):
    assert_same_as_decoder(block_of(pieces))


@given(st.sampled_from(COMMON), st.integers(12, 60), st.binary(min_size=1, max_size=3))
def test_damaged_common_frames_read_as_the_decoder_reads_them(frame, at, patch):
    damaged = frame[:at] + patch + frame[at + len(patch) :]
    assert_same_as_decoder(block_of([damaged]))


def test_a_header_that_claims_more_than_there_is_ends_at_the_capture():
    frame = ethernet(ipv4(DEVICE, SITE, 6, tcp(1, 2, b"data", options=bytes(20))))
    assert_same_as_decoder(block_of([frame], cut=60))
