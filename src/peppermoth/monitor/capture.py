"""Captures: pcap and pcapng, as blocks of frames whose headers are columns.

Specifications: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. Both byte orders;
pcap in micro- and nanoseconds; pcapng with several sections and interfaces, enhanced,
simple and obsolete packet blocks; other blocks (secrets, names, statistics) are passed.

A damaged capture is read up to the place where it breaks, and ``problem`` says where.
Limits: a frame is at most ``LARGEST_FRAME`` bytes; a block holds what one window shows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import CaptureError
from peppermoth.monitor.problems import Kind, Problem
from peppermoth.monitor.sources import Room, Window

LARGEST_FRAME: Final = 256 * 1024
MOST_FRAMES: Final = 32 * 1024
"""Frames of a block at most, so that even small ones open a bounded number of flows."""

LATEST: Final = 253402300799.0
"""The last second of the year 9999: later times are taken as this."""

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Frames that lie in ``data``, valid until the next block is asked for.

    ``first`` is the number of the first packet, from 1. The columns give for each frame
    where it starts, its captured and its original length, its time in seconds since 1970
    and its link type (a LINKTYPE number). ``data`` is longer than its last frame by
    ``MARGIN`` bytes at least.
    """

    data: Room
    first: int
    starts: Column
    captured: Column
    original: Column
    times: NDArray[np.float64]
    links: Column

    def __len__(self) -> int:
        return len(self.starts)

    def frame(self, number: int) -> bytes:
        """What was captured of the frame at an index of the columns."""
        start = int(self.starts[number])
        return bytes(self.data[start : start + int(self.captured[number])])


def rows(data: Room, at: Column, width: int) -> NDArray[np.uint8]:
    """``width`` bytes from each position, as a table of bytes."""
    # A view whose items overlap, one beginning at each byte, gathers a row an index.
    every = np.ndarray((len(data) - width,), dtype=f"V{width}", buffer=data, strides=(1,))
    return every[at].view(np.uint8).reshape(len(at), width)


def words(table: NDArray[np.uint8], start: int, order: str, size: int = 4) -> Column:
    """The unsigned integers of ``size`` bytes that stand at ``start`` in each row."""
    cut = np.ascontiguousarray(table[:, start : start + size])
    return cut.view(f"{order}u{size}").ravel().astype(np.int64)


