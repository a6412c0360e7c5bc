"""Pictures of the page, as a telephone and a desk show it: light and dark, Persian too."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.page import render_page
from peppermoth.exposure.view import make_view
from tests.exposure.browser import Page, chromium
from tests.exposure.samples import phone_report

PHONE, DESK = (390, 844), (1280, 900)

LOOK = """
new Promise(done => {
  const image = new Image();
  image.onload = () => {
    const {width, height} = image;
    const canvas = Object.assign(document.createElement('canvas'), {width, height});
    const drawing = canvas.getContext('2d');
    drawing.drawImage(image, 0, 0);
    const {data} = drawing.getImageData(0, 0, width, height);
    const colours = new Set();
    let light = 0;
    let leftInk = 0;
    const paper = data.slice(0, 3).join();
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = data.slice(at, at + 3);
      light += red + green + blue;
      colours.add(red << 16 | green << 8 | blue);
      const isInk = [red, green, blue].join() !== paper;
      leftInk += isInk && (at / 4) % width < width / 2 ? 1 : isInk ? -1 : 0;
    }
    done({width, height, light: light / data.length / 0.75 / 255, colours: colours.size, leftInk});
  };
  image.src = 'data:image/png;base64,PICTURE';
})
"""
"""Looks at a picture: size, mean lightness, colours, and how much more ink is at its left."""

OUTSIDE = """
[...document.querySelectorAll('body *:not(.skip)')].filter(one => {
  const {left, right, width} = one.getBoundingClientRect();
  return width && (left < -1 || right > innerWidth + 1);
}).map(one => one.outerHTML.slice(0, 80))
"""
"""What stands outside the window; the link that only a keyboard reaches waits there."""


class Picture(NamedTuple):
    """What is in a picture."""

    size: tuple[int, int]
    light: float
    colours: int
    left_ink: int
    outside: list[str]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A browser."""
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def shot(page: Page, path: Path, scheme: str, size: tuple[int, int]) -> Picture:
    """A picture of the upper part of a page, looked at on an empty one."""
    page.prefer(scheme)
    page.open(path, width=size[0], height=size[1])
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    outside = page.evaluate(OUTSIDE)
    png = base64.b64encode(page.screenshot()).decode()
    blank = path.with_name("blank.html")
    blank.write_text("<title>blank</title>")
    page.open(blank, width=size[0], height=size[1])
    seen = page.evaluate(LOOK.replace("PICTURE", png))
    return Picture(
        (seen["width"], seen["height"]), seen["light"], seen["colours"], seen["leftInk"], outside
    )


@pytest.fixture(params=["en", "fa"])
def report(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A report's page in a language."""
    path = tmp_path / f"{request.param}.html"
    path.write_text(render_page(make_view(phone_report(), LANGUAGES[request.param])), "utf-8")
    return path


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_page_is_painted_within_the_window_light_and_dark(page, report, size):
    light, dark = (shot(page, report, scheme, size) for scheme in ("light", "dark"))
    for picture in (light, dark):
        assert picture.size == size
        assert picture.colours > 20, "it is not empty"
        assert picture.outside == []
    assert light.light > 0.8
    assert dark.light < 0.3


def test_a_persian_page_is_painted_from_the_right(page, tmp_path):
    inks = {}
    for tag in ("en", "fa"):
        path = tmp_path / f"{tag}.html"
        path.write_text(render_page(make_view(phone_report(), LANGUAGES[tag])), "utf-8")
        inks[tag] = shot(page, path, "light", DESK).left_ink
    assert inks["en"] > 0 > inks["fa"], inks
