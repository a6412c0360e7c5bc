"""Edges of the rule for traffic that looks like nothing, in each reading, and their margins."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.lab.detectors.first_packet import DETECTORS, READINGS, distances
from peppermoth.monitor.randomness import exemption, fully_encrypted
from tests.lab.detectors.flows import datagrams, talk
from tests.monitor.test_randomness import UNPRINTABLE, with_bits

MARGINS = {detector.variant: detector.margin for detector in DETECTORS}
NAMES = list(READINGS)
TAIL = UNPRINTABLE * 20


@pytest.mark.parametrize(
    ("bits", "margin"), [(339, -2), (340, -1), (341, 1), (342, 2), (458, 2), (459, 1), (460, -1)]
)
def test_popcount_is_counted_in_bits_from_its_edges(bits, margin):
    assert distances(with_bits(bits, 100)).popcount == margin


@pytest.mark.parametrize(("printable", "margin"), [(4, 2), (5, 1), (6, -1), (7, -1)])
def test_first_bytes_cost_the_bits_that_make_them_printable(printable, margin):
    # 0xa1 is one bit away from 0x21.
    assert distances(b"m" * printable + b"\xa1" * 20).first_bytes == margin


@pytest.mark.parametrize(("printable", "margin"), [(18, 3), (19, 2), (20, 1), (21, -1), (22, -2)])
def test_half_of_the_bytes_is_not_enough(printable, margin):
    data = (b"m\xa1" * 40)[: 2 * min(printable, 40 - printable)]
    rest = b"m" if printable > 20 else b"\xa1"
    assert distances(data + rest * (40 - len(data))).mostly_printable == margin


@pytest.mark.parametrize(("variant", "run"), [("", 21), ("ndpi", 20)])
def test_a_run_is_exempt_from_its_length_on(variant, run):
    reading = READINGS[variant][0]
    for length, margin in ((run - 2, 2), (run - 1, 1), (run, -1), (2 * run, -2)):
        assert distances(TAIL + b"\xa1" * 3 + b"m" * length + b"\xa1" + TAIL, reading)[3] == margin


@pytest.mark.parametrize(
    ("start", "exempt"),
    [
        (b"\x16\x03\x00", {"", "ndpi", "opengfw", "artifact", "notes"}),
        (b"\x16\x03\x03", {"", "ndpi", "opengfw", "artifact", "notes"}),
        (b"\x16\x03\x04", {"", "ndpi", "artifact", "notes"}),
        (b"\x17\x03\x01", {"", "ndpi", "artifact", "notes"}),
        (b"\x16\x03\x09", {"", "ndpi", "artifact", "notes"}),
        (b"\x16\x03\x0a", {"artifact"}),
        (b"\x17\x03\x0f", {"artifact"}),
        (b"\x17\x03\x10", set()),
        (b"\x15\x03\x01", set()),
        (b"\x18\x03\x01", set()),
        (b"\x16\x04\x01", set()),
        (b"GET ", {"", "ndpi", "opengfw", "artifact", "notes"}),
        (b"HEAD ", {"", "ndpi", "opengfw", "artifact", "notes"}),
        (b"GET/", {"opengfw"}),
        (b"POS\x00", {"opengfw"}),
        (b"DELE", {"opengfw"}),
        (b"PATC", {"opengfw"}),
        (b"get ", {"notes"}),
        (b"PoSt ", {"notes"}),
        (b"post/", set()),
    ],
)
def test_each_reading_exempts_its_own_beginnings(start, exempt):
    margins = {variant: margin(talk([start + TAIL])) for variant, margin in MARGINS.items()}
    assert {variant for variant, margin in margins.items() if margin < 0} == exempt


def test_a_beginning_costs_the_bits_that_differ():
    assert distances(b"\x16\x03\x11" + TAIL).protocol == 1
    assert distances(b"\x14\x02\x11" + TAIL).protocol == 3
    assert distances(b"\x16\x03").protocol == math.inf


@pytest.mark.parametrize("variant", NAMES)
@given(st.binary(min_size=1, max_size=400) | st.binary(min_size=60, max_size=80))
def test_a_margin_is_above_zero_exactly_where_the_rule_flags(variant, first):
    reading = READINGS[variant][0]
    margin = MARGINS[variant](talk([first]))
    assert margin != 0
    assert (margin > 0) == (exemption(first, reading) is None)


@given(st.integers(0, 999), st.randoms(use_true_random=False))
def test_one_flipped_bit_moves_a_flagged_packet_by_one_bit_at_most(seed, source):
    first = bytearray(random.Random(seed).randbytes(60))
    before = min(distances(bytes(first)))
    first[source.randrange(60)] ^= 1 << source.randrange(8)
    after = min(distances(bytes(first)))
    if before > 0 and after > 0:
        assert abs(before - after) <= 1
    elif before > 1:
        assert fully_encrypted(bytes(first))


@pytest.mark.parametrize("variant", NAMES)
def test_random_bytes_are_flagged_and_a_hello_of_tls_is_not(variant):
    assert MARGINS[variant](talk([random.Random(3).randbytes(300)])) > 0
    assert MARGINS[variant](talk([b"\x16\x03\x01\x02\x00" + bytes(512)])) < 0


@pytest.mark.parametrize("variant", NAMES)
def test_nothing_is_said_of_datagrams_and_of_silence(variant):
    assert math.isnan(MARGINS[variant](datagrams([(True, TAIL)])))
    assert math.isnan(MARGINS[variant](talk([-100])))
