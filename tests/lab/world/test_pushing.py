"""Who waits gets messages of the promised number, over TLS."""

from __future__ import annotations

import ssl
import time

from peppermoth.lab.peers.premises import CLIENT
from peppermoth.lab.traffic.dialling import dial
from peppermoth.lab.traffic.town import PUSH, Town
from peppermoth.lab.world.pushing import PORT
from peppermoth.redact import Address


def test_messages_come_one_by_one(town: Town) -> None:
    trust = ssl.create_default_context(cafile=str(town.premises.authority.root))
    with town.world.inside(CLIENT):
        sock = dial(Address(town.addresses[PUSH], PORT), None)
    with trust.wrap_socket(sock, server_hostname=PUSH) as waiting:
        began = time.monotonic()
        waiting.sendall(b"0.05 3\n")
        said = b""
        while piece := waiting.recv(65536):
            said += piece
    assert time.monotonic() - began >= 0.15
    sizes = []
    while said:
        size = int.from_bytes(said[:4], "big")
        sizes.append(size)
        said = said[4 + size :]
    assert len(sizes) == 3
    assert said == b""
