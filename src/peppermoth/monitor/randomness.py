"""Whether bytes or names look random: rules that monitors are known to use, or could.

``fully_encrypted`` is the rule by which the Great Firewall blocked traffic that looks
like nothing (Wu et al., USENIX Security 2023, with the artifact's appendix C): the first
packet of a TCP connection's client is suspicious unless one of five exemptions holds.
Implementations read two of the exemptions differently: a ``Reading`` says how.
``random_label`` is our own, for host names that a program made up.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass
from typing import Final, TypeAlias

LOW_POPCOUNT: Final = 3.4
HIGH_POPCOUNT: Final = 4.6
FIRST_PRINTABLE: Final = 6
LONGEST_RUN: Final = 20

_FIRST: Final = re.compile(rb"[ -~]{%d}" % FIRST_PRINTABLE)
_NOT_PRINTABLE: Final = bytes(byte for byte in range(256) if not 0x20 <= byte <= 0x7E)

Beginning: TypeAlias = tuple[bytes, ...]
"""How a protocol begins: for each place, the bytes that may stand there."""


def spelt(text: bytes) -> Beginning:
    """A beginning that is these very bytes."""
    return tuple(bytes((byte,)) for byte in text)


TLS: Final[Beginning] = (b"\x16\x17", b"\x03", bytes(range(0x0A)))
VERBS: Final = (b"GET ", b"PUT ", b"POST ", b"HEAD ")


@dataclass(frozen=True, slots=True)
class Reading:
    """How an implementation reads the rule: the published way, where nothing else is said.

    Printable bytes that stand together are exempt where there are more than ``run``.
    """

    run: int = LONGEST_RUN
    protocols: tuple[Beginning, ...] = (TLS, *map(spelt, VERBS))


PUBLISHED: Final = Reading()


class Exemption(enum.StrEnum):
    """Why a first packet is let pass."""

    POPCOUNT = "Ex1"
    """At most 3.4 or at least 4.6 of a byte's bits are set, on the mean."""

    FIRST_BYTES = "Ex2"
    """The first six bytes or more are printable."""

    MOSTLY_PRINTABLE = "Ex3"
    """More than half of the bytes are printable."""

    PRINTABLE_RUN = "Ex4"
    """More than 20 printable bytes stand together."""

    PROTOCOL = "Ex5"
    """It begins like TLS or HTTP."""


def popcount(data: bytes) -> float:
    """How many bits of a byte are set, on the mean; 0 for no bytes."""
    return int.from_bytes(data, "big").bit_count() / len(data) if data else 0.0


def begins(first: bytes, beginning: Beginning) -> bool:
    """Whether the bytes begin that way."""
    return len(first) >= len(beginning) and all(
        byte in choices for byte, choices in zip(first, beginning, strict=False)
    )


def exemption(first: bytes, reading: Reading = PUBLISHED) -> Exemption | None:
    """The first exemption that holds for a client's first packet; None for a suspicious one."""
    if not LOW_POPCOUNT < popcount(first) < HIGH_POPCOUNT:
        return Exemption.POPCOUNT
    if _FIRST.match(first):
        return Exemption.FIRST_BYTES
    if 2 * len(first.translate(None, _NOT_PRINTABLE)) > len(first):
        return Exemption.MOSTLY_PRINTABLE
    if re.search(rb"[ -~]{%d}" % (reading.run + 1), first):
        return Exemption.PRINTABLE_RUN
    if any(begins(first, beginning) for beginning in reading.protocols):
        return Exemption.PROTOCOL
    return None


def fully_encrypted(first: bytes) -> bool:
    """Whether a client's first packet would be blocked as traffic that looks like nothing."""
    return exemption(first) is None


_PAIRS_OF_WORDS: Final = (
    "th he in er an re on at en nd st es ng ed te or ti hi as to it is le ha et ar al ve se ea "
    "ro ri ra io ic li me de co ta ec si ll so na la el ma ca ce om ur ch ho il us ta ai tr sp "
    "pe ne em un no ac di lo wi ot ir ad sh ss pa po ol am im ap pl op ge bo mo oo ag sa id be "
    "ni do go tu ou ee ie ay ey fo fa fr vi da ba br bl bu cl cr cu pr pu su sc sk ct nt ns rs "
    "rt rd rn rk ly ty ry gr gl gu mi mp mb ke ki ck ow ew ab ub ob eb ep ip up oc uc ex ox if "
    "of og ug ig eg av iv ev ov ia ua ue ui ei oi au eu ib ud od ul um ut os ok ak ek wa we wo "
    "ws wn ft lt ld pt ph wh tw ts ds gh ht hu va vo ya yo ys yp ye ju ja je jo fe fi fl fu ga "
    "gi za ze zo az iz oz qu xt xp nc nk ts tt pp ff rm rl rc sm sn sl sw dr dy my by cy ny"
)
FEWEST_PAIRS: Final = 0.4
"""A label with a lower share of such pairs is called random."""

_USUAL_PAIRS: Final = frozenset(_PAIRS_OF_WORDS.split())


def random_label(label: str) -> bool:
    """Whether a label of a host name consists of few pairs of letters that words have.

    Labels shorter than 8 are never called random. The share is the highest at which no more
    than one in a hundred labels of real sites was taken for made up. Measured on labels of
    8 to 25 letters and digits that base 32 has: 529 of sites (in others' captures, in our
    tables and in nDPI's), 221,601 names of packages of programming languages, and 20,000
    labels made up at random of 8 to 20 characters, as Tor's certificates have:

    =====  ==========  ================  ===========
    share  sites       packages          made up
    =====  ==========  ================  ===========
    0.30   2 (0.4%)    1,410 (0.6%)      found 71%
    0.35   2 (0.4%)    1,756 (0.8%)      found 80%
    0.40   4 (0.8%)    2,555 (1.2%)      found 87%
    0.45   11 (2.1%)   5,956 (2.7%)      found 93%
    0.50   11 (2.1%)   6,195 (2.8%)      found 95%
    =====  ==========  ================  ===========

    With 95% confidence no more than 1.9% of labels of sites are taken for made up at 0.40.
    """
    pairs = [label[at : at + 2].lower() for at in range(len(label) - 1)]
    if len(label) < 8 or "-" in label:
        return False
    return sum(pair in _USUAL_PAIRS for pair in pairs) < FEWEST_PAIRS * len(pairs)
