"""Many small conversations at once, for tests that need flows cheaply.

A *portal* is a page with one picture from every host name of the town. Chromium loads it
as any page, with a connection to each; curl fetches the same pictures with a hello as
programs sent it before post-quantum keys, for rules that were made for those.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from peppermoth.lab.traffic.table import Done, Traffic, Trip, fetch, find_traffic
from peppermoth.lab.world import websites
from peppermoth.lab.world.websites import Resource, WebSite

PORTAL: Final = "portal"
OLD: Final = "old-hellos"
SIZE: Final = 40_000
"""Bytes of a picture, or nearly: enough packets to judge, few enough to be quick."""


def _portal(trip: Trip) -> WebSite:
    pictures: dict[str, Resource] = {}
    for picture in (r for site in trip.town.sites for r in site.resources if r.kind == "png"):
        best = pictures.setdefault(picture.host, picture)
        if abs(picture.size - SIZE) < abs(best.size - SIZE):
            pictures[picture.host] = picture
    page = Resource(trip.site.name, "/portal.html", "html", 4_000, tuple(pictures.values()))
    return WebSite(trip.site.name, page)


def _load(trip: Trip) -> list[Done]:
    site = _portal(trip)
    websites.write_sites(trip.town.shared, [site], 1)
    return find_traffic("page").do(replace(trip, site=site))


def _fetch(trip: Trip) -> list[Done]:
    options = ("--parallel", "--parallel-max", "12", "--curves", "X25519")
    return fetch(trip, [picture.url for picture in _portal(trip).page.asks], *options)


KINDS: Final = {
    PORTAL: Traffic(_load, "Chromium loads a page from everywhere", ("chromium",)),
    OLD: Traffic(_fetch, "curl fetches from everywhere, with small hellos", ("curl",)),
}
