"""What a device says of itself when it joins a network and looks for others: DHCP, SSDP.

RFC 2131 and 8415; UPnP Device Architecture 2.0, section 1. Only what the device itself
says is told. SSDP's messages are heads of HTTP/1 in datagrams (``wire/http.py``).
"""

from __future__ import annotations

from typing import Final

from peppermoth.monitor import masks, systems, vendors
from peppermoth.monitor.observation import Certainty, Speaker
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece
from peppermoth.wire import dhcp
from peppermoth.wire.http import Head, RequestLine, decode_head


class Dhcp(Datagrams):
    """DHCP over IPv4."""

    protocol = "dhcp"
    decode = staticmethod(dhcp.decode_v4)
    name_field = "dhcp.option.hostname"
    full_name_field = "dhcp.fqdn.name"
    class_field = "dhcp.option.vendor_class_id"
    options_field = "dhcp.option.request_list_item"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """A message; a client's own words are what tells."""
        message = self.decode(at.data)
        if not (message.from_client and self.flow.is_device(speaker)):
            return
        names = ((message.host_name, self.name_field), (message.full_name, self.full_name_field))
        for name, field in names:
            if name:
                self._tell_name(masks.words(name), at, field)
        self._tell_options(message, at)
        self._tell_system(message, at)
        if message.version == 6 and message.hardware and not vendors.is_random(message.hardware):
            self._tell_hardware(message.hardware, at)

    def _tell_name(self, name: str, at: Piece, field: str) -> None:
        self.tell("identity.host_name", name, at, field, "name", once=True, protocol=self.protocol)

    def _tell_options(self, message: dhcp.Message, at: Piece) -> None:
        asked = " ".join(map(str, message.requested))
        vendor_class = masks.words(message.vendor_class)
        if asked or vendor_class:
            value = "; ".join(filter(None, (vendor_class, asked)))
            field = self.class_field if vendor_class else self.options_field
            self.tell("device.dhcp", value, at, field, "options", once=True)

    def _tell_system(self, message: dhcp.Message, at: Piece) -> None:
        system, certainty = systems.from_dhcp_class(message.vendor_class), Certainty.LIKELY
        field = self.class_field
        if not system:
            system = systems.from_dhcp_options(message.version, message.requested)
            field, certainty = self.options_field, Certainty.POSSIBLE
        if system:
            self.tell(
                "device.system",
                system,
                at,
                field,
                "system",
                once=True,
                certainty=certainty,
                from_=self.protocol,
            )

    def _tell_hardware(self, hardware: bytes, at: Piece) -> None:
        """The identifier of DHCPv6 holds an address that may be used nowhere else."""
        self.tell(
            "identity.mac",
            vendors.shown(hardware),
            at,
            "dhcpv6.duid.bytes",
            "hardware",
            once=True,
            vendor=vendors.vendor(hardware),
        )


class Dhcpv6(Dhcp):
    """DHCP over IPv6."""

    protocol = "dhcpv6"
    decode = staticmethod(dhcp.decode_v6)
    full_name_field = "dhcpv6.client_domain"
    class_field = "dhcpv6.vendorclass.data"
    options_field = "dhcpv6.requested_option_code"


_ANYTHING: Final = frozenset({"", "ssdp:all", "upnp:rootdevice"})


class Ssdp(Datagrams):
    """Discovery of UPnP: what a device looks for, and what it offers."""

    protocol = "ssdp"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """A search, an announcement, or an answer to a search."""
        found = decode_head(at.data + b"\r\n\r\n")
        if found is None or not self.flow.is_device(speaker):
            return
        head, _ = found
        method = head.line.method if isinstance(head.line, RequestLine) else ""
        self._tell_target(head, at)
        searching = method == "M-SEARCH"
        name = "user-agent" if searching else "server"
        self._tell_program(head.field(name) or "", at, f"http.{name.replace('-', '_')}")
        if (friendly := head.field("cpfn.upnp.org")) or (
            friendly := head.field("friendlyname.upnp.org")
        ):
            self.tell(
                "identity.host_name",
                masks.words(friendly),
                at,
                "ssdp",
                "friendly_name",
                once=True,
                protocol=self.protocol,
            )

    def _tell_target(self, head: Head, at: Piece) -> None:
        target = head.field("st") or head.field("nt") or ""
        if target not in _ANYTHING and not target.startswith("uuid:"):
            self.tell(
                "name.local",
                masks.words(target),
                at,
                "ssdp",
                "target",
                once=True,
                protocol=self.protocol,
            )

    def _tell_program(self, program: str, at: Piece, field: str) -> None:
        if not program:
            return
        program = masks.words(program)
        self.tell("device.software", program, at, field, "program", once=True)
        if system := systems.from_program(program):
            self.tell(
                "device.system",
                system,
                at,
                field,
                "system",
                once=True,
                certainty=Certainty.LIKELY,
                from_=self.protocol,
            )
