"""Observers: what a reader of the line learns from one flow. One file a family.

An ``Observer`` follows one flow and is fed in order: for TCP the bytes of each
segment (reassembled, without repetition), for UDP one datagram a call. It is fed
until it says ``done``; after that the flow is only counted. Observers never raise
on what they are fed: malformed bytes end what they can tell.

``TABLE`` in ``table.py`` lists every observer with the ports and first bytes by
which its protocol is recognised; a flow that turns into another protocol
(STARTTLS, CONNECT, SOCKS) hands its further bytes to that protocol's observer.

Some facts stand in no flow's bytes. Four further observers live as long as the
capture, are made without arguments and are listed beside the table: a
``FrameObserver`` sees frames of the link, an ``OpeningObserver`` how connections
open, a ``ShapeObserver`` every flow that is over, as counts and times, and a
``Deriver`` what all the others told.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from peppermoth.monitor.observation import Flow, Observation, Place, Speaker


class Observer(Protocol):
    """Follows one flow. Made as ``SomeObserver(flow)``."""

    @property
    def done(self) -> bool:
        """Nothing more can be told from this flow's bytes."""

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A segment's bytes or a datagram; what it tells."""

    def gap(self, speaker: Speaker) -> None:
        """Bytes of this direction are missing from here on (TCP only)."""

    def end(self) -> Iterable[Observation]:
        """The flow is over; what it tells as a whole."""


class Skipper(Protocol):
    """What an observer of TCP may offer besides: to be spared long bodies."""

    def leave_out(self, speaker: Speaker) -> int:
        """How many of the next bytes of this direction need not be given. They never will
        be, so they count as received; asked after each ``receive``."""


def spared(observer: Observer, speaker: Speaker) -> int:
    """How many of the next bytes of a direction an observer need not be given."""
    leave_out: Callable[[Speaker], int] | None = getattr(observer, "leave_out", None)
    return leave_out(speaker) if leave_out is not None else 0


class FrameKind(enum.StrEnum):
    """What a frame of the link holds."""

    WIFI = "wifi"
    """An 802.11 management frame, from its frame control on, without radiotap and checksum."""

    ARP = "arp"
    """An ARP packet."""

    EAPOL = "eap"
    """A frame of IEEE 802.1X, from its version on."""

    PAP = "pap"
    CHAP = "chap"
    """A packet of PPP's logins, from its code on."""

    HARDWARE_ADDRESS = "hardware address"
    """Nothing: the device used a hardware address that it had not used before in this capture."""

    ADDRESS = "address"
    """An IP address (4 or 16 bytes) that the device had not used before in this capture."""


class Frame(NamedTuple):
    """A frame of the device's that belongs to no flow.

    ``source`` is the sender's hardware address (6 bytes; empty where the link has none).
    """

    kind: FrameKind
    source: bytes
    data: bytes
    from_device: bool
    place: Place


class Opening(NamedTuple):
    """The SYN with which a client opens a connection, as it stood on the line.

    ``ip`` is the IP header with its options or extension headers, ``tcp`` the TCP
    header with its options; both as far as they were captured.
    """

    flow: Flow
    ip: bytes
    tcp: bytes
    place: Place


class Volume(NamedTuple):
    """Packets and bytes of IP of each side, in order of ``Speaker``: client, then server."""

    packets: tuple[int, int] = (0, 0)
    octets: tuple[int, int] = (0, 0)


class FlowSummary(NamedTuple):
    """A flow that is over: what counting alone tells.

    Times are seconds since 1970. ``series`` gives for each span of ``step`` seconds in
    which a packet was seen its begin (a multiple of ``step``) and volume, in order of
    time; ``step`` is 10, and doubles for flows so long that they would need more than
    ``SERIES_LIMIT`` spans. ``protocol`` is the name of the row of the table that
    recognised the flow, empty where none did.
    """

    flow: Flow
    first: Place
    last: Place
    volume: Volume
    step: int
    series: tuple[tuple[float, Volume], ...]
    protocol: str


SERIES_LIMIT = 360
"""The most spans that a flow's series has."""


class Deriver(Protocol):
    """Concludes from what others told. Made once a capture, without arguments."""

    def receive(self, observation: Observation) -> Iterable[Observation]:
        """An observation that is being told; what follows from it."""


class FrameObserver(Protocol):
    """Sees frames of the link. Made once a capture, without arguments."""

    def receive(self, frame: Frame) -> Iterable[Observation]:
        """A frame; what it tells."""

    def end(self) -> Iterable[Observation]:
        """The capture is over."""


class OpeningObserver(Protocol):
    """Sees how TCP connections open. Made once a capture, without arguments."""

    def receive(self, opening: Opening) -> Iterable[Observation]:
        """A SYN; what it tells."""

    def end(self) -> Iterable[Observation]:
        """The capture is over."""


class ShapeObserver(Protocol):
    """Sees every flow that is over. Made once a capture, without arguments."""

    def receive(self, summary: FlowSummary) -> Iterable[Observation]:
        """A flow; what its shape tells."""

    def end(self) -> Iterable[Observation]:
        """The capture is over; what the flows tell together."""
