"""What detectors' authors measured, set beside what is measured here.

A claim is compared with the cells of the peers that stand for what its authors looked at,
at the detector's own threshold. Limits: shares only, and those that are comparable at
all. A detector's authors are named in its ``source``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from peppermoth.lab.scoring.scorecard import Cell, Point, Rate


@dataclass(frozen=True, slots=True)
class Claim:
    """A published share of tunnels that were flagged, and of other flows; None for not told.

    ``peers`` stand in the lab for those tunnels; without any it is about the control alone.
    ``differs`` says in words why ours may be another number.
    """

    tpr: float | None
    fpr: float | None
    differs: str
    peers: tuple[str, ...] = ()


class Beside(NamedTuple):
    """A claim beside what was measured here; ours is None where the sample supports no number.

    ``peer`` and ``traffic`` are empty where it is about the control alone.
    """

    detector: str
    peer: str
    traffic: str
    claim: Claim
    tpr: Rate | None
    fpr: Rate | None


_CAMPUS: Final = (
    "Theirs are 1.7 billion connections of a campus, of every protocol, and some may have been "
    "tunnels. This control is the web alone, and the rule lets TLS pass."
)
_PROVIDER: Final = (
    "Theirs had TLS 1.2 inside and was tuned on 105 million flows of a provider. Here TLS 1.3 "
    "with today's larger hellos is inside, the line is even, and either threshold lets through "
    "2% of the few flows it was learned from."
)
_EIGHT: Final = (
    "Theirs had eight streams at once in a connection. Here there are as many as the page "
    "wants, and often a lone one, which multiplexing does not hide."
)
_DISTANCE: Final = (
    "Theirs had real distances behind the proxy, and 102 million flows of a provider. Here "
    "nothing lies behind the bridge unless --far-delay puts it there."
)
_HANDSHAKES: Final = (
    Claim(0.771, 0.000544, _PROVIDER, ("vmess",)),
    Claim(0.854, 0.000544, _PROVIDER, ("shadowsocks", "sing-box-ss2022")),
    Claim(0.748, 0.000544, _PROVIDER, ("vless-tls", "sing-box-vless")),
    Claim(0.737, 0.000544, _PROVIDER, ("trojan", "sing-box-trojan")),
    Claim(
        *(0.168, 0.000544, _EIGHT),
        peers=("sing-box-ss2022-mux", "sing-box-trojan-mux", "sing-box-vless-mux"),
    ),
    Claim(
        *(0.438, 0.00613),
        differs="Theirs looked at directions alone, learned from padded flows.",
        peers=("obfs4",),
    ),
)

CLAIMS: Final[Mapping[str, tuple[Claim, ...]]] = {
    "first-packet": (Claim(None, 0.006, _CAMPUS),),
    "handshake.tls12": _HANDSHAKES,
    "handshake.tls13": _HANDSHAKES,
    "entropy": (
        Claim(
            *(1.0, 0.002),
            differs="Theirs is the first study; done again on real traffic (Wails 2024) it was "
            "98% at 6%. Here trees learn from other sites than they judge.",
            peers=("obfs4",),
        ),
    ),
    "round-trips": (Claim(0.2, 0.01, _DISTANCE, ("obfs4", "shadowsocks", "trojan", "vmess")),),
    "openvpn-opcodes": (
        Claim(
            *(0.859, None),
            differs="Theirs counts what probes confirmed on a provider's line, over TCP too; "
            "obfuscated it was 72.7%. Here the rule stands alone, before plain OpenVPN on UDP.",
            peers=("openvpn",),
        ),
    ),
}
"""By detector."""


def beside(cells: Iterable[Cell]) -> Iterator[Beside]:
    """Every claim with every cell that it can be compared with.

    A claim about the control is compared once, since all cells have the same control.
    """
    told = list(cells)
    for detector, claims in CLAIMS.items():
        ours = [cell for cell in told if cell.detector == detector]
        for claim in claims:
            for cell in ours:
                if cell.peer in claim.peers:
                    yield _compared(claim, cell, cell.peer, cell.traffic)
            if not claim.peers and ours:
                one = next((cell for cell in ours if _own(cell)), ours[0])
                yield _compared(claim, one, "", "")


def _own(cell: Cell) -> Point | None:
    """The rule's own threshold, if the sample supports numbers there."""
    return next((point for point in cell.points if point.at == "own" and point.fpr), None)


def _compared(claim: Claim, cell: Cell, peer: str, traffic: str) -> Beside:
    own = _own(cell)
    rates = (own.tpr, own.fpr) if own else (None, None)
    return Beside(cell.detector, peer, traffic, claim, *rates)
