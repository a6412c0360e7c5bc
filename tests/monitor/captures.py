"""The captures that lie beside the repository: other people's traffic, for tests only."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.house import ROOT
from tests.needs import need

CAPTURES = ROOT.parent / "shared" / "captures"


def shared_captures() -> list[Path]:
    """Each content once, in a fixed order; a test without them is skipped, and fails in CI."""
    need(CAPTURES.is_dir(), "the shared captures", f"put them into {CAPTURES.name}/ beside it")
    found: dict[bytes, Path] = {}
    for path in sorted(CAPTURES.rglob("*.pcap*")):
        digest = hashlib.sha256(path.read_bytes()).digest()
        found.setdefault(digest, path)
    return list(found.values())
