"""Probes that censors were seen to send, or that papers found to tell proxies from servers.

- Alice et al., IMC 2020, section 5: random bytes of certain lengths (NR1, NR2), a
  client's first packet again as it was (R1) or with some bytes changed (R2 to R5);
- Frolov et al., NDSS 2020: random bytes around the sizes that proxies read at once;
- Fenske and Johnson, CCS 2024: how little makes a server react, and what it does when
  one byte of the first message is another, wherever that byte stands;
- Xue et al., USENIX Security 2022, and probers of TLS camouflage: odd records behind a
  valid handshake, and session tickets, which are among every handshake's records.

Random bytes go out in clear and inside TLS. Positions are a sample: every byte of the
headers, then some at equal distances.
"""

from __future__ import annotations

from typing import Final

from peppermoth.lab.probing.battery import FLIGHT, LAST_GET, noise
from peppermoth.lab.probing.probes import Changed, Hello, Probe, Raw, Wait

_TLS: Final = Hello()

CENSORS_LENGTHS: Final = (8, 12, 16, 22, 33, 41, 49)
"""NR1: around these, one more and one less."""

LONG: Final = 221
"""NR2."""

READ_SIZES: Final = (5, 32, 58, 64, 1024, 2048, 4096, 8192, 16384)
"""What proxies read before they decide: the head of a record, of AnyTLS, of trojan, of others."""

REPLAYS: Final[dict[str, tuple[int, ...]]] = {
    "R1: a first packet again": (),
    "R2: byte 0 changed": (0,),
    "R3: bytes 0 to 7, 62 and 63 changed": (*range(8), 62, 63),
    "R4: byte 16 changed": (16,),
    "R5: bytes 6 and 16 changed": (6, 16),
}
"""Which bytes of a recorded first packet are others when it is sent again."""

_HEADERS: Final = 11
"""Bytes of a hello's record header, message header and version."""

_BEYOND: Final = 20
"""How many places of the rest of a hello are tried."""

_AROUND: Final = sorted(
    {near + by for near in (*CENSORS_LENGTHS, *READ_SIZES) for by in (-1, 0, 1)} | {LONG}
)

LENGTHS: Final[dict[str, Probe]] = {
    **{f"{length} random bytes in clear": Probe(None, (Raw(noise(length)),)) for length in _AROUND},
    **{f"{length} random bytes in TLS": Probe(_TLS, (noise(length),)) for length in _AROUND},
}

PREFIXES: Final[dict[int, Probe]] = {
    length: Probe(None, (Raw(FLIGHT[:length]),))
    for length in (*range(1, _HEADERS + 1), 43, 44, 76, len(FLIGHT) - 1, len(FLIGHT))
}
"""A hello that breaks off, by how many bytes of it are sent."""


def _with_change(at: int) -> bytes:
    return FLIGHT[:at] + bytes((FLIGHT[at] ^ 0xFF,)) + FLIGHT[at + 1 :]


_STEP: Final = (len(FLIGHT) - _HEADERS) // _BEYOND

CHANGED_HELLOS: Final[dict[str, Probe]] = {
    f"byte {at} of a hello changed": Probe(None, (Raw(_with_change(at)),))
    for at in (*range(_HEADERS), *range(_HEADERS, len(FLIGHT), _STEP))
}

BEHIND_A_HANDSHAKE: Final[dict[str, Probe]] = {
    **{
        f"byte {at} of a request's record changed": Probe(_TLS, (Changed(LAST_GET, at),))
        for at in (*range(6), 30, -1)
    },
    "a ChangeCipherSpec after the handshake": Probe(_TLS, (Raw(b"\x14\3\3\0\1\1"),)),
    "an alert in clear after the handshake": Probe(_TLS, (Raw(b"\x15\3\3\0\2\1\0"),)),
    "an empty record after the handshake": Probe(_TLS, (Raw(b"\x17\3\3\0\0"),)),
    "a hello after the handshake": Probe(_TLS, (Raw(FLIGHT),)),
    "a late request after a wrong record": Probe(
        _TLS, (Raw(b"\x17\3\3\0\x13" + noise(19)), Wait(0.3), LAST_GET)
    ),
}
