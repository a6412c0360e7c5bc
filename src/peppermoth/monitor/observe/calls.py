"""Calls as their signalling tells them: SIP over UDP and TCP, and RTSP.

Parties are told by role: the device's own number or name (From of what it asks, To of
what it answers) is its identity, the other party a contact; both masked. Descriptions of
media (SDP) say in which codec a call goes. A call is *protected* where its key is agreed
on in DTLS; a key that stands in readable SDP protects from nobody on the line, and is a
secret told. Where media flow in the capture, ``media`` tells of them for itself; the
detail ``media`` (address and port) says which flow belongs to which call.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from contextlib import suppress
from typing import Final
from urllib.parse import unquote, urlsplit

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Certainty, Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps, Teller
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece
from peppermoth.wire import sdp, sip

MOST_MESSAGES: Final = 2000
_KEEP_ALIVE: Final = 4
_DISGUISED_NUMBERS: Final = {"urn:gsma:imei:": "IMEI", "urn:imei:": "IMEI"}
_OPERATORS: Final = ".3gppnetwork.org"
_CELLS: Final = {
    "cgi-3gpp": "mobile cell",
    "utran-cell-id-3gpp": "mobile cell",
    "ci-3gpp2": "mobile cell",
    "i-wlan-node-id": "access point",
}
"""Parameters of P-Access-Network-Info that say where a device is connected (RFC 7315)."""

_PASSWORD_IN_PATH: Final = re.compile(r"(?<=password=)[^_&;/]{1,100}", re.IGNORECASE)
"""As many cameras want it: ``/user=admin_password=..._channel=1``."""


class SipDatagrams(Datagrams):
    """SIP over UDP."""

    protocol = "sip"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a message; what only keeps an address translation open is passed over."""
        if len(at.data) <= _KEEP_ALIVE:
            return
        found = sip.decode_message(at.data, is_datagram=True)
        if found is not None:
            _tell_sip(self, speaker, found[0], at)


