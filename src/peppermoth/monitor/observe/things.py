"""What things and small services say in clear: MQTT, CoAP, SNMP, syslog, NTP.

Of MQTT: the client's name, its login, the topics it publishes and follows, and places in
these and in what it publishes. Topics and paths are shown (persons' addresses and numbers,
and coordinates, in them masked), payloads are not.
"""

from __future__ import annotations

from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Certainty, Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps, Teller
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.observe.web_request import shown_target
from peppermoth.monitor.transcript import Piece, joined
from peppermoth.wire import coap, mqtt, ntp, places, snmp, syslog
from peppermoth.wire.forms import json_pairs

MOST_TOPICS: Final = 64
MOST_PACKETS: Final = 2000
_LARGEST: Final = 64 * 1024
_BEGINNING: Final = 4 * 1024
"""How much of a published payload is looked at for a place."""


class Mqtt(Conversation):
    """MQTT over TCP."""

    protocol = "mqtt"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._version = 0  # not known until CONNECT
        self._topics: set[tuple[str, str]] = set()

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads packets of the thing or program, or of the broker."""
        side = self.sides[speaker]
        for _ in range(MOST_PACKETS):
            header, at = yield from side.message(mqtt.decode_header)
            wanted = header.kind in (mqtt.Kind.CONNECT, mqtt.Kind.SUBSCRIBE)
            if header.kind == mqtt.Kind.PUBLISH:
                yield from self._read_publish(speaker, header, at)
            elif wanted and header.length <= _LARGEST:
                body = yield from side.exactly(header.length)
                self._tell_packet(header, joined((at, body)), body.data)
            elif header.kind == mqtt.Kind.DISCONNECT or len(self._topics) >= MOST_TOPICS:
                return
            else:
                yield from side.skip(header.length)

    def _read_publish(self, speaker: Speaker, header: mqtt.Header, at: Piece) -> Steps[None]:
        side = self.sides[speaker]
        if header.length < 2:
            raise RemoteProtocolError("a PUBLISH without a topic")
        size = yield from side.exactly(2)
        length = int.from_bytes(size.data, "big")
        if length > header.length - 2:
            raise RemoteProtocolError("a topic that is longer than its packet")
        topic = yield from side.exactly(length)
        if not topic.text.isprintable():  # a flow that began in the middle of a packet
            raise RemoteProtocolError("a topic that is no text")
        left = header.length - 2 - length
        beginning = yield from side.exactly(min(left, _BEGINNING))
        yield from side.skip(left - len(beginning.data))
        verb = "publishes" if speaker is Speaker.CLIENT else "receives"
        if topic.data:
            self._tell_topic(topic.text, joined((at, topic)), verb)
        brace = beginning.data.find(b"{")
        if brace >= 0 and b"lat" in beginning.data:
            pairs = json_pairs(beginning.data[brace:].decode("utf-8", "replace"))
            self._tell_place(places.of_pairs(pairs), beginning, "mqtt.msg", "mqtt message")

    def _tell_packet(self, header: mqtt.Header, at: Piece, body: bytes) -> None:
        if header.kind == mqtt.Kind.CONNECT:
            self._tell_connect(mqtt.decode_connect(body), at)
        elif self._version:
            for topic in mqtt.decode_topics(body, self._version):
                self._tell_topic(topic, at, "follows")

    def _tell_connect(self, said: mqtt.Connect, at: Piece) -> None:
        self._version = said.version
        if said.client and self.flow.is_device(Speaker.CLIENT):
            name = masks.words(said.client)
            self.tell("identity.host_name", name, at, "mqtt.clientid", "client", protocol="mqtt")
        user = masks.user(said.user) if said.user else ""
        if user:
            self.tell("identity.user", user, at, "mqtt.username", "user", protocol="mqtt")
        if said.password is not None:
            self.tell_login(user, hidden("password", said.password), at, "mqtt.passwd")
        if said.will_topic:
            self._tell_topic(said.will_topic, at, "publishes")

    def _tell_topic(self, topic: str, at: Piece, verb: str) -> None:
        if (topic, verb) in self._topics or len(self._topics) >= MOST_TOPICS:
            return
        self._topics.add((topic, verb))
        self.tell(
            "content.topic", shown_target(topic), at, "mqtt.topic", "topic", once=True,
            protocol="mqtt", what=verb,
        )  # fmt: skip
        self._tell_place(places.in_text(topic), at, "mqtt.topic", "mqtt topic")

    def _tell_place(self, place: places.Place | None, at: Piece, field: str, where: str) -> None:
        if place is not None:
            self.tell(
                "content.location", place.shown, at, field, "location", once=True,
                certainty=Certainty.LIKELY if place.is_guess else Certainty.SEEN, where=where,
            )  # fmt: skip


class Coap(Datagrams):
    """CoAP over UDP."""

    protocol = "coap"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a request."""
        asked = coap.decode_coap(at.data)
        if not asked.method:
            return
        target = f"{asked.method} " + shown_target(f"{asked.path}?{asked.query}")
        self.tell(
            "content.http_request", target, at, "coap.opt.uri_path_recon", "request", once=True,
            protocol="coap", host=masks.words(asked.host),
        )  # fmt: skip


