"""From a capture to traces: each flow with its packets as columns and its first bytes.

Stands on ``monitor``: the capture reader, the columns of common packets (others are
decoded one by one), the reassembly of TCP. Packets are put in the order of their times,
since a recorder on two interfaces may write them a little out of it.

A TCP flow begins with a SYN of a new sequence number; without one, with the first packet
seen. Limits: UDP between the same two ends is one flow; fragments count once they are whole.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from peppermoth.lab.traces import KEPT, Label, Trace
from peppermoth.monitor import addresses
from peppermoth.monitor.capture import Block, Capture
from peppermoth.monitor.columns import Columns, as_packet, common, key_back
from peppermoth.monitor.observation import Endpoint, Place
from peppermoth.monitor.open_flow import ACK, SYN, source_is_client
from peppermoth.monitor.packets import PROTOCOLS, TCP, Decoder, Packet
from peppermoth.monitor.reassembly import Direction, Piece
from peppermoth.monitor.sources import open_window

Row: TypeAlias = tuple[float, int, int, int, int, int]
"""A packet: time, twice its flow's number and its speaker, size, flags, two sequence numbers."""

End: TypeAlias = tuple[bytes, int]

_SERVER: Final = 1


@dataclass(slots=True)
class _Speech:
    """The beginning of what one side says."""

    direction: Direction = field(default_factory=Direction)
    said: bytearray = field(default_factory=bytearray)
    full: bool = False

    def add(self, pieces: tuple[Piece, ...] | list[Piece]) -> None:
        for piece in pieces:
            if piece is None:
                self.full = True  # behind a gap nothing is in order
            if self.full or piece is None:
                return
            self.said += piece[0][: KEPT - len(self.said)]
            self.full = len(self.said) >= KEPT


@dataclass(slots=True)
class _Flow:
    transport: str
    client: End
    server: End
    opened: int | None = None
    first: bytes = b""
    speeches: tuple[_Speech, _Speech] = field(default_factory=lambda: (_Speech(), _Speech()))

    @property
    def is_heard(self) -> bool:
        """Whether nothing more is kept of what is said."""
        return self.speeches[0].full and self.speeches[1].full


