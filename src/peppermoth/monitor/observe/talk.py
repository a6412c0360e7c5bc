"""Talk in clear: IRC (RFC 2812) and XMPP (RFC 6120, 6121; XEP-0388 for newer logins).

Nicknames and addresses, logins, that messages could be read and with whom; whom a person
keeps in the list of contacts (XMPP's roster) or shows presence; never a message itself.
STARTTLS hands over to TLS.
"""

from __future__ import annotations

from typing import ClassVar, Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.irc import Message, decode_message
from peppermoth.wire.sasl import decode_response
from peppermoth.wire.tls import ContentType
from peppermoth.wire.xmpp import Tag, decode_tag

_CHANNEL: Final = ("#", "&", "+", "!")
_TLS: Final = "670"
"""The answer of IRC that agrees to STARTTLS."""
_SERVICE_LOGINS: Final = ("IDENTIFY", "LOGIN", "AUTH", "REGISTER", "GHOST")


_ROSTER: Final = "jabber:iq:roster"


class Talk(Conversation):
    """What chat protocols share: logins and messages."""

    family = "talk"
    login_field: ClassVar[str] = ""
    """Wireshark's name of what a login stands in."""

    def tell_user(self, user: str, at: Piece, field: str) -> None:
        """A name that the person goes by."""
        shown = masks.user(user)
        self.tell("identity.user", shown, at, field, "user", once=True, protocol=self.protocol)

    def tell_contact(self, who: str, at: Piece, field: str) -> None:
        """Somebody whom a message went to or came from."""
        shown = masks.user(who)
        self.tell(
            "identity.contact", shown, at, field, "contact", once=True, protocol=self.protocol
        )

    def tell_message(self, text: str, at: Piece, field: str, where: str = "") -> None:
        """A message that could be read."""
        shown = hidden("message", text)
        self.tell("content.chat", shown, at, field, "message", protocol=self.protocol, where=where)

    def tell_response(self, mechanism: str, response: str, turn: int, at: Piece) -> None:
        """What a SASL response of the client's holds."""
        said = decode_response(mechanism, response.encode(), turn)
        field = self.login_field
        user = masks.user(said.user) if said.user else ""
        if said.user:
            self.tell_user(said.user, at, field)
        if said.password:
            self.tell_login(user, hidden("password", said.password), at, field)
        if said.token:
            self.tell(
                "secret.token", hidden("token", said.token), at, field, "token",
                protocol=self.protocol, where="login",
            )  # fmt: skip
        if said.proof:
            self.tell(
                "secret.hash", hidden("response", said.proof), at, field, "hash",
                protocol=self.protocol, user=user,
            )  # fmt: skip


class Irc(Talk):
    """Follows IRC."""

    protocol = "irc"
    login_field = "irc.request.command_parameter"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._nick = ""
        self._mechanism = ""
        self._turn = 0
        self._agreed = False  # the server's word on STARTTLS

    def client(self) -> Steps[None]:
        """Reads what the person says."""
        side = self.sides[Speaker.CLIENT]
        while True:
            line = yield from side.line()
            message = decode_message(line.text) if line.data else None
            if message is not None and message.command == "STARTTLS":
                while not (self._agreed or side.data):
                    yield
                if self._agreed or side.data[0] == ContentType.HANDSHAKE:
                    self.turn_into("tls")
                    return
            elif message is not None:
                self._said(message, line)

    def server(self) -> Steps[None]:
        """Reads what others say."""
        side = self.sides[Speaker.SERVER]
        while True:
            line = yield from side.line()
            if not line.data:
                continue
            message = decode_message(line.text)
            if message.command == _TLS:
                self._agreed = True
                yield  # what follows is TLS
            if message.command in ("PRIVMSG", "NOTICE") and "!" in message.source:
                self._message(message, line, message.nick)

    def after_gap(self, speaker: Speaker) -> Steps[None]:
        """Goes on at the next line."""
        return self._from_next_line(speaker)

    def _from_next_line(self, speaker: Speaker) -> Steps[None]:
        yield from self.sides[speaker].line()
        yield from (self.client, self.server)[speaker]()

    def _said(self, message: Message, at: Piece) -> None:
        said = message.parameters
        field = "irc.request.command_parameter"
        match message.command:
            case "PASS" if said:
                self.tell_login("", hidden("password", said[0]), at, field)
            case "NICK" if said:
                self._nick = said[0]
                self.tell_user(said[0], at, field)
            case "USER" if said:
                self.tell_user(said[0], at, field)
            case "OPER" if len(said) > 1:
                self.tell_login(masks.user(said[0]), hidden("password", said[1]), at, field)
            case "AUTHENTICATE" if said:
                if said[0].isupper() and not self._mechanism:
                    self._mechanism = said[0]
                else:
                    self.tell_response(self._mechanism, said[0], self._turn, at)
                    self._turn += 1
            case "PRIVMSG" | "NOTICE" if len(said) > 1:
                words = said[1].split(" ")
                if said[0].lower().endswith("serv") and words[0].upper() in _SERVICE_LOGINS:
                    user = masks.user(self._nick) if self._nick else ""
                    self.tell_login(user, hidden("password", words[-1]), at, field)
                else:
                    self._message(message, at, said[0])

    def _message(self, message: Message, at: Piece, other: str) -> None:
        if len(message.parameters) < 2:
            return
        target, text = message.parameters[:2]
        field = "irc.request" if not message.source else "irc.response"
        is_channel = target.startswith(_CHANNEL)
        self.tell_message(text, at, field, masks.words(target) if is_channel else "")
        if not is_channel:
            self.tell_contact(other, at, field)


