"""Names that are asked for in clear: DNS over UDP and TCP, mDNS, LLMNR, NetBIOS.

Who asks is taken from the message itself (query or response), as captures may begin
with an answer. Only what the device asks and is answered is told, and what it says of
itself on the local network. A query waits for its response, at most ``MOST_PENDING``
at a time, so that a name is told once, with what came of it; retransmissions join it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, TypeAlias

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece
from peppermoth.wire import netbios
from peppermoth.wire.dns import (
    NBSTAT,
    Message,
    Opcode,
    Record,
    RecordType,
    decode_framed,
    decode_message,
    type_name,
)

MOST_PENDING: Final = 128

_OPT: Final = int(RecordType.OPT)

_FIELDS: Final[dict[int, str]] = {
    RecordType.A: "dns.a",
    RecordType.AAAA: "dns.aaaa",
    RecordType.CNAME: "dns.cname",
    RecordType.PTR: "dns.ptr.domain_name",
    RecordType.MX: "dns.mx.mail_exchange",
    RecordType.SRV: "dns.srv.target",
    RecordType.HTTPS: "dns.svcb.targetname",
    RecordType.SVCB: "dns.svcb.targetname",
}
_MODELS: Final = ("model", "md", "am", "ty", "usb_mdl")
"""Attributes that hold a make or model: Apple's, casting's and HomeKit's, AirPlay's, printers'."""
_CODES: Final = {0: "", 1: "malformed", 2: "server failed", 3: "no such name", 5: "refused"}

_Asked: TypeAlias = tuple[int, str, int]


def _shown(name: str) -> str:
    return name.lower()


class _Questions:
    """Queries of one flow that wait for their responses, and what both tell."""

    def __init__(self, observer: Dns | DnsTcp) -> None:
        self._observer = observer
        self._pending: dict[_Asked, Piece] = {}

    def message(self, speaker: Speaker, message: Message, at: Piece) -> None:
        """A message of either side."""
        is_response = message.is_response
        if self._observer.flow.is_device(speaker) == is_response:
            return  # somebody else asks the device
        if message.opcode == Opcode.UPDATE:
            self._tell_update(message, at)
            return
        for question in message.questions:
            key = message.id, _shown(question.name), question.type
            if is_response:
                self._answered(key, message, at)
            else:
                self._asked(key, at)
        if is_response:
            self._tell_answers(message, at)
        if subnet := message.client_subnet:
            field = "dns.opt.client.addr6" if ":" in subnet else "dns.opt.client.addr4"
            self._observer.tell("name.client_subnet", subnet, at, field, "client_subnet", once=True)

    def _tell_update(self, message: Message, at: Piece) -> None:
        """The addresses that the device gives its own name, for others to ask (RFC 2136)."""
        for record in () if message.is_response else message.authorities:
            if record.type in (RecordType.A, RecordType.AAAA):
                name = _shown(record.name)
                self._observer.tell(
                    "identity.host_name",
                    name,
                    at,
                    "dns.resp.name",
                    "update",
                    once=True,
                    protocol="dns",
                )

    def flush(self) -> None:
        """Tell the queries that nobody answered."""
        for key, at in self._pending.items():
            self._tell_asked(key, at, answers="", result="no answer")
        self._pending.clear()

    def _asked(self, key: _Asked, at: Piece) -> None:
        earlier = self._pending.pop(key, None)
        if earlier is not None:
            at = Piece(earlier.data, (*earlier.packets, *at.packets), earlier.time)
        elif len(self._pending) == MOST_PENDING:
            oldest = next(iter(self._pending))
            self._tell_asked(oldest, self._pending.pop(oldest), answers="", result="no answer")
        self._pending[key] = at

    def _answered(self, key: _Asked, message: Message, at: Piece) -> None:
        asked = self._pending.pop(key, at)
        count = len([record for record in message.answers if record.type != _OPT])
        result = _CODES.get(message.code, f"code {message.code}")
        packets = tuple(sorted({*asked.packets, *at.packets}))
        self._tell_asked(key, Piece(b"", packets, asked.time), str(count), result)

    def _tell_asked(self, key: _Asked, at: Piece, answers: str, result: str) -> None:
        _, name, kind = key
        self._observer.tell(
            "name.dns",
            name,
            at,
            "dns.qry.name",
            "query",
            type=type_name(kind),
            answers=answers,
            result=result,
        )

    def _tell_answers(self, message: Message, at: Piece) -> None:
        for record in message.answers:
            field = _FIELDS.get(record.type)
            if field is None:
                continue
            service = record.service
            # The target "." stands for the name itself.
            value = record.name if service and record.value == "." else record.value
            self._observer.tell(
                "name.dns_answer",
                _shown(value),
                at,
                field,
                "answer",
                name=_shown(record.name),
                type=type_name(record.type),
                alpn=",".join(service.alpn) if service else "",
                ech=",".join(service.ech_names) if service else "",
            )


