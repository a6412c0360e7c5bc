"""The device's flows: which packet belongs to which, and which still has to be looked at.

Packets are counted many at once; one by one go only those whose flow can still tell
something, and those of no common layout. Packets of other hosts are dropped by their
addresses alone. Nothing is kept of a flow that is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np

from peppermoth.monitor import addresses, link
from peppermoth.monitor.capture import Block, Column
from peppermoth.monitor.columns import Columns, as_packet, common, key_back
from peppermoth.monitor.device import MOST_ADDRESSES, Device
from peppermoth.monitor.directory import FOREIGN, UNKNOWN, Directory
from peppermoth.monitor.ledger import Ledger
from peppermoth.monitor.observation import Certainty, Endpoint, Flow, Observation, Place
from peppermoth.monitor.observe import Frame, FrameKind, Opening, frames
from peppermoth.monitor.observe.table import (
    frame_observers,
    opening_observers,
    shape_observers,
)
from peppermoth.monitor.open_flow import (
    ACK,
    FIN,
    RST,
    SPEAKERS,
    SYN,
    OpenFlow,
    source_is_client,
)
from peppermoth.monitor.packets import TCP, Decoder, Packet

AT_ONCE: Final = 2048
"""Packets that are looked at before it is asked again which flows still want theirs."""

MOST_NAMES: Final = 128 * 1024

Select: TypeAlias = Callable[[Block], Columns]
Name: TypeAlias = tuple[int, bytes, int, bytes, int, tuple[str, ...]]
"""A direction: protocol, source and port, destination and port, tunnels around it."""


class Flows:
    """All flows of one device.

    ``select`` gives the packets of a block that are read as columns; all others are
    decoded one by one, with the same result. ``count`` is how many flows there were,
    ``torn`` how many of those that are over lacked bytes.
    """

    def __init__(self, device: Device, select: Select = common) -> None:
        self.count = self.torn = 0
        self._told: list[Observation] = []
        self._device = device
        self._select = select
        self._decoder = Decoder()
        self._ledger = Ledger()
        self._directory = Directory()
        self._by_name: dict[Name, int] = {}
        self._replaced: list[tuple[int, int, int]] = []  # from which packet on, slots
        self._others: list[tuple[int, int, int]] = []  # directions, numbers, octets, uncounted
        self._senders: list[Packet] = []
        self._met: set[bytes] = set()  # hardware and IP addresses of the device
        self._frames = frame_observers()
        self._openings = opening_observers()
        self._shapes = shape_observers()

    def take(self, block: Block, columns: Columns | None = None) -> list[Observation]:
        """Follow the packets of the next block; what they tell. ``columns`` are those that
        ``select`` would give, where they were gathered before.
        """
        columns = self._select(block) if columns is None else columns
        is_common = np.zeros(len(block), dtype=bool)
        is_common[columns.index] = True
        for begin in range(0, len(block), AT_ONCE):
            end = min(begin + AT_ONCE, len(block))
            first, last = np.searchsorted(columns.index, (begin, end))
            others = begin + np.flatnonzero(~is_common[begin:end])
            self._take(block, columns.part(int(first), int(last)), others)
            if end == len(block) or self._ledger.is_full:
                self._forget(float(block.times[end - 1]))
        return self._drain()

    def end(self) -> list[Observation]:
        """The capture is over: end every flow, then every observer."""
        for slot in self._ledger.open_slots():
            self._close(slot)
        for frame_observer in self._frames:
            self._told += frame_observer.end()
        for openings in self._openings:
            self._told += openings.end()
        for shapes in self._shapes:
            self._told += shapes.end()
        return self._drain()

    def _drain(self) -> list[Observation]:
        told, self._told = self._told, []
        return told

    # Packets that are looked at, in order

    def _take(self, block: Block, columns: Columns, others: Column) -> None:
        directions, firsts = self._directory.find(columns.key)
        ends = columns.flags & (FIN | SYN | RST) != 0
        is_first = np.zeros(len(directions), dtype=bool)
        is_first[firsts] = True
        known = ends | self._ledger.wanted(directions, columns.sequence, columns.length)
        again = (columns.flags & (SYN | ACK) == SYN) & (directions >= 0)
        if again.any():  # what follows may be of another connection
            known |= np.isin(directions >> 1, directions[again] >> 1)
        unknown = (directions == UNKNOWN) & (ends | is_first | (columns.length > 0))
        chosen = np.where(directions >= 0, known, unknown)
        self._look(block, columns, np.flatnonzero(chosen), others.tolist())

        if self._replaced:
            directions, _ = self._directory.find(columns.key)
        elif len(firsts):
            new = np.flatnonzero(directions == UNKNOWN)
            directions[new], _ = self._directory.find(columns.key[new])
        numbers = block.first + columns.index
        for packet, before, after in reversed(self._replaced):
            earlier = (numbers < packet) & (directions >> 1 == after)
            directions = np.where(earlier, 2 * before | directions & 1, directions)
        ours = directions >= 0
        counted = directions[ours], numbers[ours], columns.octets[ours]
        if self._others:
            counted = _in_order(counted, self._others)
            self._others.clear()
        directions, numbers, octets = counted
        self._ledger.count(directions, numbers, block.times[numbers - block.first], octets)
        for _, before, _ in self._replaced:
            self._close(before)
        self._replaced.clear()
        learned = [self._device.learn(packet) for packet in self._senders]
        if any(learned):
            self._forget_others()
        self._senders.clear()

    def _look(self, block: Block, columns: Columns, chosen: Column, others: list[int]) -> None:
        index = columns.index[chosen]
        looked_at = (
            index,
            chosen,
            block.times[index],
            columns.key[chosen],
            columns.flags[chosen],
            columns.sequence[chosen],
            columns.acknowledged[chosen],
            columns.payload[chosen],
            columns.captured[chosen],
            columns.length[chosen],
        )
        data, get, flows = block.data, self._directory.found.get, self._ledger.flows
        others.reverse()
        next_other = others.pop() if others else len(block)
        for number, at, time, key, flags, sequence, acknowledged, start, size, length in zip(
            *(column.tolist() for column in looked_at), strict=True
        ):
            while next_other < number:
                self._look_at_other(block, next_other)
                next_other = others.pop() if others else len(block)
            found = get(key, UNKNOWN)
            if found == UNKNOWN or flags & (SYN | ACK) == SYN:
                place = Place(block.first + number, time)
                found = self._enter(as_packet(block, columns, at), place, key)
            if found < 0:
                continue
            flow = flows[found >> 1]
            if flow is None or not (flow.wants or flags & (FIN | RST)):
                continue
            if flow.spares(found & 1, flags, sequence + length):
                continue
            place = Place(block.first + number, time)
            piece = bytes(data[start : start + size])
            self._feed(found, flow, flags, sequence, acknowledged, piece, length, place)
        if next_other < len(block):
            others.append(next_other)
        while others:
            self._look_at_other(block, others.pop())

    def _feed(
        self,
        found: int,
        flow: OpenFlow,
        flags: int,
        sequence: int,
        acknowledged: int,
        data: bytes,
        length: int,
        place: Place,
    ) -> None:
        speaker = SPEAKERS[found & 1]
        if flow.flow.transport == "tcp":
            spared = flow.spared[speaker]
            self._told += flow.segment(speaker, flags, sequence, acknowledged, data, length, place)
            if flow.spared[speaker] != spared:
                self._ledger.spare(found, flow.spared[speaker])
        elif flow.wants:
            self._told += flow.datagram(speaker, data, place)
        if not flow.wants:
            self._ledger.note(found >> 1, flow)

    def _look_at_other(self, block: Block, number: int) -> None:
        """A packet that has no common layout."""
        place = Place(block.first + number, float(block.times[number]))
        frame = block.frame(number)
        link_type, original = int(block.links[number]), int(block.original[number])
        for found in self._decoder.decode_all(link_type, frame, original):
            if isinstance(found, link.Carried):
                self._frame(found, place)
            else:
                self._take_other(found, place)

    def _take_other(self, packet: Packet, place: Place) -> None:
        found = self._direction(packet, place)
        flow = self._ledger.flows[found >> 1] if found >= 0 else None
        if flow is None:
            return
        acknowledged = int.from_bytes(packet.header[8:12], "big") if packet.protocol == TCP else 0
        self._feed(
            found,
            flow,
            packet.flags,
            packet.sequence,
            acknowledged,
            packet.payload,
            packet.length,
            place,
        )
        self._others.append((found, place.packet, packet.octets))

    def _frame(self, carried: link.Carried, place: Place) -> None:
        """A frame that holds no IP, if it is from or to the device."""
        from_device = carried.source in self._device.hardware
        if not from_device and carried.destination not in self._device.hardware:
            return
        if from_device:
            self._meet(FrameKind.HARDWARE_ADDRESS, carried.source, b"", place)
        kind = frames.KINDS[carried.ether_type]
        self._show(Frame(kind, carried.source, carried.data[carried.start :], from_device, place))

    def _meet(self, kind: FrameKind, hardware: bytes, address: bytes, place: Place) -> None:
        """Show an address of the device's when it is first seen."""
        new = address or hardware
        if new and new not in self._met and len(self._met) < MOST_ADDRESSES:
            self._met.add(new)
            self._show(Frame(kind, hardware, address, True, place))

    def _show(self, frame: Frame) -> None:
        for observer in self._frames:
            self._told += observer.receive(frame)

    # Which flow a packet is of

    def _enter(self, packet: Packet, place: Place, key: int) -> int:
        """The direction that a common packet is of, which can be found by its key from now on."""
        found = self._direction(packet, place)
        if self._directory.found.get(key) != found:
            back = key_back(packet)
            self._directory.put(back, found ^ 1 if found >= 0 else found)
            self._directory.put(key, found)
            flow = self._ledger.flows[found >> 1] if found >= 0 else None
            if flow is not None:
                flow.keys = (key, back)
        return found

    def _direction(self, packet: Packet, place: Place) -> int:
        """Twice the slot of a packet's flow and its speaker; below zero for other hosts."""
        name = (
            packet.protocol,
            packet.source,
            packet.source_port,
            packet.destination,
            packet.destination_port,
            packet.outer,
        )
        found = self._by_name.get(name)
        opens = packet.protocol == TCP and packet.flags & (SYN | ACK) == SYN
        if found is None:
            found = self._open(packet, place, name)
        elif opens and found >= 0 and found & 1 == 0:
            before = self._ledger.flows[found >> 1]
            if before is not None and before.is_another(packet.sequence):
                self._told += before.finish()
                self._release(before)
                self._replaced.append((place.packet, found >> 1, self._ledger.next_slot))
                found = self._open(packet, place, name)
        if opens and found >= 0 and found & 1 == 0:
            self._show_opening(packet, found, place)
        return found

    def _open(self, packet: Packet, place: Place, name: Name) -> int:
        protocol, source, source_port, destination, destination_port, outer = name
        back = (protocol, destination, destination_port, source, source_port, outer)
        sent = self._device.sent(packet)
        if sent is None:
            self._by_name[name] = self._by_name[back] = FOREIGN
            return FOREIGN
        if sent:
            self._senders.append(packet)
            self._meet(FrameKind.HARDWARE_ADDRESS, packet.source_hardware, b"", place)
            self._meet(FrameKind.ADDRESS, packet.source_hardware, packet.source, place)
        self.count += 1
        as_client = source_is_client(packet)
        ends = (
            Endpoint(addresses.text(packet.source), packet.source_port),
            Endpoint(addresses.text(packet.destination), packet.destination_port),
        )
        client, server = ends if as_client else ends[::-1]
        opened = packet.protocol != TCP or bool(packet.flags & SYN)
        by_device = sent == as_client
        flow = OpenFlow(
            Flow(self.count, packet.transport, client, server, by_device, packet.outer, opened),
            place,
        )
        found = 2 * self._ledger.add(flow) + (not as_client)
        self._by_name[back] = found ^ 1
        self._by_name[name] = found
        flow.names = (name, back)
        return found

    def _show_opening(self, packet: Packet, found: int, place: Place) -> None:
        flow = self._ledger.flows[found >> 1]
        if flow is not None and self._openings:
            opening = Opening(flow.flow, packet.ip, packet.header, place)
            for observer in self._openings:
                self._told += observer.receive(opening)

    # Ending

    def _forget(self, now: float) -> None:
        """Close what was idle for long; let go of keys of other hosts where they are many."""
        for slot in self._ledger.overdue(now):
            self._close(slot)
        if len(self._by_name) > MOST_NAMES:
            self._forget_others()

    def _forget_others(self) -> None:
        self._directory.forget_others()
        self._by_name = {name: found for name, found in self._by_name.items() if found >= 0}

    def _release(self, flow: OpenFlow) -> None:
        """Further packets with these addresses and ports are of another flow."""
        for name in flow.names:
            self._by_name.pop(name, None)  # type: ignore[call-overload]
        for key in flow.keys:
            self._directory.remove(key)
        flow.names = flow.keys = ()

    def _close(self, slot: int) -> None:
        flow = self._ledger.flows[slot]
        if flow is None:
            return
        self._told += flow.finish()
        self.torn += flow.is_torn
        self._release(flow)
        summary = self._ledger.remove(slot, flow)
        # What names a connection often went by before the recording, or never comes.
        is_silent = flow.is_silent and flow.flow.transport == "tcp"
        unnamed = not summary.protocol or is_silent
        if unnamed and flow.flow.device_is_client and addresses.is_host(flow.flow.server.ip):
            self._told.append(_contacted(flow.flow, flow.first))
        for observer in self._shapes:
            self._told += observer.receive(summary)


def _in_order(
    counted: tuple[Column, Column, Column], others: list[tuple[int, int, int]]
) -> tuple[Column, Column, Column]:
    """Directions, numbers and octets of common packets and others, by number."""
    directions, numbers, octets = (
        np.concatenate(pair)
        for pair in zip(counted, np.array(others, dtype=np.int64).T, strict=True)
    )
    order = np.argsort(numbers, kind="stable")
    return directions[order], numbers[order], octets[order]


def _contacted(flow: Flow, first: Place) -> Observation:
    """An address that only counting knows: the flow was not recognised, or told nothing."""
    return Observation(
        kind="address.contacted",
        value=flow.server.ip,
        flow=flow,
        packets=(first.packet,),
        time=first.time,
        field="ipv6.dst" if ":" in flow.server.ip else "ip.dst",
        certainty=Certainty.SEEN,
        rule="flows",
        details={"transport": flow.transport, "port": str(flow.server.port)},
    )
