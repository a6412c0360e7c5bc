"""Client and bridge as programs: the event loop, signals, what is printed, the end."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from peppermoth.errors import ConfigError
from peppermoth.files import write_private
from peppermoth.tunnel import journal, qr
from peppermoth.tunnel.addresses import guess_public_address
from peppermoth.tunnel.bridge import Bridge
from peppermoth.tunnel.client import Client
from peppermoth.tunnel.lines import Policy
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.settings import UNPRIVILEGED_PORT, BridgeSettings, ConnectSettings

log = logging.getLogger(__name__)

_MALLOC = ((-1, 16 << 20), (-3, 16 << 20))  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD
_COLLECT = (20_000, 10, 100)  # closed connections leave no cycles: collect rarely
_DESCRIPTORS = 65_536
_STANDARD_STREAMS = 3
_STOPPING = "Stopping: open streams have a few seconds. Press Ctrl-C again to leave at once."


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run on the fastest event loop that this system has."""
    fill_standard_streams()
    keep_memory()
    allow_descriptors()
    gc.freeze()  # what start-up left need not be looked through again
    gc.set_threshold(*_COLLECT)
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(main)


def fill_standard_streams() -> None:
    """Open those that whoever started us left closed: their numbers are for no connection."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) < _STANDARD_STREAMS:
        continue
    os.close(descriptor)


def keep_memory() -> None:
    """Tell glibc not to give every large buffer back to the kernel at once.

    Each would come back as new pages to be filled with zeros, which costs more than
    the encryption of what is then put there. Elsewhere nothing happens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):  # no glibc
        return
    for parameter, value in _MALLOC:
        mallopt(parameter, value)


def allow_descriptors() -> None:
    """Take all the open files that the system grants: each stream needs one."""
    try:
        import resource
    except ImportError:  # Windows
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop where it is installed; otherwise a loop that watches plain sockets."""
    try:
        import uvloop
    except ImportError:
        return asyncio.SelectorEventLoop()  # Windows' proactor loop cannot watch sockets
    return uvloop.new_event_loop()


class Signals:
    """Ctrl-C and SIGTERM ask to stop; a second one leaves at once. SIGHUP reloads."""

    def __init__(self, reload: Callable[[], None] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self.stop = asyncio.Event()
        self.now = asyncio.Event()
        self._handle(signal.SIGINT, self._ask)
        self._handle(signal.SIGTERM, self._ask)
        if reload is not None and hasattr(signal, "SIGHUP"):
            self._handle(signal.SIGHUP, reload)

    def _ask(self) -> None:
        if self.stop.is_set():
            self.now.set()
        else:
            log.info(_STOPPING)
        self.stop.set()

    def _handle(self, number: int, act: Callable[[], None]) -> None:
        try:
            self._loop.add_signal_handler(number, act)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: self._loop.call_soon_threadsafe(act))

    async def drained(self, stopping: Coroutine[Any, Any, None]) -> None:
        """Wait for ``stopping``, or for a second signal."""
        stop = asyncio.ensure_future(stopping)
        hurry = asyncio.ensure_future(self.now.wait())
        await asyncio.wait((stop, hurry), return_when=asyncio.FIRST_COMPLETED)
        for task in (stop, hurry):
            task.cancel()
        await asyncio.gather(stop, hurry, return_exceptions=True)


async def connect(links: Sequence[Link], settings: ConnectSettings) -> None:
    """``peppermoth connect``: serve programs until told to stop. Raises ConfigError."""
    journal.set_up_logging(settings.log_format, settings.quiet)
    credentials = None
    if settings.username is not None and settings.password is not None:
        credentials = (settings.username, settings.password)
    policy = Policy(streams_per_session=settings.streams_per_session)
    client = Client(links, settings.fingerprint, credentials, policy)
    signals = Signals()
    address = client.start(settings.listen)
    log.info("Set your programs' proxy to %s (SOCKS5 or HTTP).", address.text)
    client.lines.current.probe()
    show = not settings.quiet and settings.log_format == "text" and sys.stderr.isatty()
    with journal.StatusLine(client) if show else nullcontext() as status:
        while not signals.stop.is_set():
            if status is not None:
                status.renew()
            try:
                await asyncio.wait_for(signals.stop.wait(), 1.0 if status else None)
            except TimeoutError:
                continue
    await signals.drained(client.stop())


async def bridge(read: Callable[[], BridgeSettings]) -> None:
    """``peppermoth bridge``: print the links and serve until told to stop. Raises ConfigError.

    ``read`` gives the settings, now and at every reload.
    """
    settings = read()
    journal.set_up_logging("text")
    told: set[Link] = set()

    def tell() -> None:
        links = running.service.links
        if settings.links_to is not None:
            write_links(settings.links_to, [link for _, link in links])
        else:
            show_links([(user, link) for user, link in links if link not in told])
        told.update(link for _, link in links)

    running = Bridge(settings, read, tell)
    await running.start()
    signals = Signals(running.reload)
    try:
        tell()
    except ConfigError:
        await running.stop(drain=0)
        raise
    for note in notes(running, settings):
        log.warning("%s", note)
    log.info("The bridge is up. Ctrl-C stops it.")
    await signals.stop.wait()
    await signals.drained(running.stop())


def write_links(path: Path, links: Sequence[Link]) -> None:
    """One link a line, readable by the owner only. Raises ConfigError."""
    write_private(path, "".join(f"{link.text()}\n" for link in links).encode())


def show_links(links: Sequence[tuple[str, Link]]) -> None:
    """Print each user's link, and its QR code where a person is looking."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    for user, link in links:
        console.print(f"\nLink for {user} (whoever has it can use the bridge):", soft_wrap=True)
        console.print(link.text(), soft_wrap=True)
        if console.is_terminal:
            try:
                console.print(qr.draw(link, console.width), style=qr.STYLE, end="")
            except ConfigError:
                console.print("A wider window would show its QR code here.")


def notes(running: Bridge, settings: BridgeSettings) -> list[str]:
    """What the owner should know about where the bridge listens."""
    notes = []
    own = guess_public_address()
    if settings.public_host is None and not settings.listen and (own is None or own.private):
        notes.append(
            "This computer's address is a private one. If the world reaches it by another, "
            "say which: --public-host NAME-OR-ADDRESS."
        )
    if not settings.listen and running.addresses[0].port == UNPRIVILEGED_PORT:
        notes.append(
            f"Port 443 cannot be used, so the bridge listens on {UNPRIVILEGED_PORT}; "
            "443 looks more ordinary."
        )
    return notes
