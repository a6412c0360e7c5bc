"""Which flows train a detector and which it then judges, so that none is judged by a model
that saw it, its site, or its repetition.

Sites and repetitions (the world's seed, or where there is one only, the load) are dealt
into ``FOLDS`` hands each, in an order that the seed decides. A flow whose site is in
hand i and whose repetition is in hand j is judged by the model trained on the flows
that are in neither. Where all flows have one site, only repetitions divide, and the
other way round. Limits: a third of each means that a model sees four ninths of the flows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from itertools import product
from typing import Final, NamedTuple

from peppermoth.lab.traces import Label

FOLDS: Final = 3


class Fold(NamedTuple):
    """Places of flows: those to learn from, and those to judge."""

    train: tuple[int, ...]
    judge: tuple[int, ...]


def folds(labels: Sequence[Label], seed: int) -> list[Fold]:
    """Every flow judged once. One fold without training where nothing divides the flows."""
    several = len({label.seed for label in labels}) > 1
    ways: tuple[Callable[[Label], Hashable], ...] = (
        lambda label: label.site,
        lambda label: label.seed if several else label.load,
    )
    hands = [_dealt([way(label) for label in labels], seed) for way in ways]
    dividing = [hand for hand in hands if max(hand, default=0) > 0]
    if not dividing:
        return [Fold((), tuple(range(len(labels))))]
    where = list(zip(*dividing, strict=True))
    found = []
    for hand in product(*(range(max(one) + 1) for one in dividing)):
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
