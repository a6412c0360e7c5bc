"""The browser tells what it loaded, waits for all of it, and does not wait for ever."""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path

import pytest

from peppermoth.errors import WorldError
from peppermoth.lab.peers.premises import CLIENT
from peppermoth.lab.traffic.browser import QUIET_SECONDS, Tab, browsing
from peppermoth.lab.traffic.town import Town
from tests.peers import find


def test_a_page_that_does_not_exist_has_failed_requests(town: Town, tmp_path: Path) -> None:
    start = partial(town.world.start, CLIENT)
    with browsing(start, find("chromium"), tmp_path / "profile", ()) as browser:
        (loaded,) = browser.load(["https://nowhere.example/"], 30.0)
        assert loaded.failed
        with pytest.raises(WorldError, match="in time"):
            browser.load([f"https://{town.sites[0].name}/"], 0.0)


def test_a_page_is_not_over_while_anything_is_on_its_way() -> None:
    tab = Tab("https://site.example/", 10.0)
    tab.hear("Network.requestWillBeSent", {"requestId": "page"}, 10.1)
    tab.hear("Network.loadingFinished", {"requestId": "page", "encodedDataLength": 500}, 10.2)
    assert tab.quiet_at == math.inf, "its load event is still to come"
    tab.hear("Page.loadEventFired", {}, 10.3)
    assert tab.quiet_at == 10.3 + QUIET_SECONDS
    tab.hear("Network.requestWillBeSent", {"requestId": "late picture"}, 10.4)
    assert tab.quiet_at == math.inf, "a style's picture, asked for after the load event"
    tab.hear("Network.loadingFinished", {"requestId": "late picture", "encodedDataLength": 70}, 11)
    assert tab.quiet_at == 11 + QUIET_SECONDS
    assert (tab.loaded.seconds, tab.loaded.octets, tab.loaded.requests) == (1.0, 570, 2)
    assert tab.loaded.failed == 0


def test_what_broke_off_or_was_an_error_has_failed() -> None:
    tab = Tab("https://site.example/", 0.0)
    for request in ("good", "missing", "broken"):
        tab.hear("Network.requestWillBeSent", {"requestId": request}, 0.1)
    for request, status in (("good", 200), ("missing", 404)):
        about = {"requestId": request, "response": {"status": status}}
        tab.hear("Network.responseReceived", about, 0.2)
        tab.hear("Network.loadingFinished", {"requestId": request, "encodedDataLength": 9}, 0.3)
    tab.hear("Network.loadingFailed", {"requestId": "broken"}, 0.3)
    assert (tab.loaded.requests, tab.loaded.failed) == (3, 2)
