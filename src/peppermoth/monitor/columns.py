"""The common packets of a block, as columns: IPv4 or IPv6 with TCP or UDP, nothing special.

What a packet of a common layout says is gathered for the whole block at once. All other
packets (options, fragments, tunnels, unusual links) are left to ``packets.Decoder``,
which reads the common ones too, with the same result.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.monitor import link
from peppermoth.monitor.capture import Block, Column
from peppermoth.monitor.packets import TCP, TUNNEL_PORTS, UDP, Packet
from peppermoth.monitor.sources import Room

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """One entry a common packet, in the order of the block.

    ``index`` is its position in the block; ``key`` a number that is the same for all
    packets of one direction of a flow; ``ip``, ``header`` and ``payload`` where its IP
    header, transport header and payload begin in the block's data. ``captured`` of the
    payload's ``length`` bytes are there. ``octets`` is the length of the IP packet;
    ``sequence``, ``acknowledged`` and ``flags`` are TCP's (0 for UDP).
    """

    index: Column
    key: NDArray[np.uint64]
    ip: Column
    header: Column
    payload: Column
    captured: Column
    length: Column
    octets: Column
    protocol: Column
    sequence: Column
    acknowledged: Column
    flags: Column

    def part(self, start: int, stop: int) -> Columns:
        """The entries from ``start`` to ``stop``."""
        return Columns(*(getattr(self, name)[start:stop] for name in self.__slots__))


def as_packet(block: Block, columns: Columns, at: int) -> Packet:
    """An entry of the columns as ``packets.Decoder`` gives it."""
    data, number = block.data, columns.index.item(at)
    ip, header, payload = columns.ip.item(at), columns.header.item(at), columns.payload.item(at)
    captured_end = block.starts.item(number) + block.captured.item(number)
    ends = bytes(data[ip + 12 : ip + 20] if header - ip == 20 else data[ip + 8 : ip + 40])
    half = len(ends) // 2
    source_hardware, destination_hardware = _hardware(block, number)
    return Packet(
        protocol=columns.protocol.item(at),
        layers=((ends[:half], ends[half:]),),
        source_port=int.from_bytes(data[header : header + 2], "big"),
        destination_port=int.from_bytes(data[header + 2 : header + 4], "big"),
        payload=bytes(data[payload : payload + columns.captured.item(at)]),
        length=columns.length.item(at),
        octets=columns.octets.item(at),
        sequence=columns.sequence.item(at),
        flags=columns.flags.item(at),
        ip=bytes(data[ip:header]),
        header=bytes(data[header : min(payload, captured_end)]),
        source_hardware=source_hardware,
        destination_hardware=destination_hardware,
    )


def _hardware(block: Block, number: int) -> tuple[bytes, bytes]:
    """Who sent a frame to whom on its link."""
    start, number_of_link = block.starts.item(number), block.links.item(number)
    if number_of_link == _ETHERNET:
        pair = bytes(block.data[start : start + 12])
        return pair[6:], pair[:6]
    if number_of_link in (113, 276):
        carried = link.unwrap(number_of_link, bytes(block.data[start : start + 40]))
        return (carried.source, carried.destination) if carried else (b"", b"")
    return b"", b""


def key_back(packet: Packet) -> int:
    """The key of a common packet in the other direction."""
    swapped = packet.destination + packet.source
    words = [int.from_bytes(swapped[n : n + 8], "little") for n in range(0, len(swapped), 8)]
    if len(words) == 1:
        key = words[0] * int(_ODD[0])
    else:
        key = int(_ODD[5]) + sum(w * int(_ODD[n + 1]) for n, w in enumerate(words))
    ports = packet.destination_port << 16 | packet.source_port
    return (key + (packet.protocol << 32 | ports) * int(_ODD[6])) & 0xFFFFFFFFFFFFFFFF


def common(block: Block) -> Columns:
    """The columns of the packets of a block that have a common layout."""
    index, at = _internet(block)
    data, end = block.data, block.starts + block.captured
    room = end[index] - at
    fits = room >= 28
    index, at, room = index[fits], at[fits], room[fits]
    version = gather(data, at, "u1") >> 4
    found = [
        reader(data, index[version == number], at[version == number], room[version == number])
        for number, reader in ((4, _ipv4), (6, _ipv6))
    ]
    joined = [np.concatenate(pair) for pair in zip(*found, strict=True)]
    order = np.argsort(joined[0], kind="stable")
    return _transport(data, end, *(column[order] for column in joined))


def gather(data: Room, at: Column, kind: str) -> Column:
    """An integer at each position; ``kind`` is a numpy type such as ``>u2``."""
    # Items overlap: one begins at each byte.
    every = np.ndarray((len(data) - 8,), dtype=kind, buffer=data, strides=(1,))
    return every[at].astype(np.int64)


def _internet(block: Block) -> tuple[Column, Column]:
    """Which frames carry IP in the plainest way, and where it begins."""
    index: list[Column] = []
    starts: list[Column] = []
    for number in block.kinds():
        if number not in _TYPE_AT:
            continue
        type_at, size = _TYPE_AT[number]
        whose = np.flatnonzero((block.links == number) & (block.captured >= size + 28))
        at = block.starts[whose] + size
        if type_at >= 0:
            ether_type = gather(block.data, at - size + type_at, ">u2")
            tagged = ether_type == _VLAN
            if tagged.any() and number == _ETHERNET:
                at = at + 4 * tagged
                ether_type = gather(block.data, at - 2, ">u2")
            is_ip = (ether_type == link.IPV4) | (ether_type == link.IPV6)
            version = gather(block.data, at, "u1") >> 4
            is_ip &= (version == 4) == (ether_type == link.IPV4)
            whose, at = whose[is_ip], at[is_ip]
        index.append(whose)
        starts.append(at)
    if not index:
        return _NONE, _NONE
    return np.concatenate(index), np.concatenate(starts)


_Internet = tuple[Column, Column, Column, Column, Column, NDArray[np.uint64]]
"""Index, IP header, transport header, end of the packet, protocol, key of the addresses."""


def _ipv4(data: Room, index: Column, at: Column, room: Column) -> _Internet:
    """Without options, not a fragment."""
    first = gather(data, at, ">u4")
    placing = gather(data, at + 6, ">u4")
    total, protocol = first & 0xFFFF, placing & 0xFF
    good = (
        (first >> 24 == 0x45)
        & (placing & 0x3FFF0000 == 0)
        & _transported(protocol, total - 20, room - 20)
    )
    index, at, total, protocol = index[good], at[good], total[good], protocol[good]
    key = gather(data, at + 12, "<u8").view(np.uint64) * _ODD[0]
    return index, at, at + 20, at + total, protocol, key


def _ipv6(data: Room, index: Column, at: Column, room: Column) -> _Internet:
    """Without extension headers."""
    lengths = gather(data, at + 4, ">u4")
    total, protocol = lengths >> 16, lengths >> 8 & 0xFF
    good = _transported(protocol, total, room - 40)
    index, at, total, protocol = index[good], at[good], total[good], protocol[good]
    key = np.full(len(at), _ODD[5], dtype=np.uint64)
    for number, start in enumerate((8, 16, 24, 32)):
        key += gather(data, at + start, "<u8").view(np.uint64) * _ODD[number + 1]
    return index, at, at + 40, at + 40 + total, protocol, key


def _transported(protocol: Column, length: Column, room: Column) -> Flags:
    """Whether a whole TCP or UDP header can stand there and was captured."""
    tcp, udp = protocol == TCP, protocol == UDP
    smallest = np.where(tcp, 20, 8)
    good: Flags = (tcp | udp) & (length >= smallest) & (room >= smallest)
    return good


def _transport(
    data: Room,
    frame_end: Column,
    index: Column,
    ip: Column,
    header: Column,
    end: Column,
    protocol: Column,
    key: NDArray[np.uint64],
) -> Columns:
    is_tcp = protocol == TCP
    both = gather(data, header, ">u4")
    # UDP headers have no such fields: what stands there is not used.
    sequence = gather(data, header + 4, ">u4")
    acknowledged = gather(data, header + 8, ">u4") * is_tcp
    offset = gather(data, header + 12, ">u2") * is_tcp
    size = np.where(is_tcp, (offset >> 12) * 4, 8)
    length_told = sequence >> 16
    shorter = ~is_tcp & (length_told >= 8) & (length_told < end - header)
    stop = np.where(shorter, header + length_told, end)
    tunnel = ~is_tcp & (np.isin(both & 0xFFFF, _TUNNELS) | np.isin(both >> 16, _TUNNELS))
    payload = header + size
    good = ~tunnel & (~is_tcp | (size >= 20) & (payload <= end))
    captured = np.maximum(np.minimum(stop, frame_end[index]) - payload, 0)
    key = key + (protocol << 32 | both).view(np.uint64) * _ODD[6]
    columns = Columns(
        index=index,
        key=key,
        ip=ip,
        header=header,
        payload=payload,
        captured=captured,
        length=stop - payload,
        octets=end - ip,
        protocol=protocol,
        sequence=sequence * is_tcp,
        acknowledged=acknowledged,
        flags=offset & 0xFF,
    )
    if good.all():
        return columns
    return Columns(*(getattr(columns, name)[good] for name in Columns.__slots__))


def _odd_numbers() -> list[np.uint64]:
    """Multipliers of the key, which differ from process to process, as Python's hashes do.

    So nobody can craft packets of two flows whose keys are the same.
    """
    return [np.uint64(hash(f"peppermoth {n}") & 0xFFFFFFFFFFFFFFFF | 1) for n in range(7)]


_ODD: Final = _odd_numbers()
_NONE: Final = np.zeros(0, dtype=np.int64)
_ETHERNET: Final = 1
_VLAN: Final = 0x8100
_TUNNELS: Final = np.array(sorted(TUNNEL_PORTS))
_TYPE_AT: Final = {
    _ETHERNET: (12, 14),
    12: (-1, 0),
    14: (-1, 0),
    101: (-1, 0),
    113: (14, 16),
    228: (-1, 0),
    229: (-1, 0),
    276: (0, 20),
}
"""Link types: where the EtherType stands (-1: there is none) and where what it names begins."""
