"""Everything in the town is where it should be, and the monitor sees who goes where."""

from __future__ import annotations

import socket

from peppermoth.lab.peers.premises import CLIENT, WEB
from peppermoth.lab.recording.extract import traces_of
from peppermoth.lab.traffic.town import VIDEO, Town
from tests.lab.conftest import SITES
from tests.peers import find


def fetch(town: Town, url: str) -> str:
    root = town.premises.authority.root
    return town.world.enter(
        CLIENT, find("curl"), "-sS", "--fail", "--cacert", root, "-w", "%{http_version}", url
    )


def test_every_host_name_has_an_address_and_a_role_of_its_own(town: Town) -> None:
    assert len(town.sites) == SITES
    assert {host for site in town.sites for host in site.hosts} < set(town.addresses)
    assert len(set(town.addresses.values())) == len(town.addresses)
    assert len(town.roles) == len(town.addresses) + len(town.world.hosts)


def test_a_page_comes_by_name_over_tls_and_http2(town: Town) -> None:
    for site in town.sites:
        body = fetch(town, site.page.url)
        assert body.endswith("2")
        assert f"<title>{site.name}</title>" in body


def test_the_monitor_records_who_went_where(town: Town) -> None:
    capture = town.world.directory / "who.pcap"
    town.world.order(record=str(capture))
    fetch(town, town.sites[0].page.url)
    seen = town.world.order(record=None)
    found = traces_of(capture)
    assert {town.roles[trace.server.ip] for trace in found} == {"names", town.sites[0].name}
    assert seen["frames"] >= sum(len(trace.times) for trace in found)
    assert seen["overrun"] == 0
    assert max(abs(int(size)) for trace in found for size in trace.sizes) <= 1460


def test_the_web_answers_on_its_own_addresses_alone(town: Town) -> None:
    with town.world.inside(CLIENT):
        taken = socket.socket()
    with taken:
        taken.settimeout(5)
        assert taken.connect_ex((town.addresses[VIDEO], 443)) == 0
    with town.world.inside(CLIENT):
        refused = socket.socket()
    with refused:
        refused.settimeout(5)
        assert refused.connect_ex((town.world.hosts[WEB].ipv4, 443)) != 0
