"""One machine inside another: a session inside TLS, driven as a single machine.

What the outer machine decrypts goes to the inner one; what the inner one wants to
send becomes one TLS write an item. Everything else that the outer machine
reports is passed on, so the owner sees Secured, Untrusted and the rest. An inner
machine that rejects the peer is dismissed; what comes after is reported as Plaintext.
"""

from __future__ import annotations

from collections.abc import Callable

from peppermoth.cloaks.machine import Buffer, Ended, Event, Machine, Rejected
from peppermoth.cloaks.tls import Plaintext, Secured, Tls


class Layered:
    """``inner`` inside ``outer``. The inner machine is made when TLS is secured."""

    __slots__ = ("_ended", "_events", "_make_inner", "inner", "outer")

    def __init__(self, outer: Tls, make_inner: Callable[[float], Machine]) -> None:
        self.outer = outer
        self._make_inner = make_inner
        self.inner: Machine | None = None
        self._ended = False
        self._events: list[Event] = []

    def receive_data(self, data: Buffer, now: float) -> None:
        """TLS bytes from the peer."""
        if self._ended:
            return
        self.outer.receive_data(data, now)
        for event in self.outer.events():
            if self._ended:
                break
            inner = self.inner
            if type(event) is Plaintext and inner is not None:
                inner.receive_data(event.data, now)
                self._collect()
            elif type(event) is Ended and inner is not None and not event.reason:
                inner.receive_data(b"", now)
            else:
                self._collect()
                self._events.append(event)
                if type(event) is Secured:
                    self.inner = self._make_inner(now)
                self._ended = type(event) is Ended

    def dismiss(self) -> None:
        """Drop the inner machine: from now on plaintext is reported and sent as it is."""
        self.inner = None

    def _collect(self) -> None:
        if self.inner is not None and (events := self.inner.events()):
            self._events += events
            self._ended = type(events[-1]) is Ended
            if type(events[-1]) is Rejected:
                self.inner = None

    def events(self) -> list[Event]:
        """What either machine reports, in order."""
        self._collect()
        events, self._events = self._events, []
        return events

    def data_to_send(self) -> list[bytes]:
        """TLS writes: one for each write of the inner machine."""
        if self.inner is not None:
            for item in self.inner.data_to_send():
                self.outer.send(item)
        return self.outer.data_to_send()

    def next_wakeup(self) -> float | None:
        """The inner machine's; TLS keeps no time."""
        return None if self.inner is None or self._ended else self.inner.next_wakeup()

    def wake(self, now: float) -> None:
        """The inner machine's time has come."""
        if self.inner is not None and not self._ended:
            self.inner.wake(now)

    def close(self) -> None:
        """Send what is left, then close_notify."""
        if self.inner is not None:
            for item in self.inner.data_to_send():
                self.outer.send(item)
        self.outer.close()