class Snmp(Datagrams):
    """SNMP over UDP."""

    protocol = "snmp"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads who asks."""
        message = snmp.decode_message(at.data)
        if message.user:
            self.tell(
                "identity.user", masks.user(message.user), at, "snmp.msgUserName", "user",
                once=True, protocol="snmp", sealed="yes" if message.is_sealed else "no",
            )  # fmt: skip
        elif message.version != "3":
            self.tell(
                "secret.token", hidden("community", message.community), at, "snmp.community",
                "community", once=True, protocol="snmp", where="community",
                version=message.version,
            )  # fmt: skip


class Syslog(Datagrams):
    """Syslog over UDP."""

    protocol = "syslog"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._programs: set[str] = set()

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a line."""
        _tell_line(self, self._programs, at.data, at, is_own=self.flow.is_device(speaker))


class SyslogStream(Conversation):
    """Syslog over TCP."""

    protocol = "syslog"

    def client(self) -> Steps[None]:
        """Reads lines."""
        programs: set[str] = set()
        is_own = self.flow.is_device(Speaker.CLIENT)
        while len(programs) < MOST_TOPICS:
            line, at = yield from self.sides[Speaker.CLIENT].message(syslog.decode_framed)
            _tell_line(self, programs, line, at, is_own=is_own)

    def server(self) -> Steps[None]:
        """Nothing is answered."""
        yield from ()


def _tell_line(teller: Teller, programs: set[str], data: bytes, at: Piece, *, is_own: bool) -> None:
    """The host of a line; and of each program the first line."""
    line = syslog.decode_line(data)
    program, host = masks.words(line.program), masks.words(line.host)
    if program not in programs and len(programs) < MOST_TOPICS:
        programs.add(program)
        size = hidden("log line", data)
        teller.tell("content.syslog", size, at, "syslog.msg", "line", program=program)
    if host and is_own:
        teller.tell(
            "identity.host_name", host, at, "syslog.hostname", "host", once=True,
            protocol="syslog",
        )  # fmt: skip


class Ntp(Datagrams):
    """NTP: that the device asks for the time, and of whom."""

    protocol = "ntp"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._asked: tuple[ntp.Packet, Piece] | None = None

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a question, or an answer, after which nothing more is to be learned."""
        packet = ntp.decode_ntp(at.data)
        if packet.mode == ntp.CLIENT:
            self._asked = self._asked or (packet, at)
        else:
            question, asked_at = self._asked or (packet, at)
            self._tell(question, asked_at, masks.words(packet.reference))
            self.over()

    def last_words(self) -> None:
        """A question that nobody answered."""
        if self._asked is not None and not self.done:
            self._tell(*self._asked, "")

    def _tell(self, packet: ntp.Packet, at: Piece, reference: str) -> None:
        if self.flow.device_is_client:
            self.tell(
                "device.clock", f"NTP version {packet.version}", at, "ntp.flags", "clock",
                certainty=Certainty.SEEN, reference=reference, server=self.flow.server.ip,
            )  # fmt: skip
