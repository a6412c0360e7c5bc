"""A headless Chromium in the world, told what to do over its debugging pipe.

Messages are JSON, each ended by a zero byte, on the descriptors 3 and 4
(https://chromedevtools.github.io/devtools-protocol/, ``--remote-debugging-pipe``).
Each browser is new: an empty profile, no cache, no connections.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from peppermoth.errors import WorldError
from peppermoth.lab.children import Child

FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--no-pings",
    "--remote-debugging-pipe",
)
_SHELL: Final = ("bash", "-c", 'exec "${@:3}" 3<&$1 4>&$2', "bash")
"""Gives the two pipes the numbers that Chromium expects."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page that was loaded: its address, seconds until its load event, and its requests.

    ``octets`` is what came for them, as HTTP counts; ``failed`` how many did not succeed.
    """

    url: str
    seconds: float
    octets: int
    requests: int
    failed: int


class Browser:
    """A running browser."""

    def __init__(self, said: int, told: int) -> None:
        self._said, self._told = said, told
        self._buffer = b""
        self._number = 0
        self._events: list[dict[str, Any]] = []

    def load(self, urls: Sequence[str], patience: float) -> list[Loaded]:
        """Load pages at the same time, each in a tab of its own. Raises WorldError."""
        tabs: dict[str, str] = {}
        for url in urls:
            target = self._call("Target.createTarget", url="about:blank")["targetId"]
            tab = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network"):
                self._call(f"{domain}.enable", tab)
            tabs[tab] = url
        self._events.clear()
        began = time.monotonic()
        for tab, url in tabs.items():
            self._call("Page.navigate", tab, url=url)
        ended: dict[str, float] = {}
        seen = 0
        while len(ended) < len(tabs):
            while seen < len(self._events):
                event = self._events[seen]
                if event.get("method") == "Page.loadEventFired":
                    ended[event["sessionId"]] = time.monotonic() - began
                seen += 1
            if len(ended) < len(tabs):
                self._events.append(self._receive(began + patience))
        return [self._loaded(tab, url, ended[tab]) for tab, url in tabs.items()]

    def _loaded(self, tab: str, url: str, seconds: float) -> Loaded:
        of_tab = [event for event in self._events if event.get("sessionId") == tab]
        names = [event.get("method") for event in of_tab]
        octets = sum(
            event["params"]["encodedDataLength"]
            for event in of_tab
            if event.get("method") == "Network.loadingFinished"
        )
        asked = names.count("Network.requestWillBeSent")
        return Loaded(url, seconds, int(octets), asked, names.count("Network.loadingFailed"))

    def _call(self, method: str, tab: str = "", **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if tab:
            message["sessionId"] = tab
        os.write(self._told, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + 30
        while True:
            answer = self._receive(deadline)
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise WorldError(f"Chromium does not do {method}: {answer['error']}")
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def _receive(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            left = max(0.0, deadline - time.monotonic())
            if not select.select([self._said], (), (), left)[0]:
                raise WorldError("A page did not load in time.")
            piece = os.read(self._said, 1 << 16)
            if not piece:
                raise WorldError("Chromium has left.")
            self._buffer += piece
        message, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def browsing(
    start: Callable[..., Child], chromium: Path, profile: Path, flags: Sequence[str]
) -> Iterator[Browser]:
    """A new browser until the block ends. ``start`` runs a program, as ``World.start`` does."""
    to_browser, told = os.pipe()
    said, from_browser = os.pipe()
    # Above 9, so that neither stands where the other has to go.
    ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (to_browser, from_browser)]
    try:
        argv = (*_SHELL, *map(str, ends), chromium, *FLAGS, *flags, f"--user-data-dir={profile}")
        browser = start(*argv, keep=ends)
        for end in ends:
            os.close(end)
        ends.clear()
        try:
            yield Browser(said, told)
        finally:
            browser.kill()
    finally:
        for end in (to_browser, from_browser, told, said, *ends):
            os.close(end)
