"""TCP's bytes in order, whatever order they came in."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observation import Place
from peppermoth.monitor.reassembly import MOST_SEGMENTS, MOST_WAITING, Direction, distance

STREAM = random.Random(7).randbytes(3000)


def place(number):
    return Place(number, float(number))


def joined(pieces):
    """What was given, with ``?`` for each gap."""
    return b"".join(b"?" if piece is None else piece[0] for piece in pieces)


@given(
    st.lists(st.integers(1, len(STREAM) - 1), max_size=20),
    st.integers(0, 2**32 - 1),
    st.randoms(use_true_random=False),
)
def test_reordered_repeated_and_overlapping_segments_give_the_stream(cuts, begin, order):
    edges = sorted({0, *cuts, len(STREAM)})
    segments = list(itertools.pairwise(edges))
    segments += [(max(a - order.randrange(50), 0), b) for a, b in order.sample(segments, 1)]
    order.shuffle(segments)
    direction = Direction()
    direction.begin(begin - 1)
    pieces = []
    for number, (start, end) in enumerate(segments):
        sequence = (begin + start) % 2**32
        pieces += direction.add(sequence, STREAM[start:end], end - start, place(number))
    assert joined(pieces) == STREAM
    assert not direction.waiting


def test_each_piece_keeps_the_place_of_its_packet():
    direction = Direction()
    direction.begin(99)
    assert direction.add(103, b"later", 5, place(2)) == []
    assert direction.add(100, b"now", 3, place(3)) == [(b"now", place(3)), (b"later", place(2))]


def test_of_bytes_that_came_twice_the_first_are_kept():
    direction = Direction()
    direction.add(0, b"abc", 3, place(1))
    assert joined(direction.add(1, b"XYdef", 5, place(2))) == b"def"
    assert joined(direction.add(0, b"ZZZ", 3, place(3))) == b""


def test_without_a_beginning_the_first_segment_is_it():
    direction = Direction()
    assert joined(direction.add(777, b"middle", 6, place(1))) == b"middle"


def test_a_gap_is_passed_once_the_other_side_has_acknowledged_what_lies_behind_it():
    direction = Direction()
    direction.begin(99)
    direction.add(100, b"one", 3, place(1))
    direction.add(110, b"three", 5, place(2))
    assert joined(direction.acknowledged(103)) == b""
    assert joined(direction.acknowledged(115)) == b"?three"
    assert joined(direction.add(115, b"four", 4, place(3))) == b"four"


def test_the_end_gives_what_waits_with_its_gaps():
    direction = Direction()
    direction.begin(99)
    direction.add(105, b"b", 1, place(1))
    direction.add(110, b"c", 1, place(2))
    assert joined(direction.rest()) == b"?b?c"


def test_a_segment_cut_by_the_snap_length_leaves_a_gap():
    direction = Direction()
    direction.begin(99)
    assert joined(direction.add(100, b"capt", 10, place(1))) == b"capt?"
    assert joined(direction.add(110, b"next", 4, place(2))) == b"next"


@pytest.mark.parametrize("size", [1, 60_000])
def test_what_waits_is_bounded(size):
    direction = Direction()
    direction.begin(0)
    given_on = 0
    for number in range(200):
        pieces = direction.add(10 + number * (size + 1), bytes(size), size, place(number))
        given_on += sum(1 for piece in pieces if piece)
    assert given_on >= 200 - min(MOST_SEGMENTS, MOST_WAITING // size) - 1


@pytest.mark.parametrize(
    ("start", "end", "expected"), [(0, 5, 5), (5, 0, -5), (2**32 - 1, 1, 2), (1, 2**32 - 1, -2)]
)
def test_distances_wrap(start, end, expected):
    assert distance(start, end) == expected
