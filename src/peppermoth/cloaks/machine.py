"""The vocabulary that every machine speaks, and the events that machines share.

A machine does no I/O and reads no clock: bytes, time and randomness are
arguments. Whoever drives it calls ``receive_data`` or one of the machine's own
verbs, then drains ``events()`` and ``data_to_send()``. **One item of
``data_to_send()`` is one write**: boundaries are part of a cloak.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

Buffer: TypeAlias = bytes | bytearray | memoryview


class Event:
    """Base of everything that a machine reports."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Rejected(Event):
    """The peer is not one of ours. ``received`` is all that it said, to be replayed elsewhere."""

    reason: str
    received: bytes


@dataclass(frozen=True, slots=True)
class Ended(Event):
    """The machine is done: the peer closed (``reason`` empty) or broke the protocol."""

    reason: str = ""


class Machine(Protocol):
    """What the pump needs of a machine. Times are seconds of a monotonic clock."""

    def receive_data(self, data: Buffer, now: float) -> None:
        """Bytes from the peer; ``b""`` is the end of its stream.

        ``data`` may be a view of a buffer that is used again after the call returns.
        """

    def events(self) -> list[Event]:
        """What happened since the last call, in order."""

    def data_to_send(self) -> list[bytes]:
        """What to write since the last call; one item is one write."""

    def next_wakeup(self) -> float | None:
        """When ``wake`` wants to be called, or None."""

    def wake(self, now: float) -> None:
        """A time that ``next_wakeup`` asked for has come."""
