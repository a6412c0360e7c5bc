"""The whole report in words: it opens plainly, never calms falsely, withholds for a helpline."""

from __future__ import annotations

import re

import pytest

from peppermoth.exposure import captured
from peppermoth.exposure.comparison import Earlier, compare
from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.report import Recording, Report
from peppermoth.exposure.view import make_view
from peppermoth.monitor.kinds import KINDS
from peppermoth.monitor.problems import Kind, Problem
from tests.exposure.samples import BEGIN, CUT_OFF, END, RECORDING, phone_report, seen

ENGLISH = LANGUAGES["en"]
KEY = b"k" * 32


def text_of(view):
    """Everything that a view says."""

    def strings(value):
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple):
            for one in value:
                yield from strings(one)

    return "\n".join(strings(view[1:]))


def test_it_opens_with_what_could_be_learned_the_gravest_first():
    view = make_view(phone_report(), ENGLISH)
    assert view.learned == "In 12 minutes, anyone running the line could learn:"
    assert view.learned_items[0] == "the password of a mail account"
    assert view.learned_items[-1] == "and 10 more things"
    assert view.opening == (
        "6 of these are grave; begin with them.",
        "2 things were well hidden.",
    )


def test_each_thing_of_the_opening_counts_once_however_many_findings_there_are_of_it():
    tokens = [
        seen("secret.token", "token, 9 characters", server=f"198.51.100.{one}")
        for one in range(1, 4)
    ]
    report = Report(RECORDING, find([*tokens, seen("name.dns", "a.example")]), 4)
    view = make_view(report, ENGLISH)
    assert report.counts["critical"] == 3
    assert len(view.learned_items) == 2
    assert view.opening[0] == "One of these is grave; begin with it."


def test_names_are_given_as_examples_in_ones_own_copy_only():
    observations = [seen("name.dns", f"{name}.example") for name in "abcd"]
    report = Report(RECORDING, find(observations), 4)
    assert "a.example" in make_view(report, ENGLISH).learned_items[0]
    assert "a.example" not in make_view(report, ENGLISH, helpline_key=KEY).learned_items[0]


def test_finding_nothing_is_never_called_safe():
    view = make_view(Report(RECORDING, (), 0), ENGLISH)
    assert "does not mean that you are safe" in view.learned
    assert view.learned_items == ()
    assert "does not mean that you are safe" in " ".join(view.limits)


def test_what_is_only_protected_counts_as_nothing_learned():
    report = Report(RECORDING, find([seen("protected.tls", "1.3", name="a.example")]), 1)
    view = make_view(report, ENGLISH)
    assert "found nothing" in view.learned
    assert view.opening == ("One thing was well hidden.",)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (1, "one second"),
        (59, "59 seconds"),
        (60, "one minute"),
        (7_300, "2 hours"),
        (86_400, "24 hours"),
        (200_000, "2 days"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_fits(seconds, said):
    report = Report(Recording(1, 0, seconds), (), 0)
    assert f"In {said}," in make_view(report, ENGLISH).learned


def whole_and_not():
    """What a recording may lack, and what is said of it."""
    said = {
        "packets_cut": (12, "12 packets were recorded only in part; the line carried them whole."),
        "connections_torn": (1, "In one connection of the device, bytes are missing"),
        "problem": (CUT_OFF, "A part of what the line carried was not recorded"),
    }
    return [({lack: value}, sentence) for lack, (value, sentence) in said.items()]


@pytest.mark.parametrize("key", [None, KEY])
@pytest.mark.parametrize(("lacks", "sentence"), whole_and_not())
def test_a_recording_that_is_not_whole_says_so_and_calms_nobody(lacks, sentence, key):
    observations = [seen("name.sni", "a.example")]
    for recording in (RECORDING, RECORDING._replace(**lacks)):
        report = Report(recording, find(observations), 1)
        comparison = compare(Earlier(720, {"names-said": 1}), report)
        view = make_view(report, ENGLISH, comparison=comparison, helpline_key=key)
        comforts = ("None of it is content", "Nothing that the rules know was well hidden")
        opening, said = " ".join(view.opening), text_of(view)
        is_whole = recording is RECORDING
        assert all((comfort in opening) is is_whole for comfort in comforts)
        assert ("Nothing got better or worse" in said) is is_whole
        assert ("The recording is not whole" in opening) is not is_whole
        assert ("may only be missing from it" in " ".join(view.changes_span)) is not is_whole
        assert (sentence in " ".join(view.limits)) is not is_whole
        assert ("-s 0" in " ".join(view.limits)) is not is_whole


def test_what_there_is_is_told_of_a_recording_that_is_not_whole_too():
    view = make_view(phone_report()._replace(recording=RECORDING._replace(packets_cut=1)), ENGLISH)
    assert view.opening[-1].startswith("The recording is not whole")
    assert view.opening[:-1] == make_view(phone_report(), ENGLISH).opening


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2, 3, 11, 21])
def test_what_a_recording_lacks_is_said_in_every_language(tag, count):
    recording = RECORDING._replace(packets_cut=count, connections_torn=count, problem=CUT_OFF)
    view = make_view(Report(recording, (), 0), LANGUAGES[tag])
    whole = make_view(Report(RECORDING, (), 0), LANGUAGES[tag])
    assert len(view.limits) == len(whole.limits) + 4
    assert len(set(view.limits)) == len(view.limits)


