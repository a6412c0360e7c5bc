"""Waiting for what must come true while the loop runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

PATIENCE = 20.0  # generous: only a hang takes this long


async def until(true: Callable[[], object]) -> None:
    """Return once something is true. Raises TimeoutError when it never is."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - anything may be waited for
            await asyncio.sleep(0.01)
