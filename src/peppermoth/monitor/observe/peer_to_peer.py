"""BitTorrent in its several ways: between peers, in the distributed table, with trackers.

What is exchanged stands in a hash, which is not told. Programs name themselves in their
peer ids and table messages (BEP 20).
"""

from __future__ import annotations

import re
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observation import Certainty, Flow, Speaker
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.bittorrent import (
    Datagram,
    classify,
    decode_handshake,
    decode_table,
)

MOST_DATAGRAMS: Final = 8
"""Datagrams of a flow that are read; a flow that is BitTorrent stays so."""

_PEER_ID: Final = re.compile(rb"-([A-Za-z~]{2})([0-9A-Za-z]{4})-")
_PROGRAMS: Final = {
    b"AZ": "Vuze",
    b"BC": "BitComet",
    b"BI": "BiglyBT",
    b"BT": "BitTorrent",
    b"DE": "Deluge",
    b"FD": "Free Download Manager",
    b"KT": "KTorrent",
    b"LT": "libtorrent",
    b"TR": "Transmission",
    b"TX": "Tixati",
    b"UM": "µTorrent for Mac",
    b"UT": "µTorrent",
    b"WW": "WebTorrent",
    b"lt": "rTorrent",
    b"qB": "qBittorrent",
}


def program_of(peer: bytes) -> str:
    """The program and version that a peer id begins with; empty where none is known."""
    found = _PEER_ID.match(peer)
    program = _PROGRAMS.get(found[1]) if found else None
    return f"{program} {found[2].decode()}" if found and program else ""


class Peer(Conversation):
    """A connection between peers."""

    protocol = "bittorrent"

    def client(self) -> Steps[None]:
        """The handshake of who opened it."""
        return self._handshake(Speaker.CLIENT)

    def server(self) -> Steps[None]:
        """The handshake of the other end."""
        return self._handshake(Speaker.SERVER)

    def _handshake(self, speaker: Speaker) -> Steps[None]:
        peer, at = yield from self.sides[speaker].message(decode_handshake)
        what = str(Datagram.TRANSPORT)
        field = "bittorrent.protocol.name"
        self.tell("use.peer_to_peer", "BitTorrent", at, field, "handshake", once=True, what=what)
        if (program := program_of(peer)) and self.flow.is_device(speaker):
            self.tell("device.software", program, at, "bittorrent.peer_id", "program")


class PeerDatagrams(Datagrams):
    """A flow of datagrams with a peer, the distributed table or a tracker."""

    protocol = "bittorrent"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._count = 0

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """A datagram, if it can be read."""
        self._count += 1
        if self._count >= MOST_DATAGRAMS:
            self.over()
        what = classify(at.data)
        if what is None:
            raise RemoteProtocolError("not a datagram of BitTorrent")
        certainty = Certainty.LIKELY if what is Datagram.TRANSPORT else Certainty.SEEN
        field = _FIELDS[what]
        self.tell(
            "use.peer_to_peer",
            "BitTorrent",
            at,
            field,
            what.replace(" ", "_"),
            once=True,
            certainty=certainty,
            what=str(what),
        )
        if what is Datagram.TABLE and self.flow.is_device(speaker):
            client = decode_table(at.data).client
            if program := _PROGRAMS.get(client[:2]):
                self.tell("device.software", program, at, field, "program", once=True)


_FIELDS: Final = {
    Datagram.TABLE: "bt-dht.bencoded.string",
    Datagram.TRACKER: "bt-tracker.msg.protocol_id",
    Datagram.DISCOVERY: "http.request.method",
    Datagram.TRANSPORT: "bt-utp.type",
}
