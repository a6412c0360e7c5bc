"""Hosts of the world reach each other, are cut off and mended, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from peppermoth.errors import ConfigError, WorldError
from peppermoth.lab.world.forwarder import Shape
from peppermoth.lab.world.namespaces import World, world
from tests.needs import need_root
from tests.peers import find

PORT = 4000


def meet(earth: World, one: str, other: str, version: int, patience: float = 20.0) -> bool:
    """Whether a connection from one host to another comes to be."""
    family = socket.AF_INET6 if version else socket.AF_INET
    with earth.inside(other):
        listener = socket.create_server(("::" if version else "0.0.0.0", PORT), family=family)
    with listener:
        with earth.inside(one):
            visitor = socket.socket(family)
        with visitor:
            visitor.settimeout(patience)
            return not visitor.connect_ex((earth.hosts[other][version], PORT))


@pytest.mark.parametrize("version", [0, 1], ids=["ipv4", "ipv6"])
@pytest.mark.parametrize("cables", [{}, {"one": Shape()}], ids=["plain", "watched"])
def test_hosts_meet(tmp_path: Path, version: int, cables: dict[str, Shape]) -> None:
    need_root()
    find("ip")
    with world(tmp_path, "one", "two", cables=cables) as earth:
        if cables:
            earth.watch("one", cables, 1)
        assert meet(earth, "one", "two", version)
        assert meet(earth, "two", "one", version)
        earth.cut("two")
        assert not meet(earth, "one", "two", version, patience=0.5)
        earth.mend("two")
        assert meet(earth, "one", "two", version)


def test_nothing_is_left_of_a_world(tmp_path: Path) -> None:
    need_root()
    find("ip")
    with world(tmp_path, "one") as earth:
        name = earth.namespace("one")
        child = earth.start("one", "sleep", "60")
        earth.resolve_at("one", "10.77.1.1")
        assert earth.enter("one", "cat", "/etc/resolv.conf").startswith("nameserver 10.77.1.1\n")
    assert child.process.poll() is not None
    assert not os.path.exists(f"/run/netns/{name}")
    assert not os.path.exists(f"/etc/netns/{name}")


def test_two_worlds_do_not_meet(tmp_path: Path) -> None:
    need_root()
    find("ip")
    (tmp_path / "b").mkdir()
    with world(tmp_path, "one") as here, world(tmp_path / "b", "one") as there:
        assert here.hosts == there.hosts
        assert here.namespace("one") != there.namespace("one")


def test_a_world_without_a_monitor_says_so(tmp_path: Path) -> None:
    need_root()
    find("ip")
    with world(tmp_path, "one") as earth, pytest.raises(WorldError, match="no monitor"):
        earth.order(record=None)


def test_without_root_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(ConfigError, match="root"), world(tmp_path, "one"):
        pass


def test_what_a_killed_process_left_is_swept_up(tmp_path: Path) -> None:
    need_root()
    find("ip")
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = f"moth{gone.pid}-0-web"
    subprocess.run(["ip", "netns", "add", left], check=True)
    program = subprocess.Popen(["ip", "netns", "exec", left, "sleep", "60"])
    while (
        left
        not in subprocess.run(
            ["ip", "netns", "identify", str(program.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
    ):
        time.sleep(0.02)
    with world(tmp_path, "one") as earth:
        names = os.listdir("/run/netns")
        assert left not in names
        assert earth.namespace("one") in names
    assert program.wait(10) == -signal.SIGKILL
