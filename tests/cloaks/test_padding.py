"""Padding schemes applied: sizes as the scheme says, waste where data runs out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.cloaks.padding import Padder
from peppermoth.wire.anytls import DEFAULT_SCHEME, HEADER, Command, PaddingScheme, frame
from tests.cloaks.sessions import frames, least, sizes


def most(low: int, high: int) -> int:
    return high


def packet(line: str, size: int) -> list[bytes]:
    """What becomes of one packet of ``size`` bytes under a line."""
    data = frame(Command.PSH, 1, bytes(size - HEADER.size))
    return Padder(PaddingScheme.parse(f"stop=9\n1={line}"), least, 1).shape(data)


@pytest.mark.parametrize(
    ("line", "size", "expected"),
    [
        ("100-400", 50, [100]),
        ("100-400", 100, [100]),
        ("100-400", 93, [100]),
        ("100-400", 94, [94]),  # six bytes are too few for a frame
        ("100-400", 99, [99]),
        ("100-400", 130, [100, 30]),
        ("9-9,500-1000", 8, [8, 500]),
        ("9-9,500-1000", 20, [9, 500]),
        ("9-9,500-1000", 700, [9, 500, 191]),
        ("40-40,c,50-50,c,60-60", 30, [40]),
        ("40-40,c,50-50,c,60-60", 41, [40, 50]),
        ("40-40,c,50-50,c,60-60", 90, [40, 50]),
        ("40-40,c,50-50,c,60-60", 91, [40, 50, 60]),
        ("40-40,c,50-50,c,60-60", 400, [40, 50, 60, 250]),
        ("40-40,50-50,c,60-60", 8, [40, 50]),
        ("c,40-40", 50, [40, 10]),
        ("0-0,40-40", 20, [40]),
        ("6-6,6-6", 7, [6, 1]),
    ],
)
def test_a_line_cuts_fills_and_stops(line, size, expected):
    assert sizes(packet(line, size)) == expected


@pytest.mark.parametrize(("draw", "bound"), [(least, 0), (most, 1)])
def test_the_default_scheme_s_packets_have_exactly_its_sizes(draw, bound):
    padder = Padder(DEFAULT_SCHEME, draw, 1)
    small, large = frame(Command.HEART_REQUEST), frame(Command.PSH, 1, bytes(60_000))
    span = (500, 1000)[bound]
    assert padder.authentication_padding() == 30
    assert sizes(padder.shape(small)) == [(100, 400)[bound]]
    *planned, _rest = sizes(padder.shape(large))
    assert planned == [(400, 500)[bound]] + [span] * 4
    assert sizes(padder.shape(small)) == [7, span]  # two bytes cannot be filled
    for _ in range(4, 8):
        assert not padder.done
        assert sizes(padder.shape(small)) == [span]
    assert padder.done


def test_a_packet_without_a_line_goes_as_it_is():
    padder = Padder(PaddingScheme.parse("stop=3\n2=50-50"), least, 1)
    assert sizes(padder.shape(bytes(20))) == [20]
    assert sizes(padder.shape(bytes(20))) == [50]
    assert padder.done


def test_a_scheme_that_stops_at_once_does_nothing():
    assert Padder(PaddingScheme.parse("stop=1"), least, 1).done
    assert Padder(PaddingScheme.parse("stop=1"), least, 1).authentication_padding() == 0


def test_padding_is_waste_of_zeros():
    (write,) = packet("100-100", 20)
    assert write[20:] == frame(Command.WASTE, 0, bytes(73))


lines = st.lists(
    st.tuples(st.integers(0, 900), st.integers(0, 900)).map(sorted) | st.none(),
    min_size=1,
    max_size=8,
)


@given(lines, st.integers(7, 4000), st.randoms())
def test_no_scheme_loses_or_reorders_a_byte(items, size, chance):
    line = ",".join("c" if item is None else f"{item[0]}-{item[1]}" for item in items)
    scheme = PaddingScheme.parse(f"stop=9\n1={line}")
    data = frame(Command.PSH, 1, chance.randbytes(size - HEADER.size))
    writes = Padder(scheme, chance.randint, 1).shape(data)
    assert all(writes)
    assert frames(b"".join(writes)) == frames(data)
