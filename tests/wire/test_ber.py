"""The BER reader that LDAP, SNMP and Kerberos share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import ber
from tests.wire.directories import integer, octets, sequence, tagged, value


@pytest.mark.parametrize(
    ("wire", "number"), [("020100", 0), ("02017f", 127), ("02020080", 128), ("0201ff", -1)]
)
def test_integers_have_the_form_of_x690(wire, number):
    data = bytes.fromhex(wire)
    assert integer(number) == data
    assert ber.only(data).number == number


@given(st.integers(1, 0x1E), st.binary(max_size=70_000), st.binary(max_size=4))
def test_a_value_ends_where_its_length_says(tag, data, rest):
    wire = value(tag, data)
    assert ber.decode_value(wire + rest) == (ber.Value(tag, data), len(wire))


@given(st.binary(max_size=300), st.data())
def test_no_part_of_a_value_is_one(data, draw):
    wire = octets(data)
    end = draw.draw(st.integers(0, len(wire) - 1))
    assert ber.decode_value(wire[:end]) is None
    with pytest.raises(RemoteProtocolError):
        ber.only(wire[:end])


@pytest.mark.parametrize("wrong", ["3080", "3085", "1f81", "0484ffffffff", "30840002000100"])
def test_forms_that_are_not_read_are_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        ber.decode_value(bytes.fromhex(wrong))


def test_parts_fill_their_value():
    assert [part.number for part in ber.only(sequence(integer(1), integer(2))).parts()] == [1, 2]
    with pytest.raises(RemoteProtocolError):
        ber.only(sequence(integer(1), b"\4\5x")).parts()


def test_explicit_tags_are_found_by_number():
    fields = ber.only(sequence(tagged(0, integer(5)), tagged(2, octets("moth")))).tagged()
    assert fields[0].number == 5
    assert fields[2].text == "moth"
    assert 1 not in fields


def test_many_parts_are_too_many():
    with pytest.raises(RemoteProtocolError):
        ber.only(sequence(*[integer(1)] * (ber.MAX_PARTS + 1))).parts()


def test_integers_without_a_usable_size_are_refused():
    for wrong in (b"\2\0", b"\2\x0a" + bytes(10)):
        with pytest.raises(RemoteProtocolError):
            _ = ber.only(wrong).number


def test_another_type_than_asked_for_is_refused():
    with pytest.raises(RemoteProtocolError):
        ber.only(integer(1)).expect(ber.SEQUENCE)
