"""Everybody's captures, whole and damaged in every way, become reports.

No exception but a sentence about the capture, no hang, no growth of memory. A sample of
damages is tried, always the same; ``PEPPERMOTH_DAMAGES`` gives another number of them.
"""

from __future__ import annotations

import gc
import gzip
import io
import os
import random
import struct
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from peppermoth.errors import CaptureError
from peppermoth.exposure import asked, seeing
from peppermoth.exposure.comparison import read_earlier
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.monitor.reading import Reading, read
from tests.monitor.captures import hosts, shared_captures
from tests.monitor.frames import DEVICE, pcap, sent, udp
from tests.see.pictures import before, recording

DAMAGES = int(os.environ.get("PEPPERMOTH_DAMAGES", "400"))
GROWTH = 96 * 1024 * 1024
"""Bytes that the process may grow by over all of a test, for caches of names and the like."""

HEAD = struct.Struct("<IIII")
ABSURD = (0, 1, 15, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)

Damage = Callable[[bytes, random.Random], bytes]


def records(data: bytes) -> list[bytes]:
    """The packets of a little-endian pcap file with their heads; the rest of it as the last."""
    found, at = [], 24
    while at + HEAD.size <= len(data):
        end = at + HEAD.size + HEAD.unpack_from(data, at)[2]
        found.append(data[at:end])
        at = end
    return found


def bits_flipped(data: bytes, chance: random.Random) -> bytes:
    """Some bits behind the file's head are others."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 40)):
        at = chance.randrange(min(24, len(data) - 1), len(data))
        damaged[at] ^= 1 << chance.randrange(8)
    return bytes(damaged)


def cut(data: bytes, chance: random.Random) -> bytes:
    """The file ends early."""
    return data[: chance.randrange(1, len(data))]


def packets_cut(data: bytes, chance: random.Random) -> bytes:
    """Packets were captured in part only."""
    out = [data[:24]]
    for record in records(data):
        seconds, parts, kept, size = HEAD.unpack_from(record)
        kept = chance.randint(0, min(kept, len(record) - HEAD.size))
        head = HEAD.pack(seconds, parts, kept, size)
        out.append(head + record[HEAD.size : HEAD.size + kept])
    return b"".join(out)


def packets_mixed(data: bytes, chance: random.Random) -> bytes:
    """Packets come in another order, some twice, some not at all."""
    found = records(data)
    found = chance.choices(found, k=len(found)) + found[::2] if found else []
    chance.shuffle(found)
    return data[:24] + b"".join(found)


def lengths_absurd(data: bytes, chance: random.Random) -> bytes:
    """Some numbers, which may be lengths, are absurd."""
    damaged = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        form = chance.choice(["<I", ">I", "<H", ">H", "B"])
        size = struct.calcsize(form)
        if len(data) > 24 + size:
            number = chance.choice(ABSURD) & (1 << 8 * size) - 1
            struct.pack_into(form, damaged, chance.randrange(24, len(data) - size), number)
    return bytes(damaged)


def spliced(data: bytes, chance: random.Random) -> bytes:
    """A piece stands where another was."""
    size = chance.randint(1, max(1, len(data) // 4))
    source, at = (chance.randrange(len(data)) for _ in range(2))
    return data[:at] + data[source : source + size] + data[at + size :]


def packed(data: bytes, chance: random.Random) -> bytes:
    """The file is compressed, and its compressed form is damaged."""
    return bits_flipped(gzip.compress(data, 1), chance)


EVERY: tuple[Damage, ...] = (
    bits_flipped, cut, packets_cut, packets_mixed, lengths_absurd, spliced, packed,
)  # fmt: skip


def memory() -> int:
    """Bytes of this process that are in memory now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def opened(path: Path) -> Reading | str:
    """The device's reading or, where the device is not clear, the busiest host's; or why not."""
    device = None
    for _ in range(2):
        try:
            return read(str(path), device)
        except CaptureError as exc:
            sentence = str(exc)
        device = next(iter(hosts(path, 1)), None)
    return sentence


