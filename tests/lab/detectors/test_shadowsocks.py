"""Length and entropy of first packets, at the published edges."""

from __future__ import annotations

import math
import random

import pytest

from peppermoth.lab.detectors.shadowsocks import entropy_bits, length_bits, margin
from tests.lab.detectors.flows import Line, datagrams, talk

NINE = math.log2(0.72 * 16)
MIXED_NINE, MIXED_TWO = math.log2(0.37 * 16), math.log2(0.32 * 16)
TWO = math.log2(0.96 * 16)


@pytest.mark.parametrize(
    ("length", "bits"),
    [
        (159, -math.inf), (160, 0), (167, 0),
        (168, math.log2(0.28 / 15 * 16)), (169, NINE), (185, NINE), (249, NINE),
        (258, math.log2(0.28 / 15 * 16)), (263, math.log2(0.28 / 15 * 16)),
        (264, math.log2(0.31 / 14 * 16)), (265, MIXED_NINE), (274, MIXED_TWO), (377, MIXED_NINE),
        (370, MIXED_TWO), (383, math.log2(0.31 / 14 * 16)),
        (384, math.log2(0.04 / 15 * 16)), (386, TWO), (674, TWO), (393, math.log2(0.04 / 15 * 16)),
        (687, math.log2(0.04 / 15 * 16)), (688, 0), (690, 0), (700, 0), (701, -math.inf),
    ],
)  # fmt: skip
def test_lengths_weigh_by_their_remainder_in_published_ranges(length, bits):
    assert length_bits(length) == pytest.approx(bits)


@pytest.mark.parametrize(
    ("entropy", "bits"), [(0, -2), (2.9, -2), (3.0, -2), (5.1, -1), (7.2, 0), (7.3, 0), (8, 0)]
)
def test_entropy_takes_up_to_two_bits_away(entropy, bits):
    assert entropy_bits(entropy) == pytest.approx(bits)


def test_a_random_packet_of_a_favoured_length_is_flagged_and_its_neighbours_are_not():
    flagged = {n for n in range(180, 200) if margin(talk([random.Random(n).randbytes(n)])) > 0}
    assert flagged == {185}


def test_words_of_a_favoured_length_weigh_less_and_a_hello_of_tls_is_too_long():
    assert margin(talk([b"m" * 185])) == pytest.approx(NINE - 2)
    assert margin(talk([bytes(1700)])) == -math.inf


def test_nothing_is_said_of_datagrams_and_of_silence():
    assert math.isnan(margin(datagrams([(True, bytes(185))])))
    assert math.isnan(margin(Line().trace()))
