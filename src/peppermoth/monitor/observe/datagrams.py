"""What observers of datagrams share: each is read for itself, and what it tells is told at once.

A family's ``datagram`` reads one and calls ``tell``. A datagram that breaks the format
(RemoteProtocolError) is passed over; after ``MOST_BROKEN`` of them without a sound one
the flow can tell nothing more. ``over`` ends it earlier.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observation import Flow, Observation, Place, Speaker
from peppermoth.monitor.observe.conversation import Piece, Teller

MOST_BROKEN: Final = 16


class Datagrams(Teller):
    """Base of the observers of protocols over UDP. A family gives ``datagram``."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self.done = False
        self._broken = 0

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
