"""``peppermoth demo``: see, on this computer, what a monitor on the line sees.

A person reads a few pages of two web sites, once straight and once through client
and bridge. The line in between is recorded, both recordings are read by the same
reader, and the findings stand side by side. Then somebody without a password
knocks on the bridge. Nothing leaves the computer, and nothing stays on it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from io import TextIOWrapper
from pathlib import Path

from rich.console import Console
from rich.text import Text

from peppermoth.errors import PeppermothError
from peppermoth.lab.demo import board
from peppermoth.lab.demo.knocks import KNOCKS, describe, knock
from peppermoth.lab.demo.line import Conversation
from peppermoth.lab.demo.reading import occurring, read_all
from peppermoth.lab.demo.sites import SITES
from peppermoth.lab.demo.stage import Stage, staged
from peppermoth.tunnel.running import Signals

_BEGIN = (
    "Two web sites, a bridge and a client run on this computer. A person reads a few pages, "
    "first without Peppermoth, then with it. This is what a monitor on the line can read."
)


async def demo(keep: bool) -> None:
    """Play the demonstration; with ``keep``, leave it running until told to stop.

    Raises PeppermothError with a sentence about what did not work.
    """
    signals = Signals()
    playing = asyncio.ensure_future(_play(_console(), keep))
    stopping = asyncio.ensure_future(signals.stop.wait())
    await asyncio.wait((playing, stopping), return_when=asyncio.FIRST_COMPLETED)
    if not playing.done():
        playing.cancel()
    stopping.cancel()
    await asyncio.gather(playing, stopping, return_exceptions=True)
    if not playing.cancelled():
        playing.result()


class _Story(Console):
    """A console whose reader may leave (``| head``) while the event loop runs."""

    def on_broken_pipe(self) -> None:
        """End the demonstration. Rich's own way out, SystemExit, would tear the loop down."""
        try:
            super().on_broken_pipe()
        except SystemExit:
            raise PeppermothError("Nobody reads the demonstration any more.") from None


def _console() -> Console:
    """Standard output for words as they are, also where it cannot show every character."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    console = _Story(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, board.WIDEST)
    return console


async def _play(console: Console, keep: bool) -> None:
    with tempfile.TemporaryDirectory(prefix="peppermoth-demo-") as directory:
        async with staged(Path(directory), SITES) as stage:
            console.print("\n" + _BEGIN)
            straight, through = await record(stage)
            _compare(console, straight, through)
            console.print(board.knocking(await knock_on(stage)))
            if keep:
                console.print(_invitation(stage), soft_wrap=True)
                await asyncio.Event().wait()


async def record(stage: Stage) -> tuple[list[Conversation], list[Conversation]]:
    """Browse twice; what the line kept, without and with the tunnel. Raises PeppermothError."""
    straight = stage.line.record()
    await stage.browse_straight()
    through = stage.line.record()
    await stage.browse_through()
    return straight, through


def _compare(console: Console, straight: list[Conversation], through: list[Conversation]) -> None:
    seen, left = read_all(straight), read_all(through)
    if not (seen.readings and left.readings):
        raise PeppermothError("The line recorded nothing, so there is nothing to compare.")
    console.print(board.comparison(seen, left, console.width))
    searched = sum(conversation.sent + conversation.received for conversation in through)
    console.print(board.search(seen.words, occurring(seen.words, through), searched))
    console.print(board.remaining(left))


async def knock_on(stage: Stage) -> list[tuple[str, str]]:
    """Each knock and, in words, the bridge's answer. Raises CarrierError."""
    name = stage.link.server_name or ""
    answers = await asyncio.gather(
        *(asyncio.to_thread(knock, stage.bridge, name, trial) for trial in KNOCKS)
    )
    return [(trial.what, describe(answer)) for trial, answer in zip(KNOCKS, answers, strict=True)]


def _invitation(stage: Stage) -> Text:
    site = next(visit for visit in stage.visits if visit.trust is None)
    return Text(
        f"\nRunning until you press Ctrl-C. A proxy for your programs: {stage.proxy.text}\n"
        f"  curl --proxy socks5h://{stage.proxy.text} http://{site.host.text}{site.path}\n"
        "A link for a client of your own, or an app on this computer:\n"
        f"  peppermoth connect '{stage.link.text()}'"
    )
