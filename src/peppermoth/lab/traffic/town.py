"""The lab's world with everything in it: a person, a monitor, a peer's bridge, web sites, names.

::

    client --- monitor --- line --- names     10.77.x.2
                              |---- web       a site a host name, 10.78.0.x
                              `---- bridge    the peer's other end

Programs on every host ask ``names``. The web's files and keys lie in a directory that
several towns of the same seed share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peppermoth.lab.peers.premises import BRIDGE, BRIDGE_NAME, CLIENT, NAMES, WEB, Premises
from peppermoth.lab.peers.table import Peer
from peppermoth.lab.world import websites
from peppermoth.lab.world.authority import Authority
from peppermoth.lab.world.forwarder import Shape
from peppermoth.lab.world.names import naming
from peppermoth.lab.world.namespaces import LINE, World, world
from peppermoth.lab.world.programs import program
from peppermoth.lab.world.pushing import pushing
from peppermoth.lab.world.sshd import serve_ssh
from peppermoth.lab.world.websites import WebSite

VIDEO: Final = "video.shared.example"
PUSH: Final = "push.shared.example"
SEGMENTS: Final = 40
_SEGMENT: Final = 400_000


@dataclass(frozen=True)
class Town:
    """A furnished world. ``addresses`` says where each host name is."""

    world: World
    peer: Peer
    premises: Premises
    sites: Sequence[WebSite]
    addresses: Mapping[str, str]
    shared: Path

    @property
    def roles(self) -> dict[str, str]:
        """Who is at each address: ``bridge``, ``names``, or a host name of the web."""
        hosts = self.world.hosts
        known = {hosts[name].ipv4: name for name in (BRIDGE, NAMES, WEB, CLIENT)}
        return known | {address: name for name, address in self.addresses.items()}


@contextmanager
def furnished(
    directory: Path, shared: Path, peer: Peer, sites: int, seed: int, cables: Mapping[str, Shape]
) -> Iterator[Town]:
    """A town with so many sites, and the peer's bridge running. Raises as ``world`` does."""
    made = websites.make_sites(sites, seed)
    names = (*websites.host_names(made), VIDEO, PUSH)
    addresses = {name: f"10.78.{n // 250}.{n % 250 + 1}" for n, name in enumerate(names)}
    cables = {CLIENT: Shape(), **cables}
    with world(directory, CLIENT, NAMES, WEB, BRIDGE, cables=cables) as earth:
        for host in earth.hosts:
            earth.resolve_at(host, earth.hosts[NAMES].ipv4)
        table = {name: (address,) for name, address in addresses.items()}
        table[BRIDGE_NAME] = (earth.hosts[BRIDGE].ipv4,)
        _settle(earth, addresses)
        authority = Authority(directory / "certificates")
        issued = {name: authority.issue(name, seed) for name in names}
        premises = Premises(earth, directory, authority)
        earth.watch(CLIENT, cables, seed)
        with (
            naming(earth, NAMES, table),
            pushing(earth, WEB, *issued[PUSH], seed),
        ):
            _serve(earth, directory, shared, {n: a for n, a in addresses.items() if n != PUSH})
            serve_ssh(earth, WEB, program("sshd"), directory / "web-ssh")
            peer.bridge(premises)
            yield Town(earth, peer, premises, made, addresses, shared)


def furnish_shared(shared: Path, sites: int, seed: int) -> None:
    """Write what towns of this seed share, unless it is there."""
    websites.write_sites(shared, websites.make_sites(sites, seed), seed)
    films = shared / VIDEO
    films.mkdir(exist_ok=True, parents=True)
    for number in range(SEGMENTS):
        size = _SEGMENT // 2 + number * 7919 % _SEGMENT
        film = films / f"{number:03}.mp4"
        if not film.exists():
            film.write_bytes(bytes(size))


def _settle(earth: World, addresses: Mapping[str, str]) -> None:
    """Give the web its addresses, and let the line know that they are there."""
    for address in addresses.values():
        earth.configure(WEB, "address", "add", f"{address}/32", "dev", "lo")
    earth.configure(LINE, "route", "add", "10.78.0.0/16", "via", earth.hosts[WEB].ipv4)


def _serve(earth: World, directory: Path, shared: Path, addresses: Mapping[str, str]) -> None:
    home = directory / "nginx"
    home.mkdir()
    settings = home / "nginx.conf"
    certificates = directory / "certificates"
    settings.write_text(websites.nginx_configuration(home, shared, certificates, addresses))
    server = earth.start(WEB, program("nginx"), "-c", settings, "-e", home / "error.log")
    server.listens(443)
