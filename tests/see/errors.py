"""How often the report's rules are wrong: ``python -m tests.see.errors [RECORDING ...]``.

Writes ``exposure/rules/measured.toml``, a row for each rule, from three judges:

- *known*: recordings that the tests make, of which they know what they hold: made-up
  conversations (``planted``), and real programs that are recorded anew (``test_sessions``);
- *witness*: others' captures, set against what tshark finds in the same packets
  (``witness``). A rule is wrong in a recording where one thing that it says there is not
  confirmed. What tshark does not dissect counts neither way; where it is known to err
  stands in ``EXPLAINED``. Presence is set against the times of all packets that the device
  sent;
- *controls*: rules that guess, on connections that hold nothing of what they look for: of
  others' captures, and of recordings of ordinary browsing that are named on the command
  line (those that ``peppermoth lab record`` makes without a tunnel).

Both ends of a connection may be a device here, so that claims are less independent of each
other than the bounds take them to be. The captures are small and made to test inspectors:
they hold odd traffic more often than a telephone does, and less of what is ordinary.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from peppermoth.errors import CaptureError
from peppermoth.exposure.findings import find
from peppermoth.exposure.rules import RULES, rule_for
from peppermoth.lab.statistics import share
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.observe.shape import SHORTEST_CALL
from peppermoth.monitor.reading import read
from tests.conftest import self_signed
from tests.house import PACKAGE
from tests.monitor.captures import CAPTURES, hosts, shared_captures
from tests.peers import find as program
from tests.see import planted
from tests.see.sessions import HOSTS, record, stage
from tests.see.tape import told
from tests.see.test_sessions import FOUND
from tests.see.witness import ANOTHER_WAY, Witness, fields_of
from tests.world import world

TABLE: Final = PACKAGE / "exposure" / "rules" / "measured.toml"

GUESSES: Final = (
    *("search", "location", "phone", "subscriber", "peer-to-peer", "call-shape"),
    *("tunnel-seen", "tor-seen", "random-seen", "name-hidden", "call-hidden"),
)
"""Rules that take a connection for what it may not be."""

HELD: Final = {"tls-bypass-missing-event": "tor-seen"}
"""Captures that hold what a rule guesses, as those say who recorded them."""

STACK: Final = "tcp.options"
"""The field of what is guessed from a SYN, which is compared with what the host says of itself."""

EXPLAINED: Final = {
    "app-layer-protocol-unknown-tls-boundary": "SSH at the port of TLS",
    "detect-pcre-04": "a request line with spaces within",
    "detect-pcre-05": "a request line with spaces within",
    "dns-udp-junkrequest-first": "begins with a message of SNMP that is whole and right",
    "http-request-invalid": "a form that does not say that it is one, which tshark does not open",
    "http2-bugfixes": "decrypted HTTP/2, whose compressed headers tshark does not open",
    "http2-compression-bug": "decrypted HTTP/2, whose compressed headers tshark does not open",
    "output-eve-ftp-data": "an address within Teredo, whose host asks for another one outside",
    "output-eve-anomaly-02": "HTTP at the port of SSH",
    "pop3-auth-01": "signs in by XOAUTH2, which tshark does not open",
    "smtp-bdat-bad-tail-reply-queue": "a mail in chunks, which tshark does not put together",
    "smtp-long-command": "QUIT where a name is asked for, which the server takes for one",
    "smtp-pipelining": "a mail without headers, behind commands in one packet",
    "transform-base64-7296": "its times are scrambled, years apart within a connection",
    "tls-altname-zero": "a name with a byte of zero, which tshark writes otherwise",
}
"""Captures in which tshark is no witness, and why."""


KNOWN: Final = "known"
WITNESS: Final = "witness"


class Claim(NamedTuple):
    """What one rule says of one device in one recording, and whether all of it is true."""

    judge: str
    rule: str
    recording: str
    device: str
    right: bool


def planted_claims() -> Iterator[Claim]:
    """Of conversations that the tests make up."""
    for name, capture, truth in planted.recordings():
        for rule in planted.rules_of(capture):
            yield Claim(KNOWN, rule, name, "", rule in truth)


def session_claims() -> Iterator[Claim]:
    """Of real programs, which are recorded for it."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        hosts_there = world(folder, *HOSTS)
        with hosts_there as made, stage(made, self_signed(folder), folder) as scene:
            for name, rules in FOUND.items():
                truth = planted.told(rules)
                path = folder / f"{name}.pcap"
                record(scene, name, path)
                for finding in find(told(path, scene.device)):
                    yield Claim(KNOWN, finding.rule.id, name, "", finding.rule.id in truth)


class Told(NamedTuple):
    """What is told of a device, and the addresses that are taken for its own."""

    observations: list[Observation]
    names: tuple[str, ...]