class Capture:
    """The frames of one capture. ``problem`` says where it broke, None where it did not.

    Raises CaptureError if the window shows no capture at all.
    """

    def __init__(self, window: Window) -> None:
        self.problem: Problem | None = None
        self.count = 0
        self._window = window
        if not window.has(4):
            empty = "The file is empty or too short to be a capture."
            raise CaptureError(str(window.problem or empty))
        magic = bytes(window.data[window.start : window.start + 4])
        if magic == _SECTION:
            self._reader: Iterator[Block] = self._pcapng()
        elif magic in _PCAP_MAGIC:
            if not window.has(24):
                raise CaptureError("The capture ends within its first header.")
            self._reader = self._pcap(*_PCAP_MAGIC[magic])
        else:
            raise CaptureError(
                "This is not a capture in pcap or pcapng form, as tcpdump and Wireshark write it."
            )

    def __iter__(self) -> Iterator[Block]:
        yield from self._reader
        self.problem = self.problem or self._window.problem

    def _block(
        self,
        starts: Column,
        captured: Column,
        original: Column,
        times: NDArray[np.float64],
        links: Column,
    ) -> Block:
        first = self.count + 1
        self.count += len(starts)
        times = np.clip(np.nan_to_num(times), 0.0, LATEST)
        return Block(self._window.data, first, starts, captured, original, times, links)

    def _broken(self, position: int, kind: Kind) -> None:
        at = {"packet": self.count + 1, "byte": self._window.offset + position}
        self.problem = Problem(kind, at)

    def _cut(self) -> None:
        self._broken(self._window.start, Kind.CUT_OFF)
        self.problem = self._window.problem or self.problem

    # pcap

    def _pcap(self, order: str, fraction: float) -> Iterator[Block]:
        window = self._window
        link = struct.unpack_from(order + "I", window.data, window.start + 20)[0] & 0xFFFF
        window.start += 24
        while window.has(16):
            headers = self._pcap_headers(order)
            if headers:
                at = np.array(headers, dtype=np.int64)
                table = rows(window.data, at, 16)
                seconds, parts, captured, original = (
                    words(table, start, order) for start in (0, 4, 8, 12)
                )
                times = seconds + parts * fraction
                links = np.full(len(at), link, dtype=np.int64)
                yield self._block(at + 16, captured, original, times, links)
            if self.problem:
                return
            if not headers:
                if window.finished:
                    break
                window.slide()
        if window.end > window.start:
            self._cut()

    def _pcap_headers(self, order: str) -> list[int]:
        """Where the headers of all packets stand that the window shows whole."""
        window = self._window
        data, position, end = window.data, window.start, window.end
        captured_at = struct.Struct(order + "8xI").unpack_from
        found: list[int] = []
        note = found.append
        last = end - 16
        for _ in range(MOST_FRAMES):
            if position > last:
                break
            note(position)
            position += 16 + captured_at(data, position)[0]
        if position > end:  # the last one is not whole
            captured = position - 16 - found[-1]
            position = found.pop()
            if captured > LARGEST_FRAME:
                self.count += len(found)
                self._broken(position, Kind.ABSURD_LENGTH)
                self.count -= len(found)
        window.start = position
        return found

    # pcapng

    def _pcapng(self) -> Iterator[Block]:
        window = self._window
        order = "<"
        interfaces = _Interfaces(order)
        while window.has(12):
            if window.data[window.start : window.start + 4] == _SECTION:
                order_bytes = bytes(window.data[window.start + 8 : window.start + 12])
                if order_bytes not in _SECTION_ORDER:
                    self._broken(window.start, Kind.NO_BYTE_ORDER)
                    return
                order = _SECTION_ORDER[order_bytes]
                interfaces = _Interfaces(order)
            kind_number, length = struct.unpack_from(order + "II", window.data, window.start)
            if kind_number in _PACKET_BLOCKS:
                run = self._pcapng_run(order, kind_number)
                if run:
                    yield from self._pcapng_packets(interfaces, kind_number, run)
                elif not self.problem:
                    self._cut()
                if self.problem:
                    return
                continue
            if length < 12 or length % 4:
                self._broken(window.start, Kind.ABSURD_LENGTH)
                return
            if kind_number == _INTERFACE and length <= LARGEST_FRAME:
                if not window.has(length):
                    break
                interfaces.add(bytes(window.data[window.start + 8 : window.start + length - 4]))
            if not window.skip(length):
                break
        if window.end > window.start or not window.finished:
            self._cut()

    def _pcapng_run(self, order: str, kind: int) -> list[int]:
        """Where blocks of this kind stand that follow each other and are shown whole."""
        window = self._window
        header = struct.Struct(order + "II").unpack_from
        smallest, largest = _PACKET_BLOCKS[kind] + 4, LARGEST_FRAME + 4096
        found: list[int] = []
        for _ in range(2):
            data, position, last = window.data, window.start, window.end - 8
            for _ in range(MOST_FRAMES):
                if position > last:
                    break
                found_kind, length = header(data, position)
                if found_kind != kind:
                    break
                if length < smallest or length % 4 or length > largest:
                    if not found:
                        self._broken(position, Kind.ABSURD_LENGTH)
                    break
                if position + length > window.end:
                    break
                found.append(position)
                position += length
            window.start = position
            if found or self.problem or window.finished:
                break
            window.slide()
        return found

    def _pcapng_packets(
        self, interfaces: _Interfaces, kind: int, run: list[int]
    ) -> Iterator[Block]:
        at = np.array(run, dtype=np.int64)
        header = _PACKET_BLOCKS[kind]
        table = rows(self._window.data, at, 28)
        order = interfaces.order
        room = words(table, 4, order) - header - 4
        if kind == _SIMPLE:
            original = words(table, 8, order)
            interface = np.zeros(len(at), dtype=np.int64)
            captured = np.minimum(np.minimum(original, interfaces.snap_length), room)
            times = np.full(len(at), interfaces.last_time)
        else:
            size = 4 if kind == _ENHANCED else 2
            interface = words(table, 8, order, size)
            captured, original = words(table, 20, order), words(table, 24, order)
            times = interfaces.times(interface, words(table, 12, order), words(table, 16, order))
        bad = np.flatnonzero((captured > room) | (interface >= len(interfaces)))
        good = int(bad[0]) if len(bad) else len(at)
        if good:
            interfaces.last_time = float(times[good - 1])
            links = interfaces.links(interface[:good])
            yield self._block(
                at[:good] + header, captured[:good], original[:good], times[:good], links
            )
        if len(bad):
            is_too_long = captured[good] > room[good]
            self._broken(run[good], Kind.ABSURD_LENGTH if is_too_long else Kind.NO_INTERFACE)


