"""The first line of SSH."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ssh import LONGEST_BEFORE, decode_banner, decode_line


@pytest.mark.parametrize(
    ("line", "banner"),
    [
        (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", ("2.0", "OpenSSH_9.2p1", "Debian-2")),
        (b"SSH-2.0-dropbear", ("2.0", "dropbear", "")),
        (b"SSH-1.99-Cisco-1.25\n", ("1.99", "Cisco-1.25", "")),
    ],
)
def test_a_first_line_has_three_parts(line, banner):
    assert decode_banner(line) == banner


@pytest.mark.parametrize(
    "line",
    [b"", b"SSH-", b"SSH-2.0-", b"SSH-2.0- x", b"SSH-x-y", b"SSH-2.0-a\x00", b"HTTP/1.1 200"],
)
def test_other_lines_are_refused(line):
    with pytest.raises(RemoteProtocolError):
        decode_banner(line)


def test_a_line_without_end_is_refused():
    with pytest.raises(RemoteProtocolError):
        decode_banner(b"SSH-2.0-" + b"a" * 10_000)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\x00", b"\x00\x00\n"])
def test_a_line_ends_in_several_ways(end):
    data = b"SSH-2.0-moth" + end
    line, behind = decode_line(data)
    assert (line, data[:behind].strip(b"\r\n\x00")) == (b"SSH-2.0-moth", line)
    assert decode_line(b"SSH-2.0-moth") is None


def test_a_line_before_is_bounded():
    assert decode_line(b"m" * (LONGEST_BEFORE - 1)) is None
    with pytest.raises(RemoteProtocolError):
        decode_line(b"m" * LONGEST_BEFORE)
