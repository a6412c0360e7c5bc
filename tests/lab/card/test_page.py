"""The page in a real browser: alone, accessible, narrow, dark, and with hostile names on it."""

from __future__ import annotations

import itertools
import json

import pytest

from peppermoth.exposure.captured import printable
from peppermoth.lab.card.page import render_card
from tests.exposure.browser import chromium
from tests.lab.scoring.cards import HOSTILE, card
from tests.peers import find_axe

OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("card") / "card.html"
    path.write_text(render_card(card()), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_axe_finds_no_serious_fault(page, file, scheme, width):
    page.call("Page.setBypassCSP", enabled=True)
    page.prefer(scheme)
    page.open(file, width=width)
    page.evaluate(OPEN_ALL)
    page.evaluate(f"{find_axe().read_text(encoding='utf-8')};0")
    found = page.evaluate("axe.run().then(found => JSON.stringify(found.violations))")
    grave = [
        (fault["id"], fault["nodes"][0]["html"][:200])
        for fault in json.loads(found)
        if fault["impact"] in ("serious", "critical")
    ]
    assert not grave


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_wider_than_the_window(page, file, width):
    page.open(file, width=width)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_asks_for_nothing_and_breaks_no_policy_of_its_own(page, file):
    page.call("Page.setBypassCSP", enabled=False)
    page.open(file)
    assert page.requests() == [file.as_uri()]
    assert not page.complaints()
    assert page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "auto"


def test_names_become_no_elements(page, file):
    page.open(file)
    assert page.evaluate("document.querySelectorAll('script, img, iframe').length") == 0
    assert page.evaluate("document.body.textContent.includes('<script>alert(1)</script>')")
    assert printable(HOSTILE) in page.evaluate("document.body.textContent")
    assert HOSTILE not in page.evaluate("document.body.textContent"), "text runs as it should"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fields_differ_in_lightness_from_grave_to_harmless(page, file, scheme):
    page.prefer(scheme)
    page.open(file)
    colours = page.evaluate(
        "[...document.querySelectorAll('.key li')]"
        ".map(one => getComputedStyle(one).backgroundColor.match(/\\d+/g).map(Number))"
    )
    luminances = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in colours]
    steps = luminances[1:]
    assert steps == sorted(steps, reverse=scheme == "light")
    assert min(abs(a - b) for a, b in itertools.pairwise(steps)) > 12


def test_a_small_sample_has_no_number_in_the_heat_map(page, file):
    page.open(file)
    texts = page.evaluate(
        "[...document.querySelectorAll('.heat td.unknown b')].map(one => one.textContent)"
    )
    assert set(texts) == {"too few", "silent"}


def test_pictures_show_the_peer_beside_the_control(page, file):
    page.open(file)
    captions = page.evaluate(
        "[...document.querySelectorAll('figcaption')].map(one => one.textContent)"
    )
    assert captions.count("Sizes: the control") == captions.count("Sizes: moth") * 4 == 4
    assert page.evaluate("document.querySelectorAll('.curve').length") >= 4
