"""``lab score`` and ``lab compare``, as a user runs them, with every detector that there is."""

from __future__ import annotations

import io
import json
import random
import sys

import pytest
from rich.console import Console

from peppermoth import cli
from peppermoth.errors import CaptureError, ConfigError
from peppermoth.lab.card import desk
from peppermoth.lab.card.desk import TRAFFIC, gather, runner
from peppermoth.lab.detectors import Detector, tshark
from peppermoth.lab.detectors.table import TABLE
from peppermoth.lab.detectors.website import ATTACKS
from peppermoth.lab.recording.truth import Truth
from peppermoth.lab.scoring.score import score
from peppermoth.lab.scoring.scorecard import read_scorecard, to_json
from peppermoth.lab.tasks import Cluster, Processes
from peppermoth.lab.traces import CONTROL, Label
from tests.monitor.frames import SITE, connection, pcap
from tests.test_cli import peppermoth

FLOWS = 36


def noise(number):
    """A conversation that looks like nothing, as a Shadowsocks flow does."""
    source = random.Random(number)
    return source.randbytes(300), source.randbytes(4_000)


def hello(number):
    """A conversation that begins as TLS does."""
    request, answer = noise(number)
    return b"\x16\x03\x01\x01\x20" + request, b"\x16\x03\x03\x00\x60" + answer


def capture(path, talk):
    """A capture of as many flows of one kind."""
    flows = (connection(*talk(n), port=443, own_port=50_000 + n) for n in range(FLOWS))
    path.write_bytes(pcap(frame for flow in flows for frame in flow))
    return path


@pytest.fixture(scope="module")
def captures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("captures")
    return capture(folder / "noise.pcap", noise), capture(folder / "web.pcap", hello)


@pytest.fixture(scope="module")
def scored(captures):
    """The command, run on a tunnel's capture and a plain one, and where its files lie."""
    folder = captures[0].parent
    options = ["--json", str(folder / "card.json"), "--html", str(folder / "card.html")]
    given = zip(captures, ("tunnel", "plain"), strict=True)
    named = [word for path, label in given for word in ("--capture", str(path), "--label", label)]
    return peppermoth("lab", "score", *named, *options, columns="120"), folder


def test_captures_from_elsewhere_are_scored_with_every_detector(scored):
    ran, folder = scored
    assert ran.returncode == 0, ran.stderr
    card = read_scorecard(folder / "card.json")
    cell = card.cell("noise", TRAFFIC, "first-packet")
    assert (cell.flows, cell.controls) == (FLOWS, FLOWS)
    own = next(point for point in cell.points if point.at == "own")
    assert (own.tpr.value, own.fpr.value) == (1, 0)
    assert card.cell("noise", TRAFFIC, "openvpn-opcodes").best is None
    assert [one.name for one in card.captures] == ["noise.pcap", "web.pcap"]
    assert "first-packet" in ran.stdout
    assert ran.stdout.count("Wrote ") == 2
    assert (folder / "card.html").read_text().startswith("<!doctype html>")


def test_the_same_captures_and_seed_give_the_same_bytes(scored, captures):
    _, folder = scored
    recorded = gather(None, captures[::-1], ("plain", "tunnel"))
    again = score(recorded, TABLE, 1, Processes(1), ATTACKS)
    assert to_json(again) == (folder / "card.json").read_bytes()


def test_two_scorecards_are_compared(scored):
    _, folder = scored
    same = folder / "card.json"
    changed = json.loads(same.read_text())
    changed["cells"] = changed["cells"][1:]
    other = folder / "other.json"
    other.write_text(json.dumps(changed))
    ran = peppermoth("lab", "compare", str(same), str(other))
    assert ran.returncode == 0, ran.stderr
    assert "1 only in the first" in " ".join(ran.stdout.split())


def test_labels_of_captures_are_the_users_word(captures):
    found = gather(None, captures, ("tunnel", "plain"))
    labels = [trace.label for trace in found.traces]
    assert {(label.peer, label.tunnelled) for label in labels} == {
        ("noise", True),
        (CONTROL, False),
    }
    assert [label.load for label in labels] == [*range(FLOWS), *range(FLOWS)]


