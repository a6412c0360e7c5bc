"""The tunnels that the lab compares, one entry each: how its bridge and its client start.

An entry's ``bridge`` starts what runs on the bridge's host, once; ``client`` starts what
a person runs, anew for each load, and is ready when it returns. Its SOCKS5 proxy is at
``premises.PROXY``, unless the peer takes every packet by itself. Each peer runs as its
documentation says; where a cipher must be chosen it is AES-GCM, and those that use TLS
have a certificate as public authorities issue them.

Adding a peer is one entry in ``PEERS``.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from peppermoth.errors import ConfigError
from peppermoth.lab.peers import configs, vpns
from peppermoth.lab.peers.configs import Pair
from peppermoth.lab.peers.cover_site import COVER, serve_cover
from peppermoth.lab.peers.premises import BRIDGE, CLIENT, PROXY, Premises
from peppermoth.lab.traces import CONTROL
from peppermoth.lab.world.programs import find_program, program
from peppermoth.lab.world.sshd import serve_ssh, ssh_options
from peppermoth.redact import Address

Start: TypeAlias = Callable[[Premises], None]

PASSWORD: Final = "a-password-for-the-lab-only"  # noqa: S105  it guards nothing
USER: Final = str(uuid.UUID(bytes=hashlib.sha256(PASSWORD.encode()).digest()[:16]))
_OURS_PROGRAM: Final = Path(sys.executable).with_name("peppermoth")
_HTTPS: Final = 443


@dataclass(frozen=True)
class Peer:
    """One entry. ``proxied``: programs reach it by its proxy. ``programs``: what it takes."""

    name: str
    title: str
    bridge: Start
    client: Start
    programs: tuple[str, ...] = ()
    proxied: bool = True

    @property
    def is_tunnel(self) -> bool:
        """Whether it is one; the control is not."""
        return self.name != CONTROL

    @property
    def missing(self) -> tuple[str, ...]:
        """The programs that are not installed here."""
        return tuple(name for name in self.programs if find_program(name) is None)


def _nothing(premises: Premises) -> None:
    pass


# Ours


def _our_bridge(premises: Premises, options: tuple[str, ...] = ()) -> None:
    state = premises.directory / "state"
    state.mkdir(mode=0o700, exist_ok=True)
    links = premises.directory / "links"
    end = premises.world.start(
        BRIDGE,
        _OURS_PROGRAM,
        *(
            "bridge",
            "--allow-private",
            "--listen",
            f"0.0.0.0:{_HTTPS}",
            "--public-host",
            premises.bridge.ipv4,
        ),
        *("--state", str(state), "--links-to", str(links), "--user", f"lab:{PASSWORD}", *options),
    )
    end.until(lambda: links.exists() and links.read_text().endswith("\n"), "its link")
    end.listens(_HTTPS)


def _our_client(premises: Premises, options: tuple[str, ...] = ()) -> None:
    links = premises.directory / "links"
    end = premises.world.start(
        CLIENT,
        _OURS_PROGRAM,
        *("connect", "--listen", PROXY.text),
        *("--quiet", *options, f"@{links}"),
    )
    premises.clients.append(end)
    end.listens(PROXY.port)


# Other people's


def _trojan(premises: Premises) -> Pair:
    ways = premises.ways(_HTTPS)
    return configs.trojan(ways, premises.identity(), PASSWORD, COVER)


def _vmess(premises: Premises) -> Pair:
    return configs.v2ray(premises.ways(10086), "vmess", USER)


def _vless(premises: Premises, layers: tuple[str, ...]) -> Pair:
    known = {"tls": configs.v2ray_tls, "ws": configs.v2ray_websocket}
    who = premises.identity()
    stream = {name: known[name](who) for name in layers}
    return configs.v2ray(premises.ways(_HTTPS), "vless", USER, stream)


def _sing_box(
    premises: Premises, kind: Pair, *, port: int = _HTTPS, tls: bool = True, mux: bool = False
) -> Pair:
    who = premises.identity() if tls else None
    return configs.sing_box(premises.ways(port), kind, who, premises.resolver, mux=mux)


def _run(
    premises: Premises, settings: Callable[[Premises], Pair], argv: tuple[str, ...], end: str
) -> None:
    """Write the settings of one end and start the program on it."""
    pair = settings(premises)
    start, value = (
        (premises.at_bridge, pair.bridge) if end == BRIDGE else (premises.at_client, pair.client)
    )
    path = premises.write(f"{end}.json", value)
    name, *words = argv
    start(name, *words, path).listens(_port_of(value))


def _port_of(settings: configs.Settings) -> int:
    """Where a program with these settings listens."""
    entry = settings["inbounds"][0] if "inbounds" in settings else settings
    found = next(entry[key] for key in ("listen_port", "local_port", "port") if key in entry)
    return int(found)


def _from_files(name: str, title: str, settings: Callable[[Premises], Pair], *argv: str) -> Peer:
    """A peer whose two ends are one program, each with a settings file."""
    bridge, client = (partial(_run, settings=settings, argv=argv, end=e) for e in (BRIDGE, CLIENT))
    return Peer(name, title, bridge, client, (argv[0],))


def _covered(peer: Peer) -> Peer:
    """The peer with a web server behind its bridge, to which strangers are led."""

    def bridge(premises: Premises) -> None:
        serve_cover(premises)
        peer.bridge(premises)

    return replace(peer, bridge=bridge, programs=(*peer.programs, "nginx"))


_KEY_2022: Final = base64.b64encode(hashlib.sha256(PASSWORD.encode()).digest()[:16]).decode()
_KINDS: Final = {
    "anytls": Pair(
        {"type": "anytls", "users": [{"name": "lab", "password": PASSWORD}]},
        {"type": "anytls", "password": PASSWORD},
    ),
    "trojan": Pair(
        {
            "type": "trojan",
            "users": [{"name": "lab", "password": PASSWORD}],
            "fallback": {"server": COVER.host, "server_port": COVER.port},
        },
        {"type": "trojan", "password": PASSWORD},
    ),
    "vless": Pair(
        {"type": "vless", "users": [{"name": "lab", "uuid": USER}]},
        {"type": "vless", "uuid": USER},
    ),
    "ss2022": Pair(
        *(
            {"type": "shadowsocks", "method": "2022-blake3-aes-128-gcm", "password": _KEY_2022}
            for _ in range(2)
        )
    ),
}
"""What is special to each of sing-box's protocols, at the bridge and at the client."""


