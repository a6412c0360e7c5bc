"""Another dissector as a witness: does what a report says stand in the packets that it names?

An observation names packets and a field in Wireshark's words. It is true where tshark
finds that field in one of these packets, or in others of their stream, since tshark tells
it where a message ends; and, for what can be compared, with that value. What the report
concludes on its own, from shapes and tables, is not asked here.
"""

from __future__ import annotations

import base64
import ipaddress
import itertools
import re
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Final, TypeAlias

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Observation
from peppermoth.monitor.observe.shape import PAUSE
from peppermoth.monitor.observe.web_request import host_of
from tests.monitor.test_vendors import NAMED_OTHERWISE
from tests.peers import find

Fields: TypeAlias = dict[str, set[str]]
"""The values of each field in some packets."""

STREAMS: Final = ("tcp.stream", "udp.stream")
TIME: Final = "frame.time_epoch"

INSTEAD: Final = {
    "address.contacted": "ip.addr ipv6.addr",
    "conspicuous.tunnel": "frame.protocols",
    "content.http_page": "http.response.code http2.headers.status",
    "content.mail": "imf.subject imf.from imf.to smtp.req.command",
    "hardware.model": "eth.src.oui_resolved",
    "identity.mac": "eth.src sll.src.eth dhcpv6.duid.bytes ipv6.src",
    "name.certificate": "x509ce.dNSName x509ce.iPAddress x509sat.uTF8String"
    " x509sat.printableString x509sat.teletexString",
    "name.proxy": "http.request.uri http.host",
    "protected.mac": "eth.src sll.src.eth",
    "protected.tunnel": "frame.protocols",
    "shape.service": "frame.protocols",
    "use.server": "tcp.port",
}
"""For rules or kinds of observation: other fields, which say more than the one that is shown."""

BESIDE: Final = {
    "device.software": "imf.ext.mailer",
    "identity.contact": "smtp.req.parameter",
    "identity.mail_address": "smtp.req.parameter",
    "identity.user": "urlencoded-form.value http.authbasic pop.request",
    "use.service": "http.request.uri",
    "use.tracker": "http.request.uri",
}
"""For kinds: fields that are asked for beside that one."""

UNKNOWN_TO_IT: Final = (
    *("conspicuous.random", "conspicuous.tor", "device.stack", "use.call_shape"),
    "device.ja4",  # compared with the reader of utls in test_ja4_with_utls
    *("Docker", "QEMU"),  # made up, and so in no registry
    "ipv6.src",  # a hardware address that an address of IPv6 holds
)
"""Kinds, values and fields that no dissector can confirm."""

_CARRYING: Final = (
    "eth ethertype vlan ieee8021ad mpls sll null raw ppp pppoes chdlc gre erspan vxlan geneve"
    " ip ipv6 tcp udp icmp icmpv6 data arp frame"
)
_CARRIERS: Final = frozenset(_CARRYING.split())
"""Protocols whose presence does not tell what they carry."""

_PROTOCOLS: Final = {
    "6in4": "ipv6",
    "IPsec": "isakmp esp udpencap ah",
    "L2TP": "l2tp",
    "OpenVPN": "openvpn",
    "PPTP": "pptp",
    "Teredo": "teredo",
    "WireGuard": "wg",
}

_COMMANDS: Final = "AUTH EHLO HELO MAIL NOOP QUIT RCPT RSET STARTTLS"
_WITHOUT_MAIL: Final = frozenset(_COMMANDS.split())
"""Commands of SMTP that carry no mail."""

ANOTHER_WAY: Final = (
    *("-o", "tcp.reassemble_out_of_order:TRUE"),
    *("-o", "http.desegment_body:FALSE"),  # tells of what is broken off
    *("-d", "tcp.port==443,http2"),  # decrypted
)
"""How tshark is asked a second time, where it did not confirm something."""