def test_recordings_and_captures_are_scored_together(captures, tmp_path):
    where = tmp_path / "moth" / "web"
    where.mkdir(parents=True)
    (where / "7-00000.pcap").write_bytes(captures[0].read_bytes())
    nothing = {"done": [], "monitor": {}, "shape": {}, "rules": [], "flows": []}
    named = {"peer": "moth", "traffic": "web", "site": "a", "load": 0, "seed": 7, "sites": 1}
    roles = {SITE: "bridge"}
    Truth(
        **named, **nothing, tunnel=True, began=0, seconds=2, roles=roles, versions={"moth": "1"}
    ).write(where / "7-00000.json")
    found = gather(tmp_path, captures[1:], ("plain",))
    labels = [trace.label for trace in found.traces]
    assert labels.count(Label("moth", "web", "a", 0, 7, True)) == FLOWS
    assert sum(label.peer == CONTROL for label in labels) == FLOWS
    assert [one.name for one in found.captures] == ["moth/web/7-00000.pcap", "web.pcap"]
    assert found.versions == {"moth": "1"}


@pytest.mark.parametrize(
    ("number", "labels"), [(0, ()), (1, ()), (1, ("bridge",)), (1, ("tunnel", "plain"))]
)
def test_options_that_do_not_fit_are_refused(captures, number, labels):
    with pytest.raises(ConfigError, match="--capture"):
        gather(None, captures[:number], labels)


def test_a_capture_that_is_none_is_refused(tmp_path):
    path = tmp_path / "words.pcap"
    path.write_text("not a capture at all, only words")
    with pytest.raises(CaptureError):
        gather(None, [path], ["plain"])


@pytest.mark.parametrize("arguments", [("score",), ("compare", "none.json", "none.json")])
def test_what_cannot_be_done_is_one_sentence(arguments):
    ran = peppermoth("lab", *arguments)
    assert ran.returncode == 2
    assert ran.stderr.startswith("peppermoth: ")
    assert ran.stderr.count("\n") == 1


def test_the_work_is_done_here_or_on_the_cluster_that_is_named():
    assert isinstance(runner(None), Processes)
    assert runner("10.0.0.1:6379") == Cluster("10.0.0.1:6379")


def test_an_engine_that_is_missing_is_told_and_never_a_pass(captures, monkeypatch, tmp_path):
    monkeypatch.setattr(desk, "TABLE", tshark.DETECTORS)
    monkeypatch.setattr(desk, "ATTACKS", ())
    monkeypatch.setenv("PATH", "")
    recorded = gather(None, captures, ("tunnel", "plain"))
    wanted = desk.Wanted(json=tmp_path / "card.json", html=tmp_path / "card.html")
    said = io.StringIO()
    desk.score_and_show(recorded, 1, Processes(1), wanted, Console(file=said, width=400))
    assert "tshark-tunnel, tshark-unknown were not run: tshark is not installed" in said.getvalue()
    cells = read_scorecard(wanted.json).cells
    assert {(cell.detector, cell.flows, cell.points) for cell in cells} == {
        (detector.id, 0, ()) for detector in tshark.DETECTORS
    }
    assert all("tshark is not installed" in cell.refused for cell in cells)
    assert "tshark is not installed" in wanted.html.read_text()


def moth_eaten(trace):
    raise ValueError("a hole")


def test_a_broken_detector_makes_the_command_fail_with_one_sentence(
    captures, tmp_path, monkeypatch, capsys
):
    broken = Detector("moth-eaten", "nothing", "nobody", 1, margin=moth_eaten)
    monkeypatch.setattr(desk, "TABLE", (*TABLE[:2], broken))
    monkeypatch.setattr(desk, "ATTACKS", ())
    out = tmp_path / "card.json"
    given = [word for path in captures for word in ("--capture", str(path))]
    command = ["peppermoth", "lab", "score", *given, "--label", "tunnel", "--label", "plain"]
    monkeypatch.setattr(sys, "argv", [*command, "--json", str(out)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert said == "peppermoth: The detector moth-eaten is broken: ValueError('a hole')\n"
    assert not out.exists()
