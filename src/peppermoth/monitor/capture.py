"""Captures: pcap and pcapng, as blocks of frames whose headers are columns.

Specifications: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. Both byte orders;
pcap in micro- and nanoseconds; pcapng with several sections and interfaces, enhanced,
simple and obsolete packet blocks; other blocks (secrets, names, statistics) are passed,
and do not end a block of frames.

A damaged capture is read up to the place where it breaks, and ``problem`` says where.
Limits: a frame is at most ``LARGEST_FRAME`` bytes; a block holds what one window shows.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from peppermoth.errors import CaptureError
from peppermoth.monitor.link import is_known
from peppermoth.monitor.problems import Kind, Problem
from peppermoth.monitor.sources import Room, Window

LARGEST_FRAME: Final = 256 * 1024
MOST_FRAMES: Final = 32 * 1024
"""Frames of a block at most, so that even small ones open a bounded number of flows."""

MOST_INTERFACES: Final = 64 * 1024
"""Interfaces of a section at most; packets of further ones are damage."""

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

    def kinds(self) -> list[int]:
        """The link types of its frames, each once."""
        found: list[int] = np.flatnonzero(np.bincount(self.links)).tolist()
        return found

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
    """The unsigned integers of ``size`` bytes at ``start``, a multiple of it, in each row."""
    return table.view(f"{order}u{size}")[:, start // size].astype(np.int64)


class Capture:
    """The frames of one capture. ``problem`` says where it broke, or else that packets of
    unknown kinds of link are among them; None where all can be read.

    Raises CaptureError if the window shows no capture at all.
    """

    def __init__(self, window: Window) -> None:
        self.problem: Problem | None = None
        self.count = 0
        self._window = window
        self._order = "<"
        self._interfaces = _Interfaces()
        self._last_time = 0.0
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
        unread: dict[int, int] = {}
        for block in self._reader:
            for link in block.kinds():
                if not is_known(link):
                    count = int(np.count_nonzero(block.links == link))
                    unread[link] = unread.get(link, 0) + count
            yield block
        self.problem = self.problem or self._window.problem
        if unread and not self.problem:
            numbers = {"link": next(iter(unread)), "packets": sum(unread.values())}
            self.problem = Problem(Kind.UNKNOWN_LINK, numbers)

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
        # Each turn passes something, reads on to what then can be passed, or ends in a problem.
        while not self.problem and window.has(12):
            begin = window.start
            found = self._packets_shown()
            if found:
                yield from self._pcapng_packets(found)
            elif window.start == begin:
                self._pass_block()
        if not self.problem and window.end > window.start:
            self._cut()

    def _packets_shown(self) -> list[int]:
        """Where packets stand that the window shows whole, whatever blocks are between them."""
        window = self._window
        self._interfaces.begin_block()
        data, position, end = window.data, window.start, window.end
        last = end - 12
        header = struct.Struct(self._order + "II").unpack_from
        enhanced, others = _PACKET_SIZES[_ENHANCED], _PACKET_SIZES.get
        found: list[int] = []
        note = found.append
        passed = 1
        while passed:
            for _ in range(MOST_FRAMES - len(found)):
                if position > last:
                    break
                kind, length = header(data, position)
                if length not in (enhanced if kind == _ENHANCED else others(kind, _NONE)):
                    break
                note(position)
                position += length
            if position > end:  # the last one is not whole
                position = found.pop()
            passed = self._read_other(position, len(found))
            position += passed
        window.start = position
        return found

    def _read_other(self, position: int, packets: int) -> int:
        """The length of a block behind so many packets that is none; 0 where it has to wait."""
        data, room = self._window.data, self._window.end - position
        if room < 12:
            return 0
        kind, length = struct.unpack_from(self._order + "II", data, position)
        if kind in _PACKET_SIZES or length not in _SIZES or length > room:
            return 0
        if kind == _SECTION_KIND:
            if _SECTION_ORDER.get(bytes(data[position + 8 : position + 12])) != self._order:
                return 0
            self._interfaces.begin_section(packets)
        elif kind == _INTERFACE and length <= LARGEST_FRAME:
            body = bytes(data[position + 8 : position + length - 4])
            self._interfaces.add(self._order, body, packets)
        return int(length)

    def _pass_block(self) -> None:
        """What comes next is not shown whole, begins with the other byte order, or is damaged."""
        window = self._window
        begin = bytes(window.data[window.start : window.start + 12])
        if begin.startswith(_SECTION):
            if begin[8:] not in _SECTION_ORDER:
                self._broken(window.start, Kind.NO_BYTE_ORDER)
                return
            self._order = _SECTION_ORDER[begin[8:]]
            self._interfaces.begin_section(0)
        kind, length = struct.unpack_from(self._order + "II", begin)
        if length not in _PACKET_SIZES.get(kind, _SIZES):
            self._broken(window.start, Kind.ABSURD_LENGTH)
            return
        is_read = kind in _PACKET_SIZES or (kind == _INTERFACE and length <= LARGEST_FRAME)
        if not (window.has(length) if is_read else window.skip(length)):
            self._cut()

    def _pcapng_packets(self, found: list[int]) -> Iterator[Block]:
        at, order = np.array(found, dtype=np.int64), self._order
        table = rows(self._window.data, at, 28)
        kinds, sizes, eighth = (words(table, start, order) for start in (0, 4, 8))
        captured, original = words(table, 20, order), words(table, 24, order)
        simple, obsolete = kinds == _SIMPLE, kinds == _OBSOLETE
        header = np.where(simple, 12, 28)
        room = sizes - header - 4
        number = np.where(obsolete, words(table, 8, order, 2), np.where(simple, 0, eighth))
        interfaces = self._interfaces.of_packets(number)
        original = np.where(simple, eighth, original)
        shortest = np.minimum(np.minimum(original, interfaces.snap_lengths), room)
        captured = np.where(simple, shortest, captured)
        bad = np.flatnonzero((captured > room) | ~interfaces.known)
        good = int(bad[0]) if len(bad) else len(at)
        if good:
            ticks = words(table, 12, order) * 4294967296.0 + words(table, 16, order)
            times = ticks * interfaces.units + interfaces.offsets
            if simple.any():  # they are told to have come with the packet before
                latest = np.maximum.accumulate(np.where(simple, 0, np.arange(1, len(at) + 1)))
                times = np.concatenate(([self._last_time], times))[latest]
            self._last_time = float(times[good - 1])
            starts, links = at + header, interfaces.links
            yield self._block(
                starts[:good], captured[:good], original[:good], times[:good], links[:good]
            )
        if len(bad):
            known = interfaces.known[good]
            self._broken(found[good], Kind.ABSURD_LENGTH if known else Kind.NO_INTERFACE)


class _OfPackets(NamedTuple):
    """What each packet's interface says, which is only used where it is known."""

    known: NDArray[np.bool_]
    links: Column
    snap_lengths: Column
    units: NDArray[np.float64]
    offsets: NDArray[np.float64]


