"""What observers of the link's frames share: only the device's own tell, each fact once.

Bounded: at most ``MOST`` facts are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import link
from peppermoth.monitor.observation import Certainty, Observation, said
from peppermoth.monitor.observe import Frame, FrameKind

MOST: Final = 256

KINDS: Final = {
    link.ARP: FrameKind.ARP,
    link.WIFI: FrameKind.WIFI,
    link.EAPOL: FrameKind.EAPOL,
    link.PAP: FrameKind.PAP,
    link.CHAP: FrameKind.CHAP,
}
"""What is in a frame by what it carries beside IP (``link.BESIDE_IP``)."""


class FrameTeller:
    """Base of the observers of frames. A family gives ``frame``."""

    family: ClassVar[str] = ""
    """The first part of rule ids."""

    def __init__(self) -> None:
        self._told: list[Observation] = []
        self._known: set[tuple[str, str]] = set()

    def frame(self, frame: Frame) -> None:
        """Reads a frame of the device's. May raise RemoteProtocolError."""
        raise NotImplementedError

    def receive(self, frame: Frame) -> Iterable[Observation]:
        """A frame; what is new in it."""
        if not frame.from_device:
            return ()
        try:
            self.frame(frame)
        except RemoteProtocolError:
            return ()
        told, self._told = self._told, []
        return told

    def end(self) -> Iterable[Observation]:
        """Nothing is left to tell."""
        return ()

    def tell(
        self,
        kind: str,
        value: str,
        frame: Frame,
        field: str,
        certainty: Certainty = Certainty.SEEN,
        **details: str,
    ) -> None:
        """An observation, if it is new. Details are as ``observation.said`` has them."""
        if (kind, value) in self._known or len(self._known) >= MOST:
            return
        self._known.add((kind, value))
        self._told.append(
            Observation(
                kind,
                value,
                None,
                (frame.place.packet,),
                frame.place.time,
                field,
                certainty,
                f"{self.family}.{kind.partition('.')[2]}",
                details=said(details),
            )
        )
