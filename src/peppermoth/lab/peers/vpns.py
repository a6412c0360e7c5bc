"""OpenVPN and WireGuard in the world: tunnels that take every packet, so without a proxy.

Both ends get addresses of a network of their own; the line sends what is for it to the
bridge, which forwards. WireGuard runs in user space (wireguard-go).
"""

from __future__ import annotations

import os
import subprocess
from typing import Final

from peppermoth.errors import WorldError
from peppermoth.lab.peers.premises import BRIDGE, CLIENT, Premises
from peppermoth.lab.world.namespaces import LINE
from peppermoth.lab.world.programs import program

INSIDE: Final = "10.99.0"
OPENVPN_PORT: Final = 1194
WIREGUARD_PORT: Final = 51820


def _lead_to_bridge(premises: Premises) -> None:
    world = premises.world
    world.configure(
        LINE, "route", "replace", f"{INSIDE}.0/24", "via", premises.bridge.ipv4, "dev", BRIDGE
    )
    world.set(BRIDGE, "net.ipv4.ip_forward", "1")


def openvpn_bridge(premises: Premises) -> None:
    """A server that authenticates with certificates, on UDP."""
    _lead_to_bridge(premises)
    who = premises.identity()
    end = premises.at_bridge(
        "openvpn",
        *("--dev", "tun", "--proto", "udp4", "--port", str(OPENVPN_PORT)),
        *("--server", f"{INSIDE}.0", "255.255.255.0", "--topology", "subnet"),
        *("--ca", who.root, "--cert", who.certificate, "--key", who.key, "--dh", "none"),
        *("--duplicate-cn", "--keepalive", "10", "60"),
    )
    end.says("Initialization Sequence Completed")


def openvpn_client(premises: Premises) -> None:
    """Its client, through which everything goes."""
    who = premises.identity()
    end = premises.at_client(
        "openvpn",
        *("--client", "--dev", "tun", "--proto", "udp4", "--nobind"),
        *("--remote", premises.bridge.ipv4, str(OPENVPN_PORT), "--remote-cert-tls", "server"),
        *("--ca", who.root, "--cert", who.certificate, "--key", who.key),
        *("--redirect-gateway", "def1"),
    )
    end.says("Initialization Sequence Completed")


def wireguard_bridge(premises: Premises) -> None:
    """An interface with one peer, the client, whose key is made here too."""
    _lead_to_bridge(premises)
    for end in (BRIDGE, CLIENT):
        secret = _wg("genkey")
        premises.write(f"{end}.secret", secret)
        premises.write(f"{end}.public", _wg("pubkey", said=secret))
    _raise(premises, BRIDGE, "1", f"allowed-ips {INSIDE}.2/32", f"listen-port {WIREGUARD_PORT}")


def wireguard_client(premises: Premises) -> None:
    """Its client, through which everything goes but the tunnel itself."""
    world, bridge = premises.world, premises.bridge.ipv4
    peer = f"allowed-ips 0.0.0.0/0 endpoint {bridge}:{WIREGUARD_PORT}"
    gateway = world.hosts[CLIENT].ipv4[:-1] + "1"
    world.configure(CLIENT, "route", "replace", bridge, "via", gateway)
    interface = _raise(premises, CLIENT, "2", peer, "")
    for half in ("0.0.0.0/1", "128.0.0.0/1"):
        world.configure(CLIENT, "route", "replace", half, "dev", interface)


def _raise(premises: Premises, end: str, last: str, peer: str, own: str) -> str:
    world = premises.world
    # The programs find each other by a socket that the whole machine sees.
    interface = f"{end[0]}{os.getpid()}x{len(world.children)}"[:15]
    start = premises.at_bridge if end == BRIDGE else premises.at_client
    # Where the kernel has WireGuard too, the program only runs if told that it is meant.
    meant = {"WG_I_PREFER_BUGGY_USERSPACE_TO_POLISHED_KMOD": "1", "LOG_LEVEL": "verbose"}
    daemon = start("wireguard-go", "-f", interface, environment=meant)
    # Not asked with `wg show`: that removes a socket which does not listen yet, and so ends it.
    daemon.says("UAPI listener started")
    other = CLIENT if end == BRIDGE else BRIDGE
    public = (premises.directory / f"{other}.public").read_text().strip()
    secret = str(premises.directory / f"{end}.secret")
    words = f"{own} private-key {secret} peer {public} {peer}".split()
    world.enter(end, program("wg"), "set", interface, *words)
    world.configure(end, "address", "add", f"{INSIDE}.{last}/24", "dev", interface)
    world.configure(end, "link", "set", interface, "mtu", "1420", "up")
    return interface


def _wg(word: str, said: str = "") -> str:
    done = subprocess.run(
        [program("wg"), word], input=said, capture_output=True, text=True, timeout=10, check=False
    )
    if done.returncode:
        raise WorldError(f"wg {word} failed: {done.stderr.strip()}")
    return done.stdout.strip()