class _Interfaces:
    """The interfaces of the sections whose packets are in one block: link types and clocks."""

    def __init__(self) -> None:
        self._all: list[tuple[int, int, float, float]] = []
        self._since: list[int] = []
        """Behind which packet of the block each was described."""
        self._sections: list[tuple[int, int]] = [(0, 0)]
        """Behind which packet each began, and its first interface."""

    def begin_block(self) -> None:
        """Only the section that goes on is needed any more."""
        _, first = self._sections[-1]
        del self._all[:first]
        self._since = [0] * len(self._all)
        self._sections = [(0, 0)]

    def begin_section(self, packets: int) -> None:
        """A section begins, behind so many packets of the block."""
        self._sections.append((packets, len(self._all)))

    def add(self, order: str, body: bytes, packets: int) -> None:
        """An Interface Description Block without its type and lengths."""
        if len(body) < 8 or len(self._all) >= MOST_INTERFACES:
            return
        link, snap_length = struct.unpack_from(order + "HxxI", body)
        unit, offset = 1e-6, 0.0
        position = 8
        while position + 4 <= len(body):
            code, length = struct.unpack_from(order + "HH", body, position)
            value = body[position + 4 : position + 4 + length]
            if code == _OPTION_END:
                break
            if code == _OPTION_RESOLUTION and value:
                power = value[0] & 0x7F
                unit = 2.0**-power if value[0] & 0x80 else 10.0**-power
            elif code == _OPTION_OFFSET and len(value) == 8:
                offset = float(struct.unpack(order + "q", value)[0])
            position += 4 + length + -length % 4
        self._all.append((link, snap_length or LARGEST_FRAME, unit, offset))
        self._since.append(packets)

    def of_packets(self, numbers: Column) -> _OfPackets:
        """What the interfaces of all packets say, by their numbers in their sections."""
        at = np.arange(len(numbers))
        if len(self._sections) > 1:
            begins, firsts = np.array(self._sections).T
            numbers = numbers + firsts[np.searchsorted(begins, at, side="right") - 1]
        known = numbers < len(self._all)
        numbers = np.where(known, numbers, 0)
        # One that is only described later is of a later section, or not there yet.
        known &= np.array(self._since or [0])[numbers] <= at
        links, lengths, units, offsets = zip(*self._all or [(0, 0, 0.0, 0.0)], strict=True)
        return _OfPackets(
            known,
            np.array(links, dtype=np.int64)[numbers],
            np.array(lengths, dtype=np.int64)[numbers],
            np.array(units)[numbers],
            np.array(offsets)[numbers],
        )


_PCAP_MAGIC: Final = {
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
}
_SECTION: Final = b"\x0a\x0d\x0d\x0a"
_SECTION_KIND: Final = 0x0A0D0D0A
"""The same in both byte orders."""
_SECTION_ORDER: Final = {b"\x1a\x2b\x3c\x4d": ">", b"\x4d\x3c\x2b\x1a": "<"}
_INTERFACE: Final = 1
_OBSOLETE: Final = 2
_SIMPLE: Final = 3
_ENHANCED: Final = 6
_PACKET_SIZES: Final = {
    kind: range(header + 4, LARGEST_FRAME + 4096, 4)
    for kind, header in ((_OBSOLETE, 28), (_SIMPLE, 12), (_ENHANCED, 28))
}
"""Blocks that hold a packet, and how long they may be."""
_SIZES: Final = range(12, 1 << 32, 4)
"""How long any other block may be."""
_NONE: Final = range(0)
_OPTION_END: Final = 0
_OPTION_RESOLUTION: Final = 9
_OPTION_OFFSET: Final = 14
