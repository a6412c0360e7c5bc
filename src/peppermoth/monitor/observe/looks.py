"""How name services, TLS, DTLS, QUIC and ICMP begin: the looks by which the table knows them.

Each takes the client's first bytes and the server's; one side is enough.
"""

from __future__ import annotations

from collections.abc import Callable

from peppermoth.wire import dns, netbios, quic
from peppermoth.wire.tls import MAX_FRAGMENT, ContentType

_RECORD_TYPES = frozenset(ContentType)
_TLS_MINORS = frozenset(range(5))
_DTLS_VERSIONS = frozenset({b"\xfe\xff", b"\xfe\xfd"})


def _either(begins: Callable[[bytes], bool]) -> Callable[[bytes, bytes], bool]:
    return lambda client, server: begins(client) or begins(server)


def _begins_framed(data: bytes) -> bool:
    return dns.begins_like_message(data[2:]) and int.from_bytes(data[:2], "big") >= dns.HEADER


def _begins_netbios(data: bytes) -> bool:
    return dns.begins_like_message(data) and netbios.is_spelt(data[dns.HEADER + 1 :])


def _begins_tls(data: bytes) -> bool:
    return (
        len(data) > 5
        and data[0] in _RECORD_TYPES
        and data[1] == 3
        and data[2] in _TLS_MINORS
        and 0 < int.from_bytes(data[3:5], "big") <= MAX_FRAGMENT
    )


def _begins_dtls(data: bytes) -> bool:
    return len(data) > 13 and data[0] in _RECORD_TYPES and data[1:3] in _DTLS_VERSIONS


def icmp_notice(client: bytes, server: bytes) -> bool:
    """Whether an ICMP message is no ping: an error of another flow, or the router's business."""
    return (client or server)[:1] != b"\x08"


def icmpv6_notice(client: bytes, server: bytes) -> bool:
    """The same of ICMPv6."""
    return (client or server)[:1] != b"\x80"


def _begins_netbios_datagram(data: bytes) -> bool:
    return netbios.is_spelt(data[15:]) and data[14:15] == b"\x20" and data[0] & 0xFC == 0x10


dns_message = _either(dns.begins_like_message)
dns_stream = _either(_begins_framed)
netbios_message = _either(_begins_netbios)
netbios_datagram = _either(_begins_netbios_datagram)
tls_records = _either(_begins_tls)
dtls_records = _either(_begins_dtls)
quic_packets = _either(quic.is_known_version)
google_quic_packets = _either(quic.is_google_version)
