"""BitTorrent's conversations and datagrams."""

from __future__ import annotations

import pytest
from hypothesis import given

from peppermoth.monitor.observation import Certainty
from peppermoth.monitor.observe.peer_to_peer import MOST_DATAGRAMS, Peer, PeerDatagrams
from peppermoth.monitor.reading import read
from tests.monitor.captures import CAPTURES
from tests.monitor.observe.feeding import CUTS, a_flow, c, everything, facts, listen, meaning, s
from tests.needs import need
from tests.wire.test_bittorrent import HANDSHAKE, HASH, PING, TRACKER, UTP

SHARING = ("use.peer_to_peer", "BitTorrent")


def test_a_handshake_tells_of_sharing_and_of_the_own_program():
    told = listen(Peer(a_flow(6881)), [c(HANDSHAKE), s(HANDSHAKE.replace(b"-TR", b"-qB"))])
    assert facts(told) == [SHARING, ("device.software", "Transmission 4060")]
    assert told[0].details == {"what": "file exchange"}


def test_what_is_shared_is_not_told():
    told = everything(listen(Peer(a_flow(6881)), [c(HANDSHAKE)]))
    assert HASH.hex() not in told
    assert repr(HASH)[2:-1] not in told


@given(CUTS)
def test_the_same_is_told_however_the_handshake_is_cut(cuts):
    said = [c(HANDSHAKE, b"more"), s(HANDSHAKE)]
    whole = meaning(listen(Peer(a_flow(6881)), said))
    assert meaning(listen(Peer(a_flow(6881)), said, cuts)) == whole


@pytest.mark.parametrize(
    ("data", "what", "certainty"),
    [
        (PING, "distributed table", Certainty.SEEN),
        (TRACKER, "tracker", Certainty.SEEN),
        (UTP, "file exchange", Certainty.LIKELY),
    ],
)
def test_datagrams_tell_what_they_are(data, what, certainty):
    told = listen(PeerDatagrams(a_flow(4000, "udp")), [s(data), s(data)])
    assert facts(told) == [SHARING]
    assert (told[0].details, told[0].certainty) == ({"what": what}, certainty)


def test_a_flow_of_many_datagrams_is_read_only_at_its_beginning():
    observer = PeerDatagrams(a_flow(4000, "udp"))
    listen(observer, [c(PING)] * MOST_DATAGRAMS, end=False)
    assert observer.done


def test_the_recorded_table_is_found_where_suricata_finds_it():
    path = CAPTURES / "suricata-verify/bittorrent-dht/input.pcap"
    need(path.is_file(), "the shared captures", "put them beside the repository")
    told = [one for one in read(str(path)) if one.kind == "use.peer_to_peer"]
    assert {one.packets for one in told} >= {(1,), (3,)}
