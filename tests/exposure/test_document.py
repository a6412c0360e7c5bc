"""The JSON: as its schema says, plain ASCII, whole."""

from __future__ import annotations

import io
import json

import pytest
from jsonschema import Draft202012Validator, ValidationError

from peppermoth.exposure.document import DocumentWriter
from peppermoth.exposure.findings import find
from peppermoth.exposure.report import Recording, Report
from peppermoth.exposure.rules.rule import Error, Tally
from peppermoth.monitor.kinds import KINDS
from tests.exposure.samples import HOSTILE, RECORDING, phone, phone_report, seen
from tests.house import ROOT

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def written(observations, report):
    """The document's bytes."""
    file = io.BytesIO()
    writer = DocumentWriter(file)
    for observation in observations:
        writer.add(observation)
    writer.finish(report)
    return file.getvalue()


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


def test_a_report_is_as_the_schema_says_and_holds_every_observation():
    document = json.loads(written(phone(), phone_report()))
    VALIDATOR.validate(document)
    assert len(document["observations"]) == len(list(phone()))
    assert document["findings"][0]["evidence"]["filter"] == "frame.number in {118, 121}"


def test_what_the_recording_lacks_is_told_and_an_older_report_without_it_is_one_too():
    recording = RECORDING._replace(packets_cut=3, connections_torn=2)
    document = json.loads(written([], Report(recording, (), 0)))
    lacks = {name: document["recording"][name] for name in ("packets_cut", "connections_torn")}
    assert lacks == {"packets_cut": 3, "connections_torn": 2}
    VALIDATOR.validate(document)
    for name in lacks:
        del document["recording"][name]
    VALIDATOR.validate(document)


def test_how_often_a_rule_errs_is_told_or_that_it_was_not_measured():
    report = phone_report()
    errors = (Error(), Error(witness=Tally(0, 131, 0.0278)))
    findings = tuple(
        report.findings[0]._replace(rule=report.findings[0].rule._replace(error=error))
        for error in errors
    )
    document = json.loads(written([], report._replace(findings=findings)))
    VALIDATOR.validate(document)
    unmeasured, measured = (finding["error"] for finding in document["findings"])
    assert unmeasured == "not measured"
    assert measured == {"witness": {"wrong": 0, "of": 131, "at_most": 0.0278}}


def test_an_empty_report_and_one_of_every_kind_are_as_the_schema_says():
    VALIDATOR.validate(json.loads(written([], Report(Recording(0, 0, 0), (), 0))))
    every = [seen(kind, HOSTILE, host=HOSTILE) for kind in KINDS]
    VALIDATOR.validate(json.loads(written(every, Report(Recording(9, 0, 9), find(every), 9))))


def test_no_captured_character_can_act_on_whatever_shows_the_file():
    every = [seen("content.topic", HOSTILE + "پ")]
    document = written(every, Report(Recording(9, 0, 9), find(every), 9))
    assert document.isascii()
    assert not set(document) & (set(range(32)) - {10})


@pytest.mark.parametrize(
    ("part", "value"), [("version", 1), ("counts", {}), ("findings", [{}]), ("observations", [1])]
)
def test_the_schema_refuses_what_it_does_not_describe(part, value):
    document = json.loads(written(phone(), phone_report()))
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document | {part: value})
