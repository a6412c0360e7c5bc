"""``python -m peppermoth.lab.detectors.ndpi_process``: what nDPI says of each flow of a capture.

A capture comes on standard input, flow after flow (``engines``); for each, one line goes
to standard output: nDPI's name of it, the name's category (both empty for a guess), and the
bits of its risks, with tabulators between them; with ``--version``, nDPI's alone. A process
of its own, so that a fault in a library written in C ends nothing else.

nDPI comes with ``nfstream``, whose compiled part is used without the rest: that pins
itself to one core, and leaves off the heuristics against obfuscated traffic that nDPI
itself leaves off, but a monitor may turn on. They are on here. That part promises nothing
to others: where another nfstream has another one, what is missing is the last line of
this process.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from typing import Any, Final

import _lib_engine
from _lib_engine import ffi, lib

PACKETS: Final = 255
"""Packets of a flow that nDPI is shown at most."""

HEURISTICS: Final = (
    (None, b"fully_encrypted_heuristic", b"enable"),
    (b"tls", b"dpi.heuristics", b"0x07"),
    (b"openvpn", b"dpi.heuristics", b"0x01"),
)
"""Settings of nDPI: whose, which, and what to set it to."""

GUESSES: Final = frozenset(
    getattr(lib, f"NDPI_CONFIDENCE_{name}")
    for name in ("UNKNOWN", "MATCH_BY_PORT", "MATCH_BY_IP", "DPI_AGGRESSIVE")
)
"""Ways in which nDPI comes to a name without having recognised what was said."""

_FILE: Final = 0  # nfstream's mode for captures
_FOREVER: Final = 2**63
_PACKET: Final = 1
_END: Final = -2


def word(told: Any) -> str:
    """A string of the library's."""
    return str(ffi.string(told), "utf-8", "replace")


def dissector() -> Any:
    """nDPI, ready to be shown packets. Raises RuntimeError."""
    sizes = ffi.new("struct dissector_checker *")
    for member, kind in (
        ("flow_size", "ndpi_flow_struct"),
        ("flow_tcp_size", "ndpi_flow_tcp_struct"),
        ("flow_udp_size", "ndpi_flow_udp_struct"),
    ):
        setattr(sizes, member, ffi.sizeof(f"struct {kind}"))
    made = lib.dissector_init(sizes)
    if made == ffi.NULL:
        raise RuntimeError("nDPI does not start")
    place = ctypes.c_void_p(int(ffi.cast("uintptr_t", made)))
    settings = ctypes.CDLL(_lib_engine.__file__)
    for setting in HEURISTICS:
        if settings.ndpi_set_config(place, *setting):
            raise RuntimeError(f"nDPI has no setting {setting[1].decode()}")
    lib.dissector_configure(made)
    return made


def packets(path: bytes) -> Iterator[Any]:
    """The packets of a capture; each is good until the next is asked for. Raises RuntimeError."""
    why = ffi.new("char[256]")
    capture = lib.capture_open(path, _FILE, why, 0)
    if capture == ffi.NULL or lib.capture_activate(capture, _FILE, why):
        raise RuntimeError(word(why))
    packet = ffi.new("struct nf_packet *")
    while (came := lib.capture_next(capture, packet, 0, 1, 0, _FILE)) != _END:
        if came != _PACKET:
            raise RuntimeError(f"nDPI's reader of captures answers {came}")
        yield packet


def main() -> None:
    """Read the capture on standard input, print a line for each flow. Raises RuntimeError."""
    ndpi = dissector()
    flow, ends = ffi.NULL, None
    for packet in packets(b"-"):
        found = {(*packet.src_ip, packet.src_port), (*packet.dst_ip, packet.dst_port)}
        if found == ends:
            lib.meter_update_flow(flow, packet, _FOREVER, _FOREVER, 0, 0, 0, PACKETS, ndpi, 0)
            continue
        conclude(flow, ndpi)
        ends, flow = found, lib.meter_initialize_flow(packet, 0, 0, 0, PACKETS, ndpi, 0)
        if flow == ffi.NULL:
            raise RuntimeError("nDPI has no memory for a flow")
    conclude(flow, ndpi)


def conclude(flow: Any, ndpi: Any) -> None:
    """Let nDPI conclude what a flow is, if there is one, print it, and forget the flow."""
    if flow == ffi.NULL:
        return
    lib.meter_expire_flow(flow, PACKETS, ndpi)
    name, category = (
        word(told) if flow.confidence not in GUESSES else ""
        for told in (flow.application_name, flow.category_name)
    )
    print(name, category, flow.ndpi_flow.risk, sep="\t")
    lib.meter_free_flow(flow, PACKETS, 0, 1)


if __name__ == "__main__":
    if sys.argv[1:] == ["--version"]:
        print(word(lib.engine_lib_ndpi_version()))
    else:
        main()
