"""The systems that are compared: how each is started and how the target is reached through it.

One entry of ``SYSTEMS`` is one system. Its ``start`` gets a ``Place`` for its files and
processes and the target's address, starts a "bridge" and a "client" there, and returns
the ``Route`` that a program takes. Every peer runs with its own defaults on loopback;
where a cipher must be chosen it is AES-GCM, and those that use TLS check a certificate
that is made for the run.
"""

from __future__ import annotations

import getpass
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.loads import Running, ping
from bench.processes import LOOPBACK, OURS, Place, find_program, free_port
from bench.routes import RefusedError, Route, socks
from peppermoth.lab.peers import configs
from peppermoth.lab.peers.configs import Identity, Pair, Ways
from peppermoth.redact import Address

PASSWORD = "a-password-for-this-run-only"
NAME = "bridge.test"


@dataclass(frozen=True)
class System:
    """One entry: how to start it, the programs that this takes, and what brings them."""

    name: str
    title: str
    start: Callable[[Place, Address], Route]
    programs: tuple[str, ...] = ()
    cure: str = "make peers, as root on Debian, with Go for sing-box"

    def missing(self) -> list[str]:
        """The programs that are not installed here."""
        return [program for program in self.programs if find_program(program) is None]

    def run(self, place: Place, target: Address) -> Running:
        """Start it and wait until the target answers through it. Raises StartError."""
        route = self.start(place, target)
        place.wait(lambda: _reaches(route), "the target to answer through it")
        return Running(route, place)


def _direct(place: Place, target: Address) -> Route:
    return Route(target.port)


def _peppermoth(place: Place, target: Address) -> Route:
    port, local = free_port(), free_port()
    links = place.directory / "links"
    state = str(place.directory / "state")
    bridge = [OURS, "bridge", "--listen", f"{LOOPBACK}:{port}", "--state", state]
    bridge += ["--public-host", LOOPBACK, "--links-to", str(links)]
    bridge += ["--user", f"bench:{PASSWORD}", "--allow-private"]
    place.spawn("bridge", bridge, port=port)
    place.wait(lambda: links.exists() and links.read_text().endswith("\n"), "the link")
    client = [OURS, "connect", "--listen", f"{LOOPBACK}:{local}", "--quiet", f"@{links}"]
    place.spawn("client", client, port=local)
    return socks(local, target)


def _trojan(place: Place, target: Address) -> Route:
    ways = _ways()
    _both(place, ways, configs.trojan(ways, _identity(place), PASSWORD, target), "trojan", "-c")
    return socks(ways.local.port, target)


def _shadowsocks(place: Place, target: Address) -> Route:
    port, local = free_port(), free_port()
    far = ["-s", LOOPBACK, "-p", str(port), "-k", PASSWORD, "-m", "aes-256-gcm"]
    place.spawn("bridge", ["ss-server", *far], port=port)
    place.spawn("client", ["ss-local", *far, "-b", LOOPBACK, "-l", str(local)], port=local)
    return socks(local, target)


def _v2ray(place: Place, target: Address) -> Route:
    ways = _ways()
    pair = configs.v2ray(ways, "vmess", str(uuid.uuid4()))
    _both(place, ways, pair, "v2ray", "-config")
    return socks(ways.local.port, target)


def _ssh(place: Place, target: Address) -> Route:
    port, local = free_port(), free_port()
    if os.geteuid() == 0:
        # sshd as root wants its empty directory, which only its service makes.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for key in ("host", "user"):
        place.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key)
    here = place.directory
    known = place.write("known", f"[{LOOPBACK}]:{port} {(here / 'host.pub').read_text()}")
    settings = (
        f"HostKey {here}/host\nAuthorizedKeysFile {here}/user.pub\nPidFile none\n"
        "StrictModes no\nUsePAM no\nPasswordAuthentication no\n"
    )
    config = place.write("sshd_config", settings)
    listen = ["-o", f"ListenAddress={LOOPBACK}:{port}"]
    place.spawn("bridge", ["sshd", "-D", "-e", "-f", config, *listen], port=port)
    client = ["ssh", "-F", "none", "-N", "-D", f"{LOOPBACK}:{local}", "-p", str(port)]
    client += ["-i", str(here / "user"), "-c", "aes128-gcm@openssh.com"]
    client += ["-o", f"UserKnownHostsFile={known}", "-o", "BatchMode=yes"]
    place.spawn("client", [*client, f"{getpass.getuser()}@{LOOPBACK}"], port=local)
    return socks(local, target)


