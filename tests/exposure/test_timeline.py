"""The timeline: inside the recording, mirrored where the language is, with a legible axis."""

from __future__ import annotations

import pytest

from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.report import Recording, Report
from peppermoth.exposure.timeline import MARK, MOST_TICKS, TIMELINE_UNITS, make_timeline
from tests.exposure.samples import BEGIN, END, RECORDING, phone_report, seen

ENGLISH, PERSIAN = LANGUAGES["en"], LANGUAGES["fa"]
MIDNIGHT = 1_790_035_200
"""2026-09-22, 0 o'clock UTC."""
MINUTE, HOUR, DAY = 60, 3600, 86400


def timeline(seconds, begin=MIDNIGHT, language=ENGLISH):
    """That of a recording of so many seconds, which begins with a finding."""
    found = find([seen("chat", "x"), seen("use.server", "1", at=begin - BEGIN)])
    return make_timeline(Report(Recording(1, begin, begin + seconds), found, 1), language)


def test_it_begins_with_presence_and_keeps_inside_the_recording():
    made = make_timeline(phone_report(), ENGLISH)
    presence, *lanes = made.lanes
    assert (presence.word, presence.bars) == ("In use", ((0, TIMELINE_UNITS),))
    assert [lane.severity for lane in lanes] == list(phone_report().counts)
    for begin, width in (bar for lane in made.lanes for bar in lane.bars):
        assert 0 <= begin < begin + width <= TIMELINE_UNITS


def test_a_span_that_is_none_is_not_drawn():
    found = find([seen("use.presence", "yesterday"), seen("use.presence", "1 nan")])
    made = make_timeline(Report(Recording(1, 0, 9), found, 2), ENGLISH)
    assert all(lane.word != "In use" for lane in made.lanes)


def test_of_nothing_there_is_no_timeline():
    assert make_timeline(Report(RECORDING, (), 0), ENGLISH) is None


def test_a_recording_without_times_has_no_timeline():
    assert make_timeline(phone_report()._replace(recording=Recording(1, 0, 0)), ENGLISH) is None


def test_time_runs_the_way_the_language_does():
    early = seen("use.server", "1", at=0.0)
    late = seen("use.presence", f"{BEGIN + 360:.0f} {END:.0f}", at=720.0)
    report = Report(RECORDING, find([early, late]), 2)
    (late_bars, early_mark, _), (late_mirrored, early_mirrored, _) = (
        [lane.bars for lane in make_timeline(report, language).lanes]
        for language in (ENGLISH, PERSIAN)
    )
    half = (TIMELINE_UNITS - MARK) // 2
    assert early_mark == ((0, MARK),)
    assert late_bars == ((half, half + MARK),)
    assert early_mirrored == ((TIMELINE_UNITS - MARK, MARK),)
    assert late_mirrored == ((0, half + MARK),)


@pytest.mark.parametrize(
    ("seconds", "begin", "labels"),
    [
        (1, MIDNIGHT, []),
        (37, MIDNIGHT + 7, ["00:00:10", "00:00:20", "00:00:30", "00:00:40"]),
        (12 * MINUTE, MIDNIGHT - 7 * MINUTE, ["23:55", "09-22"]),
        (HOUR, MIDNIGHT + 9 * HOUR, ["09:15", "09:30", "09:45"]),
        (DAY, MIDNIGHT + 9 * HOUR, ["12:00", "18:00", "09-23", "06:00"]),
        (9 * DAY, MIDNIGHT, ["09-24", "09-28"]),
        (400 * DAY, MIDNIGHT, ["2027-02", "2027-06"]),
    ],
)
def test_the_axis_names_round_moments(seconds, begin, labels):
    assert [tick.label for tick in timeline(seconds, begin).ticks] == labels


@pytest.mark.parametrize("seconds", [0, 0.5, 3, 61, 3601, 90_000, 1e7, 4e9])
def test_ticks_are_few_and_far_enough_from_the_ends(seconds):
    ticks = timeline(seconds, begin=MIDNIGHT).ticks
    assert len(ticks) <= MOST_TICKS
    assert all(40 < tick.at < TIMELINE_UNITS - 40 for tick in ticks)


@pytest.mark.parametrize("language", [ENGLISH, PERSIAN])
def test_a_tick_stands_at_its_moment(language):
    """In the middle of the mark of what was seen just then, whichever way time runs."""
    found = find([seen("use.server", "1", at=MIDNIGHT + 900 - BEGIN)])
    report = Report(Recording(1, MIDNIGHT, MIDNIGHT + HOUR), found, 1)
    made = make_timeline(report, language)
    ((begin, width),) = made.lanes[0].bars
    tick = next(tick for tick in made.ticks if tick.label == "00:15")
    assert tick.at == begin + width // 2
    assert (tick.at < TIMELINE_UNITS / 2) is not language.right_to_left


def test_times_are_utc_and_the_axis_says_so():
    for language in LANGUAGES.values():
        assert "UTC" in make_timeline(phone_report(), language).time
