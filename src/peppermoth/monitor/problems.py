"""What kept a capture from being read whole, as a value that a report says in its language."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final, NamedTuple


class Kind(enum.StrEnum):
    """What can be wrong with what was read; the catalogues have a sentence for each."""

    CUT_OFF = "cut-off"
    ABSURD_LENGTH = "absurd-length"
    NO_BYTE_ORDER = "no-byte-order"
    NO_INTERFACE = "no-interface"
    PACKED_CUT_OFF = "packed-cut-off"
    PACKED_DAMAGED = "packed-damaged"
    PACKED_BOMB = "packed-bomb"
    TOO_SLOW = "too-slow"
    UNKNOWN_LINK = "unknown-link"


class Problem(NamedTuple):
    """One problem with its numbers: ``packet`` (from 1), ``byte``, ``times``, ``packets``,
    ``link`` (a link type).

    As a string it is a sentence in English.
    """

    kind: Kind
    numbers: Mapping[str, int]

    def __str__(self) -> str:
        return _SENTENCES[self.kind].format_map(self.numbers)


_BEFORE: Final = "What stands before that was read."

_SENTENCES: Final = {
    Kind.CUT_OFF: f"The capture is cut off in packet {{packet}}, byte {{byte}}. {_BEFORE}",
    Kind.ABSURD_LENGTH: (
        f"The capture is damaged at packet {{packet}}, byte {{byte}}: a length is absurd. {_BEFORE}"
    ),
    Kind.NO_BYTE_ORDER: (
        "The capture is damaged at packet {packet}, byte {byte}: a section has no byte order."
        f" {_BEFORE}"
    ),
    Kind.NO_INTERFACE: (
        "The capture is damaged at packet {packet}, byte {byte}: a packet is of no interface."
        f" {_BEFORE}"
    ),
    Kind.PACKED_CUT_OFF: "The compressed file ends too early.",
    Kind.PACKED_DAMAGED: "The compressed file is damaged near byte {byte}.",
    Kind.PACKED_BOMB: (
        "The compressed file unpacks to more than {times} times its size; reading stopped there."
    ),
    Kind.TOO_SLOW: "The machine was too slow to record some packets: {packets}.",
    Kind.UNKNOWN_LINK: (
        "Packets of a kind of link that is not known (link type {link}) were left out: {packets}."
    ),
}
