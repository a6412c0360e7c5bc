"""The table of protocols: their observers, their ports, and how each begins.

A row names its observer by module and class, so that a family is imported when a flow
needs it, and families may in turn hand over to this table. ``identify`` asks it. Beside
it stand the observers that live as long as the capture.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from peppermoth.monitor.observation import Flow
from peppermoth.monitor.observe import (
    Deriver,
    FrameObserver,
    Observer,
    OpeningObserver,
    ShapeObserver,
    greetings,
    looks,
    looks_tunnels,
)
from peppermoth.wire import (
    kerberos,
    ldap,
    mongodb,
    mqtt,
    mysql,
    ntp,
    postgresql,
    redis,
    rtp,
    sip,
    snmp,
    stun,
    syslog,
    tds,
)

Look = Callable[[bytes, bytes], bool]
"""Whether a protocol begins so: the client's first bytes and the server's, either of which
may still be empty or cut. For UDP they are the newest datagram of each side."""


@dataclass(frozen=True, slots=True)
class Row:
    """A protocol: its name, ``module.Class`` of its observer in this package, its ports of
    the server's side, and how it begins. Without ``looks_like`` the port suffices."""

    name: str
    observer: str
    transports: tuple[str, ...]
    ports: frozenset[int] = frozenset()
    looks_like: Look | None = None

    def observe(self, flow: Flow) -> Observer:
        """An observer of this protocol for ``flow``."""
        made: Observer = self.made_by(flow)
        return made

    @property
    def made_by(self) -> Any:
        """The class of its observers."""
        return _class(self.observer)


TCP: Final = ("tcp",)
UDP: Final = ("udp",)


def ports(*numbers: int) -> frozenset[int]:
    """The ports of a row."""
    return frozenset(numbers)


TLS_PORTS: Final = ports(
    443, 465, 563, 636, 853, 989, 990, 992, 993, 994, 995, 5061, 5223, 5349, 6697, 8443, 8883
)

