"""Tunnels that take every packet: once they are up, nothing passes beside them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from peppermoth.lab.peers.premises import CLIENT
from peppermoth.lab.peers.table import PEERS
from peppermoth.lab.peers.vpns import OPENVPN_PORT, WIREGUARD_PORT
from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.traffic.town import furnish_shared, furnished
from tests.needs import need, need_root
from tests.peers import find


@pytest.mark.parametrize(
    ("name", "port"), [("openvpn", OPENVPN_PORT), ("wireguard", WIREGUARD_PORT)]
)
def test_even_names_are_asked_for_inside(name: str, port: int, tmp_path: Path) -> None:
    need_root()
    for program in ("ip", "nginx", "sshd"):
        find(program)
    peer = PEERS[name]
    need(not peer.missing, f"the programs {', '.join(peer.missing)}", "make peers")
    furnish_shared(tmp_path / "shared", 1, 1)
    capture = tmp_path / "x.pcap"
    with furnished(tmp_path, tmp_path / "shared", peer, 1, 1, {}) as town:
        for _ in range(2):  # a client can come back
            town.world.order(record=str(capture))
            peer.client(town.premises)
            address = town.addresses[town.sites[0].name]
            with town.world.inside(CLIENT):
                sock = socket.create_connection((address, 443), 10)
            sock.close()
            found = town.world.enter(CLIENT, "getent", "hosts", town.sites[0].name)
            assert found.split()[0] == address
            town.premises.leave()
            town.world.order(record=None)
            assert {trace.server.port for trace in traces_of(capture)} == {port}
