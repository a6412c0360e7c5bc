"""What was asked for: one source, and files that do not get in each other's way."""

from __future__ import annotations

import os

import pytest

from peppermoth.errors import ConfigError
from peppermoth.exposure import asked
from peppermoth.exposure.languages import LANGUAGES


def test_only_files_of_ones_own_name_the_recording(tmp_path):
    english, file = LANGUAGES["en"], tmp_path / "report"
    assert asked.Wanted(language=english, html=file).names_the_file
    assert asked.Wanted(language=english, json=file).names_the_file
    assert not asked.Wanted(language=english, helpline=file).names_the_file


@pytest.mark.parametrize("kind", ["html", "json", "helpline"])
@pytest.mark.parametrize("behind", [("SUDO_UID", "1000"), ("DOAS_USER", "mary")])
def test_root_writes_no_report_for_somebody_else(tmp_path, monkeypatch, kind, behind):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv(*behind)
    with pytest.raises(ConfigError, match=r"would be root's.*tcpdump .*\| peppermoth see -$"):
        asked.Wanted(language=LANGUAGES["en"], **{kind: tmp_path / "report"})
    assert asked.Wanted(language=LANGUAGES["en"])


@pytest.mark.parametrize(("user", "behind"), [(0, ""), (0, "0"), (1000, "1000")])
def test_everybody_writes_reports_for_themselves(tmp_path, monkeypatch, user, behind):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("SUDO_UID", behind)
    assert asked.Wanted(language=LANGUAGES["en"], html=tmp_path / "report")


@pytest.mark.parametrize(("capture", "live"), [(None, None), ("a.pcap", "eth0")])
def test_a_recording_or_an_interface_and_not_both(capture, live):
    with pytest.raises(ConfigError, match="either"):
        asked.source(capture, live, "60s", None)


@pytest.mark.parametrize(
    "span", ["", "s", "0s", "-5s", "5 days", "1e9", "999999s", "\N{ARABIC-INDIC DIGIT FIVE}s"]
)
def test_how_long_to_listen_is_a_number_and_a_unit(span):
    with pytest.raises(ConfigError, match="60s, 5m or 1h"):
        asked.source(None, "none", span, None)