class SipStream(Conversation):
    """SIP over TCP."""

    protocol = "sip"
    of_who_connects = frozenset()  # either end may call the other

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads messages of either end."""
        for _ in range(MOST_MESSAGES):
            message, at = yield from self.sides[speaker].message(sip.decode_message)
            _tell_sip(self, speaker, message, at)


def _tell_sip(teller: Teller, speaker: Speaker, message: sip.Message, at: Piece) -> None:
    if message.protocol != "SIP":
        return
    is_own = teller.flow.is_device(speaker)
    _tell_parties(teller, message, at, is_own)
    for name in ("authorization", "proxy-authorization"):
        if value := message.field(name):
            _tell_digest(teller, value, at, "sip.auth.digest.response")
    program = message.field("user-agent") or message.field("server")
    if is_own and program:
        _tell_program(teller, program, at, "sip.User-Agent")
    if is_own and (network := message.field("p-access-network-info")):
        _tell_cell(teller, sip.parameters(network), at)
    if message.method == "MESSAGE" and message.body:
        size = hidden("message", message.body)
        teller.tell("content.chat", size, at, "sip.msg_body", "message", protocol="sip")
    if message.body and "sdp" in message.field("content-type"):
        with suppress(RemoteProtocolError):
            described = sdp.decode_sdp(message.body)
            _tell_media(teller, described.media, at)
            _tell_originator(teller, described, at, is_own)


def _tell_parties(teller: Teller, message: sip.Message, at: Piece, is_own: bool) -> None:
    asks_itself = is_own == message.is_request
    names = {
        "from": asks_itself,
        "to": not asks_itself or message.field("cseq").endswith("REGISTER"),
        "p-asserted-identity": is_own,
        "p-preferred-identity": is_own,
    }
    for name, belongs_to_device in names.items():
        party = sip.decode_party(message.field(name))
        if party is None or not party.user:
            continue
        path = _PATHS.get(name, f"sip.{name.title()}")
        if belongs_to_device:
            _tell_own(teller, party, at, path, name)
        else:
            shown = masks.user(_address(party))
            teller.tell("identity.contact", shown, at, path, "contact", once=True, protocol="sip")
    contact = message.field("contact")
    if is_own and contact:
        _tell_registered(teller, contact, at)


_PATHS: Final = {
    "from": "sip.from.addr",
    "to": "sip.to.addr",
    "p-asserted-identity": "sip.pai.addr",
}


def _address(party: sip.Party) -> str:
    return party.user if party.is_number or not party.host else f"{party.user}@{party.host}"


def _tell_own(teller: Teller, party: sip.Party, at: Piece, path: str, role: str) -> None:
    host = party.host.lower().partition(":")[0]
    if host.endswith(_OPERATORS) and party.user.isdigit() and len(party.user) in (14, 15):
        shown = hidden("number", party.user)
        teller.tell("identity.subscriber", shown, at, path, "subscriber", once=True, what="IMSI")
    elif party.is_number:
        shown = masks.phone(party.user)
        teller.tell(
            "identity.phone", shown, at, path, "phone", once=True, role="own", protocol="sip"
        )
    else:
        shown = masks.user(_address(party))
        teller.tell("identity.user", shown, at, path, "user", once=True, protocol="sip")


def _tell_registered(teller: Teller, contact: str, at: Piece) -> None:
    """Where the device can be reached, and the number of the telephone itself."""
    party = sip.decode_party(contact)
    if party is not None and party.user:
        _tell_own(teller, party, at, "sip.contact.uri", "contact")
    instance = sip.parameters(contact).get("+sip.instance", "").strip("<>").lower()
    for prefix, what in _DISGUISED_NUMBERS.items():
        if instance.startswith(prefix):
            shown = hidden("number", instance.removeprefix(prefix))
            teller.tell(
                "identity.subscriber", shown, at, "sip.contact.parameter", "subscriber",
                once=True, what=what,
            )  # fmt: skip


def _tell_cell(teller: Teller, network: dict[str, str], at: Piece) -> None:
    """The mobile cell or access point by which the device is connected."""
    for name in _CELLS.keys() & network.keys():
        shown = hidden(_CELLS[name], network[name])
        path = "sip.P-Access-Network-Info"
        teller.tell("content.location", shown, at, path, "cell", once=True, where="sip")


def _tell_digest(teller: Teller, value: str, at: Piece, path: str) -> None:
    said = sip.parameters(value)
    if response := said.get("response"):
        shown = hidden("response", response)
        user = masks.user(said.get("username", ""))
        protocol = path.partition(".")[0]
        teller.tell(
            "secret.hash", shown, at, path, "digest", once=True, protocol=protocol, user=user
        )


def _tell_program(teller: Teller, program: str, at: Piece, path: str) -> None:
    protocol = path.partition(".")[0]
    shown = masks.words(program)
    teller.tell("device.software", shown, at, path, "user-agent", once=True, from_=protocol)


def _tell_media(teller: Teller, every: tuple[sdp.Media, ...], at: Piece) -> None:
    for media in every:
        if not media.port or media.kind not in ("audio", "video"):
            continue
        where = f"{media.address}:{media.port}" if media.address else ""
        codec = masks.words(media.codec or media.kind)
        details = {"protocol": "sip", "what": media.kind, "media": masks.words(where)}
        if media.sealing is sdp.Sealing.DTLS:
            teller.tell("protected.call", "DTLS-SRTP", at, "sdp.media", "sdp", once=True,
                        certainty=Certainty.LIKELY, **details)  # fmt: skip
            continue
        if media.key:
            teller.tell(
                "secret.token", hidden("key", media.key), at, "sdp.media_attr", "media-key",
                once=True, protocol="sip", where="SDP crypto",
            )  # fmt: skip
        teller.tell("content.call", codec, at, "sdp.media", "sdp", once=True,
                    certainty=Certainty.LIKELY, **details)  # fmt: skip


def _tell_originator(teller: Teller, described: sdp.Description, at: Piece, is_own: bool) -> None:
    role = "own" if is_own else "other"
    if "@" in described.mail:
        shown = masks.mail_address(described.mail)
        teller.tell("identity.mail_address", shown, at, "sdp.email", "mail", once=True, role=role)
    if described.phone:
        shown = masks.phone(described.phone)
        teller.tell(
            "identity.phone", shown, at, "sdp.phone", "phone", once=True, role=role,
            protocol="sip",
        )  # fmt: skip


class Rtsp(Conversation):
    """RTSP: whose camera or stream is watched, and with which password."""

    protocol = "rtsp"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._target = ""

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads requests, answers and what is interleaved with them."""
        side = self.sides[speaker]
        for _ in range(MOST_MESSAGES):
            while not side.data:
                yield
            if side.data.startswith(b"$"):
                yield from side.message(sip.decode_interleaved)
                continue
            message, at = yield from side.message(sip.decode_message)
            if message.protocol != "RTSP":
                return
            self._tell_message(speaker, message, at)

    def _tell_message(self, speaker: Speaker, message: sip.Message, at: Piece) -> None:
        if message.is_request:
            self._tell_target(message.target, at)
        if value := message.field("authorization"):
            self._tell_authorization(value, at)
        program = message.field("user-agent") or message.field("server")
        if program and self.flow.is_device(speaker):
            _tell_program(self, program, at, "rtsp")
        if message.body and "sdp" in message.field("content-type"):
            with suppress(RemoteProtocolError):
                for media in sdp.decode_sdp(message.body).media:
                    self.tell(
                        "content.file", self._target, at, "sdp.media", "media", once=True,
                        protocol="rtsp", what=media.kind, codec=masks.words(media.codec),
                    )  # fmt: skip

    def _tell_target(self, target: str, at: Piece) -> None:
        try:
            parts = urlsplit(target)
            user, password = parts.username, parts.password
            host = parts.hostname or ""
        except ValueError:
            return
        if password:
            self._tell_password(unquote(user or ""), unquote(password), at, "rtsp.url")
        if hidden_there := _PASSWORD_IN_PATH.search(parts.path):
            self._tell_password("", hidden_there[0], at, "rtsp.url")
        self._target = masks.words(host + _PASSWORD_IN_PATH.sub("…", parts.path))
        if self._target:
            self.tell(
                "content.file", self._target, at, "rtsp.url", "target", once=True, protocol="rtsp"
            )

    def _tell_authorization(self, value: str, at: Piece) -> None:
        scheme, _, rest = value.partition(" ")
        if scheme.lower() == "digest":
            _tell_digest(self, value, at, "rtsp")
        elif scheme.lower() == "basic":
            with suppress(binascii.Error, ValueError):
                user, _, password = b64decode(rest).decode("utf-8", "replace").partition(":")
                self._tell_password(user, password, at, "rtsp")

    def _tell_password(self, user: str, password: str, at: Piece, path: str) -> None:
        shown = masks.user(user) if user else ""
        self.tell(
            "secret.password", hidden("password", password), at, path, "password", once=True,
            protocol="rtsp", user=shown,
        )  # fmt: skip
