"""The report before it is put into words."""

from __future__ import annotations

from peppermoth.exposure.report import Recording
from peppermoth.exposure.rules.rule import Severity
from tests.exposure.samples import phone_report


def test_every_severity_is_counted_also_where_there_is_nothing():
    counts = phone_report().counts
    assert list(counts) == list(Severity)
    assert counts[Severity.CRITICAL] == 3
    assert sum(counts.values()) == len(phone_report().findings)


def test_a_recording_lasts_at_least_a_second():
    assert Recording(1, 5.0, 5.0).seconds == 1
    assert Recording(9, 5.0, 725.0).seconds == 720
