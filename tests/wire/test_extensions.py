"""Bodies of extensions, one by one: the published layout, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import extensions
from peppermoth.wire.extensions import EncryptedHello, HostName, KeyShare, is_grease
from peppermoth.wire.reading import Cursor
from tests.wire.hellos import numbers, vector

LAYOUTS = [
    (extensions.read_numbers, "0004 001d 11ec", (29, 0x11EC)),
    (extensions.read_short_numbers, "04 0304 0303", (0x0304, 0x0303)),
    (extensions.read_names, "0005 02 6832 01 78", (b"h2", b"x")),
    (extensions.read_host_name, "0007 00 0004 6d6f7468", HostName(5, b"moth")),
    (extensions.read_host_name, "0009 01 0001 61 00 0002 6162", HostName(9, b"ab")),
    (extensions.read_key_shares, "0007 001d 0003 aabbcc", (KeyShare(29, 3),)),
    (extensions.read_chosen_group, "001d 0003 aabbcc", 29),
    (extensions.read_chosen_group, "0018", 24),
    (
        extensions.read_encrypted_hello,
        "00 0001 0003 2a 0002 aabb 0003 ccddee",
        EncryptedHello(kdf=1, aead=3, config_id=42, enc_length=2, payload_length=3),
    ),
]
REFUSED = [
    (extensions.read_numbers, "0003 001d11"),
    (extensions.read_host_name, "0000"),
    (extensions.read_host_name, "0007 01 0004 6d6f7468"),
    (extensions.read_host_name, "0007 00 0004 6d6f7468 ff"),
    (extensions.read_encrypted_hello, "01"),
]


def test_grease_is_exactly_the_sixteen_numbers_of_rfc_8701():
    reserved = {0x0A0A + step * 0x1010 for step in range(16)}
    assert {number for number in range(0x10000) if is_grease(number)} == reserved


@pytest.mark.parametrize(("read", "layout", "value"), LAYOUTS)
def test_a_body_is_read_to_its_end(read, layout, value):
    cursor = Cursor(bytes.fromhex(layout))
    assert read(cursor) == value
    assert cursor.left == 0


@pytest.mark.parametrize(("read", "layout"), [case[:2] for case in LAYOUTS])
def test_a_cut_body_is_refused(read, layout):
    wire = bytes.fromhex(layout)
    # cut behind the group, a ServerHello's choice is a retry's
    whole_too = {2} if read is extensions.read_chosen_group else set()
    for end in set(range(len(wire))) - whole_too:
        with pytest.raises(RemoteProtocolError):
            read(Cursor(wire[:end]))


@pytest.mark.parametrize(("read", "layout"), REFUSED)
def test_a_malformed_body_is_refused(read, layout):
    with pytest.raises(RemoteProtocolError):
        read(Cursor(bytes.fromhex(layout)))


@given(st.lists(st.integers(0, 0xFFFF), max_size=50))
def test_any_list_of_numbers_survives(values):
    assert extensions.read_numbers(Cursor(vector(2, numbers(values)))) == tuple(values)


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.integers(0, 300)), max_size=8))
def test_any_key_shares_survive(shares):
    wire = vector(2, b"".join(numbers((group,)) + vector(2, bytes(size)) for group, size in shares))
    assert extensions.read_key_shares(Cursor(wire)) == tuple(shares)
