"""Bytes of a capture in one bounded buffer, from files, pipes and gzip."""

from __future__ import annotations

import gzip
import hashlib
import os
import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.errors import CaptureError
from peppermoth.monitor import sources
from peppermoth.monitor.sources import HEADROOM, MARGIN, SMALLEST, WINDOW, Gunzip, open_window

BYTES = bytes(range(256)) * 20_000


def slide_through(window):
    """Everything that a window shows."""
    found = b""
    while window.has(1):
        found += window.data[window.start : window.end]
        window.start = window.end
    return found


def write(tmp_path, data):
    path = tmp_path / "capture"
    path.write_bytes(data)
    return str(path)


class Given:
    """Packed bytes, at most 300 at a time."""

    def __init__(self, rest):
        self.rest = rest

    def fill(self, room):
        size = min(300, len(room), len(self.rest))
        room[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def taken(source, size):
    """The next bytes of a source, at most so many."""
    room = bytearray(size)
    return bytes(room[: source.fill(memoryview(room))])


def fed(packed, until):
    """What a part of a gzip stream unpacks to."""
    return zlib.decompressobj(wbits=31).decompress(bytes(packed[:until]))


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_file_is_seen_whole_and_digested_as_it_lies(pack, tmp_path):
    packed = pack(BYTES)  # once, as gzip says when
    window, file = open_window(write(tmp_path, packed), digested=True)
    assert slide_through(window) == BYTES
    window.close()
    file.close()
    assert file.sha256 == hashlib.sha256(packed).hexdigest()


def test_a_file_that_is_left_early_is_digested_whole_all_the_same(tmp_path):
    window, file = open_window(write(tmp_path, BYTES * 4), digested=True)
    window.has(4)
    window.close()
    file.close()
    assert file.sha256 == hashlib.sha256(BYTES * 4).hexdigest()


def test_nothing_is_digested_that_nobody_wants(tmp_path):
    window, file = open_window(write(tmp_path, BYTES * 4))
    assert slide_through(window) == BYTES * 4
    window.close()
    file.close()
    assert file.sha256 == ""


def test_a_small_file_takes_a_small_buffer(tmp_path):
    window, file = open_window(write(tmp_path, b"few bytes"))
    assert window.has(9)
    file.close()
    assert len(window.data) == HEADROOM + SMALLEST + MARGIN


def test_sliding_keeps_what_was_not_passed(tmp_path):
    window, file = open_window(write(tmp_path, bytes(WINDOW) + BYTES))
    assert window.has(WINDOW)
    window.start = window.end - 5
    assert window.has(5 + 256)
    shown = window.data[window.start : window.start + 5 + 256]
    window.close()
    file.close()
    assert window.offset + window.start == WINDOW - 5
    assert shown == bytes(5) + BYTES[:256]


def test_skipping_goes_past_the_buffer_and_tells_the_end(tmp_path):
    window, file = open_window(write(tmp_path, bytes(WINDOW) + BYTES))
    assert window.skip(WINDOW + 100)
    assert window.data[window.start : window.start + 10] == BYTES[100:110]
    assert not window.skip(len(BYTES))
    window.close()
    file.close()


def test_standard_input_is_read_to_its_end():
    program = (
        "from peppermoth.monitor.sources import open_window\n"
        "window, file = open_window('-', digested=True)\n"
        "while window.has(1): window.start = window.end\n"
        "file.close(); print(file.sha256, window.offset + window.end)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], input=BYTES, stdout=subprocess.PIPE, check=True
    )
    assert ended.stdout.split() == [hashlib.sha256(BYTES).hexdigest().encode(), b"%d" % len(BYTES)]


@pytest.mark.parametrize(
    ("packed", "sentence"),
    [
        (gzip.compress(BYTES)[:-100], "ends too early"),
        (gzip.compress(os.urandom(5000))[:2000] + b"\xff" * 5000, "damaged near byte"),
    ],
)
def test_broken_gzip_gives_what_it_can_and_a_sentence(packed, sentence, tmp_path):
    window, file = open_window(write(tmp_path, packed))
    slide_through(window)
    window.close()
    file.close()
    assert sentence in str(window.problem)


@given(st.binary(max_size=9000), st.data())
def test_all_that_stands_before_damage_in_gzip_is_given(whole, drawn):
    """A bit is flipped somewhere behind the header, in the last checksum too."""
    packed = bytearray(gzip.compress(whole))
    at = drawn.draw(st.integers(10, len(packed) - 1))
    packed[at] ^= 1 << drawn.draw(st.integers(0, 7))
    source = Gunzip(Given(bytes(packed)))
    found = b"".join(iter(lambda: taken(source, 1000), b""))
    assert str(source.problem).startswith("The compressed file ") or found == whole
    if at >= len(packed) - 8:
        assert found == whole
    else:
        assert found[: len(fed(packed, at))] == fed(packed, at)


def test_a_decompression_bomb_is_left_off(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "BOMB_SIZE", 8 * 1024 * 1024)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    window, file = open_window(write(tmp_path, bomb))
    shown = len(slide_through(window))
    window.close()
    file.close()
    assert shown < 3 * sources.BOMB_SIZE
    assert "unpacks to more than 200 times its size" in str(window.problem)


@pytest.mark.parametrize(
    ("path", "reason"), [("missing.pcap", "No such file"), (".", "Is a directory")]
)
def test_what_cannot_be_opened_is_told_in_a_sentence(path, reason, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaptureError, match=f"cannot be opened: {reason}"):
        open_window(path)