class _Interfaces:
    """The interfaces of a pcapng section: link types and clocks."""

    def __init__(self, order: str) -> None:
        self.order = order
        self.last_time = 0.0
        self.snap_length = LARGEST_FRAME
        self._links: list[int] = []
        self._units: list[float] = []
        self._offsets: list[float] = []

    def __len__(self) -> int:
        return len(self._links)

    def add(self, body: bytes) -> None:
        """An Interface Description Block without its type and lengths."""
        if len(body) < 8:
            return
        link, snap_length = struct.unpack_from(self.order + "HxxI", body)
        unit, offset = 1e-6, 0.0
        position = 8
        while position + 4 <= len(body):
            code, length = struct.unpack_from(self.order + "HH", body, position)
            value = body[position + 4 : position + 4 + length]
            if code == _OPTION_END:
                break
            if code == _OPTION_RESOLUTION and value:
                power = value[0] & 0x7F
                unit = 2.0**-power if value[0] & 0x80 else 10.0**-power
            elif code == _OPTION_OFFSET and len(value) == 8:
                offset = float(struct.unpack(self.order + "q", value)[0])
            position += 4 + length + -length % 4
        if not self._links and snap_length:
            self.snap_length = snap_length
        self._links.append(link)
        self._units.append(unit)
        self._offsets.append(offset)

    def links(self, interface: Column) -> Column:
        """The link type of each packet."""
        return np.array(self._links, dtype=np.int64)[interface]

    def times(self, interface: Column, high: Column, low: Column) -> NDArray[np.float64]:
        """Seconds since 1970; unknown interfaces count as the first."""
        known = np.where(interface < len(self), interface, 0)
        if not self._links:
            return np.zeros(len(interface))
        units, offsets = np.array(self._units)[known], np.array(self._offsets)[known]
        seconds: NDArray[np.float64] = (high * 4294967296.0 + low) * units + offsets
        return seconds


_PCAP_MAGIC: Final = {
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
}
_SECTION: Final = b"\x0a\x0d\x0d\x0a"
_SECTION_ORDER: Final = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_INTERFACE: Final = 1
_OBSOLETE: Final = 2
_SIMPLE: Final = 3
_ENHANCED: Final = 6
_PACKET_BLOCKS: Final = {_OBSOLETE: 28, _SIMPLE: 12, _ENHANCED: 28}
"""Blocks that hold a packet, and how many bytes stand before it."""
_OPTION_END: Final = 0
_OPTION_RESOLUTION: Final = 9
_OPTION_OFFSET: Final = 14
