"""The settings files of other people's tunnels: values to write, without where or how.

Each function gives both ends' settings as JSON values. ``listen`` is where the bridge
listens, ``local`` where the client's SOCKS5 proxy does, ``bridge`` where the client finds
the bridge. TLS ends name ``certificate`` and ``key``; the client checks with ``root``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from peppermoth.redact import Address

Settings: TypeAlias = dict[str, Any]

ALPN: Final = ("h2", "http/1.1")


class Pair(NamedTuple):
    """The settings of a bridge and of its client."""

    bridge: Settings
    client: Settings


class Identity(NamedTuple):
    """A bridge's name, its certificate and key, and the root that its clients trust."""

    name: str
    certificate: str
    key: str
    root: str


class Ways(NamedTuple):
    """Where things are."""

    listen: Address
    bridge: Address
    local: Address


def trojan(ways: Ways, who: Identity, password: str, cover: Address) -> Pair:
    """trojan 1.16; strangers are led to ``cover``."""
    tcp = {"no_delay": True, "keep_alive": True}
    common = {"password": [password], "log_level": 2, "tcp": tcp}
    server = {
        "run_type": "server",
        "local_addr": ways.listen.host,
        "local_port": ways.listen.port,
        "remote_addr": cover.host,
        "remote_port": cover.port,
        "ssl": {"cert": who.certificate, "key": who.key, "alpn": ["http/1.1"]},
    }
    tls = {"verify": True, "verify_hostname": True, "cert": who.root, "sni": who.name}
    client = {
        "run_type": "client",
        "local_addr": ways.local.host,
        "local_port": ways.local.port,
        "remote_addr": ways.bridge.host,
        "remote_port": ways.bridge.port,
        "ssl": {**tls, "alpn": list(ALPN)},
    }
    return Pair({**common, **server}, {**common, **client})


def v2ray(ways: Ways, protocol: str, user: str, stream: Mapping[str, Pair] | None = None) -> Pair:
    """v2ray 4: ``protocol`` is ``vmess`` or ``vless``; ``stream`` its layers, as below."""
    layers = (stream or {}).items()
    server_stream = {name: pair.bridge for name, pair in layers}
    client_stream = {name: pair.client for name, pair in layers}
    # With alterId 0, one new connection in thousands is left hanging by v2ray 4.34.
    who = {"id": user, "alterId": 4} if protocol == "vmess" else {"id": user}
    how = {"security": "aes-128-gcm"} if protocol == "vmess" else {"encryption": "none"}
    entry = {
        "listen": ways.listen.host,
        "port": ways.listen.port,
        "protocol": protocol,
        "settings": {"clients": [who], "decryption": "none"},
        "streamSettings": _v2ray_stream(server_stream),
    }
    far = {"address": ways.bridge.host, "port": ways.bridge.port, "users": [{**who, **how}]}
    exit_ = {
        "protocol": protocol,
        "settings": {"vnext": [far]},
        "streamSettings": _v2ray_stream(client_stream),
    }
    near = {"listen": ways.local.host, "port": ways.local.port, "protocol": "socks"}
    log = {"loglevel": "error"}
    return Pair(
        {"log": log, "inbounds": [entry], "outbounds": [{"protocol": "freedom"}]},
        {"log": log, "inbounds": [near], "outbounds": [exit_]},
    )


def v2ray_tls(who: Identity) -> Pair:
    """v2ray's layer of TLS."""
    files = {"certificateFile": who.certificate, "keyFile": who.key}
    return Pair({"certificates": [files]}, {"serverName": who.name, "allowInsecure": True})


def v2ray_websocket(who: Identity) -> Pair:
    """v2ray's layer of WebSocket."""
    return Pair({"path": "/feed"}, {"path": "/feed", "headers": {"Host": who.name}})


def _v2ray_stream(layers: Mapping[str, Settings]) -> Settings:
    found: Settings = {"network": "ws" if "ws" in layers else "tcp"}
    if "ws" in layers:
        found["wsSettings"] = layers["ws"]
    if "tls" in layers:
        found |= {"security": "tls", "tlsSettings": layers["tls"]}
    return found


def sing_box(
    ways: Ways, kind: Pair, who: Identity | None, resolver: str, *, mux: bool = False
) -> Pair:
    """sing-box: ``kind`` has what is special to a protocol; names are asked of ``resolver``.

    Where strangers are led on, the bridge agrees to what the site there speaks in clear.
    """
    entry: Settings = {"listen": ways.listen.host, "listen_port": ways.listen.port, **kind.bridge}
    far: Settings = {"server": ways.bridge.host, "server_port": ways.bridge.port, **kind.client}
    if who is not None:
        files = {"certificate_path": who.certificate, "key_path": who.key}
        spoken = ALPN[1:] if "fallback" in kind.bridge else ALPN
        entry["tls"] = {"enabled": True, "alpn": list(spoken), **files}
        trusted = {"server_name": who.name, "certificate_path": who.root}
        far["tls"] = {"enabled": True, "alpn": list(ALPN), **trusted}
    if mux:
        entry["multiplex"] = {"enabled": True}
        far["multiplex"] = {"enabled": True, "protocol": "h2mux", "max_connections": 1}
        far["multiplex"]["min_streams"] = 1
    return Pair(sing_box_bridge(entry, resolver), sing_box_client(ways.local, far))


def sing_box_bridge(entry: Mapping[str, Any], resolver: str) -> Settings:
    """A sing-box that takes in ``entry`` and goes out directly."""
    return {
        "log": {"level": "error"},
        "dns": {"servers": [{"type": "udp", "tag": "names", "server": resolver}]},
        "inbounds": [dict(entry)],
        "outbounds": [{"type": "direct", "tag": "direct", "domain_resolver": "names"}],
    }


def sing_box_client(local: Address, *outbounds: Mapping[str, Any]) -> Settings:
    """A sing-box that serves SOCKS5 and leaves by the first of ``outbounds``."""
    near = {"type": "socks", "listen": local.host, "listen_port": local.port}
    return {"log": {"level": "error"}, "inbounds": [near], "outbounds": list(outbounds)}
