"""What a rule is: which observations it takes and which sentences it says about them.

A rule holds no sentence itself. Its id names one in each language's
``findings.ftl``; ``now``, ``later``, ``stays`` and ``ask`` name entries of
``remedies.ftl``. Severity goes by what the reader of the line gains, not by how
unusual or careless something is.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from peppermoth.monitor.observation import Observation

_ANY: Mapping[str, frozenset[str]] = MappingProxyType({})


class Severity(enum.StrEnum):
    """What the reader of the line gains; gravest first."""

    CRITICAL = "critical"
    """Content or a secret: a password, mail, message, call."""
    HIGH = "high"
    """Identity, contacts, a precise place, an identifier that lasts."""
    MEDIUM = "medium"
    """Named sites or apps."""
    LOW = "low"
    """What the device is; habits."""
    CONSPICUOUS = "conspicuous"
    """That circumvention is used."""
    PROTECTED = "protected"
    """Nothing: this was well hidden."""

    @property
    def rank(self) -> int:
        """Its place in this order, from 0."""
        return list(Severity).index(self)


class Subject(enum.StrEnum):
    """What the values of a finding are, and so how they are shown."""

    NAMES = "names"
    """Names of sites and services."""
    MASKED = "masked"
    """Secrets and private words, of which only the kind and length are shown."""
    PEOPLE = "people"
    """Persons: shown as Person 1, Person 2 ..."""
    PLACES = "places"
    """Places: shown as Place 1, Place 2 ..."""
    TIMES = "times"
    """Spans of time, which the timeline draws."""
    WORDS = "words"
    """Anything else that may be shown as it is: paths, programs, protocols."""


class Tally(NamedTuple):
    """``wrong`` of ``of``, and the share that with 95% confidence is not exceeded."""

    wrong: int
    of: int
    at_most: float


class Error(NamedTuple):
    """How often a rule was wrong where it was measured.

    By who judged: ``known`` counts recordings that were made for it, whose content is known,
    ``witness`` recordings of which another program, reading the same packets, did or did not
    confirm what was said, ``controls`` connections that held nothing of what the rule looks
    for. Each is None where there were none.
    """

    known: Tally | None = None
    witness: Tally | None = None
    controls: Tally | None = None


class Rule(NamedTuple):
    """One row of the table.

    ``where`` maps a detail's key to the values that it must have one of. ``group``
    names the details (or ``value``, or ``server``, the address that was spoken to)
    that tell one finding of this rule from another; without it there is one.
    ``apart`` names those by which equal values of one finding are told apart. ``shows``
    names the detail that says more than the value and is shown in its place. The
    values of a ``public`` rule are words of our own that say nothing about a person.
    ``unless`` names the rules whose findings make this one untrue: where they have any, it has
    none. ``error`` is empty until somebody has measured it.
    """

    id: str
    severity: Severity
    kinds: tuple[str, ...]
    subject: Subject = Subject.WORDS
    where: Mapping[str, frozenset[str]] = _ANY
    group: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    shows: str = ""
    public: bool = False
    now: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    version: int = 1
    error: Error = Error()

    def takes(self, observation: Observation) -> bool:
        """Whether the details are as the rule wants them; the kind is looked up before."""
        for key, wanted in self.where.items():
            if observation.details.get(key, "").lower() not in wanted:
                return False
        return True


def one_of(**details: str) -> Mapping[str, frozenset[str]]:
    """A ``where``: for each detail the permitted values, separated by spaces."""
    return {key: frozenset(values.split()) for key, values in details.items()}
