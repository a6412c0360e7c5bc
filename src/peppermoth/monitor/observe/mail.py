"""Mail in clear: SMTP (RFC 5321), and what a message's header tells, whoever carries it.

Senders and recipients, logins, that a mail and its subject could be read; bodies go by
unstored. STARTTLS hands over to TLS. POP3 and IMAP are in ``mailbox``.

Whose address is whose (RFC 5322, section 3.6): From, Sender and Reply-To are the
author's, To, Cc and Bcc those of others. In a mail that was received nothing says which
of them is the reader's: the login does, or, possibly, that there is only one.
"""

from __future__ import annotations

from typing import Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Certainty, Flow, Speaker, hidden
from peppermoth.monitor.observe.commands import Command, Commands
from peppermoth.monitor.observe.conversation import Side, Steps
from peppermoth.monitor.transcript import Piece, joined
from peppermoth.wire.http import read_fields

HEADER_BYTES: Final = 16 * 1024
"""How much of a message's header is looked at."""

MOST_OWN: Final = 64

_AUTHORS: Final = ("from", "sender", "reply-to")
_RECIPIENTS: Final = ("to", "cc", "bcc")
_PROGRAMS: Final = ("user-agent", "x-mailer")


def header_of(message: Piece) -> Piece:
    """The header at the beginning of a message."""
    header = message.data.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return Piece(header, message.packets, message.time)


def _addresses(fields: dict[str, str], names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The masked addresses in fields of these names, each with its field's name."""
    return [
        (address, name) for name in names for address in masks.mail_addresses(fields.get(name, ""))
    ]


class Mail(Commands):
    """What the mail protocols share: a message's header."""

    family = "mail"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._own: set[str] = set()  # the client's addresses, masked

    def tell_account(self, user: str, at: Piece, field: str) -> None:
        """A login; one that is a mail address is the client's own."""
        if "@" in user:
            self._remember(masks.mail_address(user))
        super().tell_account(user, at, field)

    def tell_message(self, header: Piece, *, sent: bool) -> None:
        """Subject and people of a message that the client ``sent``, or else received."""
        fields = read_fields(b"\n" + header.data.replace(b"\r\n", b"\n"))
        named = {name.lower(): value for name, value in reversed(fields)}
        subject = hidden("subject", named["subject"]) if "subject" in named else ""
        self.tell(
            "content.mail", subject or "no subject", header, "imf.subject", "message",
            protocol=self.protocol, subject=subject,
        )  # fmt: skip
        authors = _addresses(named, _AUTHORS)
        recipients = _addresses(named, _RECIPIENTS)
        for address, name in authors:
            self.tell_person(address, header, name, own=sent)
        sole = not (sent or self._own) and len({address for address, _ in recipients}) == 1
        certainty = Certainty.SEEN if sent else Certainty.POSSIBLE if sole else Certainty.LIKELY
        for address, name in recipients:
            self.tell_person(address, header, name, own=sole, certainty=certainty)
        if sent and self.flow.is_device(Speaker.CLIENT):
            for name in _PROGRAMS:
                if name in named:
                    program = masks.words(named[name])
                    self.tell(
                        "device.software", program, header, "imf.user_agent", "program",
                        once=True, from_="mail",
                    )  # fmt: skip

    def tell_person(
        self, address: str, at: Piece, role: str, *, own: bool,
        certainty: Certainty = Certainty.SEEN, field: str = "",
    ) -> None:  # fmt: skip
        """A masked mail address: the client's own, or that of somebody else. ``role`` is its
        field in a message where ``field`` says no other."""
        field = field or f"imf.{role.replace('-', '_')}"
        if own and self.flow.is_device(Speaker.CLIENT):
            if certainty is Certainty.SEEN:
                self._remember(address)
            self.tell(
                "identity.mail_address", address, at, field, "mail-address",
                once=True, certainty=certainty, role=role,
            )  # fmt: skip
        elif address not in self._own:
            self.tell(
                "identity.contact", address, at, field, "contact",
                once=True, certainty=certainty, protocol=self.protocol,
            )  # fmt: skip

    def _remember(self, address: str) -> None:
        if len(self._own) < MOST_OWN:
            self._own.add(address)

    def header(self, side: Side) -> Steps[tuple[Piece, bool]]:
        """A message's header, and whether a body follows until a line with a dot."""
        lines: list[Piece] = []
        size = 0
        while True:
            line = yield from side.line()
            if line.data in (b"", b"."):
                return joined(lines), line.data == b""
            size += len(line.data) + 1
            if size <= HEADER_BYTES:
                lines.append(Piece(line.data + b"\n", line.packets, line.time))

    def dotted_message(self, side: Side, *, sent: bool) -> Steps[None]:
        """A message that ends at a line with a dot."""
        header, has_body = yield from self.header(side)
        if header.data:
            self.tell_message(header, sent=sent)
        if has_body and (yield from side.starts_with(b".\r\n", b".\n")) is None:
            yield from side.skip_past(b"\n.\r\n")


class Smtp(Mail):
    """Follows SMTP and LMTP."""

    protocol = "smtp"
    login_fields = ("smtp.auth.username", "smtp.auth.password")
    _within_message = False

    def obey(self, command: Command) -> Steps[None]:
        """What a command tells."""
        match command.verb:
            case "EHLO" | "HELO" | "LHLO":
                if self.flow.is_device(Speaker.CLIENT) and command.rest:
                    self.tell(
                        "identity.host_name", masks.words(command.rest.split(" ")[0]), command.at,
                        "smtp.req.parameter", "host-name", once=True, protocol="smtp",
                    )  # fmt: skip
            case "MAIL" | "RCPT":
                own = command.verb == "MAIL"
                self._within_message = False
                for address in masks.mail_addresses(command.rest):
                    role = "sender" if own else "recipient"
                    self.tell_person(address, command.at, role, own=own, field="smtp.req.parameter")
            case "AUTH":
                mechanism, _, first = command.rest.partition(" ")
                yield from self.log_in(mechanism, command, first, lambda reply: reply == "334")
            case "STARTTLS":
                yield from self.become_tls(command, lambda reply: reply == "220")
            case "DATA":
                yield from self._data(command)
            case "BDAT":
                yield from self._chunk(command)
            case "QUIT":
                self.over()

    def _data(self, command: Command) -> Steps[None]:
        reply = yield from self.outcome(command)
        if reply in ("", "354"):
            yield from self.dotted_message(self.sides[Speaker.CLIENT], sent=True)
            self.pending.append(Command("", "", command.at))

    def _chunk(self, command: Command) -> Steps[None]:
        """A chunk of a message (RFC 3030); the first one is taken to hold the header."""
        digits = command.rest.partition(" ")[0]
        if not digits.isdecimal() or len(digits) > 15:
            return
        size = int(digits)
        side = self.sides[Speaker.CLIENT]
        start = yield from side.exactly(min(size, HEADER_BYTES))
        if start.data and not self._within_message:
            self.tell_message(header_of(start), sent=True)
        self._within_message = not command.rest.upper().endswith("LAST")
        yield from side.skip(size - len(start.data))
