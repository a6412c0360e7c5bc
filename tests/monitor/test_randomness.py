"""Edges of the rule for traffic that looks like nothing, and of the one for made-up names."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.randomness import Exemption, exemption, fully_encrypted, popcount
from peppermoth.monitor.randomness import random_label as is_random_label

UNPRINTABLE = b"\xe4\x1e\xc9\x93"  # four of eight bits in each byte
SITES = (
    "wikipedia facebook instagram microsoft washingtonpost stackoverflow connectivitycheck "
    "googlevideo doubleclick cloudflare aliexpress mercadolibre tripadvisor soundcloud "
    "kickstarter wordpress flipkart gutefrage sueddeutsche liberation repubblica protonmail "
    "duckduckgo torproject thunderbird libreoffice archlinux canonical raspberrypi iranintl "
    "tasnimnews khabaronline aljazeera vkontakte odnoklassniki gosuslugi kinopoisk livejournal "
    "bilibili xiaohongshu msftconnecttest windowsupdate studio54fans web2project bankofamerica"
)


@pytest.mark.parametrize(
    ("bits", "of", "expected"),
    [
        (34, 10, Exemption.POPCOUNT),
        (35, 10, None),
        (45, 10, None),
        (46, 10, Exemption.POPCOUNT),
        (340, 100, Exemption.POPCOUNT),
        (341, 100, None),
        (459, 100, None),
        (460, 100, Exemption.POPCOUNT),
    ],
)
def test_a_mean_of_bits_is_exempt_at_both_edges(bits, of, expected):
    data = with_bits(bits, of)
    assert popcount(data) == bits / of
    assert exemption(data) is expected


def with_bits(bits: int, of: int) -> bytes:
    """Bytes that are not printable, with as many bits set in all."""
    low, high = (0x80 | 0b0111, 0x80 | 0b1111)  # 4 and 5 bits
    counts = [bits // of + (number < bits % of) for number in range(of)]
    shapes = {3: 0x83, 4: low, 5: high}
    return bytes(shapes[count] for count in counts)


def test_six_printable_bytes_at_the_front_are_exempt_and_five_are_not():
    for count, expected in ((5, None), (6, Exemption.FIRST_BYTES)):
        assert exemption(b"mothly"[:count] + UNPRINTABLE * 6) is expected


@pytest.mark.parametrize(("edge", "inside"), [(b"\x20", True), (b"\x7e", True), (b"\x1f", False),
                                              (b"\x7f", False)])  # fmt: skip
def test_printable_is_from_space_to_tilde(edge, inside):
    data = b"moths" + edge + UNPRINTABLE * 6
    assert (exemption(data) is Exemption.FIRST_BYTES) == inside


def test_more_than_half_printable_is_exempt_and_half_is_not():
    half = (UNPRINTABLE[:1] + b"m") * 8
    assert exemption(half) is None
    assert exemption(half + b"m") is Exemption.MOSTLY_PRINTABLE


def test_a_run_of_21_printable_bytes_is_exempt_and_one_of_20_is_not():
    for count, expected in ((20, None), (21, Exemption.PRINTABLE_RUN)):
        assert exemption(UNPRINTABLE * 6 + b"m" * count + UNPRINTABLE * 6) is expected


@pytest.mark.parametrize(
    ("start", "exempt"),
    [
        (b"\x16\x03\x00", True),
        (b"\x17\x03\x09", True),
        (b"\x16\x03\x0a", False),
        (b"\x15\x03\x01", False),
        (b"\x18\x03\x01", False),
        (b"\x16\x02\x01", False),
        (b"GET ", True),
        (b"PUT ", True),
        (b"POST ", True),
        (b"HEAD ", True),
        (b"GET/", False),
        (b"get ", False),
        (b"DELE", False),
    ],
)
def test_tls_and_four_verbs_are_exempt(start, exempt):
    assert (exemption(start + UNPRINTABLE * 6) is Exemption.PROTOCOL) == exempt


@pytest.mark.parametrize(("size", "share"), [(8, 0.64), (16, 0.82), (50, 0.97), (200, 0.997)])
def test_random_packets_are_found_as_often_as_published(size, share):
    source = random.Random(7)
    found = sum(fully_encrypted(source.randbytes(size)) for _ in range(5000)) / 5000
    assert found == pytest.approx(share, abs=0.02)


@given(st.binary())
def test_every_input_has_an_answer(data):
    assert fully_encrypted(data) == (exemption(data) is None)


def test_nothing_is_not_suspicious():
    assert not fully_encrypted(b"")


@pytest.mark.parametrize("label", SITES.split())
def test_names_of_sites_do_not_look_made_up(label):
    assert not is_random_label(label)


def test_most_made_up_labels_are_found():
    source = random.Random(7)
    alphabet = "abcdefghijklmnopqrstuvwxyz234567"
    made = ("".join(source.choices(alphabet, k=source.randint(8, 20))) for _ in range(2000))
    assert sum(map(is_random_label, made)) > 0.8 * 2000
