"""The names that DNS answers in clear gave to addresses: any reader of the line can match them."""

from __future__ import annotations

from typing import Final

from peppermoth.monitor.observation import Observation

MOST_ANSWERS: Final = 16 * 1024
"""Answers that are remembered; the oldest is forgotten first."""

_LONGEST_CHAIN: Final = 8
_TYPES: Final = frozenset({"A", "AAAA", "CNAME"})


class Answers:
    """The answers of a capture so far."""

    def __init__(self) -> None:
        self._asked: dict[str, str] = {}  # by address or other name, whose answer it was

    def named(self, observation: Observation) -> Observation:
        """The observation; an address that was contacted with the name that it is known by."""
        if observation.kind == "name.dns_answer":
            self._remember(observation)
        elif observation.kind == "address.contacted":
            name = self._name(observation.value)
            if name:
                return observation._replace(details={**observation.details, "host": name})
        return observation

    def _remember(self, answer: Observation) -> None:
        if answer.details.get("type") not in _TYPES:
            return
        self._asked.pop(answer.value, None)
        if len(self._asked) == MOST_ANSWERS:
            del self._asked[next(iter(self._asked))]
        self._asked[answer.value] = answer.details.get("name", "")

    def _name(self, address: str) -> str:
        """The name that was asked for: an answer may have led to it by other names."""
        name = self._asked.get(address, "")
        for _ in range(_LONGEST_CHAIN):
            name = self._asked.get(name) or name
        return name
