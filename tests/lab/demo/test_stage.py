"""What the demonstration claims, with words that occur nowhere else: the line tells them
without the tunnel, and does not with it."""

from __future__ import annotations

import secrets
from itertools import chain

import pytest

from peppermoth.lab.demo.desk import record
from peppermoth.lab.demo.reading import occurring, read_all
from peppermoth.lab.demo.sites import Site, page
from peppermoth.lab.demo.stage import staged
from peppermoth.monitor.observe.hellos import PROGRAMS


def canary():
    return secrets.token_hex(12)


@pytest.fixture
def sites():
    """A site in clear and one behind TLS, with fresh words for name, path and text."""
    return [
        Site(f"{canary()}.example", secure, {f"/{canary()}": page(canary(), canary())})
        for secure in (False, True)
    ]


@pytest.fixture
def secrets_of(sites):
    """Names, paths and bodies of the sites, as words."""
    clear, secure = sites
    (path, body), (secure_path, secure_body) = (*clear.pages.items(), *secure.pages.items())
    return {
        "names": [clear.name, secure.name],
        "in clear": [path, *read_words(body)],
        "behind TLS": [secure_path, *read_words(secure_body)],
    }


def read_words(body):
    text = body.decode()
    return [text.split("<title>")[1][:24], text.split("<p>")[1][:24]]


def played(run, directory, sites, browse=record):
    """Run ``browse`` on a stage; its result and the link's cover name."""

    async def main():
        async with staged(directory, sites) as stage:
            return await browse(stage), stage.link.sni

    return run(main())


def test_without_the_tunnel_the_line_tells_names_and_pages(run, tmp_path, sites, secrets_of):
    (straight, _), _ = played(run, tmp_path, sites)
    exposed = [*secrets_of["names"], *secrets_of["in clear"]]
    assert occurring(exposed, straight) == tuple(exposed)
    assert occurring(secrets_of["behind TLS"], straight) == ()
    seen = read_all(straight)
    assert set(exposed) <= set(seen.words)
    assert len(seen.readings) == 2


def test_through_the_tunnel_the_line_tells_none_of_it(run, tmp_path, sites, secrets_of):
    (_, through), cover = played(run, tmp_path, sites)
    assert occurring(chain.from_iterable(secrets_of.values()), through) == ()
    (seen,) = read_all(through).readings
    assert seen.names == (cover,)
    assert (seen.requests, seen.text) == ((), ())
    assert seen.version == "TLS 1.3"
    assert PROGRAMS[seen.ja4] == "Chrome"
    assert seen.sent + seen.received > sum(len(b) for s in sites for b in s.pages.values())


def test_the_reading_notices_when_the_tunnel_is_bypassed(run, tmp_path, sites, secrets_of):
    async def bypassed(stage):
        through = stage.line.record()
        await stage.browse_through()
        await stage.browse_straight()
        return through

    through, cover = played(run, tmp_path, sites, bypassed)
    exposed = [*secrets_of["names"], *secrets_of["in clear"]]
    assert occurring(exposed, through) == tuple(exposed)
    first, *rest = read_all(through).readings
    assert first.names == (cover,)
    assert [name.partition(":")[0] for r in rest for name in r.names] == secrets_of["names"]


def test_both_ways_bring_the_same_pages(run, tmp_path, sites):
    async def fetched(stage):
        return await stage.browse_straight(), await stage.browse_through()

    (straight, through), _ = played(run, tmp_path, sites, fetched)
    assert straight == through == [body for site in sites for body in site.pages.values()]
