"""The same web, mail and files, directly and through the tunnel: what disappears, what stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import Certificate
from tests.see import sessions
from tests.see.command import Command, Run
from tests.see.conversations import SPELLINGS
from tests.see.sessions import DEVICE, SITE, stage
from tests.see.tape import recorded
from tests.world import world

GONE = {
    "site-password", "cookie", "form", "search", "page", "location", "user-name", "names-asked",
    "mail-password", "mail", "contact", "mail-address", "host-name", "password", "file",
}  # fmt: skip
"""Rules that find something before and nothing after."""

STAYS = {"names-said", "device", "programs", "presence"}
"""What the tunnel cannot take away: that the device is there, and speaks TLS with some site."""

HIDDEN = {"content-hidden", "hardware-hidden"}
"""Rules that say what was protected, before and after."""


class Reports(NamedTuple):
    """Both runs of the command, and the rules of both reports."""

    before: Run
    after: Run
    rules_before: set[str]
    rules_after: set[str]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Reports:
    """Record the minute twice and report on both, the second compared with the first."""
    directory = tmp_path_factory.mktemp("visits")
    tapes = {"before": directory / "before.pcap", "after": directory / "after.pcap"}
    with (
        world(directory, "client", "web", "bridge", "other") as made,
        stage(made, certificate, directory) as scene,
    ):
        with recorded(made, DEVICE, tapes["before"]):
            sessions.minute(scene)
        with recorded(made, DEVICE, tapes["after"]):
            sessions.own_tunnel(scene)
        device = ("--device", scene.device)
    command = Command.in_(directory)
    before = command("see", tapes["before"], *device, "--json", "before.json")
    compared = ("--compare", "before.json", "--json", "after.json")
    after = command("see", tapes["after"], *device, *compared)
    files = [command.folder / f"{name}.json" for name in tapes]
    return Reports(before, after, *map(rules, files))


def rules(path: Path) -> set[str]:
    """The rules of a report that found something."""
    return {finding["rule"] for finding in json.loads(path.read_bytes())["findings"]}


def test_content_and_names_disappear(reports):
    assert reports.rules_before >= GONE
    assert not reports.rules_after & GONE


def test_what_stays_is_told(reports):
    assert reports.rules_after == STAYS | HIDDEN


def test_the_comparison_says_what_became_better(reports):
    said = " ".join(reports.after.stdout.decode().split())
    gone, _, rest = said.partition("No longer found")[2].partition("Less than before")
    fewer, _, same = rest.partition("As before")
    assert "the password of a mail account (1 → 0)" in gone
    assert "a password for a site (2 → 0)" in gone
    assert "which sites the device looked up (2 → 0)" in gone
    assert "which sites the device connected to" in fewer
    assert "when the device was in use (1 → 1)" in same


def test_no_site_and_no_secret_is_in_the_second_report(reports):
    assert SITE.encode() in reports.before.stdout
    assert SITE.encode() not in reports.after.stdout
    assert not [one for one in SPELLINGS if one in reports.after.stdout]