def _obfs4(place: Place, target: Address) -> Route:
    port = free_port()
    common = {"TOR_PT_MANAGED_TRANSPORT_VER": "1", "TOR_PT_EXIT_ON_STDIN_CLOSE": "1"}
    server = {
        **common,
        "TOR_PT_STATE_LOCATION": str(place.directory / "server"),
        "TOR_PT_SERVER_TRANSPORTS": "obfs4",
        "TOR_PT_SERVER_BINDADDR": f"obfs4-{LOOPBACK}:{port}",
        "TOR_PT_ORPORT": f"{LOOPBACK}:{target.port}",
    }
    client = {
        **common,
        "TOR_PT_STATE_LOCATION": str(place.directory / "client"),
        "TOR_PT_CLIENT_TRANSPORTS": "obfs4",
    }
    bridge = place.spawn("bridge", ["obfs4proxy"], env=server)
    # SMETHOD obfs4 127.0.0.1:PORT ARGS:cert=...,iat-mode=0
    method = _managed(place, bridge.log, "SMETHOD obfs4")
    arguments = method.partition("ARGS:")[2].replace(",", ";").encode()
    inlet = place.spawn("client", ["obfs4proxy"], env=client)
    # CMETHOD obfs4 socks5 127.0.0.1:PORT
    local = int(_managed(place, inlet.log, "CMETHOD obfs4").rpartition(":")[2])
    return socks(local, Address(LOOPBACK, port), (arguments, b"\0"))


def _sing_box(place: Place, target: Address) -> Route:
    ways = _ways()
    kind = Pair(
        {"type": "anytls", "users": [{"name": "bench", "password": PASSWORD}]},
        {"type": "anytls", "password": PASSWORD},
    )
    # The target is an address, so that no resolver is asked.
    pair = configs.sing_box(ways, kind, _identity(place), LOOPBACK)
    _both(place, ways, pair, "sing-box", "run", "-D", str(place.directory), "-c")
    return socks(ways.local.port, target)


def _haproxy(place: Place, target: Address) -> Route:
    port, local = free_port(), free_port()
    for role, listen, to in (("bridge", port, target.port), ("client", local, port)):
        config = (
            "global\n  maxconn 5000\n"
            "defaults\n  mode tcp\n"
            "  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n"
            f"listen hop\n  bind {LOOPBACK}:{listen}\n  server next {LOOPBACK}:{to}\n"
        )
        place.spawn(role, ["haproxy", "-f", place.write(f"{role}.cfg", config)], port=listen)
    return Route(local)


SYSTEMS = (
    System("direct", "no tunnel", _direct),
    System("haproxy", "HAProxy, two plain hops", _haproxy, ("haproxy",)),
    System(OURS, "Peppermoth", _peppermoth, (OURS,), "pip install --editable ."),
    System("sing-box", "sing-box, AnyTLS", _sing_box, ("sing-box", "openssl")),
    System("trojan", "trojan", _trojan, ("trojan", "openssl")),
    System(
        "shadowsocks", "shadowsocks-libev, aes-256-gcm", _shadowsocks, ("ss-server", "ss-local")
    ),
    System("v2ray", "v2ray, VMess aes-128-gcm", _v2ray, ("v2ray",)),
    System("ssh", "OpenSSH -D, aes128-gcm", _ssh, ("ssh", "sshd", "ssh-keygen")),
    System("obfs4", "obfs4proxy", _obfs4, ("obfs4proxy",)),
)


def _reaches(route: Route) -> bool:
    try:
        ping(route)
    except (OSError, RefusedError):
        return False
    return True


def _ways() -> Ways:
    bridge = Address(LOOPBACK, free_port())
    return Ways(bridge, bridge, Address(LOOPBACK, free_port()))


def _both(place: Place, ways: Ways, pair: Pair, *argv: str) -> None:
    """Start a program at both ends, each with its settings file behind ``argv``."""
    ends = (("bridge", pair.bridge, ways.listen), ("client", pair.client, ways.local))
    for role, settings, at in ends:
        place.spawn(role, [*argv, place.write(f"{role}.json", settings)], port=at.port)


def _identity(place: Place) -> Identity:
    """A self-signed certificate for ``NAME`` and its key, on the curve P-256."""
    certificate, key = str(place.directory / "cert.pem"), str(place.directory / "key.pem")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    name = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    place.run("openssl", "req", "-x509", *new, *name, "-keyout", key, "-out", certificate)
    return Identity(NAME, certificate, key, certificate)


def _managed(place: Place, log: Path, begins: str) -> str:
    """The line of a pluggable transport's output that begins so, once it is there whole."""

    def line() -> str | None:
        lines = log.read_text().splitlines(keepends=True)
        return next((x for x in lines if x.startswith(begins) and x.endswith("\n")), None)

    place.wait(line, begins)
    return (line() or "").strip()
