"""Each kind of traffic really does what it says, on the straight way."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from peppermoth.errors import ConfigError, WorldError
from peppermoth.lab.traffic.table import TRAFFIC, Done, Trip, find_traffic
from peppermoth.lab.traffic.town import Town
from peppermoth.lab.world.websites import Resource, WebSite
from tests.peers import find


def do(kind: str, town: Town, directory: Path) -> list[Done]:
    for program in TRAFFIC[kind].programs:
        find(program)
    trip = Trip(town, town.sites[0], random.Random(1), directory)
    return find_traffic(kind).do(trip)


@pytest.mark.parametrize("kind", [kind for kind in TRAFFIC if kind not in ("video", "idle")])
def test_it_is_done_and_nothing_fails(kind: str, town: Town, tmp_path: Path) -> None:
    done = do(kind, town, tmp_path)
    assert done
    assert sum(one.failed for one in done) == 0
    assert all(one.seconds > 0 for one in done)


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_page_is_loaded_with_all_that_it_leads_to(
    town: Town, tmp_path: Path, number: int
) -> None:
    find("chromium")
    site = town.sites[number]
    (page,) = find_traffic("page").do(Trip(town, site, random.Random(1), tmp_path))
    assert (page.requests, page.failed) == (len(site.resources), 0)
    assert page.octets > 0.95 * sum(resource.size for resource in site.resources)


def test_what_a_page_did_not_ask_for_has_failed(town: Town, tmp_path: Path) -> None:
    find("chromium")
    site = town.sites[0]
    other = town.sites[1].page.asks[0]
    larger = WebSite(site.name, replace(site.page, asks=(*site.page.asks, other)))
    (page,) = find_traffic("page").do(Trip(town, larger, random.Random(1), tmp_path))
    assert (page.requests, page.failed) == (len(site.resources), len([*other.all()]))


def test_curl_fetches_each_resource_once(town: Town, tmp_path: Path) -> None:
    done = do("fetch", town, tmp_path)
    assert sorted(one.what for one in done if one.requests) == sorted(
        resource.url for resource in town.sites[0].resources
    )


def test_three_tabs_are_three_pages(town: Town, tmp_path: Path) -> None:
    assert len(do("tabs", town, tmp_path)) == 3


def test_messages_come_as_often_as_they_were_wanted(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(1)
    monkeypatch.setattr(chance, "uniform", lambda low, high: 0.1)
    (done,) = find_traffic("idle").do(Trip(town, town.sites[0], chance, tmp_path))
    assert done.octets > 3 * 60


def test_what_is_not_there_is_a_failure(town: Town, tmp_path: Path) -> None:
    nowhere = WebSite("nowhere.example", Resource("nowhere.example", "/", "html", 1))
    find("curl")
    with pytest.raises(WorldError, match="curl"):
        find_traffic("fetch").do(Trip(town, nowhere, random.Random(1), tmp_path))


def test_unknown_traffic_is_refused() -> None:
    with pytest.raises(ConfigError, match="page"):
        find_traffic("flying")
