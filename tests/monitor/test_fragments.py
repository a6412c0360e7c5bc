"""Fragments become their datagram, in any order and with repetitions."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.fragments import MOST, Fragments

WHOLE = random.Random(1).randbytes(4000)


@given(st.lists(st.integers(1, 499), max_size=12), st.randoms(use_true_random=False))
def test_any_cuts_in_any_order_give_the_whole_once(cuts, order):
    edges = sorted({0, *(8 * cut for cut in cuts), len(WHOLE)})
    pieces = list(itertools.pairwise(edges))
    pieces += order.sample(pieces, min(2, len(pieces) - 1))
    order.shuffle(pieces)
    fragments = Fragments()
    found = [
        fragments.add("key", start, WHOLE[start:end], end < len(WHOLE)) for start, end in pieces
    ]
    assert next(whole for whole in found if whole is not None) == WHOLE


def test_of_bytes_that_came_twice_the_first_are_kept():
    fragments = Fragments()
    fragments.add(1, 8, b"FIRSTONE", True)
    fragments.add(1, 0, b"beginnerSECONDXX", True)
    assert fragments.add(1, 16, b"end", False) == b"beginnerFIRSTONEend"


def test_datagrams_do_not_mix():
    fragments = Fragments()
    fragments.add("a", 0, b"a" * 8, True)
    assert fragments.add("b", 8, b"b" * 8, False) is None
    assert fragments.add("a", 8, b"c" * 8, False) == b"a" * 8 + b"c" * 8


def test_what_waits_is_bounded():
    fragments = Fragments()
    for key in range(MOST + 1):
        fragments.add(key, 0, b"begin...", True)
    assert fragments.add(0, 8, b"end", False) is None, "the oldest gave way"
    assert fragments.add(MOST, 8, b"end", False) == b"begin...end"


def test_a_fragment_beyond_the_largest_datagram_is_dropped():
    assert Fragments().add(1, 65528, bytes(16), False) is None
