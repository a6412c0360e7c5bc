"""What observers of datagrams share: each is read for itself, and what it tells is told at once.

A family's ``datagram`` reads one and calls ``tell``. A datagram that breaks the format
(RemoteProtocolError) is passed over, or followed as one of the protocol to which the flow's
port belongs: a flow may begin with something else. After ``MOST_BROKEN`` of them without a
sound one the flow can tell nothing more. ``over`` ends it earlier.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observation import Flow, Observation, Place, Speaker
from peppermoth.monitor.observe import Observer
from peppermoth.monitor.observe.conversation import Teller
from peppermoth.monitor.observe.identify import owner_of
from peppermoth.monitor.transcript import Piece

MOST_BROKEN: Final = 16


class Datagrams(Teller):
    """Base of the observers of protocols over UDP. A family gives ``datagram``."""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self.done = False
        self._broken = 0
        self._owner: Observer | None = None  # of the port, where that is of another protocol

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
            return self._foreign(speaker, data, place)
        return self._take_told()

    def _foreign(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A datagram that is none of this protocol."""
        self._broken += 1
        if self._owner is None or self._owner.done:
            self._owner = owner_of(self, self.flow, self.protocol, data)
        told = [*self._take_told(), *self._owner.receive(speaker, data, place)]
        self.done = self._broken >= MOST_BROKEN and self._owner.done
        return told

    def gap(self, speaker: Speaker) -> None:
        """Datagrams have no gaps."""

    def end(self) -> Iterable[Observation]:
        """The flow is over; what it tells as a whole."""
        self.last_words()
        told = self._take_told()
        return told if self._owner is None else [*told, *self._owner.end()]
