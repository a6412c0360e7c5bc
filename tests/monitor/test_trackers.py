"""The table of trackers names companies."""

from __future__ import annotations

from peppermoth.monitor.trackers import TRACKERS


def test_the_best_known_companies_are_there():
    assert TRACKERS["doubleclick.net"] == TRACKERS["google-analytics.com"] == "Google"
    assert TRACKERS["graph.facebook.com"] == "Meta"


def test_the_list_is_short():
    assert 30 <= len(set(TRACKERS.values())) <= 60
