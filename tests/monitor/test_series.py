"""Counts over time stay few, whatever comes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.observe import SERIES_LIMIT, Volume
from peppermoth.monitor.series import STEP, Series


def test_packets_are_counted_in_their_spans_and_sides():
    series = Series()
    series.add(7, 0, 1, 100)
    series.add(7, 1, 2, 3000)
    series.add(9, 0, 1, 50)
    assert list(series) == [
        (70.0, Volume((1, 2), (100, 3000))),
        (90.0, Volume((1, 0), (50, 0))),
    ]


@given(st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 1)), min_size=1, max_size=900))
def test_nothing_is_lost_and_spans_double_where_there_are_too_many(packets):
    series = Series()
    for span, speaker in packets:
        series.add(span, speaker, 1, 10)
    spans = list(series)
    assert len(spans) <= SERIES_LIMIT
    assert [begin for begin, _ in spans] == sorted({begin for begin, _ in spans})
    assert all(begin % series.step == 0 for begin, _ in spans)
    assert sum(sum(volume.packets) for _, volume in spans) == len(packets)
    if len({span for span, _ in packets}) <= SERIES_LIMIT:
        assert series.step == STEP
