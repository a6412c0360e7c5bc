"""What the names that a device contacts say about it: services, trackers, its system.

Follows the observations of names, wherever they stood. Tables: ``monitor/services.py``,
``trackers.py`` and ``systems.py``; a name counts for the longest entry that it equals or
lies below. The Public Suffix List tells which part of a name somebody registered, so that
a service is known by its name in many countries, and not by others' use of that name.

The same fact is told again only after ``AGAIN`` seconds. Bounded: at most ``MOST`` facts
are remembered. Whether a name was contacted or only asked for stands in its own
observation, whose place and certainty these take over; names in proxies count too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from publicsuffixlist import PSLFILE, PublicSuffixList

from peppermoth.monitor import services, systems, trackers
from peppermoth.monitor.observation import Certainty, Observation

AGAIN: Final = 300.0
MOST: Final = 4096

KINDS: Final = frozenset(
    {"name.dns", "name.sni", "name.quic", "name.http", "name.proxy", "name.certificate"}
)
"""Observations whose value is a name that the device used."""


class Meaning(NamedTuple):
    """What a name says; None or empty where nothing."""

    service: services.Service | None
    tracker: str
    system: str


class Known:
    """Follows names and tells what is known of them."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], float] = {}

    def receive(self, observation: Observation) -> Iterable[Observation]:
        """An observation; if of a name, what that says."""
        if observation.kind not in KINDS:
            return ()
        if observation.flow is not None and not observation.flow.device_is_client:
            return ()
        return self._follow(observation, meaning(observation.value))

    def _follow(self, observation: Observation, found: Meaning) -> Iterator[Observation]:
        name = observation.value
        if found.tracker and self._is_due("tracker", found.tracker, observation.time):
            details = {"company": found.tracker, "from": name}
            yield _derived(observation, "use.tracker", found.tracker, details=details)
        elif found.service and self._is_due("service", found.service.name, observation.time):
            details = {"category": found.service.category, "from": name}
            yield _derived(observation, "use.service", found.service.name, details=details)
        if found.system and self._is_due("system", found.system, observation.time):
            sure = min(observation.certainty, Certainty.LIKELY, key=_SURENESS.index)
            yield _derived(observation, "device.system", found.system, sure, details={"from": name})

    def _is_due(self, what: str, value: str, time: float) -> bool:
        before = self._told.get((what, value))
        if before is not None and abs(time - before) < AGAIN:
            return False
        if before is None and len(self._told) >= MOST:
            return False
        self._told[what, value] = time
        return True


_SURENESS: Final = (Certainty.POSSIBLE, Certainty.LIKELY, Certainty.SEEN)


def _derived(
    of: Observation,
    kind: str,
    value: str,
    certainty: Certainty | None = None,
    *,
    details: dict[str, str],
) -> Observation:
    """An observation that stands where the one it follows from stands."""
    return of._replace(
        kind=kind,
        value=value,
        certainty=certainty or of.certainty,
        rule=f"known.{kind.partition('.')[2]}",
        version=1,
        details=details,
    )


@lru_cache(maxsize=MOST)
def meaning(name: str) -> Meaning:
    """What the tables say of a host name; a port and a wildcard's star do not count."""
    host = name.lower().removeprefix("*.").rstrip(".")
    if host.count(":") == 1:
        host = host.partition(":")[0]
    if not host.isascii() or len(host) > 253 or host.replace(".", "").isdigit() or ":" in host:
        return Meaning(None, "", "")
    above = list(_above(host))
    service = next(filter(None, map(services.SERVICES.get, above)), None)
    service = service or _abroad(host)
    tracker = next(filter(None, map(trackers.TRACKERS.get, above)), "")
    system = next(filter(None, map(systems.NAMES.get, above)), "")
    return Meaning(service, tracker, system)


def _above(host: str) -> Iterator[str]:
    """The name and all those that it lies below."""
    yield host
    while "." in host:
        host = host.partition(".")[2]
        yield host


def _abroad(host: str) -> services.Service | None:
    """The service whose name a host has in another country."""
    if services.BRANDS.keys().isdisjoint(host.split(".")):
        return None  # without the list, which takes its time to load
    suffixes = _suffixes(host.rpartition(".")[2])
    return services.in_many_countries(suffixes.privatesuffix(host) or "")


@lru_cache(maxsize=256)
def _suffixes(last: str) -> PublicSuffixList:
    """What the list says of names that end so: to read it all takes its time."""
    return PublicSuffixList(_lines().get(last, []))


@cache
def _lines() -> dict[str, list[str]]:
    """The list as it was bundled, without what companies run, by the last part of names."""
    text = Path(PSLFILE).read_text(encoding="utf-8")
    begin, end = (text.index(f"// ==={edge} ICANN DOMAINS===") for edge in ("BEGIN", "END"))
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in text[begin:end].splitlines():
        if line and not line.startswith("//"):
            last = line.rpartition(".")[2]
            found[last if last.isascii() else last.encode("idna").decode("ascii")].append(line)
    return found
