"""Strangers who knock at a bridge that leads them on find a web site there."""

from __future__ import annotations

from pathlib import Path

import pytest

from peppermoth.lab.peers.premises import BRIDGE, BRIDGE_NAME, CLIENT
from peppermoth.lab.peers.table import PEERS, Peer
from peppermoth.lab.traffic.town import furnish_shared, furnished
from peppermoth.tunnel.site import EMBEDDED_SITE
from tests.needs import need_root
from tests.peers import find


@pytest.mark.parametrize("peer", [PEERS["trojan"], PEERS["sing-box-trojan"]], ids=lambda p: p.name)
@pytest.mark.parametrize(("path", "status"), [("/", "200"), ("/nothing", "404")])
def test_a_stranger_at_a_bridge_finds_the_site(
    path: str, status: str, peer: Peer, tmp_path: Path
) -> None:
    need_root()
    for program in ("ip", "sshd", "curl", *peer.programs):
        find(program)
    shared = tmp_path / "shared"
    furnish_shared(shared, 1, 1)
    with furnished(tmp_path / "town", shared, peer, 1, 1, {}) as town:
        said = town.world.enter(
            CLIENT,
            *("curl", "--silent", "--include", "--cacert", str(town.premises.authority.root)),
            *("--resolve", f"{BRIDGE_NAME}:443:{town.world.hosts[BRIDGE].ipv4}"),
            f"https://{BRIDGE_NAME}{path}",
        )
    head, _, body = said.partition("\n\n")
    assert head.split()[1] == status
    assert "Server: nginx" in head
    if status == "200":
        assert body == (EMBEDDED_SITE / "index.html").read_text()
