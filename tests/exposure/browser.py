"""A page in a headless Chromium, without a network."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peppermoth.lab.traffic.devtools import Pipe, debugged
from peppermoth.lab.world.children import Child
from tests.peers import find

FLAGS = (
    "--hide-scrollbars",
    "--proxy-server=127.0.0.1:9",  # whatever a page asks the network for, fails
)


class Page:
    """One page of the browser."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._session = ""
        self.events: list[dict[str, Any]] = []

    def attach(self) -> None:
        """Open an empty page and speak to it from now on."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and wait for its answer."""
        return self._pipe.call(method, self._session, self.events.append, **parameters)

    def open(self, path: Path, *, width: int = 1280, height: int = 900) -> None:
        """Show a file in a window of this size and wait until it is there."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=1, mobile=False,
        )  # fmt: skip
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            message = self._pipe.receive(time.monotonic() + 30)
            assert message, "Chromium does not load the page"
            self.events.append(message)

    def prefer(self, scheme: str = "light", media: str = "screen") -> None:
        """Let the user prefer a light or dark page, on a screen or on paper."""
        feature = {"name": "prefers-color-scheme", "value": scheme}
        self.call("Emulation.setEmulatedMedia", media=media, features=[feature])

    def evaluate(self, script: str) -> Any:
        """The value of a script in the page, awaited if it is a promise."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def screenshot(self) -> bytes:
        """What the window shows of the page, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot")["data"])

    def complaints(self) -> list[str]:
        """What the browser has said against the page."""
        return [
            event["params"]["entry"]["text"]
            for event in self.events
            if event.get("method") == "Log.entryAdded"
        ]

    def requests(self) -> list[str]:
        """Everything that the page has asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event.get("method") == "Network.requestWillBeSent"
        ]


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A page in a new browser, which ends with the block."""

    def start(*argv: str | Path, keep: Sequence[int]) -> Child:
        return Child(profile.with_name("chromium"), argv, keep=keep)

    with debugged(start, find("chromium"), profile, FLAGS) as pipe:
        page = Page(pipe)
        page.attach()
        yield page