_SENDERS: Final = ("ip.src", "ipv6.src")
_CARD: Final = "eth.src"
_NOBODY: Final = frozenset({"0.0.0.0", "::"})
"""Senders who have no address yet, and are known by their hardware's."""

_NEAR: Final = 11.0
"""Seconds by which the ends of a span may be off: it is counted in steps of ten, and rounded."""

Judge: TypeAlias = Callable[[Observation, set[str]], bool]


def _is(shown: Callable[[str], str]) -> Judge:
    """Values of a field are compared after they are masked as the report masks them."""
    return lambda one, values: any(shown(value) == one.value for value in values)


def _user(one: Observation, values: set[str]) -> bool:
    """Whether it is one of these names, be it in base64, or a part of what a client said."""
    texts = {text for value in values for text in (value, *_out_of_base64(value))}
    parts = {part for text in texts for part in (text, *re.split(r"[\0:= ]", text))}
    return any(masks.user(part) == one.value for part in parts if part)


def _out_of_base64(text: str) -> list[str]:
    try:
        return [base64.b64decode(text, validate=True).decode()]
    except ValueError:
        return []


def _address(one: Observation, values: set[str]) -> bool:
    return ipaddress.ip_address(one.value) in map(ipaddress.ip_address, values)


def _maker(one: Observation, values: set[str]) -> bool:
    name = NAMED_OTHERWISE.get(one.value, one.value.lower())
    return any(name in value.lower() for value in values)


def _made_up(_: Observation, values: set[str]) -> bool:
    return any(int(value[1], 16) & 2 for value in values)


def _host_name(one: Observation, values: set[str]) -> bool:
    return any(masks.words(value.partition("<")[0]) == one.value for value in values)


def _mail(_: Observation, values: set[str]) -> bool:
    return not values <= _WITHOUT_MAIL


def _name(one: Observation, values: set[str]) -> bool:
    """Whether the name, or the one that a service was recognised by, is among these."""
    name = one.details["from"] if one.kind.startswith("use.") else one.value
    texts = {value.lower().rstrip(".").removeprefix("<root>") for value in values}
    return name.lower().rstrip(".") in texts | {host_of(value) for value in texts}


def _protocol(one: Observation, values: set[str]) -> bool:
    protocols = {protocol for value in values for protocol in value.split(":")}
    return not protocols.isdisjoint(_PROTOCOLS[one.value.split()[0]].split())


def _service(one: Observation, values: set[str]) -> bool:
    return (_protocol if one.rule == "shape.service" else _name)(one, values)


COMPARED: Final[dict[str, Judge]] = {
    "address.contacted": _address,
    "conspicuous.tunnel": _protocol,
    "content.mail": _mail,
    "device.model": _maker,
    "identity.host_name": _host_name,
    "identity.user": _user,
    "name.certificate": _name,
    "name.dns": _name,
    "name.proxy": _name,
    "name.quic": _name,
    "name.sni": _name,
    "protected.mac": _made_up,
    "protected.tunnel": _protocol,
    "use.server": lambda one, values: one.details["port"] in values,
    "use.service": _service,
    "use.tracker": _name,
}
"""How the value of a kind is compared with a field's; of the others the field must be there."""


@cache
def known() -> frozenset[str]:
    """The fields that this tshark knows."""
    listed = subprocess.run(
        [find("tshark"), "-G", "fields"], capture_output=True, text=True, check=True
    )
    return frozenset(line.split("\t")[2] for line in listed.stdout.splitlines())


def fields_of(one: Observation) -> tuple[str, ...]:
    """The fields to ask the witness for; none where it cannot be asked."""
    if not one.packets or not {one.kind, one.value, one.field}.isdisjoint(UNKNOWN_TO_IT):
        return ()
    fields = INSTEAD.get(one.rule) or INSTEAD.get(one.kind) or one.field
    asked = f"{fields} {BESIDE.get(one.kind, '')}".split()
    return tuple(field for field in asked if field in known())


