from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.netbios import (
    NetbiosName,
    decode_datagram,
    decode_name,
    decode_status,
    is_spelt,
)


def spelt(name: bytes, suffix: int = 0) -> str:
    """A name in 32 letters."""
    raw = name.ljust(15, b" ") + bytes((suffix,))
    return "".join(chr(ord("A") + nibble) for byte in raw for nibble in (byte >> 4, byte & 15))


def datagram(source: bytes, destination: bytes, *, kind: int = 0x11, scope: bytes = b"") -> bytes:
    """A datagram of NetBIOS between two names, the second in a scope."""
    ends = (
        bytes((32,)) + spelt(source).encode() + b"\0",
        bytes((32,)) + spelt(destination, 0x1D).encode() + scope + b"\0",
    )
    return bytes((kind, 2)) + bytes(12) + b"".join(ends) + b"\xffSMB canary"


def test_a_datagram_says_from_whom_and_to_whom():
    assert decode_datagram(datagram(b"ANNA-PC", b"WORKGROUP", scope=b"\4MOTH")) == (
        NetbiosName("ANNA-PC", 0),
        NetbiosName("WORKGROUP", 0x1D),
    )


@pytest.mark.parametrize("wrong", [b"", datagram(b"A", b"B")[:80], datagram(b"A", b"B", kind=0x13)])
def test_another_datagram_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_datagram(wrong)


def test_the_example_of_rfc_1001_is_read():
    # Section 14.1, "The NetBIOS name" in its scope, where the h is misprinted as GH (a g).
    name = decode_name("FEGIGFCAEOGFHEECEJEPFDCAGOGBGNGF.SCOPE.ID.EXAMPLE")
    assert name == NetbiosName("The NetBIOS nam", 0x65)


@pytest.mark.parametrize("wrong", ["", "MOTH", "A" * 31 + "Q", "A" * 33])
def test_another_spelling_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_name(wrong)


def test_padding_is_not_part_of_a_name():
    assert decode_name(spelt(b"MOTH", 0x20)) == NetbiosName("MOTH", 0x20)
    assert is_spelt(spelt(b"MOTH").encode())
    assert not is_spelt(b"MOTH" * 8)


def test_a_status_lists_names_and_groups():
    entries = b"MOTH".ljust(15) + b"\x00\x04\x00" + b"WINGS".ljust(15) + b"\x00\x84\x00"
    assert decode_status(b"\x02" + entries) == (
        NetbiosName("MOTH", 0),
        NetbiosName("WINGS", 0, is_group=True),
    )
    with pytest.raises(RemoteProtocolError):
        decode_status(b"\x03" + entries)
