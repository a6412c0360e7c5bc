"""Which observer follows a flow: by its first bytes, else by its port.

``TABLE`` is asked in three passes: rows whose port and first bytes both fit, rows
whose first bytes fit, rows that take a port without looking (``looks_like`` is None).
Within a pass the first row wins. First bytes are at most ``FIRST_BYTES`` of each
side; a flow that no row has recognised by then is unknown.

A row names its observer by module and class, so that a family is imported when a flow
needs it, and families may in turn hand over to this table.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias

from peppermoth.monitor.observation import Flow, Observation, Place, Speaker
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
from peppermoth.monitor.observe.turned import Turned, turned
from peppermoth.monitor.transcript import Transcript
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

FIRST_BYTES: Final = 4096
"""How much of each side of a TCP flow is looked at."""

FIRST_PIECES: Final = 6
"""How many segments or datagrams of a flow are looked at."""

MOST_SPARED: Final = 1 << 30
"""So many bytes at most does an observer ask to be spared at a time."""

DEEPEST: Final = 6
"""How many tunnels and hand-overs around a flow are followed."""

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
        made: Observer = _named(self.observer)(flow)
        return made


TCP: Final = ("tcp",)
UDP: Final = ("udp",)
BOTH: Final = ("tcp", "udp")


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
    Row("esp", "tunnels.Esp", ("esp", "ip-51"), ports(0)),
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
    Row("tds", "databases.Tds", TCP, ports(1433), tds.begins_tds),
    Row("telnet", "terminal.Telnet", TCP, ports(23, 2323), greetings.telnet),
    Row("telnet", "terminal.Telnet", TCP, ports(23)),
    Row("tftp", "files.Tftp", UDP, ports(69), greetings.tftp),
    Row("tls", "tls.Tls", TCP, TLS_PORTS, looks.tls_records),
    Row("vnc", "terminal.Vnc", TCP, ports(5900, 5901, 5902, 5903), greetings.vnc),
    Row("wireguard", "tunnels.WireGuardTunnel", UDP, ports(51820), looks_tunnels.wireguard),
    Row("xmpp", "talk.Xmpp", TCP, ports(5222), greetings.xmpp),
)

# Asked when no row of TABLE fits, in this order: observers of what is conspicuous.
LAST_RESORTS: Final[tuple[Row, ...]] = (Row("random", "obfuscated.Obfuscated", TCP),)

# Observers that live as long as the capture: ``module.Class`` in this package.
FRAME_OBSERVERS: Final[tuple[str, ...]] = ("hardware.Hardware",)
OPENING_OBSERVERS: Final[tuple[str, ...]] = ("stack.Stacks",)
SHAPE_OBSERVERS: Final[tuple[str, ...]] = (
    "shape.Presence",
    "shape.Calls",
    "shape.Served",
    "shape.OpenTunnels",
)
DERIVERS: Final[tuple[str, ...]] = ("call_links.CallLinks", "known.Known", "tor.Tor")


@cache
def _named(name: str) -> Any:
    """A class of this package by ``module.Class``."""
    module, _, attribute = name.partition(".")
    return getattr(importlib.import_module(f"{__package__}.{module}"), attribute)


def frame_observers() -> list[FrameObserver]:
    """New observers of the link's frames."""
    return [_named(name)() for name in FRAME_OBSERVERS]


def opening_observers() -> list[OpeningObserver]:
    """New observers of how connections open."""
    return [_named(name)() for name in OPENING_OBSERVERS]


def shape_observers() -> list[ShapeObserver]:
    """New observers of the shape of flows."""
    return [_named(name)() for name in SHAPE_OBSERVERS]


def derivers() -> list[Deriver]:
    """New derivers."""
    return [_named(name)() for name in DERIVERS]


_Looking: TypeAlias = tuple[tuple[Look, Row], ...]


@cache
def _rows(transport: str, port: int) -> tuple[_Looking, _Looking, Row | None]:
    """The rows of a transport with a look, those at the port and others; the port's own row."""
    rows = [row for row in TABLE if transport in row.transports]
    looking = [(row.looks_like, row) for row in rows if row.looks_like is not None]
    at_port = tuple(each for each in looking if port in each[1].ports)
    elsewhere = tuple(each for each in looking if port not in each[1].ports)
    blind = next((row for row in rows if row.looks_like is None and port in row.ports), None)
    return at_port, elsewhere, blind


@cache
def server_ports(transport: str) -> frozenset[int]:
    """The ports at which a protocol of the table is served over this transport."""
    return frozenset().union(*(row.ports for row in TABLE if transport in row.transports))


def serves(transport: str, port: int) -> bool:
    """Whether the end of a flow that has this port is likely its server."""
    return 0 < port < 1024 or port in server_ports(transport)


def identify(transport: str, port: int, client: bytes, server: bytes) -> Row | None:
    """The row that fits the first bytes of a flow to a server's ``port`` (0: none is known)."""
    at_port, elsewhere, blind = _rows(transport, port)
    for rows in (at_port, elsewhere):
        for looks_like, row in rows:
            if looks_like(client, server):
                return row
    return blind


