"""Strangers who knock at a bridge that leads them on find a web site there."""

from __future__ import annotations

from pathlib import Path

import pytest

from peppermoth.lab.peers import PEERS
from peppermoth.lab.premises import BRIDGE, BRIDGE_NAME, CLIENT
from peppermoth.lab.town import furnish_shared, furnished
from peppermoth.tunnel.site import EMBEDDED_SITE
from tests.needs import need_root
from tests.peers import find


@pytest.mark.parametrize(
    ("path", "status", "server"), [("/", "200", "nginx"), ("/nothing", "404", "nginx")]
)
def test_a_stranger_at_trojan_finds_the_site(
    path: str, status: str, server: str, tmp_path: Path
) -> None:
    need_root()
    for program in ("ip", "nginx", "sshd", "curl", "trojan"):
        find(program)
    shared = tmp_path / "shared"
    furnish_shared(shared, 1, 1)
    with furnished(tmp_path / "town", shared, PEERS["trojan"], 1, 1, {}) as town:
        said = town.world.enter(
            CLIENT,
            *("curl", "--silent", "--include", "--cacert", str(town.premises.authority.root)),
            *("--resolve", f"{BRIDGE_NAME}:443:{town.world.hosts[BRIDGE].ipv4}"),
            f"https://{BRIDGE_NAME}{path}",
        )
    head, _, body = said.partition("\n\n")
    assert head.split()[1] == status
    assert f"Server: {server}" in head
    if status == "200":
        assert body == (EMBEDDED_SITE / "index.html").read_text()
