"""The device's flows: which packet belongs to which, and which still has to be looked at.

Packets of a block are counted all at once; only those go on to a conversation that can
still tell something. Packets of other hosts are dropped by their addresses alone.
Bounded: at most ``MOST_OPEN`` flows stay open from block to block, those that were idle
for long go first; nothing is kept of a flow that is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from peppermoth.monitor import addresses, link
from peppermoth.monitor.capture import Block, Column
from peppermoth.monitor.columns import Columns, common
from peppermoth.monitor.conversation import STEP, SYN, Conversation, source_is_client
from peppermoth.monitor.device import Device
from peppermoth.monitor.observation import (
    Certainty,
    Endpoint,
    Flow,
    Observation,
    Place,
    Speaker,
)
from peppermoth.monitor.observe import Frame, FrameKind, Opening
from peppermoth.monitor.observe.identify import (
    frame_observers,
    opening_observers,
    shape_observers,
)
from peppermoth.monitor.packets import TCP, Decoder, Packet

MOST_OPEN: Final = 8192
MOST_FOREIGN: Final = 256 * 1024
IDLE_SECONDS: Final = {"tcp": 3600.0, "udp": 180.0}
IDLE_OTHERWISE: Final = 180.0
IDLE_CLOSED: Final = 30.0

_FOREIGN: Final = -2
_UNKNOWN: Final = -1

Select = Callable[[Block], Columns]


class Flows:
    """All flows of one device. Flows of both ways of reading have the same numbers.

    ``select`` gives the packets of a block that are read as columns; the others are
    decoded one by one.
    """

    def __init__(self, device: Device, select: Select = common) -> None:
        self.count = 0
        self.told: list[Observation] = []
        self._device = device
        self._select = select
        self._decoder = Decoder()
        self._by_key: dict[int, int] = {}
        self._by_name: dict[object, int] = {}
        self._slots: list[Conversation | None] = [None]
        self._free = [0]  # never empty
        self._counts = np.zeros((2, 2), dtype=np.int64)  # packets, octets: of each direction
        self._last = np.zeros((2, 1))  # time, packet number: of each flow
        self._wants = np.zeros(1, dtype=bool)
        self._replaced: list[tuple[int, int, int]] = []  # from which packet on, slots
        self._hardware: set[bytes] = set()
        self._frames = frame_observers()
        self._openings = opening_observers()
        self._shapes = shape_observers()

    def take(self, block: Block) -> None:
        """Follow the packets of the next block."""
        columns = self._select(block)
        keys, firsts, inverse = np.unique(columns.key, return_index=True, return_inverse=True)
        names = keys.tolist()
        known = np.array([self._by_key.get(key, _UNKNOWN) for key in names], dtype=np.int64)
        flags = (columns.flags & 7) != 0
        full = columns.length > 0
        ids = known[inverse]
        first = np.zeros(len(ids), dtype=bool)
        first[firsts] = True
        wanted = self._wants[ids >> 1]
        chosen = np.where(
            ids >= 0, flags | (full & wanted), (ids == _UNKNOWN) & (flags | full | first)
        )
        self._look(block, columns, np.flatnonzero(chosen))
        known = np.array([self._by_key.get(key, _FOREIGN) for key in names], dtype=np.int64)
        self._count(block, columns, known[inverse])
        for _, before, _ in self._replaced:
            if (conversation := self._slots[before]) is not None:
                self._close(before, conversation)
        self._replaced.clear()
        self._forget(float(block.times[-1]))

    def end(self) -> None:
        """The capture is over: end every flow, then every observer."""
        for slot, conversation in enumerate(self._slots):
            if conversation is not None:
                self._close(slot, conversation)
        for frames in self._frames:
            self.told += frames.end()
        for openings in self._openings:
            self.told += openings.end()
        for shapes in self._shapes:
            self.told += shapes.end()

    def drain(self) -> list[Observation]:
        """What has been told since the last call."""
        told, self.told = self.told, []
        return told

    # Packets that are looked at, in order

    def _look(self, block: Block, columns: Columns, chosen: Column) -> None:
        is_common = np.zeros(len(block), dtype=bool)
        is_common[columns.index] = True
        index = columns.index[chosen]
        looked_at = (
            index,
            block.times[index],
            columns.key[chosen],
            columns.flags[chosen],
            columns.sequence[chosen],
            columns.acknowledged[chosen],
            columns.payload[chosen],
            columns.payload[chosen] + columns.captured[chosen],
            columns.length[chosen],
        )
        others = iter(np.flatnonzero(~is_common).tolist())
        other = next(others, len(block))
        for packet in zip(*(column.tolist() for column in looked_at), strict=True):
            while other < packet[0]:
                self._uncommon(block, other)
                other = next(others, len(block))
            self._common(block, *packet)
        while other < len(block):
            self._uncommon(block, other)
            other = next(others, len(block))

    def _common(
        self,
        block: Block,
        number: int,
        time: float,
        key: int,
        flags: int,
        sequence: int,
        acknowledged: int,
        start: int,
        end: int,
        length: int,
    ) -> None:
        """A packet that was read as columns."""
        found = self._by_key.get(key)
        place = Place(block.first + number, time)
        if found is None or flags & SYN:
            found = self._enter(block, number, place, key)
        if found < 0:
            return
        conversation = self._slots[found >> 1]
        if conversation is None or not conversation.wants:
            return
        data = bytes(block.data[start:end])
        if conversation.flow.transport == "tcp":
            told = conversation.segment(
                _SPEAKERS[found & 1], flags, sequence, acknowledged, data, length, place
            )
        else:
            told = conversation.datagram(_SPEAKERS[found & 1], data, place)
        if told:
            self.told += told
        if not conversation.wants:
            self._wants[found >> 1] = False

    def _decode(self, block: Block, number: int) -> Packet | link.Carried | None:
        start = int(block.starts[number])
        frame = bytes(block.data[start : start + int(block.captured[number])])
        return self._decoder.decode(int(block.links[number]), frame, int(block.original[number]))

    def _enter(self, block: Block, number: int, place: Place, key: int) -> int:
        """The direction of a flow that a common packet is of, which may begin with it."""
        packet = self._decode(block, number)
        if not isinstance(packet, Packet):
            return _FOREIGN
        found = self._direction(packet, place)
        if self._by_key.get(key) != found:
            self._by_key[key] = found
            if (conversation := self._slots[found >> 1] if found >= 0 else None) is not None:
                conversation.keys.append(key)
        return found

    def _uncommon(self, block: Block, number: int) -> None:
        """A packet that has no common layout."""
        place = Place(block.first + number, float(block.times[number]))
        packet = self._decode(block, number)
        if packet is None:
            return
        if isinstance(packet, link.Carried):
            self._frame(packet, place)
            return
        found = self._direction(packet, place)
        if found < 0:
            return
        slot, speaker = found >> 1, _SPEAKERS[found & 1]
        conversation = self._slots[slot]
        if conversation is None:
            return
        self._counts[:, found] += (1, packet.octets)
        self._last[:, slot] = (place.time, place.packet)
        conversation.series.add(int(place.time // STEP), speaker, 1, packet.octets)
        if not conversation.wants:
            return
        if packet.protocol == TCP:
            acknowledged = int.from_bytes(packet.header[8:12], "big")
            self.told += conversation.segment(
                speaker,
                packet.flags,
                packet.sequence,
                acknowledged,
                packet.payload,
                packet.length,
                place,
            )
        else:
            self.told += conversation.datagram(speaker, packet.payload, place)
        self._wants[slot] = conversation.wants

    def _frame(self, carried: link.Carried, place: Place) -> None:
        """ARP or 802.11 management, if it is from or to the device."""
        from_device = carried.source in self._device.hardware
        if not from_device and carried.destination not in self._device.hardware:
            return
        kind = FrameKind.ARP if carried.ether_type == link.ARP else FrameKind.WIFI
        if from_device:
            self._meet(carried.source, place)
        data = carried.data[carried.start :] if kind is FrameKind.ARP else carried.data
        frame = Frame(kind, carried.source, data, from_device, place)
        self._show(frame)

    def _show(self, frame: Frame) -> None:
        for observer in self._frames:
            self.told += observer.receive(frame)

    def _meet(self, hardware: bytes, place: Place) -> None:
        """Tell of a hardware address of the device's when it is first seen."""
        if hardware and hardware not in self._hardware:
            self._hardware.add(hardware)
            self._show(Frame(FrameKind.HARDWARE_ADDRESS, hardware, b"", True, place))

    # Which flow a packet is of

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
        opens = packet.protocol == TCP and bool(packet.flags & SYN)
        if found is None:
            found = self._open(packet, place, name)
        elif opens and found & 1 == Speaker.CLIENT:
            before = self._slots[found >> 1]
            if before is not None and before.reopens(packet.sequence):
                self._release(before)
                self.told += before.finish()
                self._replaced.append((place.packet, found >> 1, self._free[-1]))
                found = self._open(packet, place, name)
        if opens and found >= 0:
            self._show_opening(packet, found, place)
        return found

    def _open(self, packet: Packet, place: Place, name: tuple[object, ...]) -> int:
        sent = self._device.sent(packet)
        if sent is None:
            return _FOREIGN
        if sent:
            self._device.learn(packet)
            self._meet(packet.source_hardware, place)
        self.count += 1
        as_client = source_is_client(packet)
        ends = (
            Endpoint(addresses.text(packet.source), packet.source_port),
            Endpoint(addresses.text(packet.destination), packet.destination_port),
        )
        client, server = ends if as_client else ends[::-1]
        flow = Flow(self.count, packet.transport, client, server, sent == as_client, packet.outer)
        conversation = Conversation(flow, place)
        slot = self._slot(conversation)
        protocol, source, source_port, destination, destination_port, outer = name
        back = (protocol, destination, destination_port, source, source_port, outer)
        speaker = Speaker.CLIENT if as_client else Speaker.SERVER
        found = 2 * slot + speaker
        self._by_name[back] = found ^ 1
        self._by_name[name] = found
        conversation.names += (name, back)
        return found

    def _show_opening(self, packet: Packet, found: int, place: Place) -> None:
        conversation = self._slots[found >> 1]
        if conversation is not None and self._openings:
            opening = Opening(
                conversation.flow, _SPEAKERS[found & 1], packet.ip, packet.header, place
            )
            for observer in self._openings:
                self.told += observer.receive(opening)

    def _slot(self, conversation: Conversation) -> int:
        slot = self._free.pop()
        if not self._free:
            before = len(self._slots)
            more = max(before, 1024)
            self._slots += [None] * more
            self._free += range(before + more - 1, before - 1, -1)
            self._counts = np.pad(self._counts, ((0, 0), (0, 2 * more)))
            self._last = np.pad(self._last, ((0, 0), (0, more)))
            self._wants = np.pad(self._wants, (0, more))
        self._slots[slot] = conversation
        self._counts[:, 2 * slot : 2 * slot + 2] = 0
        self._last[:, slot] = (conversation.first.time, conversation.first.packet)
        self._wants[slot] = True
        return slot

    # Counting

    def _count(self, block: Block, columns: Columns, ids: Column) -> None:
        """Count all common packets of the block, also those that were not looked at."""
        for packet, before, after in reversed(self._replaced):
            earlier = (block.first + columns.index < packet) & (ids >> 1 == after)
            ids = np.where(earlier, 2 * before | ids & 1, ids)
        ours = np.flatnonzero(ids >= 0)
        ids, octets = ids[ours], columns.octets[ours]
        index = columns.index[ours]
        size = self._counts.shape[1]
        self._counts[0] += np.bincount(ids, minlength=size)
        self._counts[1] += np.bincount(ids, weights=octets, minlength=size).astype(np.int64)
        self._last[0, ids >> 1] = block.times[index]
        self._last[1, ids >> 1] = block.first + index
        spans = (block.times[index] // STEP).astype(np.int64)
        self._count_spans(ids, spans, octets)

    def _count_spans(self, ids: Column, spans: Column, octets: Column) -> None:
        if not len(spans):
            return
        begin, size = int(spans.min()), self._counts.shape[1]
        cells, inverse = np.unique((spans - begin) * size + ids, return_inverse=True)
        packets = np.bincount(inverse)
        sums = np.bincount(inverse, weights=octets).astype(np.int64)
        for cell, count, total in zip(cells.tolist(), packets.tolist(), sums.tolist(), strict=True):
            span, found = divmod(cell, size)
            conversation = self._slots[found >> 1]
            if conversation is not None:
                conversation.series.add(begin + span, found & 1, count, total)

    # Ending

    def _forget(self, now: float) -> None:
        """Close flows that were idle for long, and the idlest where too many are open."""
        open_slots = [slot for slot, conversation in enumerate(self._slots) if conversation]
        idle = now - self._last[0]
        surplus = len(open_slots) - MOST_OPEN
        if surplus > 0:
            open_slots.sort(key=self._last[0].__getitem__)
        for rank, slot in enumerate(open_slots):
            conversation = self._slots[slot]
            if conversation is None:
                continue
            limit = (
                IDLE_CLOSED
                if conversation.is_closed
                else IDLE_SECONDS.get(conversation.flow.transport, IDLE_OTHERWISE)
            )
            if rank < surplus or idle[slot] > limit:
                self._close(slot, conversation)
        if len(self._by_key) > MOST_FOREIGN:
            self._by_key = {key: found for key, found in self._by_key.items() if found >= 0}

    def _release(self, conversation: Conversation) -> None:
        """Further packets with these addresses and ports are of another flow."""
        for name in conversation.names:
            self._by_name.pop(name, None)
        for key in conversation.keys:
            self._by_key.pop(key, None)
        conversation.names.clear()
        conversation.keys.clear()

    def _close(self, slot: int, conversation: Conversation) -> None:
        self.told += conversation.finish()
        self._release(conversation)
        last = Place(int(self._last[1, slot]), float(self._last[0, slot]))
        packets, octets = self._counts[:, 2 * slot : 2 * slot + 2].tolist()
        summary = conversation.summary(last, (packets[0], packets[1]), (octets[0], octets[1]))
        if not summary.protocol and conversation.flow.device_is_client:
            self.told.append(_contacted(conversation.flow, conversation.first))
        for observer in self._shapes:
            self.told += observer.receive(summary)
        self._slots[slot] = None
        self._free.append(slot)


_SPEAKERS: Final = (Speaker.CLIENT, Speaker.SERVER)


def _contacted(flow: Flow, first: Place) -> Observation:
    """An address that only counting knows: no row of the table recognised the flow."""
    return Observation(
        kind="address.contacted",
        value=flow.server.ip,
        flow=flow,
        packets=(first.packet,),
        time=first.time,
        field="ip.dst" if ":" not in flow.server.ip else "ipv6.dst",
        certainty=Certainty.SEEN,
        rule="flows",
        details={"transport": flow.transport, "port": str(flow.server.port)},
    )
