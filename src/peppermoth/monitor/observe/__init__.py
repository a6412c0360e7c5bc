"""Observers: what a reader of the line learns from one flow. One file a family.

An ``Observer`` follows one flow and is fed in order: for TCP the bytes of each
segment (reassembled, without repetition), for UDP one datagram a call. It is fed
until it says ``done``; after that the flow is only counted. Observers never raise
on what they are fed: malformed bytes end what they can tell.

``TABLE`` in ``identify.py`` lists every observer with the ports and first bytes by
which its protocol is recognised; a flow that turns into another protocol
(STARTTLS, CONNECT, SOCKS) hands its further bytes to that protocol's observer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from peppermoth.monitor.observation import Observation, Place, Speaker


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
