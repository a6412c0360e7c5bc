"""What a running client or bridge tells its owner: log lines, and the client's status line.

Nothing here ever holds a target, a name that was asked for, or a secret.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.live import Live
from rich.text import Text

from peppermoth.tunnel.client import Client

LogFormat = Literal["text", "json"]
_MARGIN = 3  # columns left free: a terminal's ^C must not break the line
_UNITS = ("B", "kB", "MB", "GB", "TB")


class _StandardError(logging.Handler):
    """Writes to what standard error is at that moment: the status line steps aside for it."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, if somebody still reads."""
        with contextlib.suppress(OSError):
            print(self.format(record), file=sys.stderr, flush=True)


class _JsonLines(logging.Formatter):
    """One JSON object a line: time (UTC, RFC 3339), level, message."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        line = {"time": moment, "level": record.levelname.lower(), "message": record.getMessage()}
        return json.dumps(line, ensure_ascii=False)


class _Sentences(logging.Formatter):
    """The message behind the time of day."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line for a person."""
        return f"{time.strftime('%H:%M:%S', time.localtime(record.created))} {record.getMessage()}"


def set_up_logging(form: LogFormat, quiet: bool = False) -> None:
    """Send this package's log to standard error: warnings only if ``quiet``."""
    handler = _StandardError()
    handler.setFormatter(_JsonLines() if form == "json" else _Sentences())
    root = logging.getLogger("peppermoth")
    root.handlers = [handler]
    root.propagate = False
    root.setLevel(logging.WARNING if quiet else logging.INFO)


def size(count: float) -> str:
    """A number of bytes as a person says it: ``1.2 MB``."""
    for unit in _UNITS:
        if count < 1000 or unit == _UNITS[-1]:
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"


def duration(seconds: float) -> str:
    """A time span as a person says it: ``45 s``, ``12 min``, ``3 h 05 min``."""
    minutes = int(seconds) // 60
    if minutes < 1:
        return f"{int(seconds)} s"
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02} min"


class StatusLine:
    """The client's state in one line of the terminal, renewed every second."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._console = Console(stderr=True)
        self._live = Live(Text(), console=self._console, auto_refresh=False, transient=True)
        self._then = (client.loop.time(), 0, 0)

    def __enter__(self) -> StatusLine:
        self._live.__enter__()
        self.renew()
        return self

    def __exit__(self, *exc: object) -> None:
        self._live.__exit__(None, None, None)

    def renew(self) -> None:
        """Show the present; the rates are those since the last time."""
        now = self._client.loop.time()
        sent, received = self._client.totals()
        then, sent_then, received_then = self._then
        span = max(now - then, 0.001)
        self._then = (now, sent, received)
        rates = ((sent - sent_then) / span, (received - received_then) / span)
        line = fit(describe(self._client, now, *rates), self._console.width - _MARGIN)
        self._live.update(Text(line, no_wrap=True), refresh=True)


def describe(client: Client, now: float, sending: float, receiving: float) -> list[str]:
    """The status line's parts, the most important first; rates in bytes a second."""
    line = client.lines.current
    if line.up_since is not None:
        bridge = f"● {line.name} for {duration(now - line.up_since)}"
    elif line.failure is not None:
        bridge = f"○ {line.name}: {line.failure.sentence}"
    else:
        bridge = f"○ {line.name}: connecting"
    sent, received = client.totals()
    streams = client.streams
    return [
        bridge,
        "1 stream" if streams == 1 else f"{streams} streams",
        f"↓ {size(receiving)}/s ↑ {size(sending)}/s",
        f"in all ↓ {size(received)} ↑ {size(sent)}",
    ]


def fit(parts: Sequence[str], width: int) -> str:
    """All the parts, in as many rows of ``width`` columns as they need; a longer one is cut."""
    rows: list[str] = []
    for part in parts:
        if cell_len(part) > width:
            part = set_cell_size(part, max(0, width - 1)) + "…"
        longer = f"{rows[-1]} · {part}" if rows else part
        if rows and cell_len(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(part)
    return "\n".join(rows)