class Witness:
    """What tshark says of one capture: values of the fields that are asked for."""

    def __init__(self, path: Path, fields: Iterable[str]) -> None:
        self._rows: dict[int, Fields] = {}
        self._streams: defaultdict[str, Fields] = defaultdict(lambda: defaultdict(set))
        self._path = path
        self._fields = sorted({*fields, *STREAMS, *_SENDERS, _CARD, TIME, "frame.protocols"})
        self.ask()

    def ask(self, options: Iterable[str] = ()) -> None:
        """Ask tshark, with these options; what it says is added to what it said before."""
        path, fields = self._path, self._fields
        command = [find("tshark"), "-n", "-r", path, "-T", "fields", "-E", "separator=/t"]
        command += ["-E", "aggregator=|", "-e", "frame.number", *options]
        command += [word for field in fields for word in ("-e", field)]
        output = subprocess.run(command, check=False, capture_output=True).stdout
        for line in output.decode("utf-8", "replace").split("\n")[:-1]:
            number, *values = line.split("\t")
            if number.isdigit() and len(values) == len(fields):
                filled = zip(fields, values, strict=True)
                self._add(int(number), {field: set(v.split("|")) for field, v in filled if v})

    def _add(self, number: int, row: Fields) -> None:
        known = self._rows.setdefault(number, {})
        for field, values in row.items():
            known[field] = known.get(field, set()) | values
        for stream in _streams(row):
            for field, values in row.items():
                self._streams[stream][field] |= values

    def connections(self, seconds: float = 0.0) -> int:
        """How many streams last for at least so long."""
        times = [[float(time) for time in fields[TIME]] for fields in self._streams.values()]
        return sum(max(each) - min(each) >= seconds for each in times)

    def saw(self, names: Iterable[str], one: Observation) -> bool:
        """Whether who has these addresses sent from the begin to the end of a span, and nothing
        in the pauses around it."""
        begin, end = map(float, one.value.split())
        spans = self._spans({*names})
        return any(
            abs(first - begin) <= _NEAR and abs(last - end) <= _NEAR for first, last in spans
        )

    def _spans(self, names: set[str]) -> list[tuple[float, float]]:
        """When they sent something; long pauses part the spans."""
        senders = [(row, _senders(row)) for row in self._rows.values()]
        cards = {one for row, who in senders if who & names for one in row.get(_CARD, ())}
        times = sorted(
            float(min(row[TIME]))
            for row, who in senders
            if who & names or (who & cards and who & _NOBODY)
        )
        spans: list[tuple[float, float]] = []
        for time in times:
            first = spans.pop()[0] if spans and time - spans[-1][1] <= PAUSE else time
            spans.append((first, time))
        return spans

    def confirms(self, one: Observation) -> bool | None:
        """Whether the observation is true; None where tshark does not know what was said."""
        if not (fields := fields_of(one)):
            return None
        rows = [self._rows.get(packet, {}) for packet in one.packets]
        rows += [self._streams[stream] for row in rows for stream in _streams(row)]
        values = set().union(*(row.get(field, set()) for row in rows for field in fields))
        compared = COMPARED.get(one.kind)
        if values and (compared is None or compared(one, values)):
            return True
        words = set().union(*(row.get("frame.protocols", set()) for row in rows))
        protocols = {word for value in words for word in value.split(":")}
        asked = {field.partition(".")[0] for field in fields}
        known = (protocols | {"frame"}) & asked if asked <= _CARRIERS else protocols - _CARRIERS
        return False if known else None


def _senders(row: Fields) -> set[str]:
    """The addresses from which a packet comes, within tunnels too, and its hardware's."""
    texts = itertools.chain.from_iterable(row.get(field, ()) for field in _SENDERS)
    return {*(str(ipaddress.ip_address(text)) for text in texts), *row.get(_CARD, ())}


def _streams(row: Fields) -> set[str]:
    return {f"{field} {number}" for field in STREAMS for number in row.get(field, ())}
