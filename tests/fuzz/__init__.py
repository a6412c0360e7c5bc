"""Fuzz targets: one file for each parser or machine that meets foreign bytes.

A target is a module in this folder with

- ``fuzz(data: bytes) -> None``, which feeds ``data`` to the parser;
- ``PERMITTED``, the exceptions that the parser may raise; any other is a crash;
- optionally ``SEEDS``, valid inputs to start from.

``make fuzz`` runs every target for a bounded time and stores what crashes it in
``crashes/NAME/``. Stored crashes are committed: the test suite replays them.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hypothesis import strategies as st

HERE = Path(__file__).parent
CRASHES = HERE / "crashes"
LONGEST_INPUT = 4096


class Target(NamedTuple):
    """One parser under foreign bytes."""

    name: str
    fuzz: Callable[[bytes], None]
    permitted: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]

    def feed(self, data: bytes) -> None:
        """Let the parser have ``data``; raises whatever is not permitted."""
        with contextlib.suppress(*self.permitted):
            self.fuzz(data)

    def crashes(self) -> list[Path]:
        """The inputs that once crashed it."""
        return sorted((CRASHES / self.name).glob("*"))


def names() -> list[str]:
    """Every target, by the name of its file."""
    return sorted(
        path.stem for path in HERE.glob("*.py") if not path.stem.startswith(("__", "test_"))
    )


def load(name: str) -> Target:
    """Import a target."""
    module = importlib.import_module(f"{__name__}.{name}")
    return Target(name, module.fuzz, module.PERMITTED, getattr(module, "SEEDS", ()))


def foreign_bytes(seeds: tuple[bytes, ...]) -> st.SearchStrategy[bytes]:
    """Any bytes, or a seed with a piece of it replaced by any bytes."""
    anything = st.binary(max_size=LONGEST_INPUT)
    if not seeds:
        return anything

    def damage(seed: bytes, start: int, length: int, patch: bytes) -> bytes:
        start %= len(seed) + 1
        return seed[:start] + patch + seed[start + length :]

    damaged = st.builds(
        damage,
        st.sampled_from(seeds),
        st.integers(0, LONGEST_INPUT),
        st.integers(0, 16),
        st.binary(max_size=16),
    )
    return anything | damaged
