"""Who is in a tunnel already is not told to take one."""

from __future__ import annotations

import pytest

from peppermoth.exposure.advice import BESIDE_TUNNEL, PERHAPS_TUNNEL, TUNNEL, tunnel_advice
from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.report import Report
from peppermoth.exposure.view import make_view
from tests.exposure.samples import RECORDING, phone, seen

BRIDGE = [
    seen("name.dns", "bakery.example"),
    seen("name.sni", "bakery.example"),
    seen("protected.tls", "1.3", name="bakery.example"),
    seen("use.presence", "1790000000 1790000600"),
]


@pytest.mark.parametrize(
    ("observations", "advice"),
    [
        ([], TUNNEL),
        ([seen("name.dns", "a.example")], TUNNEL),
        (BRIDGE, PERHAPS_TUNNEL),
        ([seen("address.contacted", "203.0.113.7"), seen("protected.tls", "1.3")], PERHAPS_TUNNEL),
        ([*BRIDGE, seen("name.sni", "clinic.example")], TUNNEL),
        ([*BRIDGE, seen("address.contacted", "203.0.113.7")], TUNNEL),
        (
            [*BRIDGE, seen("address.contacted", "203.0.113.7", host="bakery.example")],
            PERHAPS_TUNNEL,
        ),
        ([*BRIDGE, seen("conspicuous.tunnel", "WireGuard")], BESIDE_TUNNEL),
        ([seen("conspicuous.tor", "Tor")], BESIDE_TUNNEL),
        (list(phone()), BESIDE_TUNNEL),
    ],
)
def test_the_advice_fits_what_was_found(observations, advice):
    assert tunnel_advice(find(observations)) == advice


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_cards_say_the_advice_that_fits_with_how_to_do_it(tag):
    view = make_view(Report(RECORDING, find(BRIDGE), len(BRIDGE)), LANGUAGES[tag])
    steps = [step for card in view.cards for step in card.now if step.id == TUNNEL]
    assert {step.text for step in steps} == {LANGUAGES[tag].say(PERHAPS_TUNNEL)}
    assert all(step.ways for step in steps)
