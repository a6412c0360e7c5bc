"""Which flow of media belongs to which call: joins SIP with RTP by announced addresses.

A description of media (``calls``) names an address and port; where RTP (``media``) is
then found there, the other party of that conversation is told again beside the call,
with its codec and seconds. Bounded: ``MOST`` announcements.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, TypeVar

from peppermoth.monitor.observation import Observation

MOST: Final = 1024

_Key = TypeVar("_Key", int, str)


class CallLinks:
    """Follows announcements of media and the media themselves."""

    def __init__(self) -> None:
        self._parties: dict[int, str] = {}  # by the number of the flow that signals
        self._announced: dict[str, str] = {}  # parties by address and port

    def receive(self, observation: Observation) -> Iterable[Observation]:
        """An observation; of a call's media, whom the call was with."""
        flow = observation.flow
        if flow is None:
            return ()
        if observation.rule == "sip.contact":
            _remember(self._parties, flow.number, observation.value)
        elif observation.rule == "sip.sdp" and flow.number in self._parties:
            media = observation.details.get("media", "")
            _remember(self._announced, media, self._parties[flow.number])
        elif observation.rule in ("rtp.sequence", "rtp.srtp"):
            for end in (flow.client, flow.server):
                if party := self._announced.get(f"{end.ip}:{end.port}"):
                    return (_with(party, observation),)
        return ()


def _remember(known: dict[_Key, str], key: _Key, party: str) -> None:
    if key in known or len(known) < MOST:
        known[key] = party


def _with(party: str, call: Observation) -> Observation:
    seconds = call.details.get("seconds", "")
    details = {"protocol": "rtp", "codec": call.value} | ({"seconds": seconds} if seconds else {})
    return call._replace(kind="identity.contact", value=party, rule="rtp.contact", details=details)
