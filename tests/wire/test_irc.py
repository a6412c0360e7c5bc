"""Messages of IRC."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.irc import decode_message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("NICK anna", ("", "NICK", ("anna",))),
        ("privmsg #a :b c :d", ("", "PRIVMSG", ("#a", "b c :d"))),
        (":ben!b@h PRIVMSG anna :x", ("ben!b@h", "PRIVMSG", ("anna", "x"))),
        ("@time=1;a=b :ben PING", ("ben", "PING", ())),
        ("QUIT :", ("", "QUIT", ("",))),
        ("USER a  0 * :b", ("", "USER", ("a", "0", "*", "b"))),
    ],
)
def test_a_line_is_a_message(line, message):
    assert decode_message(line) == message


def test_a_source_begins_with_a_nickname():
    assert decode_message(":ben!b@h PING").nick == "ben"


@pytest.mark.parametrize("line", ["", ":only", "!x", "\x16\x03"])
def test_a_line_without_a_command_is_refused(line):
    with pytest.raises(RemoteProtocolError):
        decode_message(line)
