"""How tunnels, file exchange and the words of devices begin: their looks for the table.

Each takes the client's first bytes and the server's (of datagrams, the newest). What one
side alone could say by chance must be said by both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire import bittorrent, dhcp, tunnels
from peppermoth.wire.tunnels import RESET_CLIENT, RESET_SERVER, OpenVpn, WireGuard

T = TypeVar("T")


def _read(decode: Callable[[bytes], T], data: bytes) -> T | None:
    try:
        return decode(data)
    except RemoteProtocolError:
        return None


def _either(decode: Callable[[bytes], object]) -> Callable[[bytes, bytes], bool]:
    """A look for a format that nothing else is taken for."""
    return lambda client, server: any(_read(decode, data) is not None for data in (client, server))


dhcp_message = _either(dhcp.decode_v4)
ike_message = _either(tunnels.decode_ike)


def ssdp_message(client: bytes, server: bytes) -> bool:
    """A search or announcement of UPnP, or the answer to one."""
    starts = (b"M-SEARCH * HTTP/1.", b"NOTIFY * HTTP/1.", b"HTTP/1.1 200 OK\r\n")
    return client.startswith(starts) or server.startswith(starts)


def wireguard(client: bytes, server: bytes) -> bool:
    """A handshake message of the side that sends it, or data of both."""
    kinds = _read(tunnels.decode_wireguard, client), _read(tunnels.decode_wireguard, server)
    return (
        kinds[0] is WireGuard.INITIATION
        or kinds[1] is WireGuard.RESPONSE
        or kinds == (WireGuard.DATA, WireGuard.DATA)
    )


def _openvpn(client: OpenVpn | None, server: OpenVpn | None) -> bool:
    """A reset with nothing around it, or resets of both sides."""
    asks = client is not None and client.opcode in RESET_CLIENT
    answers = server is not None and server.opcode == RESET_SERVER
    return asks and (answers or (client is not None and client.plain))


def openvpn(client: bytes, server: bytes) -> bool:
    """OpenVPN over UDP."""
    return _openvpn(_read(tunnels.decode_openvpn, client), _read(tunnels.decode_openvpn, server))


def openvpn_stream(client: bytes, server: bytes) -> bool:
    """OpenVPN over TCP: its first message behind a length."""
    first, answer = (
        _read(tunnels.decode_openvpn, data[2 : 2 + int.from_bytes(data[:2], "big")])
        for data in (client, server)
    )
    return _openvpn(first, answer)


def pptp(client: bytes, server: bytes) -> bool:
    """The control connection of PPTP."""
    return tunnels.begins_pptp(client) or tunnels.begins_pptp(server)


def l2tp(client: bytes, server: bytes) -> bool:
    """The control messages of L2TP."""
    return tunnels.begins_l2tp(client) or tunnels.begins_l2tp(server)


def ssh(client: bytes, server: bytes) -> bool:
    """The first line of SSH."""
    return client.startswith(b"SSH-") or server.startswith(b"SSH-")


def bittorrent_stream(client: bytes, server: bytes) -> bool:
    """The handshake between peers."""
    return client.startswith(bittorrent.GREETING) or server.startswith(bittorrent.GREETING)


def bittorrent_datagram(client: bytes, server: bytes) -> bool:
    """A datagram of BitTorrent."""
    return any(bittorrent.classify(data) is not None for data in (client, server))
