"""Published shares beside ours: with whom they are compared, and what is said of that."""

from __future__ import annotations

import numpy as np
import pytest
from rich.console import Console

from peppermoth.lab.card.claims import CLAIMS, beside
from peppermoth.lab.card.page import render_card
from peppermoth.lab.card.text import render_text
from peppermoth.lab.card.words import comparisons, published, reasons
from peppermoth.lab.detectors.table import TABLE
from peppermoth.lab.peers.table import PEERS
from peppermoth.lab.scoring.scorecard import Cell
from peppermoth.lab.scoring.verdicts import Judged, verdict
from tests.lab.scoring.cards import card


def cell(detector: str, peer: str, hits: int, of: int, false: int, controls: int = 1000) -> Cell:
    """A cell in which so many flows of the tunnel and of the control are flagged."""
    tunnels, others = (
        np.where(np.arange(number) < flagged, 1.0, -1.0)
        for flagged, number in ((hits, of), (false, controls))
    )
    return verdict(Judged(peer, "page", detector, tunnels, others))


def told(*cells: Cell) -> list[tuple[str, ...]]:
    return [
        (one.detector, one.peer, *shares) for one in beside(cells) for shares in comparisons(one)
    ]


def test_claims_are_of_detectors_and_peers_that_there_are() -> None:
    assert CLAIMS.keys() <= {detector.id for detector in TABLE}
    named = {peer for claims in CLAIMS.values() for claim in claims for peer in claim.peers}
    assert named <= PEERS.keys()


def test_a_claim_is_compared_with_the_peers_that_stand_for_it() -> None:
    cells = [cell("entropy", peer, 100, 100, 0) for peer in ("obfs4", "peppermoth")]
    cells.append(cell("shadowsocks", "obfs4", 100, 100, 0))
    assert {(one.detector, one.peer) for one in beside(cells)} == {("entropy", "obfs4")}


def test_a_claim_about_the_control_is_compared_once() -> None:
    few, first, second = (
        cell("first-packet", peer, 1, of, 2) for peer, of in (("a", 2), ("b", 90), ("c", 90))
    )
    ((*who, share, theirs, ours, _),) = told(few, first, second)
    assert (who, share, theirs) == (["first-packet", ""], "FPR", "0.6%")
    assert ours.startswith("0.2% (")


@pytest.mark.parametrize(
    ("hits", "says"),
    [(20, "within our bounds"), (90, "higher here"), (1, "lower here")],
)
def test_it_says_whether_ours_is_another_number(hits: int, says: str) -> None:
    rows = told(cell("round-trips", "vmess", hits, 100, 10))
    assert [row[-1] for row in rows] == [says, "within our bounds"]


def test_without_enough_flows_nothing_is_said() -> None:
    rows = told(cell("round-trips", "vmess", 5, 5, 0))
    assert [row[-2:] for row in rows] == [("too few", "")] * 2


def test_each_reason_stands_once_with_the_detectors_that_it_is_for() -> None:
    cells = [
        cell(f"handshake.{variant}", peer, 90, 100, 1)
        for variant in ("tls12", "tls13")
        for peer in ("vmess", "trojan")
    ]
    (who,) = reasons(beside(cells))
    assert who == "handshake.tls12, handshake.tls13"


@pytest.mark.parametrize(
    ("detector", "words"),
    [
        ("first-packet", "FPR 0.6%"),
        ("openvpn-opcodes", "TPR 85.9% (openvpn)"),
        ("round-trips", "TPR 20% at FPR 1% (obfs4, shadowsocks, trojan, vmess)"),
        ("shadowsocks", ""),
    ],
)
def test_what_was_published_of_a_detector_is_told_in_a_line(detector: str, words: str) -> None:
    assert published(detector) == words


def test_terminal_and_page_show_both_and_why() -> None:
    whole = card().model_copy(update={"cells": (cell("round-trips", "vmess", 20, 100, 0),)})
    console = Console(width=400)
    with console.capture() as captured:
        console.print(render_text(whole))
    text, page = captured.get(), render_card(whole)
    for shown in (text, page):
        assert "Beside what was published" in shown
        assert "20% (12.7% to 29.2%)" in shown
        assert "--far-delay" in shown
    assert "Beside what was published" not in render_card(card())
