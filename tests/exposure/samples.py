"""Observations made by hand: a phone's twelve minutes, and captured strings that mean harm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import SimpleNamespace

from peppermoth.exposure.findings import find
from peppermoth.exposure.report import Recording, Report
from peppermoth.monitor.observation import Certainty, Endpoint, Flow, Observation, hidden
from peppermoth.monitor.problems import Kind, Problem

BEGIN = 1_790_000_000.0
END = BEGIN + 720
RECORDING = Recording(4512, BEGIN, END, device="192.0.2.7", digest="ab" * 32)

CUT_OFF = Problem(Kind.CUT_OFF, {"packet": 12, "byte": 4096})

HOSTILE = "<script>alert(1)</script>\"'&\u202emoc.live\x1b[31m\u2069</bdi>"
"""What a captured string may hold: markup, direction, escape sequences, our own marks."""


def flow(server="198.51.100.9", port=443, *, transport="tcp", number=1):
    """A flow from the device."""
    return Flow(number, transport, Endpoint("192.0.2.7", 40_000), Endpoint(server, port), True)


def seen(
    kind,
    value,
    *,
    packet=1,
    at=0.0,
    certainty=Certainty.SEEN,
    server="198.51.100.9",
    field="frame",
    **details,
):
    """One observation, ``at`` seconds after the beginning."""
    return Observation(
        kind=kind,
        value=value,
        flow=flow(server),
        packets=(packet,),
        time=BEGIN + at,
        field=field,
        certainty=certainty,
        rule=kind,
        details=details,
    )


def phone() -> Iterator[Observation]:
    """A morning of somebody's telephone."""
    password = hidden("password", "correct horse")
    yield seen("secret.password", password, packet=118, at=60, protocol="pop3", user="a…, 8")
    yield seen("secret.password", password, packet=121, at=61, protocol="pop3", user="a…, 8")
    yield seen("secret.cookie", "session", packet=210, at=90, host="forum.example")
    yield seen("content.http_request", "GET /doctors?q=…", packet=209, at=90, host="forum.example")
    yield seen("content.mail", hidden("mail", "x" * 820), packet=130, at=65, protocol="pop3")
    yield seen("content.location", "35.7, 51.4", packet=300, at=200, where="query")
    for number, contact in enumerate(("b… at mail.example", "c… at mail.example")):
        yield seen("identity.contact", contact, packet=140 + number, at=66, protocol="pop3")
    for number in range(23):
        name = f"site-{number}.example"
        yield seen("name.dns", name, packet=number + 10, at=number * 30, server="192.0.2.53")
        yield seen("name.sni", name, packet=number + 400, at=number * 30 + 1, version="1.3")
        yield seen("protected.tls", "1.3", packet=number + 401, at=number * 30 + 1, name=name)
    yield seen("use.service", "Signal", packet=402, at=31, category="messenger")
    yield seen("use.service", "a clinic", packet=403, at=61, category="health")
    yield seen("use.presence", f"{BEGIN:.0f} {END:.0f}", packet=1, certainty=Certainty.LIKELY)
    yield seen("device.system", "Android 14", packet=5, certainty=Certainty.LIKELY)
    yield seen("conspicuous.tunnel", "WireGuard", packet=700, at=300)
    yield seen("use.call_shape", "180", packet=800, at=400, certainty=Certainty.POSSIBLE)
    yield seen("protected.dns", "doh", packet=20, at=5, resolver="dns.example")


def phone_report() -> Report:
    """The report on it."""
    observations = list(phone())
    return Report(RECORDING, find(observations), len(observations))


class Hands:
    """A reading whose observations are given: what ``seeing.see`` wants of a capture."""

    packets = RECORDING.packets
    first = BEGIN
    last = END
    packets_cut = connections_torn = 0
    sha256 = RECORDING.digest
    device = SimpleNamespace(names=(RECORDING.device,))

    def __init__(
        self, observations: Iterable[Observation] = (), problem: Problem | None = None
    ) -> None:
        self._observations = observations
        self.problem = problem

    def __iter__(self) -> Iterator[Observation]:
        return iter(self._observations)
