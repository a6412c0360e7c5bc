"""Every peer carries a page through the world, and only to its bridge."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.peers.premises import BRIDGE, NAMES
from peppermoth.lab.peers.table import PEERS, find_peer
from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.traces import CONTROL
from peppermoth.lab.traffic.table import Trip, find_traffic
from peppermoth.lab.traffic.town import furnish_shared, furnished
from tests.needs import need, need_root
from tests.peers import find

SITES = 1


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("shared")
    furnish_shared(directory, SITES, 1)
    return directory


@pytest.mark.parametrize("name", PEERS)
def test_a_page_comes_through(name: str, shared: Path, tmp_path: Path) -> None:
    need_root()
    for program in ("ip", "nginx", "sshd", "curl"):
        find(program)
    peer = PEERS[name]
    need(not peer.missing, f"the programs {', '.join(peer.missing)}", "make peers")
    capture = tmp_path / "x.pcap"
    with furnished(tmp_path, shared, peer, SITES, 1, {}) as town:
        town.world.order(record=str(capture))
        peer.client(town.premises)
        done = find_traffic("fetch").do(Trip(town, town.sites[0], random.Random(1), tmp_path))
        town.premises.leave()
        town.world.order(record=None)
        size = sum(resource.size for resource in town.sites[0].resources)
        servers = {town.roles[trace.server.ip] for trace in traces_of(capture)}
    assert sum(one.octets for one in done) > 0.95 * size
    if peer.is_tunnel:
        assert servers == {BRIDGE}
    else:
        assert servers == {NAMES, *town.sites[0].hosts}


def test_an_unknown_peer_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(ConfigError, match=CONTROL):
        find_peer("carrier pigeon")


def test_a_peer_without_its_programs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("peppermoth.lab.world.programs._SERVERS", ())
    with pytest.raises(ConfigError, match="trojan"):
        find_peer("trojan")