def _sing_box_peer(kind: str, title: str, *, mux: bool = False) -> Peer:
    where = {"port": 8388, "tls": False} if kind == "ss2022" else {}
    settings = partial(_sing_box, kind=_KINDS[kind], mux=mux, **where)  # type: ignore[arg-type]
    name = f"sing-box-{kind}{'-mux' if mux else ''}"
    return _from_files(name, title, settings, "sing-box", "run", "-c")


def _shadowsocks_bridge(premises: Premises) -> None:
    port = "8388"
    end = premises.at_bridge(
        "ss-server",
        *("-s", "0.0.0.0", "-p", port, "-k", PASSWORD, "-m", "aes-256-gcm"),  # noqa: S104
    )
    end.listens(int(port))


def _shadowsocks_client(premises: Premises) -> None:
    far = ("-s", premises.bridge.ipv4, "-p", "8388", "-k", PASSWORD, "-m", "aes-256-gcm")
    end = premises.at_client("ss-local", *far, "-b", PROXY.host, "-l", str(PROXY.port))
    end.listens(PROXY.port)


def _ssh_bridge(premises: Premises) -> None:
    serve_ssh(premises.world, BRIDGE, program("sshd"), premises.directory / "ssh")


def _ssh_client(premises: Premises) -> None:
    options = ssh_options(premises.directory / "ssh")
    end = premises.at_client(
        "ssh", *options, "-N", "-D", PROXY.text, f"root@{premises.bridge.ipv4}"
    )
    end.listens(PROXY.port)


# obfs4 carries one connection to one place: here to a SOCKS5 server on the bridge, which
# the client's sing-box speaks to through it, as Tor's OR port would be.

_OBFS4_PORT: Final = 9001
_INNER: Final = Address("127.0.0.1", 1081)
_TRANSPORT: Final = {"TOR_PT_MANAGED_TRANSPORT_VER": "1"}


def _obfs4_bridge(premises: Premises) -> None:
    inner = {"type": "socks", "listen": _INNER.host, "listen_port": _INNER.port}
    settings = configs.sing_box_bridge(inner, premises.resolver)
    path = premises.write("inner.json", settings)
    premises.at_bridge("sing-box", "run", "-c", path).listens(_INNER.port)
    end = premises.at_bridge(
        "obfs4proxy",
        environment=_TRANSPORT
        | {
            "TOR_PT_STATE_LOCATION": str(premises.directory / "obfs4-bridge"),
            "TOR_PT_SERVER_TRANSPORTS": "obfs4",
            "TOR_PT_SERVER_BINDADDR": f"obfs4-0.0.0.0:{_OBFS4_PORT}",
            "TOR_PT_ORPORT": _INNER.text,
        },
    )
    end.says("SMETHODS DONE")
    # SMETHOD obfs4 0.0.0.0:PORT ARGS:cert=...,iat-mode=0
    arguments = end.out.partition("ARGS:")[2].splitlines()[0].replace(",", ";")
    premises.write("obfs4.arguments", arguments)


