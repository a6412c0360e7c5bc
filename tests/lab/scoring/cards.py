"""A scorecard with something of everything on it, names that want to be markup too."""

from __future__ import annotations

import functools

from peppermoth.lab.scoring.samples import Load
from peppermoth.lab.scoring.score import Recorded, score
from peppermoth.lab.scoring.scorecard import Capture, World
from peppermoth.lab.tasks import one_by_one
from tests.lab.flows import ATTACK, LEARNER, RULE, detector, flows

HOSTILE = "<script>alert(1)</script>[bold]\N{RIGHT-TO-LEFT OVERRIDE}"


@functools.cache
def card(first=700, controls=400):
    """Peers that stand out, that do not, that are too few, and a rule without an answer."""
    groups = (
        flows(number=controls),
        flows("moth", first=first),
        flows("calm", first=500),
        flows("few", 10),
        flows(HOSTILE, 40, first=560),
    )
    visits = [Load(peer, "web", "site-1", 0, 7, 1.5) for peer in ("direct", "moth")]
    captures = [Capture(name=f"{HOSTILE}.pcapng", sha256="0" * 64)]
    traces = [trace for group in groups for trace in group]
    silent = detector("silent", margin=lambda trace: float("nan"))
    worlds = [World(seed=7, sites=6, line=HOSTILE, rules="")]
    recorded = Recorded(traces, visits, captures, {HOSTILE: HOSTILE}, worlds)
    return score(recorded, [RULE, LEARNER, silent], 3, one_by_one, [ATTACK])
