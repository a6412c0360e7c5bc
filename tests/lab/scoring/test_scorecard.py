"""The scorecard as a file: it comes back as it was, its schema is documented, damage is refused."""

from __future__ import annotations

import json

import jsonschema
import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.scoring.scorecard import LARGEST, Condemn, read_scorecard, schema, to_json
from tests.house import ROOT
from tests.lab.scoring.cards import card

SCHEMA = ROOT / "docs" / "scorecard.schema.json"
FIRST = ROOT / "docs" / "scorecard" / "scorecard.json"


def test_a_scorecard_comes_back_as_it_was(tmp_path):
    path = tmp_path / "card.json"
    path.write_bytes(to_json(card()))
    assert read_scorecard(path) == card()


def test_the_documented_schema_is_that_of_the_code():
    assert SCHEMA.read_bytes() == schema(), "write schema() to it"


def test_a_scorecard_fits_its_schema():
    document = json.loads(to_json(card()))
    checker = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_bytes()))
    checker.validate(document)
    document["cells"][0]["points"][0]["tpr"]["hits"] = -1
    assert not checker.is_valid(document)


def test_the_scorecard_of_the_docs_is_one_and_holds_what_its_words_say():
    found = read_scorecard(FIRST)
    jsonschema.validate(json.loads(FIRST.read_bytes()), json.loads(SCHEMA.read_bytes()))
    pages = {sample.peer: sample.flows for sample in found.samples if sample.traffic == "page"}
    assert pages["peppermoth"] == 211
    assert len(pages) == 12, "ours, ten others and the control"
    assert found.cell("peppermoth", "page", "first-packet").best is None
    assert found.cell("peppermoth", "page", "first-100-packets").best.condemn.flows == 30


def test_a_file_is_plain_ascii_with_an_entry_a_line():
    lines = to_json(card()).decode("ascii").splitlines()
    assert len(lines) > len(card().cells)


def test_numbers_have_six_digits():
    assert '"low": 0.940371' in to_json(card()).decode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"format": "peppermoth-report"}',
        b"[" * 100_000,
        to_json(card())[:-9],
        to_json(card()).replace(b'"version": 2', b'"version": 1', 1),
    ],
)
def test_what_is_no_scorecard_is_refused_in_a_sentence(tmp_path, content):
    path = tmp_path / "card.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="not a scorecard"):
        read_scorecard(path)


def test_a_missing_or_huge_file_is_refused(tmp_path):
    path = tmp_path / "card.json"
    with pytest.raises(ConfigError, match="Cannot read"):
        read_scorecard(path)
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(ConfigError, match="too large"):
        read_scorecard(path)


def test_the_best_threshold_is_the_one_that_surely_condemns_first():
    cell = card().cell("moth", "web", "rule")
    assert cell.best.condemn.at_most == min(point.most for point in cell.points if point.most)
    assert card().cell("calm", "web", "rule").best is None
    assert card().cell("calm", "web", "rule").spared > 30
    assert card().cell("few", "web", "rule").best is None
    assert card().cell("few", "web", "rule").spared is None


def test_what_cannot_be_bounded_is_missing_and_not_infinite():
    with pytest.raises(ValueError, match="finite number"):
        Condemn(flows=float("inf"), at_least=1, at_most=None)
