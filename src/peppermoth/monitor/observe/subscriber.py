"""Numbers of a subscription and handset in a mobile network's own signalling (GTP)."""

from __future__ import annotations

from typing import Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Speaker
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.gtp import decode_gtp

_IMEI: Final = {1: "gtp.ext_imeisv", 2: "gtpv2.mei"}
"""Where Wireshark has the number of the handset, by GTP's version."""


class Gtp(Datagrams):
    """GTPv1-C and GTPv2-C."""

    protocol = "gtp"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """A message that may name a subscriber."""
        seen = decode_gtp(at.data)
        for what, number, field in (
            ("IMSI", seen.imsi, "e212.imsi"),
            ("IMEI", seen.imei, _IMEI[at.data[0] >> 5]),
        ):
            if number:
                value = masks.phone(number)
                self.tell("identity.subscriber", value, at, field, "number", once=True, what=what)
        if seen.phone:
            self.tell(
                "identity.phone",
                masks.phone(seen.phone),
                at,
                "e164.msisdn",
                "phone",
                once=True,
                role="own",
                protocol=self.protocol,
            )
