"""How the device opens TCP connections: its stack.

Each system fills in a SYN in its own way, so that everybody on the way can guess it
(``monitor/systems.py`` has the rules; never more than likely). Bounded: at most ``MOST``
stacks are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import systems
from peppermoth.monitor.observation import Certainty, Observation, said
from peppermoth.monitor.observe import Opening
from peppermoth.wire import opening as wire

MOST: Final = 16


class Stacks:
    """Sees the SYNs that the device sends."""

    def __init__(self) -> None:
        self._known: set[object] = set()

    def receive(self, opening: Opening) -> Iterable[Observation]:
        """A SYN; what is new in it."""
        if not opening.flow.device_is_client:
            return ()
        try:
            seen = wire.decode_opening(opening.ip, opening.tcp)
        except RemoteProtocolError:
            return ()
        is_new = self._is_new(seen._replace(segment_size=0, ttl=seen.first_ttl))
        return self._stack(seen, opening) if is_new else ()

    def end(self) -> Iterable[Observation]:
        """Nothing is left to tell."""
        return ()

    def _is_new(self, fact: object) -> bool:
        if fact in self._known or len(self._known) >= 2 * MOST:
            return False
        self._known.add(fact)
        return True

    def _stack(self, seen: wire.Opening, opening: Opening) -> Iterator[Observation]:
        options = " ".join(seen.options) or "no options"
        value = f"time to live {seen.first_ttl}, window {seen.window}, {options}"
        found = systems.from_opening(seen)
        system = found[0] if found else ""
        yield _told("device.stack", value, opening, "tcp.options", Certainty.SEEN, system=system)
        if found and self._is_new(found):
            yield _told(
                "device.system",
                found[0],
                opening,
                "tcp.options",
                found[1],
                from_="how it opens connections",
            )


def _told(
    kind: str, value: str, opening: Opening, field: str, certainty: Certainty, **details: str
) -> Observation:
    return Observation(
        kind,
        value,
        opening.flow,
        (opening.place.packet,),
        opening.place.time,
        field,
        certainty,
        f"stack.{kind.partition('.')[2]}",
        details=said(details),
    )
