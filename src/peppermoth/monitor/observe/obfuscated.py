"""Connections that look like nothing: what obfuscating tunnels begin with, and little else.

The rule is the one by which the Great Firewall blocked such traffic
(``monitor/randomness.py``): the client's first packet of a TCP connection that nothing
else recognised. It was measured to hit 0.6% of ordinary connections, so this is never
more than *possible*. Not asked where the beginning of the connection is not in the
capture: the middle of any encrypted connection looks the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from peppermoth.monitor.observation import Certainty, Flow, Observation, Place, Speaker
from peppermoth.monitor.randomness import fully_encrypted, popcount


class Obfuscated:
    """Looks at the first packet of the client."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self.done = not flow.opened

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A segment; only the client's first counts."""
        if self.done or speaker is not Speaker.CLIENT:
            return ()
        self.done = True
        if not fully_encrypted(data):
            return ()
        return (
            Observation(
                "conspicuous.random",
                f"{len(data)} bytes",
                self._flow,
                (place.packet,),
                place.time,
                "tcp.payload",
                Certainty.POSSIBLE,
                "obfuscated.first_packet",
                details={"bits": f"{popcount(data):.2f} of 8 bits set"},
            ),
        )

    def gap(self, speaker: Speaker) -> None:
        """The client's first packet may be missing."""
        if speaker is Speaker.CLIENT:
            self.done = True

    def end(self) -> Iterable[Observation]:
        """Nothing is left to tell."""
        return ()