def test_a_helpline_copy_holds_no_captured_word_no_address_and_no_time():
    canary = "canary-7f3a"
    observations = [seen(kind, f"{canary} value", packet=3, host=canary) for kind in KINDS]
    public = {"conspicuous.tunnel", "protected.dns", "protected.tunnel", "unprotected.tls"}
    observations = [one for one in observations if one.kind not in public]
    recording = Recording(9, BEGIN, END, "192.0.2.7", "ab" * 32, CUT_OFF)
    report = Report(recording, find(observations), len(observations))
    said = text_of(make_view(report, ENGLISH, helpline_key=KEY))
    for secret in (canary, "192.0.2", "198.51.100", "2026-", "UTC", "abab", "4096"):
        assert secret not in said
    assert canary in text_of(make_view(report, ENGLISH)), "one's own copy does show it"


def test_a_helpline_copy_has_no_timeline():
    assert make_view(phone_report(), ENGLISH).timeline
    assert make_view(phone_report(), ENGLISH, helpline_key=KEY).timeline is None


def test_changes_are_said_by_what_they_mean():
    report = phone_report()
    comparison = compare(Earlier(7200, {"chat": 4}), report)
    view = make_view(report, ENGLISH, comparison=comparison)
    changes = dict(view.changes)
    assert "chat messages" in changes["No longer found"][0]
    assert "Less than before" not in changes
    assert "much shorter" in view.changes_span[1]


@pytest.mark.parametrize(("device", "said"), [("192.0.2.7", False), ("192.0.2.8", True)])
def test_a_comparison_of_what_may_be_two_devices_says_so(device, said):
    before = Earlier(720, {"chat": 4}, frozenset({device}))
    view = make_view(phone_report(), ENGLISH, comparison=compare(before, phone_report()))
    assert ("two devices" in " ".join(view.changes_span)) is said


def test_less_of_what_was_hidden_is_never_as_before():
    report = Report(RECORDING, find([seen("protected.tls", "1.3", name="a.example")]), 1)
    before = Earlier(720, {"content-hidden": 3})
    ((change, lines),) = make_view(report, ENGLISH, comparison=compare(before, report)).changes
    assert change == "Less than before among what was hidden"
    assert re.search(r"\(3\W+1\)", lines[0])


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_change_can_be_said_in_every_language(tag):
    changes = compare(Earlier(1, {}), phone_report()).changes
    assert all(LANGUAGES[tag].say(f"compare-{change}") for change in changes)


def test_no_change_is_said_too():
    report = Report(RECORDING, find([seen("use.server", "1")]), 1)
    view = make_view(report, ENGLISH, comparison=compare(Earlier(720, {"served": 1}), report))
    assert view.changes_span[1] == "Nothing got better or worse."


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_kind_can_be_said_in_every_language(tag):
    every = [seen(kind, "value") for kind in KINDS]
    report = Report(RECORDING, find(every), len(every))
    comparison = compare(Earlier(1, {"chat": 2}), report)
    for key in (None, KEY):
        view = make_view(report, LANGUAGES[tag], comparison=comparison, helpline_key=key)
        assert len(view.cards) == len(report.findings)


def test_a_recording_without_times_is_not_of_1970():
    def text(recording):
        return " ".join(make_view(Report(recording, (), 0), ENGLISH).appendix)

    assert "2026" in text(RECORDING)
    assert "1970" not in text(RECORDING._replace(begin=0.0, end=0.0))


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_what_was_wrong_with_a_recording_is_said_in_the_reports_language(tag, kind):
    numbers = {"packet": 3, "byte": 123456, "times": 200, "packets": 7, "link": 147}
    recording = RECORDING._replace(problem=Problem(kind, numbers))
    view = make_view(Report(recording, (), 0), LANGUAGES[tag])
    whole = make_view(Report(RECORDING, (), 0), LANGUAGES[tag])
    (told,) = set(view.appendix) - set(whole.appendix)
    in_english = str(recording.problem) in re.sub(f"[{captured.ISOLATE}{captured.END}]", "", told)
    assert in_english is (tag == "en")
