"""A scorecard to compare (``lab/scoring/scorecard.py``): a file that anybody may write."""

from __future__ import annotations

from peppermoth.errors import ConfigError
from peppermoth.lab.card.comparison import render_comparison
from peppermoth.lab.scoring.scorecard import parse_scorecard, to_json

PERMITTED = (ConfigError,)
SEEDS = (
    b'{"format": "peppermoth-scorecard", "version": 2, "seed": 1, "confidence": 0.95, '
    b'"alpha": 1e-06, "versions": {"numpy": "2"}, "worlds": [], "captures": [], "detectors": [], '
    b'"samples": [], "websites": [], "cells": [{"peer": "moth", "traffic": "web", '
    b'"detector": "rule", "flows": 40, "not_judged": 0, "controls": 40, '
    b'"controls_not_judged": 0, "refused": "", "auc": 1.0, "points": [{"at": "own", '
    b'"refused": "", "threshold": 0.0, "tpr": {"hits": 40, "of": 40, "low": 0.9, "high": 1}, '
    b'"fpr": {"hits": 0, "of": 40, "low": 0, "high": 0.1}, "precision": [], '
    b'"condemn": {"flows": 30, "at_least": 30, "at_most": 40}}], "roc": [[0, 1], [1, 1]]}]}',
)


def fuzz(data: bytes) -> None:
    """Whatever is understood can be compared and written again."""
    card = parse_scorecard(data, "card.json")
    render_comparison(card, card)
    to_json(card)
