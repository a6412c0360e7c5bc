"""Settings of both ends fit each other. That the programs take them is in ``test_peers``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from peppermoth.lab.peers import configs
from peppermoth.lab.peers.configs import Identity, Pair, Ways
from peppermoth.redact import Address

WAYS = Ways(Address("0.0.0.0", 443), Address("10.0.0.2", 443), Address("127.0.0.1", 1080))
WHO = Identity("bridge.example", "cert.pem", "key.pem", "root.pem")
PAIRS = {
    "trojan": configs.trojan(WAYS, WHO, "secret", Address("127.0.0.1", 80)),
    "vmess": configs.v2ray(WAYS, "vmess", "user"),
    "vless": configs.v2ray(
        WAYS,
        "vless",
        "user",
        {"tls": configs.v2ray_tls(WHO), "ws": configs.v2ray_websocket(WHO)},
    ),
    "sing-box": configs.sing_box(
        WAYS, Pair({"type": "trojan"}, {"type": "trojan"}), WHO, "10.0.0.3", mux=True
    ),
}


def values(settings: Any) -> set[str]:
    """Every value somewhere in settings, as text."""
    if isinstance(settings, dict):
        return set().union(*map(values, settings.values()))
    if isinstance(settings, list | tuple):
        return set().union(*map(values, settings))
    return {str(settings)}


@pytest.mark.parametrize("name", PAIRS)
def test_the_client_goes_where_the_bridge_is(name: str) -> None:
    bridge, client = PAIRS[name]
    assert {"0.0.0.0", "443"} <= values(bridge)
    assert {"10.0.0.2", "443", "127.0.0.1", "1080"} <= values(client)
    assert json.loads(json.dumps(client)) == client


@pytest.mark.parametrize("name", ["trojan", "vless", "sing-box"])
def test_only_the_bridge_has_the_key(name: str) -> None:
    bridge, client = PAIRS[name]
    assert {"cert.pem", "key.pem"} <= values(bridge)
    assert "key.pem" not in values(client)
    assert "bridge.example" in values(client)


def test_multiplexing_is_switched_on_at_both_ends() -> None:
    bridge, client = PAIRS["sing-box"]
    assert bridge["inbounds"][0]["multiplex"]["enabled"]
    assert client["outbounds"][0]["multiplex"]["enabled"]


@pytest.mark.parametrize(
    ("special", "spoken"),
    [({}, ["h2", "http/1.1"]), ({"fallback": {"server": "127.0.0.1"}}, ["http/1.1"])],
)
def test_a_bridge_agrees_to_what_the_site_behind_it_speaks(
    special: dict[str, Any], spoken: list[str]
) -> None:
    kind = Pair({"type": "trojan", **special}, {"type": "trojan"})
    bridge, client = configs.sing_box(WAYS, kind, WHO, "10.0.0.3")
    assert bridge["inbounds"][0]["tls"]["alpn"] == spoken
    assert client["outbounds"][0]["tls"]["alpn"] == ["h2", "http/1.1"]
