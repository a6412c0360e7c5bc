"""The page loads that lie beside the repository: other people's traffic, for tests only."""

from __future__ import annotations

import functools

import numpy as np

from peppermoth.lab.detectors.features import Packets
from peppermoth.lab.detectors.website import Visit
from tests.house import ROOT
from tests.needs import need

PAGES = ROOT.parent / "shared" / "traces" / "https25.npz"

FULL_PACKET = 1420
"""Larger sizes are several packets that the capturing machine merged, by page and day."""


@functools.cache
def pages() -> list[Visit]:
    """25 pages of one site, each loaded 20 times over HTTPS; sizes clipped."""
    need(PAGES.is_file(), "the shared traces", f"put them into {PAGES.parent.name}/ beside it")
    with np.load(PAGES) as held:
        arrays = dict(held)
    found = []
    for page, load, begin, end in zip(
        arrays["label"], arrays["load"], arrays["offset"], arrays["offset"][1:], strict=False
    ):
        times = np.maximum.accumulate(arrays["time"][begin:end].astype(np.float64))
        sizes = np.clip(arrays["size"][begin:end], -FULL_PACKET, FULL_PACKET).astype(np.int64)
        found.append(Visit(Packets(times, sizes), f"page {page:02}", int(load)))
    return found
