"""Where programs are found, and what a peer may write."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.authority import Authority
from peppermoth.lab.premises import BRIDGE_NAME, Premises, find_program, program, program_version
from peppermoth.lab.world import Host, World
from tests.peers import find


@pytest.fixture
def premises(tmp_path: Path) -> Premises:
    earth = World(tmp_path)
    earth.hosts["bridge"] = Host("10.77.4.2", "fd77:4::2")
    return Premises(earth, tmp_path, Authority(tmp_path / "certificates"))


def test_a_program_that_is_not_there_is_said_to_be_missing() -> None:
    assert find_program("no-such-moth") is None
    with pytest.raises(ConfigError, match="no-such-moth"):
        program("no-such-moth")


def test_a_program_of_our_own_cache_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    built = tmp_path / "peppermoth" / "peers" / "some-moth-1.2"
    built.parent.mkdir(parents=True)
    built.touch()
    assert find_program("some-moth") == built


@pytest.mark.parametrize("name", ["curl", "nginx", "ssh", "sing-box", "v2ray", "obfs4proxy"])
def test_a_program_says_its_version(name: str) -> None:
    find(name)
    assert any(character.isdigit() for character in program_version(name))


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
