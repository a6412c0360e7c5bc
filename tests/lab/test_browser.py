"""The browser tells what it loaded, and does not wait for ever."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from peppermoth.errors import WorldError
from peppermoth.lab.browser import browsing
from peppermoth.lab.premises import CLIENT
from peppermoth.lab.town import Town
from tests.peers import find


def test_a_page_that_does_not_exist_has_failed_requests(town: Town, tmp_path: Path) -> None:
    start = partial(town.world.start, CLIENT)
    with browsing(start, find("chromium"), tmp_path / "profile", ()) as browser:
        (loaded,) = browser.load(["https://nowhere.example/"], 30.0)
        assert loaded.failed
        with pytest.raises(WorldError, match="in time"):
            browser.load([f"https://{town.sites[0].name}/"], 0.0)