def owner_of(observer: Observer, flow: Flow, through: str, data: bytes) -> Observer:
    """An observer of the protocol that owns a flow's port, if that is another and begins like
    ``data``, a datagram that cannot be of the protocol ``through``, which ``observer`` reads."""
    for looks_like, row in _rows(flow.transport, flow.server.port)[0]:
        if _named(row.observer) is not type(observer) and looks_like(data, b""):
            return hand_over(flow, through, protocol=row.name)
    return Silent()


def named(protocol: str) -> Row:
    """The row of this name. Raises LookupError if there is none."""
    for row in TABLE:
        if row.name == protocol:
            return row
    raise LookupError(protocol)


def hand_over(flow: Flow, through: str, *, port: int = 0, protocol: str | None = None) -> Observer:
    """An observer for the further bytes of a flow that turns into another protocol.

    ``through`` names what it comes out of (``socks``, ``smtp``). The further protocol is
    ``protocol`` where that is certain (a name of the table); else it is recognised anew,
    as at a server's ``port``. Every observer within another comes from here, ``DEEPEST`` at most.
    """
    inner = flow._replace(outer=(*flow.outer, through))
    if len(inner.outer) > DEEPEST:
        return Silent()
    return named(protocol).observe(inner) if protocol else Following(inner, port)


def replay(observer: Observer, speaker: Speaker, held: Transcript) -> Iterator[Observation]:
    """Feed what a transcript still holds to an observer, packet by packet, and empty it."""
    pieces = list(held.pieces())
    held.consume(len(held))
    for data, place in pieces:
        yield from observer.receive(speaker, data, place)


class Silent:
    """An observer that tells nothing."""

    done = True

    def __init__(self, flow: Flow | None = None) -> None:
        """Of any flow."""

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """Nothing."""
        return ()

    def gap(self, speaker: Speaker) -> None:
        """Nothing."""

    def end(self) -> Iterable[Observation]:
        """Nothing."""
        return ()


def _nothing(speaker: Speaker) -> int:
    return 0


class Following:
    """Follows any flow: holds its first bytes until a row fits, then is that row's observer.

    ``protocol`` is the row's name, empty while none fits; ``leave_out`` its observer's.
    """

    __slots__ = ("_firsts", "_flow", "_held", "_observer", "_port", "leave_out", "protocol")

    def __init__(self, flow: Flow, port: int | None = None) -> None:
        self._flow = flow
        self._port = flow.server.port if port is None else port
        self._observer: Observer | None = None
        self._held: list[tuple[Speaker, bytes | None, Place]] = []
        self._firsts = [b"", b""]
        self.protocol = ""
        self.leave_out: Callable[[Speaker], int] = _nothing

    @property
    def done(self) -> bool:
        """Nothing more can be told from this flow's bytes."""
        return self._observer is not None and self._observer.done

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A segment's bytes or a datagram; what it tells."""
        if self._observer is not None:
            return self._observer.receive(speaker, data, place)
        self._held.append((speaker, data, place))
        if self._flow.transport == "tcp":
            data = (self._firsts[speaker] + data)[:FIRST_BYTES]
        self._firsts[speaker] = data
        observer = self._recognised()
        if observer is not None:
            return self._become(observer)
        return () if len(self._held) < FIRST_PIECES else self._give_up()

    def _recognised(self) -> Observer | None:
        """An observer of the row that fits, if need be with the ends of the flow exchanged."""
        flow = self._flow
        transport, other_port = flow.transport, flow.client.port
        row = identify(transport, self._port, *self._firsts)
        if row is not None:
            self.protocol = row.name
            return row.observe(flow)
        is_clear = serves(transport, self._port) and not serves(transport, other_port)
        if flow.opened or is_clear:
            return None
        row = identify(transport, other_port, *reversed(self._firsts))
        if row is None:
            return None
        self.protocol = row.name
        return Turned(row.observe(turned(flow)))

    def gap(self, speaker: Speaker) -> None:
        """Bytes of this direction are missing from here on."""
        if self._observer is not None:
            self._observer.gap(speaker)
        elif self._held:
            self._held.append((speaker, None, self._held[-1][2]))
            self._firsts[speaker] = b""  # what comes next is not their continuation

    def end(self) -> Iterable[Observation]:
        """The flow is over; what it tells as a whole."""
        told = self._give_up() if self._held else []
        if self._observer is not None:
            told += self._observer.end()
        return told

    def _give_up(self) -> list[Observation]:
        for row in LAST_RESORTS:
            if self._flow.transport in row.transports and (
                row.looks_like is None or row.looks_like(*self._firsts)
            ):
                return self._become(row.observe(self._flow))
        return self._become(Silent())

    def _become(self, observer: Observer) -> list[Observation]:
        """Let the observer have what was held; what that tells."""
        held, self._held, self._firsts = self._held, [], [b"", b""]
        self._observer = observer
        self.leave_out = getattr(observer, "leave_out", _nothing)
        told: list[Observation] = []
        for speaker, data, place in held:
            if data is None:
                observer.gap(speaker)
            else:
                told += observer.receive(speaker, data, place)
        return told
