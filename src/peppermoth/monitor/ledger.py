"""The open flows and what is counted of them: columns with a place for each flow.

A flow has a *slot*; its directions are numbered ``2 * slot + speaker``. Packets are
counted many at a time. Bounded: at most ``MOST_OPEN`` flows stay open, those that were
idle for longest go first; a flow that was idle for long goes in any case.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.monitor.capture import Column
from peppermoth.monitor.observation import Place
from peppermoth.monitor.observe import FlowSummary, Volume
from peppermoth.monitor.open_flow import OpenFlow
from peppermoth.monitor.series import STEP

MOST_OPEN: Final = 8192
IDLE_SECONDS: Final = {"tcp": 3600.0}
IDLE_OTHERWISE: Final = 180.0
IDLE_CLOSED: Final = 30.0


class Ledger:
    """Flows by slot. ``wants`` says of each whether any bytes still have to be looked at."""

    def __init__(self) -> None:
        self.flows: list[OpenFlow | None] = [None]
        self.wants = np.zeros(1, dtype=bool)
        self._spared_to = np.full(2, -1, dtype=np.int64)
        self._free = [0]  # never empty
        self._uncounted: list[tuple[Column, Column, NDArray[np.float64], Column]] = []
        self._packets = np.zeros(2, dtype=np.int64)
        self._octets = np.zeros(2, dtype=np.int64)
        self._last_packet = np.zeros(1, dtype=np.int64)
        self._last_time = np.zeros(1)
        self._patience = np.zeros(1)
        self._is_open = np.zeros(1, dtype=bool)

    @property
    def is_full(self) -> bool:
        """Whether more flows are open than may stay."""
        return len(self.flows) - len(self._free) > MOST_OPEN

    @property
    def next_slot(self) -> int:
        """The slot that the next flow gets."""
        return self._free[-1]

    def add(self, flow: OpenFlow) -> int:
        """A new flow; its slot."""
        slot = self._free.pop()
        self.flows[slot] = flow
        self._packets[2 * slot : 2 * slot + 2] = 0
        self._octets[2 * slot : 2 * slot + 2] = 0
        self._last_packet[slot], self._last_time[slot] = flow.first
        self._patience[slot] = IDLE_SECONDS.get(flow.flow.transport, IDLE_OTHERWISE)
        self.wants[slot] = self._is_open[slot] = True
        self._spared_to[2 * slot : 2 * slot + 2] = -1
        if not self._free:
            self._grow()
        return slot

    def note(self, slot: int, flow: OpenFlow) -> None:
        """A flow has changed what it wants, or has closed."""
        self.wants[slot] = flow.wants
        if flow.closed:
            self._patience[slot] = IDLE_CLOSED

    def spare(self, direction: int, until: int | None) -> None:
        """Bytes of a direction up to this sequence number need not be looked at."""
        self._spared_to[direction] = -1 if until is None else until

    def wanted(self, directions: Column, sequence: Column, length: Column) -> NDArray[np.bool_]:
        """Which segments have to be looked at for their bytes; datagrams have sequence 0."""
        until = self._spared_to[directions]
        behind = (until - sequence - length) & 0xFFFFFFFF < 0x80000000
        needed: NDArray[np.bool_] = (length > 0) & ~((until >= 0) & behind)
        needed &= self.wants[directions >> 1]
        return needed

    def count(
        self, directions: Column, numbers: Column, times: NDArray[np.float64], octets: Column
    ) -> None:
        """Count packets, in their order: of which directions, how long."""
        if len(directions):
            self._uncounted.append((directions, numbers, times, octets))

    def _settle(self) -> None:
        """Count what has come, all at once: few packets a time would cost more."""
        if not self._uncounted:
            return
        directions, numbers, times, octets = map(np.concatenate, zip(*self._uncounted, strict=True))
        self._uncounted.clear()
        slots, size = directions >> 1, len(self._packets)
        self._packets += np.bincount(directions, minlength=size)
        self._octets += np.bincount(directions, octets, size).astype(np.int64)
        self._last_packet[slots] = numbers
        self._last_time[slots] = times
        spans = (times // STEP).astype(np.int64)
        begin = int(spans.min())
        cells, inverse = np.unique((spans - begin) * size + directions, return_inverse=True)
        sums = np.bincount(inverse, octets).astype(np.int64)
        counts = np.bincount(inverse)
        for cell, count, total in zip(cells.tolist(), counts.tolist(), sums.tolist(), strict=True):
            span, direction = divmod(cell, size)
            flow = self.flows[direction >> 1]
            if flow is not None:
                flow.series.add(begin + span, direction & 1, count, total)

    def overdue(self, now: float) -> list[int]:
        """Slots of flows that were idle for long, or for longest where too many are open."""
        self._settle()
        late = np.flatnonzero(self._is_open & (now - self._last_time > self._patience))
        surplus = np.count_nonzero(self._is_open) - len(late) - MOST_OPEN
        if surplus <= 0:
            return late.tolist()
        is_left = self._is_open.copy()
        is_left[late] = False
        left = np.flatnonzero(is_left)
        idlest = np.argsort(self._last_time[left], kind="stable")[:surplus]
        return [*late.tolist(), *left[idlest].tolist()]

    def open_slots(self) -> list[int]:
        """The slots of all flows."""
        return np.flatnonzero(self._is_open).tolist()

    def remove(self, slot: int, flow: OpenFlow) -> FlowSummary:
        """A flow is over: what was counted of it."""
        self._settle()
        self.flows[slot] = None
        self.wants[slot] = self._is_open[slot] = False
        self._free.append(slot)
        one, two = self._packets[2 * slot : 2 * slot + 2].tolist()
        three, four = self._octets[2 * slot : 2 * slot + 2].tolist()
        last = Place(int(self._last_packet[slot]), float(self._last_time[slot]))
        volume = Volume((one, two), (three, four))
        series = tuple(flow.series)
        step = flow.series.step
        return FlowSummary(flow.flow, flow.first, last, volume, step, series, flow.protocol)

    def _grow(self) -> None:
        before = len(self.flows)
        more = max(before, 1024)
        self.flows += [None] * more
        self._free += range(before + more - 1, before - 1, -1)
        for name in ("_packets", "_octets", "_spared_to"):
            setattr(self, name, np.pad(getattr(self, name), (0, 2 * more)))
        for name in ("wants", "_last_packet", "_last_time", "_patience", "_is_open"):
            setattr(self, name, np.pad(getattr(self, name), (0, more)))