class _LocalNames:
    """What mDNS and LLMNR share: names asked for, and names that the device gives itself."""

    def __init__(self, observer: Dns | DnsTcp) -> None:
        self._observer = observer

    def message(self, speaker: Speaker, message: Message, at: Piece) -> None:
        """A message of either side."""
        if not self._observer.flow.is_device(speaker):
            return
        if not message.is_response:
            for question in message.questions:
                self._tell_name(question.name, question.type, at, "asked")
            return
        for record in (*message.answers, *message.additionals):
            self._tell_record(record, at)

    def flush(self) -> None:
        """Nothing waits for an answer."""

    def _tell_name(self, name: str, kind: int, at: Piece, fact: str) -> None:
        self._observer.tell(
            "name.local",
            name,
            at,
            "dns.qry.name" if fact == "asked" else "dns.resp.name",
            fact,
            once=True,
            protocol=self._observer.protocol,
            type=type_name(kind),
        )

    def _tell_record(self, record: Record, at: Piece) -> None:
        match record.type:
            case RecordType.A | RecordType.AAAA:
                host = record.name
            case RecordType.SRV if record.value:
                self._tell_name(record.name, record.type, at, "told")
                host = record.value
            case RecordType.PTR:
                self._tell_name(record.value, record.type, at, "told")
                return
            case RecordType.TXT:
                self._tell_attributes(record, at)
                return
            case _:
                return
        self._tell_host(host, at)

    def _tell_attributes(self, record: Record, at: Piece) -> None:
        """What the device says of a service of its own, whose name often holds the owner's."""
        self._tell_name(record.name, record.type, at, "told")
        said = record.attributes
        for key in filter(said.get, _MODELS):
            model = masks.words(said[key])
            self._observer.tell("device.model", model, at, "dns.txt", key, once=True, from_="mDNS")
        if name := said.get("fn"):
            self._tell_host(masks.words(name), at)

    def _tell_host(self, host: str, at: Piece) -> None:
        self._observer.tell(
            "identity.host_name",
            host,
            at,
            "dns.resp.name",
            "host_name",
            once=True,
            protocol=self._observer.protocol,
        )


class Dns(Datagrams):
    """DNS over UDP."""

    protocol = "dns"
    messages: ClassVar[type[_Questions] | type[_LocalNames]] = _Questions

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._messages = self.messages(self)

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a datagram. May raise RemoteProtocolError."""
        self._messages.message(speaker, decode_message(at.data), at)

    def last_words(self) -> None:
        """Tell what was asked and not answered."""
        self._messages.flush()


class DnsTcp(Conversation):
    """DNS over TCP."""

    protocol = "dns"
    messages: ClassVar[type[_Questions] | type[_LocalNames]] = _Questions

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._messages = self.messages(self)

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads questions or answers."""
        while True:
            data, at = yield from self.sides[speaker].message(decode_framed)
            self._messages.message(speaker, decode_message(data), at)

    def last_words(self) -> None:
        """Tell what was asked and not answered."""
        self._messages.flush()


class Mdns(Dns):
    """Multicast DNS."""

    protocol = "mdns"
    messages = _LocalNames


class Llmnr(Mdns):
    """Windows' names on the local link."""

    protocol = "llmnr"


class LlmnrTcp(DnsTcp):
    """The same over TCP, for answers that are too long."""

    protocol = "llmnr"
    messages = _LocalNames


class Nbns(Datagrams):
    """The NetBIOS name service: names looked for, and names that the device registers."""

    protocol = "nbns"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a datagram. May raise RemoteProtocolError."""
        if not self.flow.is_device(speaker):
            return
        message = decode_message(at.data)
        if message.is_response:
            if message.opcode == Opcode.QUERY:
                self._tell_own(_own_names(message.answers), at)
            return
        names = [netbios.decode_name(question.name) for question in message.questions]
        if message.opcode == Opcode.QUERY:
            for name in names:
                self.tell(
                    "name.local", name.name, at, "nbns.name", "asked", once=True, protocol="nbns"
                )
        else:
            is_group = any(record.data[:1] >= b"\x80" for record in message.additionals)
            self._tell_own([] if is_group else names, at)

    def _tell_own(self, names: Iterable[netbios.NetbiosName], at: Piece) -> None:
        for name in names:
            if name.suffix in netbios.HOST_SUFFIXES and not name.is_group and name.name:
                self.tell(
                    "identity.host_name",
                    name.name,
                    at,
                    "nbns.name",
                    "registered",
                    once=True,
                    protocol="nbns",
                )


class NetbiosDatagrams(Datagrams):
    """NetBIOS datagrams: who the device says it is, and to which group or host it speaks."""

    protocol = "nbdgm"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a datagram's ends. May raise RemoteProtocolError."""
        if not self.flow.is_device(speaker):
            return
        own, other = netbios.decode_datagram(at.data)
        for kind, name, field in (
            ("identity.host_name", own.name, "nbdgm.source_name"),
            ("name.local", other.name, "nbdgm.destination_name"),
        ):
            if name.isprintable():  # as the group of all browsers is not
                fact = field.partition(".")[2]
                self.tell(kind, name, at, field, fact, once=True, protocol=self.protocol)


def _own_names(answers: Iterable[Record]) -> list[netbios.NetbiosName]:
    """Names of whoever sends these answers: those found, and those of a node status."""
    names: list[netbios.NetbiosName] = []
    for record in answers:
        try:
            if record.type == NBSTAT:
                names += netbios.decode_status(record.data)
            elif record.type == RecordType.NB and record.data[:1] < b"\x80":
                names.append(netbios.decode_name(record.name))
        except RemoteProtocolError:
            continue
    return names
