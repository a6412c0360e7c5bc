"""The page in a real browser: accessible, narrow, dark, right to left, on paper, alone."""

from __future__ import annotations

import itertools
import json

import pytest

from peppermoth.exposure.comparison import Earlier, compare
from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.page import render_page
from peppermoth.exposure.report import Report
from peppermoth.exposure.view import make_view
from peppermoth.monitor.kinds import KINDS
from tests.exposure.browser import chromium
from tests.exposure.samples import HOSTILE, RECORDING, phone, seen
from tests.peers import find_axe

KEY = b"k" * 32


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture(scope="module", params=["en", "fa"])
def report(request, tmp_path_factory):
    """A page with everything on it, hostile strings too, in a language."""
    every = [*phone(), *(seen(kind, HOSTILE, host=HOSTILE) for kind in KINDS)]
    made = Report(RECORDING, find(every), len(every))
    view = make_view(made, LANGUAGES[request.param], comparison=compare(Earlier(9, {}), made))
    path = tmp_path_factory.mktemp("report") / f"{request.param}.html"
    path.write_text(render_page(view), encoding="utf-8")
    return path


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_axe_finds_no_serious_fault(page, report, scheme, width):
    script = find_axe().read_text(encoding="utf-8")
    page.call("Page.setBypassCSP", enabled=True)
    page.prefer(scheme)
    page.open(report, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    page.evaluate(f"{script};0")
    found = page.evaluate("axe.run().then(found => JSON.stringify(found.violations))")
    grave = [
        (fault["id"], fault["nodes"][0]["html"][:200])
        for fault in json.loads(found)
        if fault["impact"] in ("serious", "critical")
    ]
    assert not grave


def test_axe_would_notice_a_fault(page, tmp_path):
    path = tmp_path / "faulty.html"
    path.write_text("<html><p style='color:#eee;background:#fff'>Pale</p><img src=''>")
    page.open(path)
    page.evaluate(f"{find_axe().read_text(encoding='utf-8')};0")
    found = page.evaluate("axe.run().then(found => found.violations.map(one => one.id))")
    assert {"color-contrast", "image-alt", "html-has-lang"} <= set(found)


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_wider_than_the_window(page, report, width):
    page.open(report, width=width)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_page_asks_for_nothing_and_breaks_no_policy_of_its_own(page, report):
    page.call("Page.setBypassCSP", enabled=False)
    page.open(report)
    assert page.requests() == [report.as_uri()]
    assert not page.complaints()
    colour = page.evaluate("getComputedStyle(document.querySelector('.card')).borderStyle")
    assert colour == "solid", "the style sheet is in force"


def test_captured_strings_become_no_elements_and_stay_in_their_place(page, report):
    page.open(report)
    assert page.evaluate("document.querySelectorAll('script, img, iframe, object').length") == 0
    shown = page.evaluate(
        "[...document.querySelectorAll('bdi')].filter(one => one.textContent.includes('alert(1)'))"
        ".every(one => one.dir === 'ltr' && one.children.length === 0)"
    )
    assert shown is True


def test_persian_runs_from_right_to_left(page, report):
    page.open(report)
    expected = "rtl" if report.stem == "fa" else "ltr"
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).direction") == expected


def test_the_axis_runs_the_way_the_language_does_and_keeps_on_the_page(page, report):
    for width in (320, 1280):
        page.open(report, width=width)
        labels = page.evaluate(
            "JSON.stringify([...document.querySelectorAll('.axis text')].map(one =>"
            " [one.textContent, one.getBoundingClientRect().left,"
            " one.getBoundingClientRect().right]))"
        )
        told = json.loads(labels)
        assert len(told) >= 2
        from_the_left = [label for label, _, _ in sorted(told, key=lambda one: one[1])]
        in_time = sorted(from_the_left)
        assert from_the_left == (in_time[::-1] if report.stem == "fa" else in_time)
        assert all(0 <= left < right <= width for _, left, right in told)
        ends = sorted((left, right) for _, left, right in told)
        assert all(right < left for (_, right), (left, _) in itertools.pairwise(ends))


def test_persons_are_hidden_until_opened_and_never_printed(page, report):
    page.prefer()
    page.open(report)
    shown = "document.querySelector('.alias > p').checkVisibility()"
    assert page.evaluate(shown) is False
    page.evaluate("document.querySelector('.alias').open = true")
    assert page.evaluate(shown) is True
    page.prefer(media="print")
    assert page.evaluate(shown) is False


def test_on_paper_every_step_and_the_evidence_are_told(page, report):
    page.prefer(media="print")
    page.open(report)
    shown = page.evaluate(
        "[...document.querySelectorAll('.ways > dl, .evidence > ul')]"
        ".every(one => one.checkVisibility())"
    )
    assert shown is True


def test_only_one_person_is_open_at_a_time(page, report):
    page.prefer()
    page.open(report)
    page.evaluate("document.querySelectorAll('.alias summary').forEach(one => one.click())")
    assert page.evaluate("document.querySelectorAll('.alias[open]').length") == 1


def test_a_keyboard_reaches_the_findings_first(page, report):
    page.open(report)
    for kind in ("rawKeyDown", "keyUp"):
        page.call("Input.dispatchKeyEvent", type=kind, key="Tab", windowsVirtualKeyCode=9)
    assert page.evaluate("document.activeElement.hash") == "#findings"


def test_light_and_dark_differ(page, report):
    colours = set()
    for scheme in ("light", "dark"):
        page.prefer(scheme)
        page.open(report)
        colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2
