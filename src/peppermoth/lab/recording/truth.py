"""What is known of a recorded load, beside its capture: who was where and what was done.

``NAME.pcap`` has its truth in ``NAME.json``. It is written last, so a load is there if,
and only if, its truth is. Labels come from the hosts' roles: what the client has with
the bridge is the tunnel's, what it has with web sites is ordinary, and the rest (names
that were asked for in clear) belongs to neither.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from peppermoth.errors import ConfigError
from peppermoth.lab.peers.premises import BRIDGE, CLIENT, NAMES
from peppermoth.lab.traces import Label, Trace

FORMAT: Final = "peppermoth-load"
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Truth:
    """One load.

    ``site`` is what was visited, of ``sites`` in the world, for the ``load``-th time.
    ``roles`` says who is at each address: ``client``, ``bridge``, ``names``, a web site's
    host name. ``done`` are the things that were done, as ``traffic.Done``; ``seconds`` is
    how long the longest took. ``monitor`` counts what the monitor saw, lost, dropped and
    did; ``shape`` and ``rules`` are what it was told. ``flows`` lists what is in the capture.
    """

    peer: str
    traffic: str
    site: str
    load: int
    seed: int
    sites: int
    tunnel: bool
    began: float
    seconds: float
    roles: dict[str, str]
    done: list[dict[str, Any]]
    monitor: dict[str, int]
    shape: dict[str, Any]
    rules: list[dict[str, Any]]
    flows: list[dict[str, Any]]
    versions: dict[str, str]

    def write(self, path: Path) -> None:
        """Write it whole or not at all."""
        part = path.with_suffix(".part")
        head = {"format": FORMAT, "version": VERSION}
        part.write_text(json.dumps({**head, **asdict(self)}, indent=1) + "\n")
        part.replace(path)

    @classmethod
    def read(cls, path: Path) -> Truth:
        """Raises ConfigError for a file that is none."""
        try:
            given = json.loads(path.read_text())
            if given.pop("format") != FORMAT or given.pop("version") != VERSION:
                raise ConfigError(f"{path.name} is not the truth of a load, or of another version.")
            return cls(**given)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
            raise ConfigError(f"{path.name} cannot be read as the truth of a load.") from exc

    def role(self, trace: Trace) -> str:
        """Who the flow's server is; empty where nobody knows."""
        return self.roles.get(trace.server.ip, "")

    def label(self, trace: Trace) -> Label | None:
        """What a flow of the load's capture is; None where it is neither tunnel nor control."""
        role = self.role(trace)
        tunnelled = self.tunnel and role == BRIDGE
        if role in ("", NAMES, CLIENT) or (self.tunnel and not tunnelled):
            return None
        return Label(self.peer, self.traffic, self.site, self.load, self.seed, tunnelled)


def describe(trace: Trace, role: str) -> dict[str, Any]:
    """A flow in the list of a truth."""
    return {
        "transport": trace.transport,
        "client_port": trace.client.port,
        "server": role or trace.server.ip,
        "server_port": trace.server.port,
        "begun": trace.begun,
        "packets": len(trace.times),
    }


def truths(directory: Path) -> Iterator[tuple[Path, Truth]]:
    """Every load below a directory, with its capture, in order. Raises ConfigError."""
    for path in sorted(directory.glob("*/*/*.json")):
        yield path.with_suffix(".pcap"), Truth.read(path)
