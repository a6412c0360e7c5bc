"""Web sites from a seed: as different as the issue of measuring them needs, and repeatable."""

from __future__ import annotations

import json
import re
from pathlib import Path

from peppermoth.lab.world import websites
from peppermoth.lab.world.websites import LARGEST_PAGE, make_sites, write_sites

SITES = make_sites(24, 1)


def test_the_same_seed_makes_the_same_sites_and_another_one_others() -> None:
    assert make_sites(24, 1) == SITES
    assert make_sites(6, 1) == SITES[:6]
    assert make_sites(24, 2) != SITES


def test_sites_differ_in_how_much_there_is() -> None:
    counts = [len(site.resources) for site in SITES]
    assert min(counts) < 12
    assert sum(count > 120 for count in counts) >= 5
    assert len(set(counts)) > 12
    totals = [sum(resource.size for resource in site.resources) for site in SITES]
    assert max(totals) > 20 * min(totals)
    assert max(totals) < 1.5 * LARGEST_PAGE


def test_resources_lead_to_resources_on_several_hosts() -> None:
    deep = [site for site in SITES if any(resource.asks for resource in site.page.asks)]
    assert len(deep) > 12
    assert all(len(site.hosts) > 1 for site in SITES)
    assert sum(len({*site.hosts} & {*websites.SHARED}) for site in SITES) > 12


def test_every_resource_is_written_with_its_size_and_its_links(tmp_path: Path) -> None:
    few = SITES[:2]
    write_sites(tmp_path, few, 1)
    for site in few:
        for resource in site.resources:
            name = "index.html" if resource.path == "/" else resource.path[1:]
            body = (tmp_path / resource.host / name).read_bytes()
            assert (
                0.95 * resource.size
                < len(body)
                < 1.2 * resource.size + 200 * (1 + len(resource.asks))
            )
            urls = {url.decode() for url in re.findall(rb'https://[^"]+', body)}
            if resource.kind in ("html", "css", "js"):
                assert urls == {asked.url for asked in resource.asks}
            if resource.kind == "json":
                assert json.loads(body)


def test_each_style_is_for_an_element_of_its_own(tmp_path: Path) -> None:
    site = next(s for s in SITES if sum(r.kind == "css" and bool(r.asks) for r in s.page.asks) > 2)
    write_sites(tmp_path, [site], 1)
    page = (tmp_path / site.page.host / "index.html").read_text()
    elements = re.findall(r'<p class="(\w+)">', page)
    assert len(set(elements)) == len(elements)
    for style in site.page.asks:
        if style.kind == "css" and style.asks:
            rule = (tmp_path / style.host / style.path[1:]).read_text()
            assert re.match(r"\.(\w+) ", rule)[1] in elements  # type: ignore[index]


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    write_sites(tmp_path, SITES[:1], 1)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for path in before:
        path.unlink()
    write_sites(tmp_path, SITES[:1], 1)
    assert {path: path.read_bytes() for path in before} == before
