"""A headless Chromium in the world that loads pages, and what came of them.

Each browser is new: an empty profile, no cache, no connections.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from peppermoth.errors import WorldError
from peppermoth.lab.traffic.devtools import Pipe, debugged
from peppermoth.lab.world.children import Child

QUIET_SECONDS: Final = 0.5
"""Without a request for so long, nothing more is coming; as Chromium's ``networkIdle``."""

_LAY_OUT: Final = "document.body?.offsetHeight"
"""Makes a page ask for its styles' pictures, which its load event need not wait for."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A page that was loaded: its address, seconds until all of it was there, and its requests.

    ``octets`` is what came for them, as HTTP counts; ``failed`` how many did not succeed:
    they broke off, or the server's answer was an error.
    """

    url: str
    seconds: float
    octets: int
    requests: int
    failed: int


class Tab:
    """One page on its way: what it asked for, and what came of that."""

    def __init__(self, url: str, began: float) -> None:
        self._url, self._began = url, began
        self._last = began
        self._asked: set[str] = set()
        self._open: set[str] = set()
        self._failed: set[str] = set()
        self._octets = 0.0
        self.fired = self.laid_out = False

    def hear(self, method: str, about: Mapping[str, Any], now: float) -> None:
        """Something happened to the page."""
        request = about.get("requestId", "")
        if method == "Page.loadEventFired":
            self.fired = True
        elif method == "Network.requestWillBeSent":
            self._asked.add(request)
            self._open.add(request)
        elif method == "Network.responseReceived":
            if about["response"]["status"] >= _HTTP_ERROR:
                self._failed.add(request)
            return
        elif method in ("Network.loadingFinished", "Network.loadingFailed"):
            self._open.discard(request)
            if method == "Network.loadingFailed":
                self._failed.add(request)
            self._octets += about.get("encodedDataLength", 0)
        else:
            return
        self._last = now

    @property
    def quiet_at(self) -> float:
        """When it has been quiet for long enough, unless something happens; else infinity."""
        return self._last + QUIET_SECONDS if self.fired and not self._open else math.inf

    @property
    def loaded(self) -> Loaded:
        """What came of it."""
        failed = len(self._failed | self._open)
        seconds = self._last - self._began
        return Loaded(self._url, seconds, int(self._octets), len(self._asked), failed)


_HTTP_ERROR: Final = 400


class Browser:
    """A running browser."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._tabs: dict[str, Tab] = {}

    def load(self, urls: Sequence[str], patience: float) -> list[Loaded]:
        """Load pages at the same time, each in a tab of its own, with all that they lead to.

        Raises WorldError where that takes longer than ``patience`` seconds.
        """
        names = [self._open_tab() for _ in urls]
        began = time.monotonic()
        self._tabs = {name: Tab(url, began) for name, url in zip(names, urls, strict=True)}
        for name, url in zip(names, urls, strict=True):
            self._call("Page.navigate", name, url=url)
        deadline = began + patience
        while (quiet := max(tab.quiet_at for tab in self._tabs.values())) > time.monotonic():
            if time.monotonic() >= deadline:
                raise WorldError("A page did not load in time.")
            if (message := self._pipe.receive(min(quiet, deadline))) is not None:
                self._hear(message)
            for name, tab in self._tabs.items():
                if tab.fired and not tab.laid_out:
                    tab.laid_out = True
                    self._call("Runtime.evaluate", name, expression=_LAY_OUT)
        return [tab.loaded for tab in self._tabs.values()]

    def _open_tab(self) -> str:
        """A new empty tab; by which name it is spoken to."""
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        name: str = attached["sessionId"]
        for domain in ("Page", "Network"):
            self._call(f"{domain}.enable", name)
        return name

    def _call(self, method: str, tab: str = "", **parameters: Any) -> dict[str, Any]:
        return self._pipe.call(method, tab, self._hear, **parameters)

    def _hear(self, message: Mapping[str, Any]) -> None:
        tab = self._tabs.get(message.get("sessionId", ""))
        if tab is not None and "method" in message:
            tab.hear(message["method"], message["params"], time.monotonic())


@contextmanager
def browsing(
    start: Callable[..., Child], chromium: Path, profile: Path, flags: Sequence[str]
) -> Iterator[Browser]:
    """A new browser until the block ends. ``start`` runs a program, as ``World.start`` does."""
    with debugged(start, chromium, profile, flags) as pipe:
        yield Browser(pipe)
