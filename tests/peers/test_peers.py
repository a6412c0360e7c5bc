"""The table of peers, and finding one."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import peers


def test_a_program_that_nobody_knows_is_a_mistake_in_the_test():
    with pytest.raises(LookupError, match="moth-radio"):
        peers.find("moth-radio")


def test_a_missing_peer_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("CI", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(pytest.skip.Exception, match="sing-box; to mend: make peers"):
        peers.find("sing-box")


def test_servers_are_found_outside_path(monkeypatch):
    installed = peers.find("nginx")
    monkeypatch.setenv("PATH", "/nowhere")
    assert peers.locate("nginx") in {installed, Path("/usr/sbin/nginx")}


@pytest.mark.parametrize("name", peers.PROGRAMS)
def test_every_peer_is_a_program(name):
    assert peers.find(name).stat().st_mode & 0o111


def test_sing_box_is_the_pinned_one():
    said = subprocess.run(
        [peers.find("sing-box"), "version"], capture_output=True, text=True, check=True, timeout=20
    )
    assert said.stdout.split()[:3] == ["sing-box", "version", peers.sing_box_version()]
