"""Tor by how it looks: made-up names in its TLS, and onion names that leak into DNS.

Tor's links are TLS whose server name is ``www.``, 4 to 25 characters of base 32, and
``.com``; in TLS 1.2 the certificate goes from one such name, of 8 to 20 characters, to
another in ``.net`` (tor-spec, "Negotiating and initializing channels"; the lengths as
tor 0.4 chooses them). Names too short to tell from words are passed over: of made-up
server names 73% are told, at a share of usual pairs that fewer than 1% of labels of real
sites fall below (``randomness.random_label`` has the measurement). Nobody asked for such a
name in DNS, which leaves sites whose name was looked up elsewhere. Of 22 names of others'
captures that have this form besides Tor's own, none was taken for Tor's.
Bounded: ``MOST`` asked names are remembered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from peppermoth.monitor.observation import Certainty, Observation
from peppermoth.monitor.randomness import random_label

MOST: Final = 16384

_MADE_UP: Final = re.compile(r"www\.([a-z2-7]{4,25})\.(com|net)")
_KINDS: Final = frozenset({"name.dns", "name.sni", "name.certificate"})
_TOR_PORTS: Final = frozenset({9001, 9002, 9030, 9050})


def made_up(name: str) -> bool:
    """Whether a name has the form of those that Tor makes up, and few real ones have."""
    found = _MADE_UP.fullmatch(name.lower())
    return found is not None and random_label(found[1])


class Tor:
    """Follows the names that the device asks for and contacts."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def receive(self, observation: Observation) -> Iterable[Observation]:
        """An observation; if it is of a name, whether that is Tor's."""
        if observation.kind not in _KINDS:
            return ()
        name = observation.value.lower()
        match observation.kind:
            case "name.dns":
                if name.endswith(".onion"):
                    return (_tor(observation, "an onion name in clear DNS", Certainty.SEEN),)
                if len(self._asked) < MOST:
                    self._asked.add(name)
            case "name.sni" if made_up(name) and name not in self._asked:
                return (_tor(observation, "Tor", _certainty(observation)),)
            case "name.certificate" if made_up(name) and self._is_issued_so(observation):
                return (_tor(observation, "Tor", Certainty.LIKELY),)
        return ()

    @staticmethod
    def _is_issued_so(observation: Observation) -> bool:
        issuer = observation.details.get("issuer", "").removeprefix("CN=")
        return made_up(issuer) and issuer != observation.value


def _certainty(observation: Observation) -> Certainty:
    at_port = observation.flow is not None and observation.flow.server.port in _TOR_PORTS
    return Certainty.LIKELY if at_port else Certainty.POSSIBLE


def _tor(of: Observation, value: str, certainty: Certainty) -> Observation:
    return of._replace(
        kind="conspicuous.tor",
        value=value,
        certainty=certainty,
        rule="tor.name",
        version=1,
        details={"name": of.value},
    )
