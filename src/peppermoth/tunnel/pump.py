"""The pump: one machine over one carrier, driven by bytes and by time.

A *turn* drains the machine's events to its owner, writes what the machine wants
written (one item, one write) and sets the timer the machine asks for. Owners
call ``turn()`` after using a verb of the machine; a turn inside a turn is folded
into the outer one, so handlers may use verbs freely. Limits: a carrier with more
than ``MAX_BACKLOG`` is aborted.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from peppermoth.cloaks.machine import Event, Machine
from peppermoth.tunnel.carrier import Carrier

# Sources stop far below it: what fills it are our answers to a peer that takes none of them.
MAX_BACKLOG = 16 * 1024 * 1024  # bytes

_LOOK = 1.0  # seconds after which a machine's next wake-up is looked at again


class Owner(Protocol):
    """Who acts on a machine's events."""

    def handle(self, event: Event) -> None:
        """One event, in order."""

    def settle(self) -> None:
        """The turn's events are all handled; its writes come next."""

    def congested(self, full: bool) -> None:
        """The carrier's backlog passed its high mark (True) or fell below its low mark."""

    def gone(self, error: OSError | None) -> None:
        """The carrier is closed. The last call."""


class Pump:
    """Drives ``machine`` over ``carrier``. It is the carrier's sink."""

    __slots__ = ("_closing", "_congested", "_loop", "_owner", "_soon", "_timer", "_turning",
                 "carrier", "machine")  # fmt: skip

    def __init__(self, loop: asyncio.AbstractEventLoop, machine: Machine, owner: Owner) -> None:
        self._loop = loop
        self._owner = owner
        self.machine = machine
        self.carrier: Carrier
        self._timer: asyncio.TimerHandle | None = None
        self._turning = False
        self._congested = False
        self._closing = False
        self._soon = False

    def turn(self) -> None:
        """Let what the machine has to say take effect."""
        if self._turning:
            return
        machine, owner = self.machine, self._owner
        self._turning = True
        try:
            while events := machine.events():
                for event in events:
                    owner.handle(event)
            owner.settle()
        finally:
            self._turning = False
        carrier = self.carrier
        for item in machine.data_to_send():
            carrier.write(item)
        if self._closing:
            carrier.close()
        elif carrier.buffered > MAX_BACKLOG:
            carrier.abort()
        elif carrier.full and not self._congested:
            self._congested = True
            self._owner.congested(True)
        if self._timer is None:
            self._arm()

    def soon(self) -> None:
        """Have a turn when this loop's other events are handled, so that writes are shared.

        For small things: what is sent until then must not be a view that is used again.
        """
        if not self._soon:
            self._soon = True
            self._loop.call_soon(self._turn_now)

    def _turn_now(self) -> None:
        self._soon = False
        if not self.carrier.closed:
            self.turn()

    def close(self) -> None:
        """Write what the machine still has to say, then close the carrier."""
        self._closing = True
        self.turn()

    def _arm(self) -> None:
        # A running timer is left alone: it looks again when it fires, soon enough. So
        # traffic that moves the next wake-up costs nothing.
        wakeup = self.machine.next_wakeup()
        if wakeup is not None and not (self._closing or self.carrier.closed):
            self._timer = self._loop.call_at(min(wakeup, self._loop.time() + _LOOK), self._wake)

    def _wake(self) -> None:
        self._timer = None
        if self.carrier.closed:
            return
        now = self._loop.time()
        if not self.carrier.reading:  # it cannot be blamed for what we do not listen to
            self._timer = self._loop.call_at(now + _LOOK, self._wake)
            return
        wakeup = self.machine.next_wakeup()
        if wakeup is not None and wakeup <= now:
            self.machine.wake(now)
            self.turn()
        else:
            self._arm()

    # The carrier's sink

    def received(self, data: memoryview) -> None:
        """Bytes for the machine."""
        self.machine.receive_data(data, self._loop.time())
        self.turn()

    def ended(self) -> None:
        """The peer's FIN, which machines know as ``b""``."""
        self.machine.receive_data(b"", self._loop.time())
        self.turn()

    def drained(self) -> None:
        """The backlog is low again."""
        if self._congested:
            self._congested = False
            self._owner.congested(False)

    def lost(self, error: OSError | None) -> None:
        """The carrier is closed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._owner.gone(error)
