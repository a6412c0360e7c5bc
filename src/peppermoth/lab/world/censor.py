"""What a censor on the line does to packets: rules of what it looks for and what it does.

A rule looks at flows (TCP and UDP, IPv4 and IPv6) as a censor does: by address, by port,
by the name in a TLS hello, by what the client says first. Once it has decided about a
flow it acts on this and, for ``seconds``, on every later flow between the same client and
the same server's port (residual blocking). Every decision is logged as a line of JSON, and
in the end what each rule did to packets: how many it dropped, how many frames it injected.

Limits: names are read from hellos in one segment, as many censors do; flows are forgotten
after ``MOST_FLOWS``, the oldest first.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Final, TextIO, TypeAlias

from peppermoth.errors import ConfigError, RemoteProtocolError
from peppermoth.lab.world.forging import onward, reply
from peppermoth.monitor import addresses
from peppermoth.monitor.open_flow import ACK, FIN, RST, SYN
from peppermoth.monitor.packets import TCP, Decoder, Packet
from peppermoth.monitor.randomness import fully_encrypted
from peppermoth.wire.hello import first_client_hello

MOST_FLOWS: Final = 65536

Inject: TypeAlias = Callable[[float, bytes, bool], None]
"""Send a frame of the monitor's own: when, the frame, whether towards the server."""

_ETHERNET: Final = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """What to look for and what to do. Empty conditions hold for every flow.

    ``act`` is one of ``ACTS``. ``first`` names a test in ``FIRST`` of the first payload
    that the client sends; ``sni`` is a pattern such as ``*.example``. The rule acts on a
    flow with ``probability``, from its packet number ``after`` on (both directions
    counted), and for ``seconds`` on the same client's flows to the same address and port.
    ``rate`` is the throttle's, in bits a second; ``payload`` is what ``inject`` says.
    """

    name: str
    act: str
    address: str = ""
    port: int = 0
    sni: str = ""
    first: str = ""
    probability: float = 1.0
    after: int = 0
    seconds: float = 0.0
    rate: float = 0.0
    payload: str = ""

    def __post_init__(self) -> None:
        """Raises ConfigError for an act or a test that does not exist."""
        if self.act not in ACTS:
            raise ConfigError(f"There is no act {self.act}; there are {', '.join(ACTS)}.")
        if self.first and self.first not in FIRST:
            raise ConfigError(f"There is no test {self.first}; there are {', '.join(FIRST)}.")

    @property
    def looks_inside(self) -> bool:
        """Whether it needs the client's first payload to decide."""
        return bool(self.sni or self.first)


@dataclass(slots=True)
class Watched:
    """A flow in the censor's memory. ``key`` is client, server and their ports."""

    key: tuple[bytes, int, bytes, int]
    packets: int = 0
    opened: bool = False
    rule: Rule | None = None
    begun: float = 0.0
    credit: float = 0.0


class Censor:
    """Rules at work. ``acts`` counts decisions."""

    def __init__(self, rules: Sequence[Rule], seed: int) -> None:
        self.acts = 0
        self.rules = list(rules)
        self._chance = random.Random(seed)
        self._decoder = Decoder()
        self._flows: dict[tuple[bytes, int, bytes, int], Watched] = {}
        self._residual: dict[tuple[bytes, bytes, int], tuple[float, Rule]] = {}
        self._log: TextIO | None = None
        self._dropped: Counter[str] = Counter()  # packets by rule
        self._injected: Counter[str] = Counter()

    def write_into(self, path: str | None) -> None:
        """Log further decisions there, or nowhere; and count from zero."""
        if self._log is not None:
            for rule in self.rules:
                done = {"dropped": self._dropped[rule.name], "injected": self._injected[rule.name]}
                self._log.write(json.dumps({"rule": rule.name, "act": rule.act, **done}) + "\n")
            self._log.close()
        self._log = open(path, "w") if path else None  # noqa: SIM115  closed by the next call
        self.acts = 0
        self._dropped.clear()
        self._injected.clear()

    def judge(self, when: float, frame: bytes, up: bool, inject: Inject) -> bool:
        """Whether a frame may pass. ``up``: it comes from the client's side."""
        if not self.rules:
            return True
        packet = self._decoder.decode(_ETHERNET, frame, len(frame))
        if not isinstance(packet, Packet) or not packet.source_port:
            return True
        flow = self._flow(packet, up)
        flow.packets += 1
        if flow.rule is None:
            self._decide(flow, packet, up, when)
        rule = flow.rule
        if rule is None or flow.packets <= rule.after:
            return True
        name = rule.name

        def counted(at: float, forged: bytes, to_server: bool) -> None:
            self._injected[name] += 1
            inject(at, forged, to_server)

        passes = ACTS[rule.act](Deed(rule, flow, packet, frame, up, when, counted))
        self._dropped[name] += not passes
        return passes

    def _flow(self, packet: Packet, up: bool) -> Watched:
        key = (packet.source, packet.source_port, packet.destination, packet.destination_port)
        if not up:
            key = (*key[2:], *key[:2])
        flow = self._flows.get(key)
        if flow is None or (up and packet.flags & SYN and flow.opened):
            if len(self._flows) >= MOST_FLOWS:
                del self._flows[next(iter(self._flows))]
            flow = self._flows[key] = Watched(key)
        return flow

    def _decide(self, flow: Watched, packet: Packet, up: bool, when: float) -> None:
        client, _, server, port = flow.key
        until, rule = self._residual.get((client, server, port), (0.0, None))
        if rule is not None and when < until:
            self._act(flow, rule, when, "residual")
            return
        says = up and not flow.opened and bool(packet.payload)
        for rule in self.rules:
            due = says if rule.looks_inside else flow.packets == 1
            if not due or not _concerns(rule, flow, packet):
                continue
            if self._chance.random() < rule.probability:
                if rule.seconds:
                    self._residual[client, server, port] = when + rule.seconds, rule
                self._act(flow, rule, when, "rule")
                break
        flow.opened |= says

    def _act(self, flow: Watched, rule: Rule, when: float, why: str) -> None:
        flow.rule = rule
        flow.begun = when
        self.acts += 1
        if self._log is not None:
            client, client_port, server, port = flow.key
            said = {"time": when, "rule": rule.name, "act": rule.act, "why": why}
            said["client"] = f"{addresses.text(client)} {client_port}"
            said["server"] = f"{addresses.text(server)} {port}"
            self._log.write(json.dumps(said) + "\n")


