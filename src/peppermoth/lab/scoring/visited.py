"""Which site was visited: what website fingerprinting tells of a person through each peer.

A tunnel hides where a person goes only as far as its packets do not show it. Each
attack (``detectors.website``) names the visits of each peer's traffic, and of the
control, which shows what there was to be hidden. Where a site was not visited in every
fold, nothing is said of it, and with too few visits ``refused`` says why of all; or
that what an attack takes is not installed.

Limits: a closed world. The monitor knows all sites, and visits nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.detectors.website import Attack, Visit, experiment, visits
from peppermoth.lab.scoring.scorecard import NOT_RUN, Rate, Websites
from peppermoth.lab.statistics import MINIMUM
from peppermoth.lab.tasks import Runner
from peppermoth.lab.traces import Label, Trace

FOLDS: Final = 5


class Shared(NamedTuple):
    """What every task needs: visits by peer and traffic, the attacks, the seed."""

    visits: Mapping[tuple[str, str], Sequence[Visit]]
    attacks: Mapping[str, Attack]
    seed: int


class Task(NamedTuple):
    """One attack on one peer's traffic; ``accelerated`` if it is faster on a GPU (``tasks``)."""

    peer: str
    traffic: str
    attack: str
    accelerated: bool


def websites(
    flows: Sequence[tuple[Label, Trace]], attacks: Sequence[Attack], seed: int, run: Runner
) -> tuple[Websites, ...]:
    """Every attack on every peer's traffic that has at least two sites.

    Raises DetectorError where an attack is broken.
    """
    grouped: defaultdict[tuple[str, str], list[Trace]] = defaultdict(list)
    for label, trace in flows:
        grouped[label.peer, label.traffic].append(trace)
    found = {key: visits(traces) for key, traces in grouped.items()}
    several = {key: made for key, made in found.items() if len({one.site for one in made}) > 1}
    shared = Shared(several, {attack.id: attack for attack in attacks}, seed)
    tasks = [Task(*key, attack.id, attack.rounds > 0) for key in several for attack in attacks]
    return tuple(run(named, shared, tasks))


def named(shared: Shared, task: Task) -> Websites:
    """How often one attack is right. Raises DetectorError for whatever goes wrong in it."""
    given = shared.visits[task.peer, task.traffic]
    known = _numbered(given)
    sites, all_sites = (len({visit.site for visit in one}) for one in (known, given))
    absent = shared.attacks[task.attack].absent
    why = ""
    if absent and absent():
        why = f"{NOT_RUN}{absent()}"
    elif sites < 2:
        why = f"Two sites must be visited {FOLDS} times each."
    elif len(known) < MINIMUM:
        why = f"{len(known)} visits to sites that were visited often; {MINIMUM} are needed."
    return Websites(
        peer=task.peer,
        traffic=task.traffic,
        attack=task.attack,
        rounds=shared.attacks[task.attack].rounds,
        sites=all_sites if why else sites,
        left_out=0 if why else all_sites - sites,
        refused=why,
        right=None if why else _right(known, shared, task),
    )


def _numbered(given: Sequence[Visit]) -> list[Visit]:
    """The visits to sites that were visited in every fold, each numbered among its site's."""
    of_site: defaultdict[str, list[Visit]] = defaultdict(list)
    for visit in given:
        of_site[visit.site].append(visit)
    return [
        visit._replace(load=number)
        for own in of_site.values()
        if len(own) >= FOLDS
        for number, visit in enumerate(sorted(own, key=lambda one: one.load))
    ]


def _right(given: Sequence[Visit], shared: Shared, task: Task) -> Rate:
    try:
        found = experiment(given, shared.attacks[task.attack], FOLDS, shared.seed)
    except (ConfigError, DetectorError):
        raise
    except Exception as exc:
        raise DetectorError(f"The attack {task.attack} is broken: {exc!r}") from exc
    return Rate(**found.bounds._asdict())
