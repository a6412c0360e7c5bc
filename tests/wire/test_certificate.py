from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.certificate import MAX_NAMES, MAX_SIZE, read_certificate
from tests.wire.certificates import der

WHOLE = der("moth.example", ["moth.example", "*.moth.example"], ["192.0.2.7"])


def test_names_of_owner_and_issuer_are_read():
    found = read_certificate(WHOLE)
    assert found.common_name == "moth.example"
    assert found.host_names == ("moth.example", "*.moth.example", "192.0.2.7")
    assert found.issuer == "Moth Authority"


def test_a_certificate_without_names_has_none():
    assert read_certificate(der("")) == ("", (), "Moth Authority")


def test_only_so_many_names_are_kept():
    found = read_certificate(der("m", [f"{n}.example" for n in range(MAX_NAMES + 9)]))
    assert len(found.host_names) == MAX_NAMES


@pytest.mark.parametrize("broken", [b"", b"moth", WHOLE[:-1], bytes(MAX_SIZE + 1)])
def test_what_is_no_certificate_is_refused(broken):
    with pytest.raises(RemoteProtocolError):
        read_certificate(broken)


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_damaged_certificate_is_read_or_refused(at, octet):
    damaged = bytearray(WHOLE)
    damaged[at] = octet
    with contextlib.suppress(RemoteProtocolError):
        read_certificate(bytes(damaged))
