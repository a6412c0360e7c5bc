"""What leaves the client while programs browse: the tunnel, and the bridge's own look-up."""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from peppermoth.lab.world.names import NameServer, naming
from tests.peers import find
from tests.world import World
from tests.world.people import PORT, Friend, connect
from tests.world.services import recording, serving_pages

BRIDGE, SITE = "bridge.example", "moth.example"
ARP, IPV4, IPV6 = 0x0806, 0x0800, 0x86DD
TCP, UDP, ICMPV6 = 6, 17, 58
NEIGHBOUR_DISCOVERY = range(133, 138)
DNS_PORT = 53


class Packet(NamedTuple):
    """Who speaks to whom."""

    protocol: int
    source: str
    target: str
    ports: frozenset[int]

    @property
    def ends(self) -> set[str]:
        """Both addresses."""
        return {self.source, self.target}


def packets(frames: list[bytes]) -> Iterator[Packet]:
    """The IP packets among Ethernet frames, all but those that end at the next router."""
    for frame in frames:
        (kind,) = struct.unpack_from("!H", frame, 12)
        if kind == IPV4:
            start = 14 + (frame[14] & 15) * 4
            protocol, source, target = frame[23], frame[26:30], frame[30:34]
        elif kind == IPV6:
            start = 54
            protocol, source, target = frame[20], frame[22:38], frame[38:54]
        else:
            assert kind == ARP, f"an unknown kind of frame: {kind:#06x}"
            continue
        ends = ipaddress.ip_address(source), ipaddress.ip_address(target)
        local = any(end.is_link_local or end.is_multicast for end in ends)
        if (local and protocol not in (TCP, UDP)) or (
            protocol == ICMPV6 and frame[start] in NEIGHBOUR_DISCOVERY
        ):
            continue
        ports = struct.unpack_from("!HH", frame, start) if protocol in (TCP, UDP) else ()
        yield Packet(protocol, str(ends[0]), str(ends[1]), frozenset(ports))


@contextmanager
def watched(world: World) -> Iterator[tuple[NameServer, list[bytes]]]:
    """A client whose bridge has a name, a web site, and the monitor's record of it all."""
    table = {BRIDGE: world.hosts["bridge"], SITE: world.hosts["web"]}
    for host in ("client", "bridge"):
        world.resolve_at(host, world.hosts["other"].ipv4)
    with naming(world, "other", table) as names, serving_pages(world, "web"):
        bridge = Friend(world, "bridge", BRIDGE)
        bridge.start()
        with recording(world, "line", "client") as frames:
            connect(world, bridge.link)
            yield names, frames


def only_the_tunnel_left(world: World, names: NameServer, frames: list[bytes]) -> None:
    client, bridge, resolver = (world.hosts[name] for name in ("client", "bridge", "other"))
    seen = {*packets(frames)}
    tunnel = {p for p in seen if p.protocol == TCP and PORT in p.ports and p.ends & {*bridge}}
    lookups = {p for p in seen if DNS_PORT in p.ports and p.ends & {*resolver}}
    assert tunnel
    assert seen == tunnel | lookups
    assert names.asked_by(client) == {BRIDGE}
    assert SITE in names.asked_by(bridge), "the bridge is who asks for the site"
    assert not [frame for frame in frames if b"moth" in frame], "no name of a site in clear"


PROXIES = {
    "SOCKS5, name": ("--socks5-hostname", "127.0.0.1:1080", f"http://{SITE}/"),
    "HTTP": ("--proxy", "http://127.0.0.1:1080", f"http://{SITE}/"),
    "CONNECT": ("--proxytunnel", "--proxy", "http://127.0.0.1:1080", f"http://{SITE}/"),
}


def test_curl_leaves_nothing_but_the_tunnel_on_the_line(earth):
    find("curl")
    with watched(earth) as (names, frames):
        for words in PROXIES.values():
            assert "<title>moth" in earth.enter("client", "curl", "-sS", *words)
        web = earth.hosts["web"]
        for site in (f"http://{web.ipv4}/", f"http://[{web.ipv6}]/"):
            words = ("--socks5-hostname", "127.0.0.1:1080", site)
            assert "<title>moth" in earth.enter("client", "curl", "-sS", *words)
        unknown = ("curl", "-s", "--proxy", "http://127.0.0.1:1080", "http://nowhere.example/")
        assert "No site has this name." in earth.enter("client", *unknown)
        assert "nowhere.example" in names.asked_by(earth.hosts["bridge"])
        only_the_tunnel_left(earth, names, frames)


def test_chromium_leaves_nothing_but_the_tunnel_on_the_line(earth, tmp_path):
    chromium = find("chromium")
    with watched(earth) as (names, frames):
        page = earth.enter(
            "client",
            *(chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
            *(f"--user-data-dir={tmp_path / 'profile'}", "--no-first-run"),
            *("--disable-background-networking", "--disable-component-update"),
            *("--proxy-server=socks5://127.0.0.1:1080", "--dump-dom", f"http://{SITE}/"),
        )
        assert "moth ran" in page
        only_the_tunnel_left(earth, names, frames)


def test_the_record_would_show_a_program_that_does_not_use_the_proxy(earth):
    with watched(earth) as (names, frames):
        earth.enter("client", "curl", "-sS", f"http://{SITE}/")
        with pytest.raises(AssertionError):
            only_the_tunnel_left(earth, names, frames)
        assert SITE in names.asked_by(earth.hosts["client"])