def _obfs4_client(premises: Premises) -> None:
    end = premises.at_client(
        "obfs4proxy",
        environment=_TRANSPORT
        | {
            "TOR_PT_STATE_LOCATION": str(premises.directory / "obfs4-client"),
            "TOR_PT_CLIENT_TRANSPORTS": "obfs4",
        },
    )
    end.says("CMETHODS DONE")
    # CMETHOD obfs4 socks5 127.0.0.1:PORT
    line = next(line for line in end.out.splitlines() if line.startswith("CMETHOD obfs4"))
    outlet = {
        "type": "socks",
        "tag": "obfs4",
        "server": PROXY.host,
        "server_port": int(line.rpartition(":")[2]),
        "username": (premises.directory / "obfs4.arguments").read_text(),
        "password": "\0",
    }
    far = {
        "type": "socks",
        "server": premises.bridge.ipv4,
        "server_port": _OBFS4_PORT,
        "detour": "obfs4",
    }
    settings = configs.sing_box_client(PROXY, far, outlet)
    path = premises.write("outer.json", settings)
    premises.at_client("sing-box", "run", "-c", path).listens(PROXY.port)


_OURS: Final = "peppermoth"

PEERS: Final = {
    peer.name: peer
    for peer in (
        Peer(CONTROL, "no tunnel", _nothing, _nothing, proxied=False),
        Peer(_OURS, "Peppermoth, AnyTLS", _our_bridge, _our_client),
        Peer(
            f"{_OURS}-lone",
            "Peppermoth, a connection for each stream at a time",
            _our_bridge,
            partial(_our_client, options=("--streams-per-session", "1")),
        ),
        _sing_box_peer("anytls", "sing-box, AnyTLS"),
        _covered(_sing_box_peer("trojan", "sing-box, Trojan")),
        _covered(_sing_box_peer("trojan", "sing-box, Trojan, mux", mux=True)),
        _sing_box_peer("vless", "sing-box, VLESS over TLS"),
        _sing_box_peer("vless", "sing-box, VLESS over TLS, mux", mux=True),
        _sing_box_peer("ss2022", "sing-box, Shadowsocks 2022"),
        _sing_box_peer("ss2022", "sing-box, Shadowsocks 2022, mux", mux=True),
        _covered(_from_files("trojan", "trojan", _trojan, "trojan", "-c")),
        _from_files("vmess", "v2ray, VMess", _vmess, "v2ray", "-config"),
        _from_files(
            "vless-tls",
            "v2ray, VLESS over TLS",
            partial(_vless, layers=("tls",)),
            "v2ray",
            "-config",
        ),
        _from_files(
            "vless-ws-tls",
            "v2ray, VLESS over WebSocket over TLS",
            partial(_vless, layers=("ws", "tls")),
            "v2ray",
            "-config",
        ),
        Peer(
            "shadowsocks",
            "shadowsocks-libev, aes-256-gcm",
            _shadowsocks_bridge,
            _shadowsocks_client,
            ("ss-server", "ss-local"),
        ),
        Peer("obfs4", "obfs4proxy", _obfs4_bridge, _obfs4_client, ("obfs4proxy", "sing-box")),
        Peer("ssh", "OpenSSH -D", _ssh_bridge, _ssh_client, ("ssh", "sshd")),
        Peer(
            "openvpn",
            "OpenVPN on UDP",
            vpns.openvpn_bridge,
            vpns.openvpn_client,
            ("openvpn",),
            proxied=False,
        ),
        Peer(
            "wireguard",
            "WireGuard",
            vpns.wireguard_bridge,
            vpns.wireguard_client,
            ("wg", "wireguard-go"),
            proxied=False,
        ),
    )
}
"""Every peer by its name."""


def named_peer(name: str) -> Peer:
    """The peer of a name, whether it could run here or not. Raises ConfigError for none."""
    peer = PEERS.get(name)
    if peer is None:
        raise ConfigError(f"There is no peer {name}; there are {', '.join(PEERS)}.")
    return peer


def find_peer(name: str) -> Peer:
    """The peer of a name. Raises ConfigError for none, or where its programs are missing."""
    peer = named_peer(name)
    if peer.missing:
        raise ConfigError(f"For {name} there is missing: {', '.join(peer.missing)} (make peers).")
    return peer
