"""Every probe against two servers, side by side: where they are the same, and where not.

``TRIALS`` is all of ``battery`` and ``published`` by group and name. What differs is told
in words; it counts only when it differs twice, so that a busy machine accuses nobody. The
contents of pages may differ, as between any two sites: of an answer below status 400
neither the body nor the fields that follow from it are compared.

Polite: ``AT_ONCE`` connections, each probe once or twice. Limits: a difference in time
is seen only as at once or late; what follows a server's timeout only where ``patience``
is as long as that timeout.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from peppermoth.lab.probing import battery, published
from peppermoth.lab.probing.battery import LAST_GET
from peppermoth.lab.probing.observing import observe, replayed, resumed
from peppermoth.lab.probing.probes import Hello, Observation, Probe
from peppermoth.redact import Address
from peppermoth.wire import http2
from peppermoth.wire.http import StatusLine
from peppermoth.wire.http_body import messages

AT_ONCE: Final = 16

Play: TypeAlias = Callable[[Address, float], Observation]
"""Plays against a server whose timeouts are so many seconds."""


class Trial(NamedTuple):
    """One probe of the list."""

    group: str
    name: str
    play: Play


class Verdict(NamedTuple):
    """What one probe saw of the reference and of the server."""

    trial: Trial
    reference: Observation
    server: Observation

    @property
    def differences(self) -> tuple[str, ...]:
        """What differs, in words; empty where the two are the same."""
        return differences(self.reference, self.server)


def _observe(probe: Probe, server: Address, patience: float) -> Observation:
    return observe(server, probe, patience)


def _replay(changed: tuple[int, ...], server: Address, patience: float) -> Observation:
    return replayed(server, Hello(), LAST_GET, changed, patience)


def _resume(version: ssl.TLSVersion, server: Address, patience: float) -> Observation:
    reused, records = resumed(server, Hello(versions=(version, version)), LAST_GET)
    # Before the page: in TLS 1.3 ServerHello, a change, two sealed messages and a ticket.
    own = records[:5] if version == ssl.TLSVersion.TLSv1_3 else records[:3]
    return Observation(records=own, tls=("resumed",) if reused else ())


_PREFIXES: Final = {
    f"the first {length} bytes of a hello": (length, probe)
    for length, probe in published.PREFIXES.items()
}

_PLAYS: Final[dict[str, dict[str, Play]]] = {
    **{
        group: {name: partial(_observe, probe) for name, probe in probes.items()}
        for group, probes in (
            ("HTTP/1 in TLS", battery.HTTP_1),
            ("HTTP/2 in TLS", battery.HTTP_2),
            ("handshakes", battery.HANDSHAKES),
            ("no TLS", battery.PLAIN),
            ("random lengths", published.LENGTHS),
            ("the smallest message", {name: probe for name, (_, probe) in _PREFIXES.items()}),
            ("a changed hello", published.CHANGED_HELLOS),
            ("behind a handshake", published.BEHIND_A_HANDSHAKE),
        )
    },
    "replays": {name: partial(_replay, at) for name, at in published.REPLAYS.items()},
    "session tickets": {
        "a ticket in TLS 1.2": partial(_resume, ssl.TLSVersion.TLSv1_2),
        "a ticket in TLS 1.3": partial(_resume, ssl.TLSVersion.TLSv1_3),
    },
}

TRIALS: Final = tuple(
    Trial(group, name, play) for group, plays in _PLAYS.items() for name, play in plays.items()
)


def side_by_side(
    reference: Address,
    server: Address,
    patience: float,
    trials: Sequence[Trial] = TRIALS,
    tell: Callable[[], object] = lambda: None,
) -> list[Verdict]:
    """Play every trial against both; ``tell`` hears of each that is done.

    Raises WorldError where one of them cannot be reached.
    """

    def judged(trial: Trial) -> Verdict:
        for _ in range(2):
            seen = (trial.play(server, patience) for server in (reference, server))
            verdict = Verdict(trial, *seen)
            if not verdict.differences:
                break
        tell()
        return verdict

    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        return list(pool.map(judged, trials))
    finally:
        pool.shutdown(cancel_futures=True)


_ASPECTS: Final = {
    "tls": "what is agreed in TLS",
    "hello": "ServerHello",
    "records": "records of the handshake",
    "alert": "alert",
    "said": "answer",
    "close_notify": "close_notify",
    "end": "end",
    "late": "late",
}
"""Each part of an observation that is compared, in words."""

_OF_THE_PAGE: Final = frozenset({"content-length", "content-type", "etag", "last-modified"})
_LONGEST: Final = 72


def differences(reference: Observation, server: Observation) -> tuple[str, ...]:
    """What a prober could tell two servers apart by, in words, the reference's first."""
    pairs = (
        (word, _compared(reference, aspect), _compared(server, aspect))
        for aspect, word in _ASPECTS.items()
    )
    return tuple(
        f"{word}: {_short(theirs, ours)} / {_short(ours, theirs)}"
        for word, theirs, ours in pairs
        if theirs != ours
    )


