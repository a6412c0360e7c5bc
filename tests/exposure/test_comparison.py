"""Before and after: what got better, what got worse, and what cannot be told."""

from __future__ import annotations

import json

import pytest

from peppermoth.errors import ConfigError
from peppermoth.exposure.comparison import Earlier, Line, compare, parse_earlier, read_earlier
from peppermoth.exposure.findings import find
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.report import Recording, Report
from peppermoth.exposure.view import make_view
from tests.exposure.samples import BEGIN, END, RECORDING, phone, phone_report, seen
from tests.exposure.test_document import written

REPORT = (
    b'{"format": "peppermoth-report", "version": 2, "findings": [{"rule": "chat", "number": %s}],'
    b' "recording": {%s}}'
)


@pytest.fixture
def earlier(tmp_path):
    path = tmp_path / "earlier.json"
    path.write_bytes(written(phone(), phone_report()))
    return path


def report(*observations, seconds=END - BEGIN):
    return Report(Recording(1, BEGIN, BEGIN + seconds), find(observations), len(observations))


def test_a_tunnel_makes_names_vanish_and_shows_itself(earlier):
    tunnelled = report(
        seen("name.sni", "cover.example"),
        seen("protected.tls", "1.3", name="cover.example"),
        seen("protected.tunnel", "anytls"),
    )
    changes = compare(read_earlier(earlier), tunnelled).changes
    assert Line("names-asked", 23, 0) in changes["gone"]
    assert Line("mail-password", 2, 0) in changes["gone"]
    assert changes["fewer"] == (Line("names-said", 23, 1),)
    assert changes["hidden"] == (Line("tunnel-hidden", 0, 1),)
    assert changes["open"] == (Line("lookups-hidden", 1, 0),)
    assert not changes["new"]
    assert not changes["more"]


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        (3, 1, "less-hidden"),
        (1, 3, "more-hidden"),
        (2, 2, "same-hidden"),
        (0, 1, "hidden"),
        (1, 0, "open"),
    ],
)
def test_of_what_was_hidden_less_and_more_are_told_apart_too(before, now, change):
    sites = [
        seen("protected.tls", "1.3", name=f"{number}.example", packet=number)
        for number in range(now)
    ]
    changes = compare(Earlier(720, {"content-hidden": before}), report(*sites)).changes
    told = {name: lines for name, lines in changes.items() if lines}
    assert told == {change: (Line("content-hidden", before, now),)}


DEVICE = {"home": "192.0.2.7, 2001:db8::7", "home again": "2001:db8::7", "other": "192.0.2.8"}


@pytest.mark.parametrize(
    ("before", "now", "same"),
    [
        ("home", "home", True),
        ("home", "home again", True),
        ("home", "other", False),
        ("none", "other", True),
        ("home", "none", True),
    ],
)
def test_two_devices_are_noticed_by_their_addresses(tmp_path, before, now, same):
    def of(device):
        return phone_report()._replace(recording=RECORDING._replace(device=DEVICE.get(device, "")))

    path = tmp_path / "earlier.json"
    path.write_bytes(written([], of(before)))
    assert compare(read_earlier(path), of(now)).same_device is same


def test_an_earlier_report_need_not_name_its_device():
    before = parse_earlier(REPORT % (b"1", b'"begin": 0, "end": 9'), "earlier.json")
    assert compare(before, phone_report()).same_device


def test_an_older_report_that_says_less_of_its_recording_is_understood(earlier):
    document = json.loads(earlier.read_bytes())
    del document["recording"]["packets_cut"], document["recording"]["connections_torn"]
    before = read_earlier(earlier)
    earlier.write_text(json.dumps(document))
    assert read_earlier(earlier) == before


def test_the_same_recording_changes_nothing(earlier):
    changes = compare(read_earlier(earlier), phone_report()).changes
    assert {change for change, lines in changes.items() if lines} == {"same", "same-hidden"}


def test_what_is_worse_is_said():
    before = Earlier(720, {"names-asked": 1})
    now = report(
        seen("name.dns", "a.example"), seen("name.dns", "b.example"), seen("use.server", "1")
    )
    changes = compare(before, now).changes
    assert changes["more"] == (Line("names-asked", 1, 2),)
    assert changes["new"] == (Line("served", 0, 1),)


@pytest.mark.parametrize(("seconds", "shorter"), [(720, False), (400, False), (100, True)])
def test_a_much_shorter_recording_is_no_progress(seconds, shorter):
    assert compare(Earlier(720, {}), report(seconds=seconds)).much_shorter is shorter


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "not a report"),
        (b"\xff\xfe", "not a report"),
        (b"[" * 100_000, "not a report"),
        (b"[]", "not a report"),
        (b"{}", "not a report"),
        (b'{"format": "other", "version": 1}', "not a report"),
        (b'{"format": "peppermoth-report", "version": 9}', "another version"),
        (b'{"format": "peppermoth-report", "version": 2, "findings": [1]}', "not a report"),
        (b'{"format": "peppermoth-report", "version": 2, "findings": [], '
         b'"recording": {"begin": 0, "end": 1e999}}', "not a report"),
        *((REPORT % (number, span), "not a report") for number, span in (
            (b"1" + b"0" * 33, b'"begin": 0, "end": 9'), (b"0", b'"begin": 0, "end": 9'),
            (b'"2"', b'"begin": 0, "end": 9'), (b"NaN", b'"begin": 0, "end": 9'),
            (b"2", b'"begin": 0, "end": 1e34'), (b"2", b'"begin": 0, "end": 1e300'),
            (b"2", b'"begin": -1, "end": 9'), (b"2", b'"begin": 0, "end": NaN'),
        )),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_in_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=sentence):
        read_earlier(path)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize(("number", "end"), [(b"1", b"0.0"), (b"1000000000", b"253402300799")])
def test_the_largest_report_can_be_compared_with_in_words(tag, number, end):
    before = parse_earlier(REPORT % (number, b'"begin": 0, "end": ' + end), "earlier.json")
    now = phone_report()
    assert make_view(now, LANGUAGES[tag], comparison=compare(before, now)).changes_span


def test_a_missing_report_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"Cannot read .*none\.json"):
        read_earlier(tmp_path / "none.json")


def test_a_report_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ConfigError, match="too large"):
        read_earlier(path)


def test_an_interrupted_document_is_no_report(earlier):
    text = earlier.read_bytes()
    earlier.write_bytes(text[: len(text) // 2])
    with pytest.raises(ConfigError, match="not a report"):
        read_earlier(earlier)
    assert json.loads(text)
