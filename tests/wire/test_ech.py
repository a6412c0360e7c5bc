from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ech import read_public_names
from tests.wire.hellos import vector


def configuration(name, version=0xFE0D):
    """An ECHConfig with this public name."""
    contents = b"\x07\x00\x20" + vector(2, bytes(32)) + vector(2, b"\x00\x01\x00\x01")
    contents += b"\x40" + vector(1, name) + vector(2, b"")
    return version.to_bytes(2, "big") + vector(2, contents)


def test_public_names_are_read_and_other_versions_passed_over():
    listed = configuration(b"cover.example") + configuration(b"old.example", 0xFE09)
    assert read_public_names(vector(2, listed)) == ("cover.example",)


@pytest.mark.parametrize(
    "broken", [b"", b"\x00\x05\xfe\x0d", vector(2, b"\xfe\x0d\x00\x02\x00\x00")]
)
def test_broken_configurations_are_refused(broken):
    with pytest.raises(RemoteProtocolError):
        read_public_names(broken)
