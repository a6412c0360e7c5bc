"""A flow whose ends were taken for each other.

Of a TCP connection whose beginning is not in the capture only the ports tell who
began it; between two high ports that is a guess. Where what is said fits the other
way round only, the observer is fed so.
"""

from __future__ import annotations

from collections.abc import Iterable

from peppermoth.monitor.observation import Flow, Observation, Place, Speaker
from peppermoth.monitor.observe import Observer, spared


def turned(flow: Flow) -> Flow:
    """The same flow with its ends exchanged."""
    return flow._replace(
        client=flow.server,
        server=flow.client,
        device_is_client=not flow.device_is_client,
    )


class Turned:
    """Feeds an observer of the turned flow."""

    def __init__(self, observer: Observer) -> None:
        self._observer = observer

    @property
    def done(self) -> bool:
        """Nothing more can be told from this flow's bytes."""
        return self._observer.done

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A segment's bytes; what it tells."""
        return self._observer.receive(_other(speaker), data, place)

    def gap(self, speaker: Speaker) -> None:
        """Bytes of this direction are missing from here on."""
        self._observer.gap(_other(speaker))

    def end(self) -> Iterable[Observation]:
        """The flow is over; what it tells as a whole."""
        return self._observer.end()

    def leave_out(self, speaker: Speaker) -> int:
        """How many of the next bytes of this direction need not be given."""
        return spared(self._observer, _other(speaker))


def _other(speaker: Speaker) -> Speaker:
    return Speaker(1 - speaker)
