"""nDPI as a detector: what the library in many network inspectors makes of flows.

Three questions are asked. Does it name a tunnel: what it files under VPN, or SOCKS? Does it
name nothing, as a filter would ask that only lets through what it knows? A name that it
takes from a port or by heuristics is none. And do its heuristics call the flow obfuscated:
a first packet that is fully encrypted (Wu 2023), a handshake of TLS within (Xue 2024), an
OpenVPN that is hidden? Authors leave these off; a monitor may turn them on, and so does
``ndpi_process``, where nDPI runs.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
from importlib import metadata
from typing import Final, NamedTuple

from peppermoth.errors import DetectorError
from peppermoth.lab.detectors import Detector, Engine
from peppermoth.lab.detectors.engines import Capture, margins, told

OBFUSCATED: Final = 1 << 56
"""Among the bits of nDPI's risks: obfuscated traffic."""


class Verdict(NamedTuple):
    """nDPI's words on a flow; ``name`` is empty where it recognises nothing in what was said."""

    name: str
    category: str
    risks: int


def absent() -> str:
    """Why nDPI cannot be asked; empty where it can."""
    if importlib.util.find_spec("nfstream"):
        return ""
    return "nDPI is not installed: pip install 'peppermoth[lab]'."


def version() -> str:
    """Of nDPI, and of nfstream, which brings it. Raises DetectorError."""
    return f"{_asked('--version')[0]} ({_bringer()})"


def verdicts(shown: Capture) -> list[Verdict]:
    """What nDPI says of each flow. Raises DetectorError."""
    lines = [line.split("\t") for line in _asked(file=shown.file)]
    try:
        return [Verdict(name, category, int(risks)) for name, category, risks in lines]
    except ValueError as exc:
        raise DetectorError(f"nDPI's words make no sense: {exc}.") from exc


def _asked(*words: str, file: bytes = b"") -> list[str]:
    """The lines of ``ndpi_process``. An error names nfstream's version, whose inside may change."""
    command = [sys.executable, "-m", "peppermoth.lab.detectors.ndpi_process", *words]
    return told(f"nDPI ({_bringer()})", command, file)


def _bringer() -> str:
    return f"nfstream {metadata.version('nfstream')}"


def names_tunnel(verdict: Verdict) -> bool:
    """Whether nDPI takes the flow for a tunnel's."""
    return verdict.name != "" and (verdict.category == "VPN" or "SOCKS" in verdict.name)


def names_nothing(verdict: Verdict) -> bool:
    """Whether nDPI does not recognise the flow."""
    return not verdict.name


def suspects(verdict: Verdict) -> bool:
    """Whether nDPI's heuristics take the flow for something in disguise."""
    return bool(verdict.risks & OBFUSCATED)


_ENGINE: Final = Engine("nDPI", absent, version)
_SOURCE: Final = "nDPI, as nfstream brings it"

DETECTORS: Final = tuple(
    Detector(
        id=f"ndpi-{what}",
        measures=measures,
        source=source,
        version=1,
        batch=functools.partial(margins, ask=verdicts, flags=flags),
        engine=_ENGINE,
    )
    for what, measures, source, flags in (
        ("tunnel", "whether nDPI names a tunnel", _SOURCE, names_tunnel),
        ("unknown", "whether nDPI recognises nothing", _SOURCE, names_nothing),
        (
            "obfuscated",
            "whether nDPI calls it obfuscated",
            f"{_SOURCE}, with its heuristics turned on",
            suspects,
        ),
    )
)
