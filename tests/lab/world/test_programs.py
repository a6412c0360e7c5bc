"""Where programs are found, and what they say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.world.programs import find_program, program, program_version
from tests.peers import find


def test_a_program_that_is_not_there_is_said_to_be_missing() -> None:
    assert find_program("no-such-moth") is None
    with pytest.raises(ConfigError, match="no-such-moth"):
        program("no-such-moth")


def test_the_newest_program_of_our_own_cache_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    peers = tmp_path / "peppermoth" / "peers"
    peers.mkdir(parents=True)
    for version in ("1.9.2", "1.14.0", "1.2"):
        (peers / f"some-moth-{version}").touch()
    assert find_program("some-moth") == peers / "some-moth-1.14.0"


@pytest.mark.parametrize("name", ["curl", "nginx", "ssh", "sing-box", "v2ray", "obfs4proxy"])
def test_a_program_says_its_version(name: str) -> None:
    find(name)
    assert any(character.isdigit() for character in program_version(name))
