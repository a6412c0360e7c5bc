"""The blocks of a capture are the same wherever they are read, and so are their refusals."""

from __future__ import annotations

import hashlib

import pytest

from peppermoth.errors import CaptureError
from peppermoth.monitor.blocks import Here, open_blocks
from tests.monitor.frames import connection, pcap

FRAMES = connection(b"GET /way HTTP/1.1\r\nHost: site.example\r\n\r\n", b"")


def test_blocks_come_with_their_columns_and_then_the_rest_is_known(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(FRAMES))
    blocks = open_blocks(str(path), digested=True)
    assert isinstance(blocks, Here)  # as small as it is
    assert sum(len(block) for block, _ in blocks) == len(FRAMES)
    blocks.close()
    assert blocks.problem is None
    assert blocks.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_columns_are_those_of_their_block(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(FRAMES))
    blocks = open_blocks(str(path))
    for block, columns in blocks:
        assert columns.index.tolist() == list(range(len(block)))
    blocks.close()
    assert blocks.sha256 == ""


def test_what_is_not_there_is_refused_before_anything_is_read(tmp_path):
    with pytest.raises(CaptureError, match="cannot be opened"):
        open_blocks(str(tmp_path / "nothing.pcap"))


def test_what_breaks_off_is_said_behind_the_last_block(tmp_path):
    path = tmp_path / "a.pcap"
    path.write_bytes(pcap(FRAMES)[:-3])
    blocks = open_blocks(str(path))
    assert sum(len(block) for block, _ in blocks) == len(FRAMES) - 1
    blocks.close()
    assert blocks.problem