class Xmpp(Talk):
    """Follows XMPP between a client and its server."""

    protocol = "xmpp"
    login_field = "xmpp.auth"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._agreed: bool | None = None  # the server's word on STARTTLS
        self._heard = False
        self._mechanism = ""
        self._turn = 0
        self._user = ""
        self._own = ""  # the own address, masked
        self._is_roster = False

    def client(self) -> Steps[None]:
        """Reads the person's stanzas."""
        side = self.sides[Speaker.CLIENT]
        other = ""
        while True:
            tag, at = yield from side.message(decode_tag)
            other = self._stanza(tag, at, other, "to")
            self._login(tag, at)
            if tag.name == "stream" and "@" in tag.attributes.get("from", ""):
                self._tell_address(tag.attributes["from"], at)
            if tag.name == "starttls":
                while self._heard and self._agreed is None:
                    yield
                if self._agreed is not False:
                    yield from self._become_tls()
                    return

    def server(self) -> Steps[None]:
        """Reads what others send, and whether TLS begins."""
        side = self.sides[Speaker.SERVER]
        other = ""
        while True:
            tag, at = yield from side.message(decode_tag)
            self._heard = True
            if tag.name == "proceed":
                self._agreed = True
                while True:  # what follows is TLS, and the client's begins it
                    yield
            if tag.name == "failure" and self._agreed is None:
                self._agreed = False
            other = self._stanza(tag, at, other, "from")
            self._list(tag, at)

    def _become_tls(self) -> Steps[None]:
        """Hand over; white space may still follow the last tags."""
        while not self.sides[Speaker.CLIENT].data.lstrip():
            yield
        for side in self.sides:
            held = side.data
            side.consume(len(held) - len(held.lstrip()))
        self.turn_into("tls")
        self.over()

    def _stanza(self, tag: Tag, at: Piece, other: str, attribute: str) -> str:
        """A tag of a message or of presence; with whom the message that it belongs to is."""
        if tag.name == "presence" and "@" in tag.attributes.get(attribute, ""):
            self.tell_contact(tag.attributes[attribute], at, f"xmpp.{attribute}")
        if tag.name == "message":
            return tag.attributes.get(attribute, "")
        if tag.name == "/body" and tag.text:
            self.tell_message(tag.text, at, "xmpp.message.body")
            if other:
                self.tell_contact(other, at, f"xmpp.{attribute}")
        return "" if tag.name == "/message" else other

    def _list(self, tag: Tag, at: Piece) -> None:
        """What the server says of the person: the own address, and the list of contacts."""
        match tag.name:
            case "query":
                self._is_roster = tag.attributes.get("xmlns") == _ROSTER
            case "/query":
                self._is_roster = False
            case "item" if self._is_roster and "@" in tag.attributes.get("jid", ""):
                self.tell_contact(tag.attributes["jid"], at, "xmpp.query.item.jid")
            case "/jid" if "@" in tag.text:
                self._tell_address(tag.text, at)

    def tell_contact(self, who: str, at: Piece, field: str) -> None:
        """Somebody else: presence also comes back to oneself."""
        if masks.user(who) != self._own:
            super().tell_contact(who, at, field)

    def _login(self, tag: Tag, at: Piece) -> None:
        match tag.name:
            case "auth" | "authenticate":
                self._mechanism, self._turn = tag.attributes.get("mechanism", ""), 0
            case "/auth" | "/response" | "/initial-response":
                self.tell_response(self._mechanism, tag.text, self._turn, at)
                self._turn += 1
            case "/username":
                self._user = tag.text
                self.tell_user(tag.text, at, "xmpp.query")
            case "/password":
                user = masks.user(self._user) if self._user else ""
                self.tell_login(user, hidden("password", tag.text), at, "xmpp.query")
            case "/digest":
                self.tell(
                    "secret.hash", hidden("response", tag.text), at, "xmpp.query", "hash",
                    protocol="xmpp", user=masks.user(self._user) if self._user else "",
                )  # fmt: skip

    def _tell_address(self, address: str, at: Piece) -> None:
        self._own = shown = masks.mail_address(address)
        self.tell(
            "identity.mail_address", shown, at, "xmpp.from", "address", once=True, role="account"
        )