# One row a line, in alphabetical order.
TABLE: Final[tuple[Row, ...]] = (
    Row("bittorrent", "peer_to_peer.Peer", TCP, ports(6881), looks_tunnels.bittorrent_stream),
    Row(
        "bittorrent-udp",
        "peer_to_peer.PeerDatagrams",
        UDP,
        ports(6881),
        looks_tunnels.bittorrent_datagram,
    ),
    Row("cldap", "directory.Cldap", UDP, ports(389), ldap.begins_ldap),
    Row("coap", "things.Coap", UDP, ports(5683)),
    Row("dhcp", "device.Dhcp", UDP, ports(67), looks_tunnels.dhcp_message),
    Row("dhcpv6", "device.Dhcpv6", UDP, ports(546, 547)),
    Row("dns", "names.Dns", UDP, ports(53), looks.dns_message),
    Row("dns-tcp", "names.DnsTcp", TCP, ports(53), looks.dns_stream),
    Row("dtls", "dtls.Dtls", UDP, ports(443, 853, 4433, 5349, 5684), looks.dtls_records),
    Row("esp", "tunnels.Esp", ("esp",), ports(0)),
    Row("esp-udp", "tunnels.EspOverUdp", UDP, ports(4500)),
    Row("ftp", "files.Ftp", TCP, ports(21, 2121), greetings.ftp),
    Row("gquic", "quic.GoogleQuic", UDP, ports(443), looks.google_quic_packets),
    Row("gtp", "subscriber.Gtp", UDP, ports(2123)),
    Row("http", "web.Http1", TCP, ports(80, 3128, 8000, 8008, 8080, 8888), greetings.http),
    Row("http2", "web2.Http2", TCP, ports(80, 8080), greetings.http2),
    Row("icmp-notice", "identify.Silent", ("icmp",), looks_like=looks.icmp_notice),
    Row("icmpv6-notice", "identify.Silent", ("icmpv6",), looks_like=looks.icmpv6_notice),
    Row("ike", "tunnels.Ipsec", UDP, ports(500, 4500), looks_tunnels.ike_message),
    Row("imap", "mailbox.Imap", TCP, ports(143), greetings.imap),
    Row("irc", "talk.Irc", TCP, ports(6665, 6666, 6667, 6668, 6669, 7000), greetings.irc),
    Row("kerberos", "directory.Kerberos", UDP, ports(88), kerberos.begins_kerberos),
    Row("kerberos-tcp", "directory.KerberosStream", TCP, ports(88), kerberos.begins_framed),
    Row("l2tp", "tunnels.L2tp", UDP, ports(1701), looks_tunnels.l2tp),
    Row("ldap", "directory.Ldap", TCP, ports(389, 3268), ldap.begins_ldap),
    Row("llmnr", "names.Llmnr", UDP, ports(5355), looks.dns_message),
    Row("llmnr-tcp", "names.LlmnrTcp", TCP, ports(5355), looks.dns_stream),
    Row("mdns", "names.Mdns", UDP, ports(5353), looks.dns_message),
    Row("mongodb", "databases.Mongodb", TCP, ports(27017), mongodb.begins_mongodb),
    Row("mqtt", "things.Mqtt", TCP, ports(1883), mqtt.begins_mqtt),
    Row("mqtt", "things.Mqtt", TCP, ports(1883)),
    Row("mysql", "databases.Mysql", TCP, ports(3306), mysql.begins_mysql),
    Row("nbdgm", "names.NetbiosDatagrams", UDP, ports(138), looks.netbios_datagram),
    Row("nbns", "names.Nbns", UDP, ports(137), looks.netbios_message),
    Row("nfs", "files.Nfs", TCP, ports(2049), greetings.nfs),
    Row("ntp", "things.Ntp", UDP, ports(123), ntp.begins_ntp),
    Row("ntp", "things.Ntp", UDP, ports(123)),
    Row("openvpn", "tunnels.OpenVpnTunnel", UDP, ports(1194), looks_tunnels.openvpn),
    Row("openvpn-tcp", "tunnels.OpenVpnStream", TCP, ports(1194), looks_tunnels.openvpn_stream),
    Row("pop3", "mailbox.Pop3", TCP, ports(110), greetings.pop3),
    Row("postgresql", "databases.Postgresql", TCP, ports(5432), postgresql.begins_postgresql),
    Row("pptp", "tunnels.Pptp", TCP, ports(1723), looks_tunnels.pptp),
    Row("quic", "quic.Quic", UDP, ports(443, 853), looks.quic_packets),
    Row("rdp", "terminal.Rdp", TCP, ports(3389), greetings.rdp),
    Row("redis", "databases.Redis", TCP, ports(6379), redis.begins_redis),
    Row("rlogin", "terminal.Rlogin", TCP, ports(513), greetings.rlogin),
    Row("rtp", "media.Media", UDP, ports(), rtp.begins_rtp),
    Row("rtsp", "calls.Rtsp", TCP, ports(554, 8554), sip.begins_rtsp),
    Row("sip", "calls.SipDatagrams", UDP, ports(5060), sip.begins_sip),
    Row("sip-tcp", "calls.SipStream", TCP, ports(5060), sip.begins_sip),
    Row("smb", "smb.Smb", TCP, ports(139, 445), greetings.smb),
    Row("smtp", "mail.Smtp", TCP, ports(24, 25, 587, 2525), greetings.smtp),
    Row("snmp", "things.Snmp", UDP, ports(161, 162), snmp.begins_snmp),
    Row("socks", "proxy.Socks", TCP, ports(1080, 9050, 9150), greetings.socks),
    Row("ssdp", "device.Ssdp", UDP, ports(1900), looks_tunnels.ssdp_message),
    Row("ssh", "ssh.Ssh", TCP, ports(22), looks_tunnels.ssh),
    Row("stun", "media.Media", UDP, ports(3478), stun.begins_stun),
    Row("syslog", "things.Syslog", UDP, ports(514), syslog.begins_syslog),
    Row("syslog", "things.Syslog", UDP, ports(514)),
    Row("syslog-tcp", "things.SyslogStream", TCP, ports(514, 601), syslog.begins_syslog_stream),
    Row("tds", "databases.Tds", TCP, ports(1433), tds.begins_tds),
    Row("telnet", "terminal.Telnet", TCP, ports(23, 2323), greetings.telnet),
    Row("telnet", "terminal.Telnet", TCP, ports(23)),
    Row("tftp", "files.Tftp", UDP, ports(69), greetings.tftp),
    Row("tls", "tls.Tls", TCP, TLS_PORTS, looks.tls_records),
    Row("turn-tcp", "media.TurnStream", TCP, ports(3478), stun.begins_stun),
    Row("vnc", "terminal.Vnc", TCP, ports(5900, 5901, 5902, 5903), greetings.vnc),
    Row("wireguard", "tunnels.WireGuardTunnel", UDP, ports(51820), looks_tunnels.wireguard),
    Row("xmpp", "talk.Xmpp", TCP, ports(5222), greetings.xmpp),
)

# Asked when no row of TABLE fits, in this order: observers of what is conspicuous.
LAST_RESORTS: Final[tuple[Row, ...]] = (Row("random", "obfuscated.Obfuscated", TCP),)

# Observers that live as long as the capture: ``module.Class`` in this package.
FRAME_OBSERVERS: Final[tuple[str, ...]] = ("hardware.Hardware", "link_login.LinkLogin")
OPENING_OBSERVERS: Final[tuple[str, ...]] = ("stack.Stacks",)
SHAPE_OBSERVERS: Final[tuple[str, ...]] = (
    "shape.Presence",
    "shape.Calls",
    "shape.Served",
    "shape.OpenTunnels",
)
DERIVERS: Final[tuple[str, ...]] = ("call_links.CallLinks", "known.Known", "tor.Tor")


@cache
def _class(name: str) -> Any:
    """A class of this package by ``module.Class``."""
    module, _, attribute = name.partition(".")
    return getattr(importlib.import_module(f"{__package__}.{module}"), attribute)


def frame_observers() -> list[FrameObserver]:
    """New observers of the link's frames."""
    return [_class(name)() for name in FRAME_OBSERVERS]


def opening_observers() -> list[OpeningObserver]:
    """New observers of how connections open."""
    return [_class(name)() for name in OPENING_OBSERVERS]


def shape_observers() -> list[ShapeObserver]:
    """New observers of the shape of flows."""
    return [_class(name)() for name in SHAPE_OBSERVERS]


def derivers() -> list[Deriver]:
    """New derivers."""
    return [_class(name)() for name in DERIVERS]


def named(protocol: str) -> Row:
    """The row of this name. Raises LookupError if there is none."""
    for row in TABLE:
        if row.name == protocol:
            return row
    raise LookupError(protocol)
