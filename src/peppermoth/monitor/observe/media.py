"""Media over UDP: RTP and RTCP, STUN and TURN, and what else shares their ports (RFC 7983);
TURN also over TCP.

RTP has no mark of its own: a stream is believed once its sequence numbers run on for
``PROOF`` packets. A call in clear is told with codec and seconds; nothing is decoded.
SRTP has the same header. It is recognised by payloads that no number of frames of
their codec fills, or, where sizes vary, by first bytes that take on any value (those
of real codecs are nearly constant); both are *likely*. A flow of STUN and sealed
packets without readable RTP is *possibly* a call of a messenger.

DTLS on the flow goes to the observer of the row ``dtls``, which tells how it protects;
then nothing is told of the call here, so that it is not told twice. What a relay carries
has an observer like this of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Certainty, Flow, Observation, Place, Speaker, hidden
from peppermoth.monitor.observe import Observer
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.observe.identify import hand_over
from peppermoth.monitor.transcript import Piece
from peppermoth.wire import rtp, stun

PROOF: Final = 8
MOST_STREAMS: Final = 8
SAMPLES: Final = 64
ENOUGH_SAMPLES: Final = 24
SETTLED: Final = 500
"""Packets of a stream after which only its end is awaited; a sealed one is not followed so far."""
SPREAD: Final = 0.6
MESSENGER_PACKETS: Final = 50
_ZRTP: Final = b"ZRTP"


class _Stream:
    """RTP packets of one source: whether they are a sequence, and how their payloads look."""

    __slots__ = ("at", "codecs", "firsts", "following", "last", "misfits", "packets", "time")

    def __init__(self, packet: rtp.Packet) -> None:
        self.at: list[Piece] = []
        self.time = 0.0
        self.last = packet.sequence - 1
        self.packets = 0
        self.following = 0
        self.misfits = 0
        self.codecs: Counter[int] = Counter()
        self.firsts: list[int] = []

    def add(self, packet: rtp.Packet, at: Piece) -> None:
        self.packets += 1
        self.time = at.time
        self.following += 0 < (packet.sequence - self.last & 0xFFFF) < 8
        self.last = packet.sequence
        if len(self.codecs) < MOST_STREAMS:
            self.codecs[packet.payload_type] += 1
        if len(self.at) < PROOF:
            self.at.append(Piece(b"", at.packets, at.time))
        if rtp.sizes_fit(rtp.CODECS.get(packet.payload_type, ""), len(packet.payload)) is False:
            self.misfits += 1
        elif len(self.firsts) < SAMPLES and packet.payload:
            self.firsts.append(packet.payload[0])

    @property
    def is_proven(self) -> bool:
        return self.packets >= PROOF and self.following * 5 >= min(self.packets, SETTLED) * 4

    @property
    def codec(self) -> str:
        number = self.codecs.most_common(1)[0][0]
        return rtp.CODECS.get(number, f"dynamic {number}")

    @property
    def is_sealed(self) -> bool | None:
        """Whether its payloads look encrypted; None where too few tell."""
        if rtp.sizes_fit(self.codec, 0) is not None:
            return self.misfits * 2 > min(self.packets, SETTLED)
        if len(self.firsts) < ENOUGH_SAMPLES:
            return None
        count = len(self.firsts)
        expected = 256 * (1 - (255 / 256) ** count)  # different values, were they random
        return len(set(self.firsts)) > SPREAD * expected


class Media(Datagrams):
    """One flow of datagrams that began with STUN or RTP."""

    protocol = "rtp"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._streams: dict[tuple[Speaker, int], _Stream] = {}
        self._settled: dict[tuple[Speaker, bytes], _Stream] = {}  # by source, as sent
        self._inner: Observer | None = None
        self._relayed: Observer | None = None
        self._stun: Piece | None = None
        self._unknown = 0

    def receive(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        """A datagram; what it tells."""
        settled = self._settled.get((speaker, data[8:12]))
        if settled is not None and data[0] >= 128:
            settled.time = place.time
            settled.packets += 1
            return ()
        if data and 20 <= data[0] < 64:
            return self._receive_dtls(speaker, data, place)
        return super().receive(speaker, data, place)

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a datagram by its first byte."""
        first = at.data[0] if at.data else 0
        if first < 4:
            self._read_stun(speaker, at)
        elif first == 16 and at.data[4:8] == _ZRTP:
            self.tell("protected.call", "ZRTP", at, "zrtp", "zrtp", once=True, protocol="rtp")
        elif 64 <= first < 80:
            self._receive_relayed(speaker, stun.decode_channel(at.data), at)
        elif rtp.is_rtcp(at.data):
            self._read_rtcp(speaker, at)
        elif first >= 128:
            self._read_rtp(speaker, at)
        else:
            self._pass_unknown()

    def last_words(self) -> None:
        """Tells of the call, whose length is known only now."""
        if self._relayed is not None:
            self._told += self._relayed.end()
        if self._inner is not None:
            self._told += self._inner.end()
            return
        proven = {key: stream for key, stream in self._streams.items() if stream.is_proven}
        sent = self._unknown + sum(stream.packets for stream in self._streams.values())
        if proven:
            self._tell_call(proven)
        elif self._stun is not None and sent >= MESSENGER_PACKETS:
            self.tell(
                "protected.call", "a messenger's call", self._stun, "stun", "messenger",
                certainty=Certainty.POSSIBLE, protocol="stun",
            )  # fmt: skip

    def _receive_dtls(self, speaker: Speaker, data: bytes, place: Place) -> Iterable[Observation]:
        if self._inner is None:
            self._inner = hand_over(self.flow, "stun", protocol="dtls")
            self._streams.clear()
        told = self._inner.receive(speaker, data, place)
        self.done = self._inner.done
        return told

    def _receive_relayed(self, speaker: Speaker, data: bytes, at: Piece) -> None:
        """What a relay carries."""
        if not data:
            return
        if self._relayed is None:
            self._relayed = hand_over(self.flow, "turn", protocol="rtp")
            if isinstance(self._relayed, Media):
                self._relayed._stun = self._stun or at
        self._told += self._relayed.receive(speaker, data, Place(at.packets[0], at.time))
        self.done = self._relayed.done

    def _read_stun(self, speaker: Speaker, at: Piece) -> None:
        message = stun.decode_message(at.data)
        self._stun = self._stun or at
        if self.flow.is_device(speaker) and (software := message.text(stun.SOFTWARE)):
            self.tell(
                "device.software", masks.words(software), at, "stun.att.software", "software",
                once=True, from_="stun",
            )  # fmt: skip
        mapped = None if self.flow.is_device(speaker) else message.address(stun.MAPPED)
        if mapped is not None:
            self.tell(
                "use.service", "STUN", at, "stun.att.ipv4-xord", "own-address",
                once=True, category="telephone", own_address=mapped.host, from_="stun",
            )  # fmt: skip
        self._tell_login(message, at)
        peer = message.address(stun.PEER)
        if peer is not None:
            self.tell(
                "address.contacted", peer.host, at, "stun.att.ipv4-xord", "peer",
                once=True, transport="udp", port=str(peer.port), through="turn",
            )  # fmt: skip
        self._receive_relayed(speaker, message.first(stun.DATA), at)

    def _tell_login(self, message: stun.Message, at: Piece) -> None:
        """A user of a relay; names without a realm are made anew for each call."""
        user = message.text(stun.USERNAME)
        if not user or not message.first(stun.REALM):
            return
        shown = masks.user(user)
        self.tell(
            "identity.user", shown, at, "stun.att.username", "user", once=True, protocol="turn"
        )
        proof = message.first(stun.INTEGRITY) or message.first(stun.INTEGRITY_SHA256)
        if proof:
            self.tell(
                "secret.hash", hidden("response", proof), at, "stun.att.hmac", "integrity",
                once=True, protocol="turn", user=shown,
            )  # fmt: skip

    def _read_rtcp(self, speaker: Speaker, at: Piece) -> None:
        if not self.flow.is_device(speaker):
            return
        with suppress(RemoteProtocolError):  # sealed, as SRTCP is
            for item, text in rtp.decode_sdes(at.data):
                self._tell_item(item, text, at)

    def _tell_item(self, item: str, text: str, at: Piece) -> None:
        path = "rtcp.sdes.text"
        match item:
            case "tool":
                shown = masks.words(text)
                self.tell("device.software", shown, at, path, "tool", once=True, from_="rtcp")
            case "phone":
                shown = masks.phone(text)
                self.tell("identity.phone", shown, at, path, "phone", once=True,
                          role="own", protocol="rtcp")  # fmt: skip
            case "email":
                shown = masks.mail_address(text)
                self.tell("identity.mail_address", shown, at, path, "mail", once=True, role="own")
            case "name":
                self.tell("identity.user", masks.user(text), at, path, "name", once=True,
                          protocol="rtcp")  # fmt: skip
            case "cname" if "@" in text:
                self.tell("identity.user", masks.user(text), at, path, "cname", once=True,
                          protocol="rtcp")  # fmt: skip

    def _read_rtp(self, speaker: Speaker, at: Piece) -> None:
        if self._inner is not None:
            return
        try:
            packet = rtp.decode_rtp(at.data)
        except RemoteProtocolError:
            self._pass_unknown()
            return
        stream = self._streams.get((speaker, packet.source))
        if stream is None:
            if len(self._streams) == MOST_STREAMS:
                self._streams = {k: s for k, s in self._streams.items() if s.packets > 1}
            if len(self._streams) == MOST_STREAMS:
                return
            stream = _Stream(packet)
            self._streams[speaker, packet.source] = stream
        stream.add(packet, at)
        if stream.packets == SETTLED:
            self._settled[speaker, packet.source.to_bytes(4, "big")] = stream
            if stream.is_proven and stream.is_sealed:
                self.over()

    def _pass_unknown(self) -> None:
        """A datagram that is nothing known: beside STUN it may be a messenger's own format.

        Raises RemoteProtocolError where no STUN has been seen.
        """
        if self._stun is None:
            raise RemoteProtocolError("neither STUN nor media")
        self._unknown += 1
        if self._unknown == 4 * MESSENGER_PACKETS and not self._streams:
            self.over()

    def _tell_call(self, streams: dict[tuple[Speaker, int], _Stream]) -> None:
        """The longest stream stands for the call, and for each further codec its own."""
        both_ways = len({speaker for speaker, _ in streams}) == 2
        begin = min(stream.at[0].time for stream in streams.values())
        seconds = str(round(max(stream.time for stream in streams.values()) - begin))
        for stream in sorted(streams.values(), key=lambda stream: -stream.packets):
            packets = tuple(sorted({number for at in stream.at for number in at.packets}))
            at = Piece(b"", packets, stream.at[0].time)
            sealed = stream.is_sealed
            certainty = Certainty.SEEN if both_ways else Certainty.LIKELY
            if sealed is None:
                certainty = Certainty.POSSIBLE
            elif stream.codec.startswith("dynamic"):
                certainty = Certainty.LIKELY
            self.tell(
                "protected.call" if sealed else "content.call",
                "SRTP" if sealed else stream.codec,
                at,
                "rtp.p_type",
                "srtp" if sealed else "sequence",
                once=True,
                certainty=Certainty.LIKELY if sealed else certainty,
                seconds="" if sealed else seconds,
                protocol="rtp",
                ways="both" if both_ways else "one",
            )


class TurnStream(Conversation):
    """A relay that is spoken to over TCP: what is said is that of datagrams, one by one."""

    protocol = "turn"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._media = Media(flow)

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads messages of either end."""
        while not self._media.done:
            data, at = yield from self.sides[speaker].message(stun.decode_framed)
            self._told += self._media.receive(speaker, data, Place(at.packets[0], at.time))
        self.over()

    def last_words(self) -> None:
        """Tells of the call."""
        self._told += self._media.end()
