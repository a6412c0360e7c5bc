"""One flow while it lasts: who is who, and its bytes on their way to its observer.

The end that sent the SYN is the client; where none was seen, the end whose port is not
a server's; for datagrams the one that spoke first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from peppermoth.monitor.observation import Flow, Observation, Place, Speaker
from peppermoth.monitor.observe.identify import MOST_SPARED, Following, serves
from peppermoth.monitor.packets import TCP, Packet
from peppermoth.monitor.reassembly import Direction, Piece, distance
from peppermoth.monitor.series import Series

FIN: Final = 1
SYN: Final = 2
RST: Final = 4
ACK: Final = 16

_ENDS: Final = FIN | SYN | RST
_WIDEST_WINDOW: Final = 1 << 20

SPEAKERS: Final = (Speaker.CLIENT, Speaker.SERVER)


def source_is_client(packet: Packet) -> bool:
    """Whether the sender of a flow's first packet is its client."""
    if packet.protocol == TCP and packet.flags & SYN:
        return not packet.flags & ACK
    source, destination = packet.source_port, packet.destination_port
    from_server, to_server = (serves(packet.transport, port) for port in (source, destination))
    if from_server != to_server:
        return to_server
    if packet.protocol == TCP and source != destination:
        return source > destination
    return True


class OpenFlow:
    """A flow and its observer.

    ``wants`` is whether its bytes still have to be looked at; ``spared`` up to which
    sequence number those of each side have not, None where all have; ``closed`` whether
    a TCP connection has ended, ``is_silent`` whether it has told nothing so far, ``is_torn``
    whether it lacks bytes that its observer wanted. ``keys`` and ``names`` are what its packets
    are found by.
    """

    __slots__ = (
        "_directions",
        "_ended",
        "_finished",
        "_following",
        "_is_empty",
        "_opened_at",
        "closed",
        "first",
        "flow",
        "is_silent",
        "is_torn",
        "keys",
        "names",
        "series",
        "spared",
        "wants",
    )

    def __init__(self, flow: Flow, first: Place) -> None:
        self.flow = flow
        self.first = first
        self.keys: tuple[int, ...] = ()
        self.names: tuple[object, ...] = ()
        self.series = Series()
        self.wants = True
        self.closed = False
        self.is_silent = True
        self.is_torn = False
        self.spared: list[int | None] = [None, None]
        self._following = Following(flow)
        self._directions = (Direction(), Direction()) if flow.transport == "tcp" else ()
        self._ended = 0
        self._is_empty = True
        self._finished = False
        self._opened_at: int | None = None

    @property
    def protocol(self) -> str:
        """The row of the table that recognised it; empty where none did."""
        return self._following.protocol

    def is_another(self, sequence: int) -> bool:
        """Whether a client's SYN with this sequence number begins another connection."""
        return self.closed or (self._opened_at is not None and sequence != self._opened_at)

    def datagram(self, speaker: Speaker, data: bytes, place: Place) -> Sequence[Observation]:
        """A datagram; what it tells."""
        if not data:
            return ()
        told = list(self._following.receive(speaker, data, place))
        self.is_silent &= not told
        self.wants = not self._following.done
        return told

    def spares(self, speaker: int, flags: int, end: int) -> bool:
        """Whether a segment before this sequence number holds only what nobody wants to see."""
        until = self.spared[speaker]
        return until is not None and not flags & _ENDS and distance(until, end) <= 0

    def segment(
        self,
        speaker: Speaker,
        flags: int,
        sequence: int,
        acknowledged: int,
        data: bytes,
        length: int,
        place: Place,
    ) -> Sequence[Observation]:
        """A TCP segment of ``length`` bytes, of which ``data`` was captured; what it tells."""
        told: list[Observation] = []
        if self.wants and not self.spares(speaker, flags, sequence + length):
            direction, other = self._directions[speaker], self._directions[1 - speaker]
            if flags & ACK and (length or flags & _ENDS):
                if not flags & RST:  # it may be forged
                    other.heard = acknowledged
                if other.waiting:
                    self._pass_on(SPEAKERS[1 - speaker], other.acknowledged(acknowledged), told)
            if flags & SYN:
                direction.begin(sequence)
                self.closed, self._ended = False, 0
                if not flags & ACK:
                    self._opened_at = sequence
                sequence = (sequence + 1) & 0xFFFFFFFF  # data with a SYN: TCP fast open
            if length:
                self._is_empty = False
                self._pass_on(speaker, direction.add(sequence, data, length, place), told)
                if self.wants:
                    self._spare(speaker, told)
        if flags & RST and self._is_out_of_place(speaker, sequence):
            flags &= ~RST
        if flags & (FIN | RST):
            self._ended |= 1 << speaker
            if flags & RST or self._ended == 3:
                self.closed = True
                # A reset before any data may be forged: what both ends go on to say counts.
                if not (flags & RST and self._is_empty and self._opened_at is not None):
                    told += self.finish()
        self.is_silent &= not told
        return told

    def _is_out_of_place(self, speaker: Speaker, sequence: int) -> bool:
        """Whether a reset cannot be of this side: its receiver takes none from behind what it has
        or far before (RFC 9293, section 3.10.7.4), so it may be forged and the flow goes on."""
        direction = self._directions[speaker]
        if not (self.wants and direction.has_begun) or self.spared[speaker] is not None:
            return False  # where this side stands is not known
        return not 0 <= distance(direction.expected, sequence) < _WIDEST_WINDOW

    def _spare(self, speaker: Speaker, told: list[Observation]) -> None:
        """Ask how much of this side need not be looked at."""
        direction, count = self._directions[speaker], 0
        while more := self._following.leave_out(speaker):
            count += more
            self._pass_on(speaker, direction.skip(more), told)
            if more == MOST_SPARED:
                break
        self.spared[speaker] = direction.expected if count else None

    def finish(self) -> list[Observation]:
        """No more bytes: what the flow tells as a whole. Repeated calls tell nothing."""
        told: list[Observation] = []
        if self._finished:
            return told
        self._finished = True
        for speaker, direction in zip(SPEAKERS, self._directions, strict=False):
            if direction.waiting:
                self._pass_on(speaker, direction.rest(), told)
            self.is_torn |= self.wants and self._lacks_its_end(direction)
        told += self._following.end()
        self.is_silent &= not told
        self.wants = False
        return told

    def _lacks_its_end(self, direction: Direction) -> bool:
        """Whether the other side has received what this one was not seen to send."""
        if direction.heard is None:
            return False
        if not direction.has_begun:
            return self.flow.opened
        return distance(direction.expected, direction.heard) > 1  # its end counts as one

    def _pass_on(self, speaker: Speaker, pieces: Sequence[Piece], told: list[Observation]) -> None:
        following = self._following
        for piece in pieces:
            if piece is None:
                self.is_torn |= self.wants
                following.gap(speaker)
            elif self.wants:
                told += following.receive(speaker, *piece)
            self.wants = not following.done
