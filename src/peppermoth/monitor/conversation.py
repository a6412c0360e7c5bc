"""One flow while it lasts: who is who, its bytes on their way to its observer, its counts.

The end that sent the SYN is the client; where none was seen, the end whose port is not
a server's; for datagrams the one that spoke first.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final

from peppermoth.monitor.observation import Flow, Observation, Place, Speaker
from peppermoth.monitor.observe import SERIES_LIMIT, FlowSummary, Volume
from peppermoth.monitor.observe.identify import Following, server_ports
from peppermoth.monitor.packets import TCP, Packet
from peppermoth.monitor.reassembly import Direction, Piece

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16
STEP: Final = 10


def source_is_client(packet: Packet) -> bool:
    """Whether the sender of a flow's first packet is its client."""
    if packet.protocol == TCP and packet.flags & SYN:
        return not packet.flags & ACK
    servers = server_ports(packet.transport)
    source, destination = packet.source_port, packet.destination_port
    from_server, to_server = _serves(source, servers), _serves(destination, servers)
    if from_server != to_server:
        return to_server
    if packet.protocol == TCP and source != destination:
        return source > destination
    return True


def _serves(port: int, servers: frozenset[int]) -> bool:
    return 0 < port < 1024 or port in servers


class Conversation:
    """A flow and its observer. ``wants`` is whether its packets still have to be looked at."""

    __slots__ = (
        "_directions",
        "_ended",
        "_following",
        "_opened_at",
        "first",
        "flow",
        "keys",
        "names",
        "series",
        "wants",
    )

    def __init__(self, flow: Flow, first: Place) -> None:
        self.flow = flow
        self.first = first
        self.keys: list[int] = []
        self.names: list[object] = []
        self.series = Series()
        self.wants = True
        self._following = Following(flow)
        self._directions = (Direction(), Direction()) if flow.transport == "tcp" else None
        self._ended = [False, False]
        self._opened_at: int | None = None

    def reopens(self, sequence: int) -> bool:
        """Whether a client's SYN with this sequence number begins another connection."""
        return self._opened_at not in (None, sequence) or (
            self._opened_at is None and not self.wants
        )

    def datagram(self, speaker: Speaker, data: bytes, place: Place) -> list[Observation]:
        """A datagram; what it tells."""
        told = list(self._following.receive(speaker, data, place)) if data else []
        self.wants = not self._following.done
        return told

    def segment(
        self,
        speaker: Speaker,
        flags: int,
        sequence: int,
        acknowledged: int,
        data: bytes,
        length: int,
        place: Place,
    ) -> list[Observation]:
        """A TCP segment of ``length`` bytes, of which ``data`` was captured; what it tells."""
        if self._directions is None:
            return []
        told: list[Observation] = []
        if flags & ACK:
            other = Speaker(1 - speaker)
            waiting = self._directions[other].acknowledged(acknowledged)
            if waiting:
                self._pass_on(other, waiting, told)
        direction = self._directions[speaker]
        if flags & SYN:
            direction.begin(sequence)
            if speaker is Speaker.CLIENT:
                self._opened_at = sequence
            sequence = (sequence + 1) & 0xFFFFFFFF  # data with a SYN: TCP fast open
        if length:
            self._pass_on(speaker, direction.add(sequence, data, length, place), told)
        if flags & FIN:
            self._ended[speaker] = True
        if flags & RST or all(self._ended):
            told += self.finish()
        self.wants = self.wants and not self._following.done
        return told

    def finish(self) -> list[Observation]:
        """No more bytes: what the flow tells as a whole. Repeated calls tell nothing."""
        told: list[Observation] = []
        if self._directions is not None:
            for speaker in Speaker:
                self._pass_on(speaker, self._directions[speaker].rest(), told)
            self._directions = None
        elif not self.wants and self.flow.transport == "tcp":
            return told
        told += self._following.end()
        self.wants = False
        return told

    @property
    def is_closed(self) -> bool:
        """Whether a TCP connection has ended."""
        return self._directions is None and self.flow.transport == "tcp"

    def summary(
        self, last: Place, packets: tuple[int, int], octets: tuple[int, int]
    ) -> FlowSummary:
        """What counting alone tells."""
        volume = Volume(packets, octets)
        protocol = self._following.protocol
        series = tuple(self.series)
        step = self.series.step
        return FlowSummary(self.flow, self.first, last, volume, step, series, protocol)

    def _pass_on(self, speaker: Speaker, pieces: Sequence[Piece], told: list[Observation]) -> None:
        following = self._following
        for piece in pieces:
            if piece is None:
                following.gap(speaker)
            elif not following.done:
                told += following.receive(speaker, *piece)


class Series:
    """Packets and bytes of both sides in spans of ``step`` seconds: few numbers a span."""

    __slots__ = ("_begins", "_counts", "step")

    def __init__(self) -> None:
        self.step = STEP
        self._begins: array[int] = array("q")
        self._counts: array[int] = array("q")

    def add(self, span: int, speaker: int, packets: int, octets: int) -> None:
        """Count packets of the span that begins at ``span * STEP``."""
        span = span * STEP // self.step
        begins = self._begins
        if begins and begins[-1] == span:
            at = len(begins) - 1
        else:
            at = bisect_left(begins, span)
            if at == len(begins) or begins[at] != span:
                begins.insert(at, span)
                self._counts[4 * at : 4 * at] = array("q", (0, 0, 0, 0))
        self._counts[4 * at + speaker] += packets
        self._counts[4 * at + 2 + speaker] += octets
        if len(begins) > SERIES_LIMIT:
            self._coarsen()

    def _coarsen(self) -> None:
        begins, counts = self._begins, self._counts
        self._begins, self._counts = array("q"), array("q")
        self.step *= 2
        for number, begin in enumerate(begins):
            if not self._begins or self._begins[-1] != begin // 2:
                self._begins.append(begin // 2)
                self._counts.extend((0, 0, 0, 0))
            for column in range(4):
                self._counts[column - 4] += counts[4 * number + column]

    def __iter__(self) -> Iterator[tuple[float, Volume]]:
        for number, begin in enumerate(self._begins):
            one, two, three, four = self._counts[4 * number : 4 * number + 4]
            yield float(begin * self.step), Volume((one, two), (three, four))