class Others:
    """Others' captures beside tshark."""

    def __init__(self) -> None:
        self.claims: list[Claim] = []
        self.connections: Counter[bool] = Counter()
        self.alarms: defaultdict[str, set[tuple[object, ...]]] = defaultdict(set)
        self.doubts: list[tuple[str, Observation]] = []
        self.unjudged = 0

    def add(self, path: Path, reports: Mapping[str, Told], witness: Witness) -> None:
        """Count what was told of each device of a capture, and set it against tshark."""
        for seconds in (0.0, SHORTEST_CALL):
            self.connections[bool(seconds)] += witness.connections(seconds)
        for host, report in reports.items():
            self._judge(path, host, report, witness)

    def _judge(self, path: Path, host: str, report: Told, witness: Witness) -> None:
        judged: defaultdict[str, list[bool]] = defaultdict(list)
        name = path.parent.name
        families = {
            _family(one)
            for one in report.observations
            if one.kind == "device.system" and one.field != STACK and witness.confirms(one)
        }
        for one in report.observations:
            rule = rule_for(one)
            if rule is None:
                continue
            right = True if HELD.get(name) == rule.id else witness.confirms(one)
            if one.field == STACK and one.kind == "device.system":
                right = None if not families else _family(one) in families
            if one.kind == "use.presence":
                right = witness.saw({host, *report.names}, one)
            if rule.id in GUESSES and not right and name not in EXPLAINED:
                flow = one.flow
                self.alarms[rule.id].add((path, flow and (flow.client, flow.server)))
            if right is None or name in EXPLAINED:
                self.unjudged += 1
                continue
            judged[rule.id].append(right)
            if not right:
                self.doubts.append((f"{name} {host}", one))
        self.claims += (
            Claim(WITNESS, rule, name, host, all(each)) for rule, each in judged.items()
        )

    def controls(self, rule: str) -> tuple[int, int]:
        """False alarms of a guess, and on how many connections."""
        return len(self.alarms[rule]), self.connections[rule == "call-shape"]


def _family(one: Observation) -> str:
    """Of which family an operating system is."""
    if one.value.startswith("Windows"):
        return "Windows"
    return "Apple" if re.search("mac ?os|ios|darwin", one.value, re.IGNORECASE) else "other"


def heard(
    wanted: tuple[Path, list[str | None]],
) -> tuple[Path, dict[str, Told], Witness]:
    """What is told of each device (None: the one that is found), and a witness who was asked."""
    path, devices = wanted
    reports = {device or "": _told(path, device) for device in devices}
    every = [one for report in reports.values() for one in report.observations]
    witness = Witness(path, (field for one in every for field in fields_of(one)))
    if any(witness.confirms(one) is False for one in every):
        witness.ask(ANOTHER_WAY)
    return path, reports, witness


def _told(path: Path, device: str | None) -> Told:
    try:
        reading = read(str(path), device)
        return Told(list(reading), reading.device.names)
    except CaptureError:
        return Told([], ())


def table(claims: Iterable[Claim], others: Others) -> Iterator[str]:
    """The lines of the file."""
    counted: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for claim in claims:
        counted[claim.rule, claim.judge].append(claim.right)
    version = subprocess.run(
        [program("tshark"), "--version"], capture_output=True, text=True
    ).stdout
    yield "# Measured by python -m tests.see.errors, which says how. Do not edit."
    yield f"date = {datetime.now(UTC):%Y-%m-%d}"
    yield f'tshark = "{version.split()[2]}"'
    yield f"unjudged = {others.unjudged}  # things that were said, and that tshark cannot tell"
    for rule in RULES:
        yield f"\n[rules.{rule.id}]\nversion = {rule.version}"
        for judge in (KNOWN, WITNESS):
            if judged := counted[rule.id, judge]:
                yield f"{judge} = {_cell(judged.count(False), len(judged))}"
        if rule.id in GUESSES:
            yield f"controls = {_cell(*others.controls(rule.id))}"


def _cell(wrong: int, of: int) -> str:
    return f"{{ wrong = {wrong}, of = {of}, at_most = {share(wrong, of).high:.4f} }}"


def main(recordings: Iterable[str]) -> None:
    """Measure and write the table; print every doubt."""
    others = Others()
    suite = CAPTURES / "suricata-verify"
    wanted: list[tuple[Path, list[str | None]]] = [
        *((path, [*hosts(path)]) for path in shared_captures() if path.is_relative_to(suite)),
        *((Path(path), [None]) for path in recordings),
    ]
    with ThreadPoolExecutor() as pool:  # tshark takes most of the time
        for one in pool.map(heard, wanted):
            others.add(*one)
            print(one[0].parent.name, file=sys.stderr)
    for where, doubt in others.doubts:
        print(where, doubt.kind, doubt.value, doubt.field, doubt.packets[:4])
    for rule, alarms in others.alarms.items():
        print(f"{len(alarms)} alarms of {rule}: {sorted(str(alarm[0]) for alarm in alarms)[:5]}")
    claims = [*planted_claims(), *session_claims(), *others.claims]
    for claim in claims:
        if claim.judge == KNOWN and not claim.right:
            print(claim.recording, claim.rule)
    TABLE.write_text("\n".join(table(claims, others)) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