def _concerns(rule: Rule, flow: Watched, packet: Packet) -> bool:
    _, _, server, port = flow.key
    return (
        (not rule.address or addresses.text(server) == rule.address)
        and (not rule.port or port == rule.port)
        and (not rule.sni or fnmatch(_name_in(packet.payload), rule.sni))
        and (not rule.first or FIRST[rule.first](packet))
    )


@dataclass(frozen=True, slots=True)
class Deed:
    """A packet of a flow that a rule acts on."""

    rule: Rule
    flow: Watched
    packet: Packet
    frame: bytes
    up: bool
    when: float
    inject: Inject


def _drop(deed: Deed) -> bool:
    return False


def _reset(deed: Deed) -> bool:
    """RST to both ends, from each to the other; a SYN is only refused. All else is dropped."""
    packet = deed.packet
    if packet.protocol == TCP and not packet.flags & RST:
        deed.inject(deed.when, reply(deed.frame, packet, RST | ACK), not deed.up)
        if not packet.flags & SYN:
            deed.inject(deed.when, onward(deed.frame, packet, RST), deed.up)
    return False


def _inject(deed: Deed) -> bool:
    """Answer the client in the server's name and drop what it said."""
    if deed.up and deed.packet.payload and deed.packet.protocol == TCP:
        said = deed.rule.payload.encode()
        deed.inject(deed.when, reply(deed.frame, deed.packet, ACK | FIN, said), False)
    return not deed.packet.payload


def _throttle(deed: Deed) -> bool:
    """Police the flow: what exceeds the rate, with a tenth of a second of credit, is dropped."""
    flow, rate = deed.flow, deed.rule.rate / 8
    flow.credit = min(flow.credit + (deed.when - flow.begun) * rate, max(rate / 10, 1600.0))
    flow.begun = deed.when
    if flow.credit < len(deed.frame):
        return False
    flow.credit -= len(deed.frame)
    return True


def _fully_encrypted(packet: Packet) -> bool:
    """The rule is about TCP alone."""
    return packet.protocol == TCP and fully_encrypted(packet.payload)


def _name_in(payload: bytes) -> str:
    """The name in a TLS hello, as far as one segment shows it."""
    try:
        hello = first_client_hello(payload)
    except RemoteProtocolError:
        return ""
    return (hello.server_name or "").lower() if hello else ""


ACTS: Final[dict[str, Callable[[Deed], bool]]] = {
    "drop": _drop,
    "reset": _reset,
    "throttle": _throttle,
    "inject": _inject,
}
"""What a rule can do; a freeze is ``drop`` with ``after``. True lets the packet pass."""

FIRST: Final[dict[str, Callable[[Packet], bool]]] = {
    "fully-encrypted": _fully_encrypted,
}
"""Tests of the packet with the first payload of a client."""

BLOCK_PAGE: Final = "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
"""What is said in a server's name to a request that is refused."""

CENSORS: Final[dict[str, tuple[Rule, ...]]] = {
    # Wu et al., USENIX Security 2023: 26.3% of the connections, then 180 seconds.
    "wu2023": (Rule("wu2023", "drop", first="fully-encrypted", probability=0.263, seconds=180.0),),
    # Russia 2025: every flow to a suspicious network freezes after about 25 packets.
    "freeze25": (Rule("freeze25", "drop", after=25),),
    # What boxes on the line do to a name or a port that they refuse, and to what they slow.
    "reset-https": (Rule("reset-https", "reset", port=443, after=3),),
    "throttle-https": (Rule("throttle-https", "throttle", port=443, rate=128_000.0),),
    "inject-http": (Rule("inject-http", "inject", port=80, payload=BLOCK_PAGE),),
}
"""Censors by name: two that are known, then one for each other act."""