def report(path: Path, folder: Path, language: str) -> None:
    """The whole chain."""
    source = opened(path)
    if isinstance(source, str):
        assert source[0].isupper()
        assert source.endswith((".", ")"))
        return
    pages = {"html": folder / "page.html", "json": folder / "report.json"}
    said = io.StringIO()
    wanted = asked.Wanted(language=LANGUAGES[language], **pages)
    seeing.see(source, wanted, Console(file=said, width=80))
    assert said.getvalue()
    assert not source.problem or str(source.problem).endswith(".")


@pytest.fixture(autouse=True)
def _state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_every_capture_becomes_a_report(tmp_path):
    before = memory()
    for number, path in enumerate(shared_captures()):
        report(path, tmp_path, list(LANGUAGES)[number % len(LANGUAGES)])
    assert memory() - before < GROWTH


@pytest.mark.timeout(60 + DAMAGES)
def test_every_damaged_capture_becomes_a_report_or_a_sentence(tmp_path):
    chance = random.Random(20)
    captures = [path for path in shared_captures() if 100 < path.stat().st_size < 300_000]
    damaged = tmp_path / "damaged.pcap"
    before = memory()
    for number in range(DAMAGES):
        path = chance.choice(captures)
        damage = EVERY[number % len(EVERY)]
        damaged.write_bytes(damage(path.read_bytes(), chance))
        try:
            report(damaged, tmp_path, "en")
        except Exception as exc:
            exc.add_note(f"damage {number}: {damage.__name__} of {path.name}")
            raise
    assert memory() - before < GROWTH


def told(path: Path, **wanted: object) -> str:
    """The report on a capture, as it is printed, in long lines."""
    said = io.StringIO()
    everything = asked.Wanted(language=LANGUAGES["en"], **wanted)
    seeing.see(read(str(path), DEVICE), everything, Console(file=said, width=1000))
    return " ".join(said.getvalue().split())


def snapped(data: bytes) -> bytes:
    """Packets as of a recorder that was told to keep 96 bytes of each."""
    out = [data[:24]]
    for record in records(data):
        seconds, parts, kept, size = HEAD.unpack_from(record)
        out.append(HEAD.pack(seconds, parts, min(kept, 96), size) + record[16 : 16 + 96])
    return b"".join(out)


def form_lost(data: bytes) -> bytes:
    """The packet that held the form, with the password, was never recorded."""
    return data[:24] + b"".join(one for one in records(data) if b"POST" not in one)


@pytest.mark.parametrize(
    ("damage", "lack"),
    [
        (snapped, "packets were recorded only in part"),
        (form_lost, "In one connection of the device, bytes are missing"),
        (lambda data: data[: len(data) // 2], "A part of what the line carried"),
        (None, ""),
    ],
    ids=["packets cut", "a packet lost", "broken off", "whole"],
)
def test_what_a_recording_lacks_is_said_and_is_no_progress(tmp_path, damage, lack):
    whole = recording(before())
    path, earlier = tmp_path / "capture.pcap", tmp_path / "earlier.json"
    path.write_bytes(whole)
    told(path, json=earlier)
    path.write_bytes(damage(whole) if damage else whole)
    said = told(path, earlier=read_earlier(earlier))
    is_whole = damage is None
    assert ("No longer found" in said) is not is_whole
    assert ("The recording is not whole" in said) is not is_whole
    assert ("may only be missing from it" in said) is not is_whole
    assert is_whole or lack in said


def test_a_small_file_that_unpacks_to_a_large_one_is_read_in_little_memory(tmp_path):
    path = tmp_path / "bomb.pcap.gz"
    first = pcap([sent(17, udp(5000, 53, b"moth"))])
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(first)
        for _ in range(16):
            file.write(bytes(1 << 20))
    before = memory()
    reading = read(str(path), DEVICE)
    kinds = Counter(one.kind for one in reading)
    assert reading.packets > 1_000_000
    assert sum(kinds.values()) < 100
    assert memory() - before < GROWTH
