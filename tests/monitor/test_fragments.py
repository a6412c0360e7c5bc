"""Fragments become their datagram, in any order and with repetitions."""

from __future__ import annotations

import itertools
import random

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.fragments import MOST, Fragment, Fragments

WHOLE = random.Random(1).randbytes(4000)


def joined(fragments, key, offset, data, more):
    """The whole datagram, once nothing is missing."""
    return fragments.add(key, Fragment(offset, data, len(data), len(data) + 20, more)).whole


@given(st.lists(st.integers(1, 499), max_size=12), st.randoms(use_true_random=False))
def test_any_cuts_in_any_order_give_the_whole_once(cuts, order):
    edges = sorted({0, *(8 * cut for cut in cuts), len(WHOLE)})
    pieces = list(itertools.pairwise(edges))
    pieces += order.sample(pieces, min(2, len(pieces) - 1))
    order.shuffle(pieces)
    fragments = Fragments()
    found = [
        joined(fragments, "key", start, WHOLE[start:end], end < len(WHOLE)) for start, end in pieces
    ]
    assert next(whole for whole in found if whole is not None) == WHOLE


def test_of_bytes_that_came_twice_the_first_are_kept():
    fragments = Fragments()
    joined(fragments, 1, 8, b"FIRSTONE", True)
    joined(fragments, 1, 0, b"beginnerSECONDXX", True)
    assert joined(fragments, 1, 16, b"end", False) == b"beginnerFIRSTONEend"


def test_datagrams_do_not_mix():
    fragments = Fragments()
    joined(fragments, "a", 0, b"a" * 8, True)
    assert joined(fragments, "b", 8, b"b" * 8, False) is None
    assert joined(fragments, "a", 8, b"c" * 8, False) == b"a" * 8 + b"c" * 8


def test_what_waits_is_bounded():
    fragments = Fragments()
    for key in range(MOST + 1):
        joined(fragments, key, 0, b"begin...", True)
    assert joined(fragments, 0, 8, b"end", False) is None, "the oldest gave way"
    assert joined(fragments, MOST, 8, b"end", False) == b"begin...end"


def test_a_fragment_beyond_the_largest_datagram_is_dropped():
    assert joined(Fragments(), 1, 65528, bytes(16), False) is None


@given(st.permutations(range(5)), st.integers(0, 5), st.booleans())
def test_octets_count_once_and_never_before_the_first_fragment(order, lost, cut):
    """Lost is one of five, or none (5); cut short are those that a snap length cuts."""
    fragments, counted, first_came = Fragments(), 0, False
    came = [at for at in order if at != lost]
    for at in came:
        first_came |= at == 0
        data = WHOLE[:8] if cut and at else WHOLE[:1000]
        whole, begin, octets = fragments.add(1, Fragment(1000 * at, data, 1000, 1020, at < 4))
        assert bool(begin) == first_came
        counted += octets if begin else 0
    assert counted == (1020 * len(came) if first_came else 0)
    assert (whole is None) == (cut or lost < 5)
