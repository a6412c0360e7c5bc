"""Programs of other people as child processes of a test, ended with the block that needs them."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_START_SECONDS = 20.0
_END_SECONDS = 5.0


@asynccontextmanager
async def server(log: Path, *argv: str | Path, port: int) -> AsyncIterator[None]:
    """A program that accepts connections on a port of the loopback. Its output goes to ``log``."""
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            *map(str, argv), stdin=DEVNULL, stdout=output, stderr=output
        )
        try:
            await _listens(process, port, log)
            yield
        finally:
            await _end(process)


async def _listens(process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with asyncio.timeout(_START_SECONDS):
        while True:
            if process.returncode is not None:
                raise RuntimeError(f"it did not start; see {log}")
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                await writer.wait_closed()
                return
            await asyncio.sleep(0.02)


async def _end(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), _END_SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()


async def output(*argv: str | Path, stdin: bytes = b"") -> tuple[int, str, str]:
    """Run a program to its end: exit code, standard output and standard error."""
    process = await asyncio.create_subprocess_exec(
        *map(str, argv), stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    try:
        out, errors = await process.communicate(stdin)
    finally:
        if process.returncode is None:
            await _end(process)
    return process.returncode or 0, out.decode(errors="replace"), errors.decode(errors="replace")