def _compared(seen: Observation, aspect: str) -> object:
    return list(_without_pages(seen.said)) if aspect == "said" else getattr(seen, aspect)


def _short(value: object, other: object) -> str:
    """A value in few characters: of a list, what the other one has not."""
    if isinstance(value, list) and isinstance(other, list):
        value = next((item for item in value if item not in other), value[len(other) :] or "")
    text = str(value) if value != "" else "nothing"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _without_pages(said: Iterable[object]) -> Iterable[object]:
    """What was said, without the contents of pages."""
    paged: set[int] = set()
    for one in said:
        match one:
            case bytes():
                yield from _heads(one)
            case (http2.Type.HEADERS, flags, int(stream), tuple(fields)):
                found = dict(fields)
                if found.get(":status", "500") < "400":
                    paged.add(stream)
                    fields = _fields(fields)
                yield http2.Type.HEADERS, flags, stream, fields
            case (http2.Type.DATA, _, int(stream), _) if stream in paged:
                pass
            case _:
                yield one


def _heads(stream: bytes) -> Iterable[object]:
    """The messages of HTTP/1 in pieces; all bytes where they are none."""
    read = False
    for head, body in messages(stream):
        read = True
        found = isinstance(head.line, StatusLine) and head.line.status < 400
        yield " ".join(map(str, head.line))
        yield from _fields(head.fields) if found else (*head.fields, body)
    if not read:
        yield stream


def _fields(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, "…" if name.lower() in _OF_THE_PAGE else value) for name, value in fields)


def smallest(observations: Iterable[tuple[str, Observation]]) -> int | None:
    """The fewest bytes of a hello at which a server reacts at once; None where it never does."""
    sizes = (
        _PREFIXES[name][0]
        for name, seen in observations
        if name in _PREFIXES
        and (seen.records or seen.said or (seen.end != "open" and not seen.late))
    )
    return min(sizes, default=None)


def render(verdicts: Sequence[Verdict]) -> RenderableType:
    """A row for each probe, and a summary."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("group", "probe", "seen (reference / server)"):
        table.add_column(heading, overflow="fold")
    group = ""
    for verdict in verdicts:
        told = "\n".join(verdict.differences)
        seen = Text(f"differs: {told}", style="red") if told else Text("same", style="green")
        trial = verdict.trial
        table.add_row("" if trial.group == group else trial.group, trial.name, seen)
        group = trial.group
    return Group(table, Text(_summary(verdicts)))


def _summary(verdicts: Sequence[Verdict]) -> str:
    differ = sum(bool(verdict.differences) for verdict in verdicts)
    least = (
        smallest((verdict.trial.name, verdict.reference) for verdict in verdicts),
        smallest((verdict.trial.name, verdict.server) for verdict in verdicts),
    )
    told = " / ".join("none" if size is None else str(size) for size in least)
    return (
        f"{len(verdicts)} probes, {differ} differ.\n"
        f"Fewest bytes of a hello that get a reaction at once: {told}."
    )
