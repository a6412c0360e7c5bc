"""The values that pass from parsing to meaning: flows, places, observations.

An observation is one flat fact that a reader of the line has learned, with where it
stands in the capture, so that a person can check it. Its ``kind`` is one of
``kinds.KINDS``. A secret is never its value: ``hidden`` says what kind of thing was
there and how long it is.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Certainty(enum.StrEnum):
    """How sure the reader of the line can be."""

    SEEN = "seen"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Speaker(enum.IntEnum):
    """Which end of a flow says something: who began it, or who answered."""

    CLIENT = 0
    SERVER = 1


class Endpoint(NamedTuple):
    """An address (text form, IPv6 lower case) and a port (0 where there is none)."""

    ip: str
    port: int


class Flow(NamedTuple):
    """One conversation: a TCP connection, or datagrams between two endpoints.

    ``number`` counts from 1 in the order of first packets; ``transport`` is ``tcp``,
    ``udp``, or the name of another IP protocol. ``device_is_client`` tells which end is
    the device that the report is about. ``outer`` names the tunnels around it
    (``gre``, ``vxlan``, ``gtp`` ...). ``opened`` is whether its beginning is in the
    capture: of a TCP connection, its SYN.
    """

    number: int
    transport: str
    client: Endpoint
    server: Endpoint
    device_is_client: bool
    outer: tuple[str, ...] = ()
    opened: bool = True

    def is_device(self, speaker: Speaker) -> bool:
        """Whether ``speaker`` is the device itself."""
        return bool(speaker) != self.device_is_client


class Place(NamedTuple):
    """Where bytes stand in the capture: packet number from 1, time in seconds since 1970 (UTC),
    0 where the capture says none."""

    packet: int
    time: float


class Observation(NamedTuple):
    """One fact. ``field`` is a path in Wireshark's words (``dns.qry.name``).

    ``details`` are further facts by a short English key, masked like the value.
    ``rule`` names what concluded it, ``version`` that rule's version.
    """

    kind: str
    value: str
    flow: Flow | None
    packets: tuple[int, ...]
    time: float
    field: str
    certainty: Certainty
    rule: str
    version: int = 1
    details: Mapping[str, str] = _NOTHING


def said(details: dict[str, str]) -> dict[str, str]:
    """Details as they are told: empty ones are left out; ``from_`` becomes ``from``."""
    told = {name: detail for name, detail in details.items() if detail}
    if "from_" in told:
        told["from"] = told.pop("from_")
    return told


def hidden(what: str, secret: bytes | str) -> str:
    """What stands in the place of a secret: ``password, 11 characters``."""
    size = len(secret)
    return f"{what}, {size} character{'' if size == 1 else 's'}"
