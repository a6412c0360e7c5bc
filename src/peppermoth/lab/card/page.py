"""The scorecard as one self-contained HTML page: heat map, curves, packet sizes, every number.

No script and no request; the policy allows the page's own style sheet only, as the
report's page does (``exposure.page``). Colours differ in lightness first, and every
field has its number, so that nobody needs to tell them apart.
"""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from peppermoth.exposure.page import fill_page
from peppermoth.lab.card import pictures, words
from peppermoth.lab.card.claims import beside
from peppermoth.lab.card.ranks import ranks
from peppermoth.lab.scoring.scorecard import Scorecard
from peppermoth.lab.traces import CONTROL

_PARTS: Final = files(__package__) / "pages"


def render_card(card: Scorecard) -> str:
    """The whole page."""
    controls = {one.traffic: one for one in card.samples if one.peer == CONTROL}
    return fill_page(
        _PARTS,
        "scorecard",
        card=card,
        words=words,
        pictures=pictures,
        ranks=ranks,
        controls=controls,
        beside=list(beside(card.cells)),
    )
