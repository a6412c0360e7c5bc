"""Which flows train a detector and which it then judges, so that none is judged by a model
that saw it, its site, or its repetition.

Sites and repetitions (the world's seed; the load, where a seed has no flows of both kinds)
are dealt into ``FOLDS`` hands each, in an order that the seed decides. A flow whose site
is in hand i and whose repetition is in hand j is judged by the model trained on the flows
that are in neither. Where that leaves a model too little to learn from, one of both
divides alone, and ``Division.by`` says which. Limits: a third of each means that a model
sees four ninths of the flows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from peppermoth.lab.traces import Label

FOLDS: Final = 3

TRAINING: Final = 10
"""Flows of each kind without which nothing can be learned."""

Way = Callable[[Label], Hashable]

_WAYS: Final[Mapping[str, Way]] = {
    "site": lambda label: label.site,
    "seed": lambda label: label.seed,
    "load": lambda label: (label.seed, label.load),
}

_DIVISIONS: Final = (("site", "seed"), ("site", "load"), ("seed",), ("load",), ("site",))
"""How flows are divided, the strictest first."""


class Fold(NamedTuple):
    """Places of flows: those to learn from, and those to judge."""

    train: tuple[int, ...]
    judge: tuple[int, ...]


class Division(NamedTuple):
    """How flows are divided: by what, in words, and into which folds.

    Without ``by`` nothing divides them so that each model has ``TRAINING`` of both kinds to
    learn from; ``fewest`` is how many of the rarer kind the best division leaves to one.
    """

    by: str
    folds: tuple[Fold, ...]
    fewest: int


def divide(labels: Sequence[Label], seed: int) -> Division:
    """Divide flows by site and seed; by less, where that leaves too few of a kind to learn from.

    Flows of tunnels and others are the two kinds. Every flow is judged once.
    """
    best = Division("", (), 0)
    for names in _DIVISIONS:
        hands = [_dealt([_WAYS[name](label) for label in labels], seed) for name in names]
        if any(max(hand, default=0) == 0 for hand in hands):
            continue
        found = _folds(list(zip(*hands, strict=True)))
        fewest = min(_rarer(labels, fold.train) for fold in found)
        if fewest >= TRAINING:
            return Division(" and ".join(names), tuple(found), fewest)
        best = max(best, Division("", (), fewest), key=lambda one: one.fewest)
    return best


def _rarer(labels: Sequence[Label], places: Sequence[int]) -> int:
    tunnels = sum(labels[place].tunnelled for place in places)
    return min(tunnels, len(places) - tunnels)


def _folds(where: Sequence[tuple[int, ...]]) -> list[Fold]:
    """From the hands that each flow is in."""
    found = []
    for hand in product(*(range(max(one) + 1) for one in zip(*where, strict=True))):
        judge = tuple(n for n, own in enumerate(where) if own == hand)
        train = tuple(
            n for n, own in enumerate(where) if all(a != b for a, b in zip(own, hand, strict=True))
        )
        if judge:
            found.append(Fold(train, judge))
    return found


def _dealt(values: Sequence[Hashable], seed: int) -> list[int]:
    """The number of the hand that each value is in."""
    distinct = sorted(set(values), key=repr)
    random.Random(seed).shuffle(distinct)
    hand = {value: number % FOLDS for number, value in enumerate(distinct)}
    return [hand[value] for value in values]
