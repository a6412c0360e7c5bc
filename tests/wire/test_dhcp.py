"""DHCP of both versions, also relayed, in parts and broken."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.dhcp import MAX_RELAYS, decode_v4, decode_v6
from tests.wire.dhcp_messages import HARDWARE, message_v4, message_v6, options_v4, relayed

WIRE_NAME = b"\x06moth-7\x04home\x07example\x00"


def test_a_request_says_who_asks_for_what():
    seen = decode_v4(message_v4((12, b"moth-7"), (60, b"MSFT 5.0"), (55, bytes([1, 3, 6]))))
    assert seen.from_client
    assert (seen.hardware, seen.host_name) == (HARDWARE, "moth-7")
    assert (seen.vendor_class, seen.requested) == ("MSFT 5.0", (1, 3, 6))


def test_a_reply_is_not_of_the_client():
    assert not decode_v4(message_v4(kind=2)).from_client


def test_zero_bytes_behind_a_name_are_no_part_of_it():
    assert decode_v4(message_v4((12, b"moth\x00\x00"))).host_name == "moth"


def test_options_in_parts_are_joined():
    assert decode_v4(message_v4((12, b"mo"), (12, b"th"))).host_name == "moth"


@pytest.mark.parametrize(
    ("areas", "overload"), [({"file": 1}, 1), ({"server_name": 1}, 2)], ids=["file", "sname"]
)
def test_options_may_stand_in_the_areas_for_names(areas, overload):
    area = {name: options_v4((12, b"moth")) + b"\xff" for name in areas}
    assert decode_v4(message_v4((52, bytes([overload])), **area)).host_name == "moth"
    assert decode_v4(message_v4(**area)).host_name == ""


@pytest.mark.parametrize(
    ("flags", "name"), [(0x04, WIRE_NAME), (0x04, WIRE_NAME[:-1]), (0x00, b"moth-7.home.example")]
)
def test_a_full_name_has_two_forms(flags, name):
    seen = decode_v4(message_v4((81, bytes([flags, 0, 0]) + name)))
    assert seen.full_name == "moth-7.home.example"


def test_version_6_says_the_same_in_its_own_form():
    seen = decode_v6(
        message_v6(
            (1, b"\x00\x01\x00\x01" + bytes(4) + HARDWARE),
            (39, b"\x00" + WIRE_NAME),
            (16, b"\x00\x00\x01\x37\x00\x08MSFT 5.0"),
            (6, b"\x00\x17\x00\x18"),
        )
    )
    assert seen == (6, True, HARDWARE, "", "moth-7.home.example", "MSFT 5.0", (23, 24))


@pytest.mark.parametrize(
    ("duid", "hardware"),
    [
        (b"\x00\x03\x00\x01" + HARDWARE, HARDWARE),
        (b"\x00\x03\x00\x20" + HARDWARE, b""),
        (b"\x00\x02\x00\x00\x01\x37" + HARDWARE, b""),
        (b"", b""),
    ],
)
def test_only_some_identifiers_hold_a_hardware_address(duid, hardware):
    assert decode_v6(message_v6((1, duid))).hardware == hardware


def test_a_relayed_message_is_read_and_endless_relays_are_not():
    message = message_v6((6, b"\x00\x17"))
    assert decode_v6(relayed(relayed(message))) == decode_v6(message)
    for _ in range(MAX_RELAYS):
        message = relayed(message)
    with pytest.raises(RemoteProtocolError):
        decode_v6(message)


@pytest.mark.parametrize("decode", [decode_v4, decode_v6])
@given(data=st.binary(max_size=400))
def test_other_bytes_are_refused_in_one_way(decode, data):
    with suppress(RemoteProtocolError):
        decode(data)


def test_a_message_that_is_cut_is_refused():
    whole = message_v4((12, b"moth"))
    for size in range(len(whole) - 1):
        if size != len(whole) - 7:  # cut behind the cookie: no options
            with pytest.raises(RemoteProtocolError):
                decode_v4(whole[:size])
