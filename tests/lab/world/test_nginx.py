"""Settings that nginx takes, whatever it serves, with no file outside its directory."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from peppermoth.lab.world.nginx import SMALL_SITE, settings
from tests.peers import find


@pytest.mark.parametrize("http", ["", SMALL_SITE])
def test_nginx_takes_the_settings_and_writes_in_its_directory_alone(
    http: str, tmp_path: Path
) -> None:
    config = tmp_path / "nginx.conf"
    config.write_text(settings(tmp_path, f"{http} server {{ listen unix:{tmp_path}/s; }}"))
    command = [find("nginx"), "-t", "-c", config, "-e", tmp_path / "error.log"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    places = {"body", "proxy", "fastcgi", "uwsgi", "scgi"}
    assert places <= {path.name for path in tmp_path.iterdir()}
