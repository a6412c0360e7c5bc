"""Lines of syslog."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.syslog import (
    LONGEST,
    begins_syslog,
    begins_syslog_stream,
    decode_framed,
    decode_line,
)

OLD = b"<34>Oct 11 22:14:15 laptop sshd[99]: canary text"
NEW = b"<165>1 2003-10-11T22:14:15.003Z laptop.example evntslog - ID47 [x y=1] canary"


@pytest.mark.parametrize(
    ("data", "host", "program"),
    [
        (OLD, "laptop", "sshd"),
        (OLD.replace(b"[99]", b""), "laptop", "sshd"),
        (NEW, "laptop.example", "evntslog"),
        (b"<13>1 - - - - - x", "", ""),
        (b"<13>anything", "", ""),
    ],
)
def test_host_and_program_are_read(data, host, program):
    line = decode_line(data)
    assert (line.host, line.program, line.size) == (host, program, len(data))


@pytest.mark.parametrize("wrong", [b"", b"<999>x", b"<>x", b"text", b"\xff\xfe"])
def test_anything_else_is_refused(wrong):
    with pytest.raises(RemoteProtocolError):
        decode_line(wrong)
    assert not begins_syslog(wrong, b"")


def test_only_lines_with_a_program_are_recognised():
    assert begins_syslog(OLD, b"")
    assert begins_syslog(NEW, b"")
    assert not begins_syslog(b"<13>anything", b"")


@pytest.mark.parametrize("data", [OLD + b"\n", OLD + b"\r\n", b"%d %b" % (len(OLD), OLD)])
def test_a_stream_has_lines_with_a_length_or_an_end(data):
    assert decode_framed(data + b"<1>more") == (OLD, len(data))
    assert {decode_framed(data[:end]) for end in range(len(data))} == {None}
    assert begins_syslog_stream(data, b"")
    assert not begins_syslog_stream(data, b"220 hello")


@pytest.mark.parametrize("data", [b"hello\n", b"123456 <1>", b"0 <1>", b"<1>" + bytes(LONGEST)])
def test_other_streams_are_refused(data):
    with pytest.raises(RemoteProtocolError):
        decode_framed(data)
