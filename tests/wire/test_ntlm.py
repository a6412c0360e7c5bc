"""NTLM's messages, wherever in a blob they stand."""

from __future__ import annotations

import struct

import pytest

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.ntlm import Authenticate, Challenge, decode_ntlm
from tests.wire.smb_messages import ntlm_authenticate

MESSAGE = ntlm_authenticate("MOTHS", "anna", "LAPTOP", b"x" * 30)


def test_who_logs_in_is_read_out_of_a_blob():
    found = decode_ntlm(b"\x60\x48\x06" + MESSAGE)
    assert found == Authenticate("MOTHS", "anna", "LAPTOP", b"x" * 30)


def test_a_challenge_names_its_target():
    name = "NAS".encode("utf-16-le")
    head = b"NTLMSSP\0" + struct.pack("<IHHIIQ", 2, len(name), len(name), 48, 1, 0x1122)
    assert decode_ntlm(head + bytes(16) + name) == Challenge("NAS", struct.pack("<Q", 0x1122))


def test_other_blobs_and_messages_name_nobody():
    assert decode_ntlm(b"something") is None
    assert decode_ntlm(b"NTLMSSP\0\x01" + bytes(40)) is None


@pytest.mark.parametrize("size", [10, 40, 63, 80])
def test_a_message_that_is_cut_is_refused(size):
    with pytest.raises(RemoteProtocolError):
        decode_ntlm(MESSAGE[:size])
