"""What observers of datagrams share: each is read for itself, and what it tells is told at once.

A family's ``datagram`` reads one and calls ``tell``. A datagram that breaks the format
(RemoteProtocolError) is passed over; after ``MOST_BROKEN`` of them without a sound one
the flow can tell nothing more. ``over`` ends it earlier.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observation import Certainty, Flow, Observation, Place, Speaker
from peppermoth.monitor.observe.conversation import Piece

MOST_BROKEN: Final = 16
_TOLD_ONCE: Final = 512


class Datagrams:
    """Base of the observers of protocols over UDP. A family gives ``datagram``."""

    protocol: ClassVar[str] = ""
    """The name of the protocol in details and rules."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.done = False
        self._broken = 0
        self._told: list[Observation] = []
        self._known: set[tuple[str, ...]] = set()

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a datagram. May raise RemoteProtocolError."""
        raise NotImplementedError

    def last_words(self) -> None:
        """The flow is over: tell what only the whole shows."""

    def over(self) -> None:
        """Nothing more is to be learned here."""
        self.done = True

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A datagram; what it tells."""
        if self.done:
            return ()
        try:
            self.datagram(speaker, Piece(data, (place.packet,), place.time))
            self._broken = 0
        except RemoteProtocolError:
            self._broken += 1
            self.done = self._broken == MOST_BROKEN
        return self._take_told()

    def gap(self, speaker: Speaker) -> None:
        """Datagrams have no gaps."""

    def end(self) -> Iterable[Observation]:
        """The flow is over; what it tells as a whole."""
        self.last_words()
        return self._take_told()

    def tell(
        self,
        kind: str,
        value: str,
        at: Piece,
        field: str,
        fact: str,
        *,
        once: bool = False,
        certainty: Certainty = Certainty.SEEN,
        **details: str,
    ) -> None:
        """An observation from the bytes ``at``; ``fact`` completes the rule's id. Empty details
        are left out; ``from_`` becomes ``from``."""
        if once:
            key = (kind, value, *details.values())
            if key in self._known or len(self._known) >= _TOLD_ONCE:
                return
            self._known.add(key)
        said = {name.rstrip("_"): detail for name, detail in details.items() if detail}
        rule = f"{self.protocol}.{fact}"
        self._told.append(
            Observation(
                kind, value, self.flow, at.packets, at.time, field, certainty, rule, details=said
            )
        )

    def _take_told(self) -> list[Observation]:
        told, self._told = self._told, []
        return told
