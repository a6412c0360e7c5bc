"""The web's ssh server lets in who has the key, and no one else."""

from __future__ import annotations

import subprocess

import pytest

from peppermoth.lab.peers.premises import CLIENT, WEB
from peppermoth.lab.traffic.town import Town
from peppermoth.lab.world.sshd import ssh_options
from tests.peers import find


def test_a_command_runs_with_the_key_and_not_without(town: Town) -> None:
    ssh, where = find("ssh"), f"root@{town.world.hosts[WEB].ipv4}"
    options = ssh_options(town.premises.directory / "web-ssh")
    assert town.world.enter(CLIENT, ssh, *options, where, "echo moth") == "moth\n"
    without = [option for option in options if not option.endswith("/user") and option != "-i"]
    with pytest.raises(subprocess.CalledProcessError):
        town.world.enter(CLIENT, ssh, *without, "-o", "IdentityFile=none", where, "echo moth")
