"""First messages of tunnels and the first line of SSH (``wire/tunnels.py``, ``wire/ssh.py``)."""

from __future__ import annotations

from contextlib import suppress

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor.observe import looks_tunnels
from peppermoth.wire import tunnels
from peppermoth.wire.ssh import decode_banner
from tests.wire import tunnel_messages as made

PERMITTED = (RemoteProtocolError,)
SEEDS = (
    made.WIREGUARD_INITIATION,
    made.OPENVPN_ANSWER,
    made.OPENVPN_RESET,
    made.ike(2, 34, marker=True),
    made.aggressive((1, b"a"), (5, b"\x03\0\0\0anna"), (8, b"hash")),
    made.PPTP,
    made.L2TP,
    b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
)
LOOKS = (
    looks_tunnels.wireguard,
    looks_tunnels.openvpn,
    looks_tunnels.openvpn_stream,
    looks_tunnels.ike_message,
    looks_tunnels.pptp,
    looks_tunnels.l2tp,
    looks_tunnels.dhcp_message,
    looks_tunnels.bittorrent_datagram,
)
DECODERS = (tunnels.decode_wireguard, tunnels.decode_openvpn, tunnels.decode_ike, decode_banner)


def fuzz(data: bytes) -> None:
    """Every look takes any bytes, and the decoders fail in one way."""
    half = len(data) // 2
    for look in LOOKS:
        look(data, b"")
        look(data[:half], data[half:])
    for decode in DECODERS:
        with suppress(RemoteProtocolError):
            decode(data)
    with suppress(RemoteProtocolError):
        list(tunnels.aggressive_payloads(data))
