"""What DNS answers in clear say of later connections: any reader of the line can match them.

The names that they gave to addresses; and the outer names of encrypted hellos (ECH) that
records of type HTTPS announce (RFC 9848): a hello with one of them hides another name.
"""

from __future__ import annotations

from typing import Final

from peppermoth.monitor.observation import Certainty, Observation

MOST_ANSWERS: Final = 16 * 1024
"""Answers that are remembered; the oldest is forgotten first."""

_LONGEST_CHAIN: Final = 8
_TYPES: Final = frozenset({"A", "AAAA", "CNAME"})


class Answers:
    """The answers of a capture so far."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}  # by address or other name, whose answer it was
        self._fronts: set[str] = set()  # outer names that stand before others

    def named(self, observation: Observation) -> Observation:
        """The observation; an address that was contacted with the name that it is known by, and
        an outer name as what it is."""
        if observation.kind == "name.dns_answer":
            self._remember(observation)
        elif "ech" in observation.details and observation.value in self._fronts:
            details = {name: text for name, text in observation.details.items() if name != "ech"}
            return observation._replace(
                kind="name.encrypted_hello",
                certainty=Certainty.LIKELY,
                rule="answers.ech",
                details=details,
            )
        elif observation.kind == "address.contacted":
            name = self._name(observation.value)
            if name:
                return observation._replace(details={**observation.details, "host": name})
        return observation

    def _remember(self, answer: Observation) -> None:
        name = answer.details.get("name", "")
        for front in filter(None, answer.details.get("ech", "").lower().split(",")):
            if front != name and len(self._fronts) < MOST_ANSWERS:
                self._fronts.add(front)
        if answer.details.get("type") not in _TYPES:
            return
        self._asked.pop(answer.value, None)
        if len(self._asked) == MOST_ANSWERS:
            del self._asked[next(iter(self._asked))]
        self._asked[answer.value] = name

    def _name(self, address: str) -> str:
        """The name that was asked for: an answer may have led to it by other names."""
        name = self._asked.get(address, "")
        for _ in range(_LONGEST_CHAIN):
            name = self._asked.get(name) or name
        return name
