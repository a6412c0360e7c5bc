"""What messages of SMB name."""

from __future__ import annotations

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.smb import Said, What, decode_length, read_message
from tests.wire.smb_messages import (
    create,
    framed,
    open_1,
    session_setup,
    session_setup_1,
    smb2,
    tree_connect,
    tree_connect_1,
)


def test_a_message_stands_behind_its_length():
    wire = framed(b"\xfeSMBrest")
    assert decode_length(wire) == ((0, 8), 4)
    assert {decode_length(wire[:end]) for end in range(4)} == {None}
    with pytest.raises(RemoteProtocolError):
        decode_length(b"\x16\x03\x01\x00")


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (tree_connect(r"\\nas\home"), [(What.SHARE, r"\\nas\home")]),
        (create("a/b.odt"), [(What.FILE, "a/b.odt")]),
        (session_setup(b"blob"), [(What.BLOB, "")]),
        (smb2(3, bytes(8), reply=True), []),
        (smb2(5, bytes(60)), []),
        (tree_connect_1(r"\\nas\home"), [(What.SHARE, r"\\nas\home")]),
        (open_1(r"\a.odt"), [(What.FILE, r"\a.odt")]),
        (session_setup_1(b"blob!", "Unix"), [(What.BLOB, ""), (What.SYSTEM, "Unix")]),
        (b"\xfdSMB" + bytes(90), []),
        (b"\xfeSMB", []),
    ],
)
def test_messages_name_files_shares_and_systems(message, said):
    assert [(one.what, one.text) for one in read_message(message)] == said


def test_a_blob_is_given_whole():
    assert read_message(session_setup(b"blob")) == [Said(What.BLOB, b"blob", "")]


def test_chained_messages_are_all_read():
    first = tree_connect("a")
    padded = smb2(3, first[64:].ljust(16, b"\0"), following=80)
    assert [one.text for one in read_message(padded + create("b"))] == ["a", "b"]


@pytest.mark.parametrize(
    "message",
    [b"none", create("long name")[:-3], session_setup_1(b"x" * 50, "")[:70], b"\xffSMB"],
)
def test_what_points_outside_is_refused(message):
    with pytest.raises(RemoteProtocolError):
        read_message(message)