class Extractor:
    """Collects the flows of the blocks that it takes."""

    def __init__(self) -> None:
        self._flows: list[_Flow] = []
        self._latest: dict[tuple[int, End, End], int] = {}
        self._by_key: dict[int, int] = {}
        self._columns: list[tuple[NDArray[np.float64], NDArray[np.int64]]] = []
        self._decoder = Decoder()

    def take(self, block: Block) -> None:
        """Follow the packets of the next block."""
        columns = common(block)
        keys, firsts, whose = np.unique(columns.key, return_index=True, return_inverse=True)
        # In the order in which they come, so that the first packet says who is the client.
        numbers = np.empty(len(keys), np.int64)
        for place in np.argsort(firsts).tolist():
            numbers[place] = self._by_key.get(int(keys[place]), -1)
            if numbers[place] < 0:
                numbers[place] = self._meet(
                    int(keys[place]), as_packet(block, columns, int(firsts[place]))
                )
        directions = numbers[whose]
        directions = self._listen(block, columns, directions)
        times = block.times[columns.index]
        table = np.stack(
            (directions, columns.length, columns.flags, columns.sequence, columns.acknowledged)
        )
        self._columns.append((times, table))
        self._others(block, columns)

    def _meet(self, key: int, packet: Packet) -> int:
        found = self._direction(packet)
        self._by_key[key] = found
        self._by_key[key_back(packet)] = found ^ 1
        return found

    def _direction(self, packet: Packet) -> int:
        """Twice the number of the packet's flow, plus one if its server sent it."""
        source = packet.source, packet.source_port
        destination = packet.destination, packet.destination_port
        for ends, side in (((source, destination), 0), ((destination, source), 1)):
            number = self._latest.get((packet.protocol, *ends))
            if number is not None:
                return 2 * number + side
        by_client = source_is_client(packet)
        client, server = (source, destination) if by_client else (destination, source)
        self._latest[packet.protocol, client, server] = len(self._flows)
        self._flows.append(_Flow(packet.transport, client, server))
        return 2 * (len(self._flows) - 1) + (not by_client)

    def _listen(
        self, block: Block, columns: Columns, directions: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Keep what is said first, and find where a flow begins anew on the same ports."""
        heard = np.array([flow.is_heard for flow in self._flows], np.bool_)
        opens = columns.flags & (SYN | ACK) == SYN
        wanted = opens | ((columns.length > 0) & ~heard[directions >> 1])
        moved: dict[int, list[tuple[int, int]]] = defaultdict(list)
        latest: dict[int, int] = {}
        for at in np.flatnonzero(wanted).tolist():
            known = int(directions[at])
            number = latest.get(known >> 1, known >> 1)
            if opens[at]:
                packet = as_packet(block, columns, at)
                begun = self._begin(number, packet.sequence)
                if begun != number:
                    moved[known >> 1].append((at, begun))
                    latest[known >> 1] = number = begun
                    self._by_key[int(columns.key[at])] = 2 * begun
                    self._by_key[key_back(packet)] = 2 * begun + 1
                continue
            start, size = int(columns.payload[at]), int(columns.captured[at])
            place = Place(0, 0.0)
            payload = bytes(block.data[start : start + size])
            self._hear(
                2 * number + (known & 1),
                payload,
                int(columns.length[at]),
                int(columns.sequence[at]),
                place,
            )
        for before, places in moved.items():
            of_flow = directions >> 1 == before
            for at, begun in places:
                later = of_flow & (np.arange(len(directions)) >= at)
                directions = np.where(later, 2 * begun + (directions & 1), directions)
        return directions

    def _begin(self, number: int, sequence: int) -> int:
        """The flow that a SYN with this number opens: the same one, or a new one."""
        flow = self._flows[number]
        if flow.opened is not None and flow.opened != sequence:
            number = len(self._flows)
            flow = _Flow(flow.transport, flow.client, flow.server)
            self._latest[TCP, flow.client, flow.server] = number
            self._flows.append(flow)
        flow.opened = sequence
        flow.speeches[0].direction.begin(sequence)
        return number

    def _hear(self, found: int, payload: bytes, length: int, sequence: int, place: Place) -> None:
        flow = self._flows[found >> 1]
        side = found & 1
        speech = flow.speeches[side]
        if side != _SERVER and not flow.first:
            flow.first = payload
        if speech.full:
            return
        if flow.transport == "tcp":
            speech.add(list(speech.direction.add(sequence, payload, length, place)))
        else:
            speech.add([(payload, place)])

    def _others(self, block: Block, columns: Columns) -> None:
        """Packets of no common layout."""
        is_common = np.zeros(len(block), dtype=bool)
        is_common[columns.index] = True
        rows: list[Row] = []
        for number in np.flatnonzero(~is_common).tolist():
            packet = self._decoder.decode(
                int(block.links[number]), block.frame(number), int(block.original[number])
            )
            if not isinstance(packet, Packet) or not packet.source_port:
                continue
            found = self._direction(packet)
            if packet.protocol == TCP and packet.flags & (SYN | ACK) == SYN:
                found = 2 * self._begin(found >> 1, packet.sequence)
            elif packet.length:
                self._hear(found, packet.payload, packet.length, packet.sequence, Place(0, 0.0))
            acknowledged = int.from_bytes(packet.header[8:12], "big") if packet.flags else 0
            time = float(block.times[number])
            rows.append((time, found, packet.length, packet.flags, packet.sequence, acknowledged))
        if rows:
            table = np.array([row[1:] for row in rows], np.int64).T
            self._columns.append((np.array([row[0] for row in rows]), table))

    def traces(self) -> list[Trace]:
        """Every TCP and UDP flow, in the order of their first packets."""
        if not self._columns:
            return []
        times = np.concatenate([times for times, _ in self._columns])
        table = np.concatenate([table for _, table in self._columns], axis=1)
        # By flow, and in each by time.
        order = np.lexsort((times, table[0] >> 1))
        times, table = times[order], table[:, order]
        numbers, starts = np.unique(table[0] >> 1, return_index=True)
        ends = np.append(starts, len(times))[1:]
        found = [
            self._trace(self._flows[number], times[start:end], table[:, start:end])
            for number, start, end in zip(
                numbers.tolist(), starts.tolist(), ends.tolist(), strict=True
            )
            if self._flows[number].transport in _KEPT_TRANSPORTS
        ]
        return sorted(found, key=lambda trace: trace.begun)

    def _trace(self, flow: _Flow, times: NDArray[np.float64], table: NDArray[np.int64]) -> Trace:
        directions, lengths, flags, sequences, acknowledgements = table
        signs = 1 - 2 * (directions & 1)
        said, answered = (bytes(speech.said) for speech in flow.speeches)
        return Trace(
            transport=flow.transport,
            client=_endpoint(flow.client),
            server=_endpoint(flow.server),
            begun=float(times[0]),
            times=times - times[0],
            sizes=(lengths * signs).astype(np.int32),
            flags=flags.astype(np.uint8),
            sequences=sequences.astype(np.uint32),
            acknowledgements=acknowledgements.astype(np.uint32),
            first=flow.first,
            said=said,
            answered=answered,
        )


def _endpoint(end: End) -> Endpoint:
    return Endpoint(addresses.text(end[0]), end[1])


_KEPT_TRANSPORTS: Final = frozenset({PROTOCOLS[TCP], "udp"})


def traces_of(capture: str | Path, label: Label | None = None) -> list[Trace]:
    """Every flow of a capture, all with the same label. Raises CaptureError.

    A capture that breaks off gives what stands before that.
    """
    window, file = open_window(str(capture))
    extractor = Extractor()
    try:
        for block in Capture(window):
            extractor.take(block)
    finally:
        window.close()
        file.close()
    found = extractor.traces()
    return [replace(trace, label=label) for trace in found] if label else found
