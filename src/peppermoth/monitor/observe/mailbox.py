"""Mailboxes in clear: POP3 (RFC 1939, 2595, 5034) and IMAP (RFC 9051).

Logins of every kind, the headers of mails that are fetched or stored, STLS and STARTTLS.
Bodies go by unstored.
"""

from __future__ import annotations

from typing import Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker, hidden
from peppermoth.monitor.observe.commands import UNANSWERED, Command
from peppermoth.monitor.observe.conversation import Side, Steps
from peppermoth.monitor.observe.mail import HEADER_BYTES, Mail, header_of
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.imap import envelope, literal_size, words

_SHORT_LITERAL: Final = 1024
_LITERALS: Final = 16
_STORED_IN: Final = ("BODY[", "RFC822", "BODY.PEEK[")


class Pop3(Mail):
    """Follows POP3."""

    protocol = "pop3"
    login_fields = ("pop.request.parameter", "pop.request.parameter")

    def obey(self, command: Command) -> Steps[None]:
        """What a command tells."""
        match command.verb:
            case "USER":
                self.user = command.rest
                self.tell_account(command.rest, command.at, "pop.request.parameter")
            case "PASS":
                password = hidden("password", command.rest)
                user = masks.user(self.user) if self.user else ""
                self.tell_login(user, password, command.at, "pop.request.parameter")
            case "APOP":
                user, _, digest = command.rest.partition(" ")
                self.tell_account(user, command.at, "pop.request.parameter")
                self.tell_proof(masks.user(user), digest, command.at, "pop.request.parameter")
            case "AUTH" if command.rest:
                mechanism, _, first = command.rest.partition(" ")
                yield from self.log_in(mechanism, command, first, lambda reply: reply == "+")
            case "STLS":
                yield from self.become_tls(command, lambda reply: reply == "+OK")
            case "QUIT":
                self.over()

    def server(self) -> Steps[None]:
        """Reads replies, and the mails and lists that follow some of them."""
        side = self.sides[Speaker.SERVER]
        while True:
            status = (yield from side.line()).data.partition(b" ")[0].decode("latin-1")
            if status not in ("+OK", "-ERR", "+"):
                continue
            self.server_heard = True
            command = self.pending[0] if self.pending else None
            if command is None:  # the greeting, or a reply to what was not captured
                continue
            self.settle(status)
            if status != "+OK":
                continue
            if command.verb in ("RETR", "TOP"):
                yield from self.dotted_message(side, sent=False)
            elif command.verb in ("CAPA", "LIST", "UIDL", "AUTH") and _is_list(command):
                while (yield from side.line()).data != b".":
                    pass


def _is_list(command: Command) -> bool:
    return command.verb == "CAPA" or not command.rest


class Imap(Mail):
    """Follows IMAP. Commands are told from one another by their tags."""

    protocol = "imap"
    login_fields = ("imap.request.username", "imap.request.password")

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._tagged: dict[str, Command] = {}
        self._last: Command | None = None

    def client(self) -> Steps[None]:
        """Reads commands with their literals."""
        side = self.sides[Speaker.CLIENT]
        while True:
            line = yield from side.line()
            said = words(line.text)
            if len(said) < 2:
                continue
            verb = said[1].upper()
            command = Command(verb, "", line)
            if len(self._tagged) < UNANSWERED:
                self._tagged[said[0]] = command
            self._last = command
            said += yield from self._literals(side, line, verb)
            yield from self._obey(command, said[2:])

    def server(self) -> Steps[None]:
        """Reads replies and the mails in them."""
        side = self.sides[Speaker.SERVER]
        while True:
            line = yield from side.line()
            tag, _, rest = line.text.partition(" ")
            if tag == "+":
                if self._last is not None:
                    self._last.reply = "+"
            elif tag == "*":
                yield from self._untagged(side, line)
            elif command := self._tagged.pop(tag, None):
                command.reply = rest.partition(" ")[0].upper()
            self.server_heard = True

    def command(self) -> Steps[Command]:
        """A line that continues a login."""
        line = yield from self.sides[Speaker.CLIENT].line()
        self._last = Command("", "", line)
        return self._last

    def outcome(self, command: Command) -> Steps[str]:
        """Waits for the reply; empty where no server was ever heard."""
        while self.server_heard and not command.reply:
            yield
        return command.reply

    def _obey(self, command: Command, said: list[str]) -> Steps[None]:
        match command.verb:
            case "LOGIN" if len(said) > 1:
                self.tell_account(said[0], command.at, "imap.request.username")
                password = hidden("password", said[1])
                self.tell_login(masks.user(said[0]), password, command.at, "imap.request.password")
            case "AUTHENTICATE" if said:
                first = said[1] if len(said) > 1 else ""
                yield from self.log_in(said[0], command, first, lambda reply: reply == "+")
            case "STARTTLS":
                yield from self.become_tls(command, lambda reply: reply == "OK")
            case "LOGOUT":
                self.over()

    def _literals(self, side: Side, line: Piece, verb: str) -> Steps[list[str]]:
        """The words in and behind the literals of a command; a stored mail is told at once."""
        said: list[str] = []
        for _ in range(_LITERALS):
            size = literal_size(line.data)
            if size is None:
                break
            if size <= _SHORT_LITERAL and verb != "APPEND":
                said.append((yield from side.exactly(size)).text)
            else:
                yield from self._message(side, size, sent=True, is_mail=verb == "APPEND")
            line = yield from side.line()
            said += words(line.text)
        return said

    def _untagged(self, side: Side, line: Piece) -> Steps[None]:
        """Data of the server's: envelopes, and mails in literals."""
        for _ in range(_LITERALS):
            if found := envelope(line.text):
                subject, people = found
                shown = hidden("subject", subject) if subject else ""
                self.tell(
                    "content.mail", shown or "no subject", line, "imap.response", "envelope",
                    protocol="imap", subject=shown,
                )  # fmt: skip
                for address in people[:1]:
                    masked = masks.mail_address(address)
                    self.tell_person(masked, line, "from", own=False, field="imap.response")
            size = literal_size(line.data)
            if size is None:
                return
            upper = line.text.upper()
            is_mail = any(word in upper for word in _STORED_IN)
            yield from self._message(side, size, sent=False, is_mail=is_mail)
            line = yield from side.line()

    def _message(self, side: Side, size: int, *, sent: bool, is_mail: bool) -> Steps[None]:
        start = yield from side.exactly(min(size, HEADER_BYTES) if is_mail else 0)
        if b":" in start.data.partition(b"\n")[0]:
            self.tell_message(header_of(start), sent=sent)
        yield from side.skip(size - len(start.data))
