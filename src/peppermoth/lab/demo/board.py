"""How the demonstration shows what was seen: a comparison, what stays, who knocked.

Plain words first: colour only underlines. Everything from the line goes through
``printable``, since a recording may hold anything.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from peppermoth.exposure.captured import printable
from peppermoth.lab.demo.reading import Reading, Sighting
from peppermoth.monitor.observe.hellos import PROGRAMS
from peppermoth.tunnel.journal import size

WIDEST = 100

_NOTHING = "nothing readable"
_MOST_LINES = 6
_MOST_STRIPS = 2
_LABEL_WIDTH = 8
_LEGEND = (
    "Sizes: the first pieces in their order, up and down; a bar one step higher means a "
    "piece about three times as large."
)
_BARS = "▁▂▃▄▅▆▇█"
_LARGEST = 16 * 1024  # about the most that a TLS record holds


def comparison(straight: Sighting, through: Sighting, width: int) -> RenderableType:
    """The two sightings side by side, each line of it read from the recordings."""
    column = (min(width, WIDEST) - _LABEL_WIDTH - 6) // 2
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("", width=_LABEL_WIDTH, style="dim")
    table.add_column("without Peppermoth", width=column, overflow="fold", style="yellow")
    table.add_column("through Peppermoth", width=column, overflow="fold", style="green")
    for label, tell in _ROWS:
        cells = [tell(sighting, column) for sighting in (straight, through)]
        table.add_row(label, *("\n".join(lines) or _NOTHING for lines in cells))
    return Group(table, Text(_LEGEND, style="dim"))


def _destinations(sighting: Sighting, _width: int) -> list[str]:
    count = Counter(reading.server.text for reading in sighting.readings)
    plural = {True: "connection", False: "connections"}
    return [f"{address} ({n} {plural[n == 1]})" for address, n in count.items()]


def _names(sighting: Sighting, _width: int) -> list[str]:
    return [printable(name) for name in sighting.all(lambda r: r.names)]


def _requests(sighting: Sighting, width: int) -> list[str]:
    return _clipped(sighting.all(lambda r: r.requests), width)


def _text(sighting: Sighting, width: int) -> list[str]:
    return _clipped(sighting.all(lambda r: r.text), width)


def _clipped(lines: Sequence[str], width: int) -> list[str]:
    """One row for each, the first few only."""
    whole = map(printable, lines)
    rows = [f"{line[: width - 1]}…" if len(line) > width else line for line in whole]
    left = len(rows) - _MOST_LINES
    return [*rows[:_MOST_LINES], f"and {left} more"] if left > 0 else rows


def _protocols(sighting: Sighting, _width: int) -> list[str]:
    def spoken(reading: Reading) -> list[str]:
        clear = ["HTTP in clear"] if reading.requests else []
        return [*clear, *filter(None, [reading.version])]

    return list(sighting.all(spoken))


def _programs(sighting: Sighting, _width: int) -> list[str]:
    lines = []
    for fingerprint in filter(None, sighting.all(lambda r: [r.ja4])):
        program = PROGRAMS.get(fingerprint)
        lines += [f"says hello as {program} does" if program else "not a program we know"]
        # In two lines, for a column of a narrow terminal.
        cut = fingerprint.rindex("_") + 1
        lines += [fingerprint[:cut], fingerprint[cut:]]
    return lines


def _amounts(sighting: Sighting, _width: int) -> list[str]:
    return [amounts(sighting)]


def amounts(sighting: Sighting) -> str:
    """Bytes up and down, of all connections."""
    sent = sum(reading.sent for reading in sighting.readings)
    received = sum(reading.received for reading in sighting.readings)
    return f"↑ {size(sent)}  ↓ {size(received)}"


def _sizes(sighting: Sighting, width: int) -> list[str]:
    """A picture of the sizes in their order, a line each way, connections set apart."""
    sizes: list[int] = []
    for reading in sighting.readings:
        sizes += [0, *reading.sizes]
    room = width - 2
    strips = [sizes[start : start + room] for start in range(1, len(sizes), room)]
    return [
        f"{arrow} {bars(strip, sign)}" for strip in strips[:_MOST_STRIPS] for arrow, sign in _WAYS
    ]


_WAYS = (("↑", 1), ("↓", -1))


def bars(sizes: Iterable[int], sign: int) -> str:
    """Sizes of one sign as bars on a logarithmic scale; blanks for the others."""
    return "".join(_bar(value * sign) for value in sizes)


def _bar(value: int) -> str:
    if value <= 0:
        return " "
    level = math.log2(min(value, _LARGEST)) / math.log2(_LARGEST)
    return _BARS[min(int(level * len(_BARS)), len(_BARS) - 1)]


_ROWS: tuple[tuple[str, Callable[[Sighting, int], list[str]]], ...] = (
    ("to", _destinations),
    ("names", _names),
    ("in", _protocols),
    ("requests", _requests),
    ("text", _text),
    ("program", _programs),
    ("amount", _amounts),
    ("sizes", _sizes),
)


def search(words: Sequence[str], found: Sequence[str], searched: int) -> Text:
    """What a search of the second recording for the words of the first brought."""
    hits = ", ".join(map(printable, found)) or "none of them"
    return Text(
        f"\nThe {len(words)} names, paths and sentences on the left, searched for in the "
        f"{size(searched)} recorded on the right: {hits}."
    )


def remaining(through: Sighting) -> RenderableType:
    """What stays visible, in sentences."""
    began = min(reading.began for reading in through.readings)
    ended = max(reading.began + reading.lasted for reading in through.readings)
    servers = ", ".join(through.all(lambda r: [r.server.text]))
    names = ", ".join(map(printable, through.all(lambda r: r.names))) or "none"
    moment = time.strftime("%H:%M:%S", time.localtime(began))
    return _titled(
        "What stays visible",
        _listed(
            f"That you talk to {servers}, and when ({moment}, for {ended - began:.2f} s).",
            f"How much you send and receive ({amounts(through)}).",
            f"The name that the bridge goes by ({names}), which is a cover.",
            "Sizes and times, which can be compared with those of known pages.",
            "To whoever runs the bridge: what is on the left. Let it be a friend.",
        ),
    )


def _listed(*sentences: str) -> RenderableType:
    table = Table.grid(padding=(0, 1, 0, 0))
    for sentence in sentences:
        table.add_row("-", sentence)
    return table


def knocking(answers: Sequence[tuple[str, str]]) -> RenderableType:
    """What each visitor without a password got."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim")
    for what, answer in answers:
        table.add_row(what, printable(answer))
    return _titled("Who knocks on the bridge without a password gets", table)


def _titled(title: str, content: RenderableType) -> RenderableType:
    return Group("", Text(title, style="bold"), Padding(content, (0, 0, 0, 1)))
