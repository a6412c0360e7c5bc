"""A program that fetches pages, from real sites on loopback."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from peppermoth.errors import PeppermothError
from peppermoth.lab.demo.sites import Site, make_certificate, page, serving, trusting
from peppermoth.lab.demo.visits import Visit, fetch_straight, fetch_through
from peppermoth.redact import Address

WOOL = page("Wool")
PLAIN = Site("wool.example", secure=False, pages={"/": WOOL})
SECURE = Site("wool.example", secure=True, pages={"/": WOOL})


def straight(run, directory: Path, site: Site, path="/", name=None):
    async def main():
        pair = make_certificate(directory, site) if site.secure else None
        async with serving(site, pair) as where:
            host = Address(name or site.name, where.port)
            visit = Visit(host, path, trusting(pair[0]) if pair else None)
            return await asyncio.to_thread(fetch_straight, visit, where)

    return run(main())


@pytest.mark.parametrize("site", [PLAIN, SECURE], ids=lambda site: site.scheme)
def test_a_page_is_fetched(run, tmp_path, site):
    assert straight(run, tmp_path, site) == WOOL


def test_a_page_that_is_not_there_is_a_sentence(run, tmp_path):
    with pytest.raises(PeppermothError, match=re.escape("wool.example answered with error 404.")):
        straight(run, tmp_path, PLAIN, "/none")


def test_a_certificate_for_another_name_is_not_accepted(run, tmp_path):
    with pytest.raises(PeppermothError, match="certificate verify failed"):
        straight(run, tmp_path, SECURE, name="bank.example")


def test_a_site_that_is_away_is_a_sentence(free_port):
    away = Address("127.0.0.1", free_port())
    with pytest.raises(PeppermothError, match=r"wool\.example could not be fetched"):
        fetch_straight(Visit(Address("wool.example", 80), "/", None), away)


def test_a_proxy_that_is_away_is_a_sentence(free_port):
    away = Address("127.0.0.1", free_port())
    with pytest.raises(PeppermothError, match=r"wool\.example could not be fetched"):
        fetch_through(Visit(Address("wool.example", 80), "/", None), away)
