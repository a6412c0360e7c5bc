"""RTP and RTCP packets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import rtp
from tests.wire import signalling
from tests.wire.signalling import sdes

VOICE = bytes(160)


@given(st.integers(0, 65535), st.binary(min_size=1, max_size=200))
def test_a_packet_survives_the_wire(sequence, payload):
    packet = rtp.decode_rtp(signalling.rtp(sequence, payload, kind=0x80 | 8, source=7))
    assert packet == rtp.Packet(8, sequence, sequence * 160 & 0xFFFFFFFF, 7, payload)


def test_sources_and_extensions_are_passed_over():
    data = signalling.rtp(1, b"src1" + b"\xbe\xde\0\1" + b"more" + VOICE, first=0x91)
    assert rtp.decode_rtp(data).payload == VOICE


@pytest.mark.parametrize(
    "wrong", [b"", bytes(40), signalling.rtp(1, VOICE, kind=72), signalling.rtp(1, b"", first=0x8F)]
)
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        rtp.decode_rtp(wrong)


def test_participants_describe_themselves():
    data = sdes(cname="anna@laptop", tool="Mothphone 3")
    assert rtp.is_rtcp(data)
    assert list(rtp.decode_sdes(data)) == [("cname", "anna@laptop"), ("tool", "Mothphone 3")]


@given(st.integers(1, 70))
def test_a_description_that_is_cut_is_refused(less):
    data = sdes(cname="anna@laptop", name="Anna", tool="Mothphone 3")
    with pytest.raises(RemoteProtocolError):
        list(rtp.decode_sdes(data[:-less] if less < len(data) - 8 else data[:-1]))


@pytest.mark.parametrize(
    ("codec", "size", "fits"),
    [
        ("PCMU", 160, True), ("PCMU", 170, False), ("G729", 20, True), ("G729", 12, True),
        ("G729", 21, False), ("GSM", 33, True), ("opus", 71, None), ("H261", 900, None),
    ],
)  # fmt: skip
def test_frames_fill_payloads(codec, size, fits):
    assert rtp.sizes_fit(codec, size) is fits


def test_flows_are_recognised_from_both_sides_or_by_a_fixed_codec():
    fixed, dynamic = signalling.rtp(1, VOICE), signalling.rtp(1, VOICE, kind=111)
    assert rtp.begins_rtp(fixed, b"")
    assert rtp.begins_rtp(dynamic, dynamic)
    assert rtp.begins_rtp(sdes(tool="x"), sdes(tool="y"))
    assert not rtp.begins_rtp(dynamic, b"")
    assert not rtp.begins_rtp(fixed, b"\x80")
    assert not rtp.begins_rtp(b"", b"")


def test_random_datagrams_are_hardly_ever_taken_for_rtp():
    taken = sum(
        rtp.begins_rtp(signalling.noise(number, 64), signalling.noise(-1 - number & 0xFFFF, 64))
        for number in range(5000)
    )
    assert taken <= 1
