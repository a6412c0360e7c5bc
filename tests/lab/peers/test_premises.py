"""What a peer may write."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from peppermoth.lab.peers.premises import BRIDGE_NAME, Premises
from peppermoth.lab.world.authority import Authority
from peppermoth.lab.world.namespaces import Host, World


@pytest.fixture
def premises(tmp_path: Path) -> Premises:
    earth = World(tmp_path)
    earth.hosts["bridge"] = Host("10.77.4.2", "fd77:4::2")
    return Premises(earth, tmp_path, Authority(tmp_path / "certificates"))


def test_files_are_the_owners_alone(premises: Premises) -> None:
    path = premises.write("x.json", {"password": "moth"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == '{"password": "moth"}'


def test_a_bridge_has_one_identity(premises: Premises) -> None:
    who = premises.identity()
    before = Path(who.certificate).read_bytes()
    assert premises.identity() == who
    assert Path(who.certificate).read_bytes() == before
    assert who.name == BRIDGE_NAME


def test_the_bridge_is_where_the_client_looks_for_it(premises: Premises) -> None:
    ways = premises.ways(443)
    assert (ways.listen.port, ways.bridge) == (443, ("10.77.4.2", 443))
