"""Base of protocols whose client says commands, one a line, and whose server replies.

Commands wait in ``pending`` for their replies, so that a family can ask what became of
one (``outcome``): STARTTLS that was refused changes nothing. Where only the client was
captured nobody waits. Replies are those of SMTP and FTP (RFC 5321, section 4.2;
RFC 959, section 4.2): three digits, several lines where a hyphen follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.sasl import decode_response

UNANSWERED: Final = 500
LOGIN_TURNS: Final = 4


@dataclass(slots=True)
class Command:
    """A line of the client's: its first word in capitals, the rest, and its reply once there."""

    verb: str
    rest: str
    at: Piece
    reply: str = ""


class Commands(Conversation):
    """Follows commands and replies. A family gives ``obey``, and ``server`` where needed."""

    login_fields: ClassVar[tuple[str, str]] = ("", "")
    """Wireshark's names of what stands in a login: user and secret."""

    user = ""

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self.pending: deque[Command] = deque(maxlen=UNANSWERED)
        self.server_heard = False

    def obey(self, command: Command) -> Steps[None]:
        """What a command tells; may read on."""
        raise NotImplementedError

    def client(self) -> Steps[None]:
        """Reads commands."""
        while True:
            yield from self.obey((yield from self.command()))

    def server(self) -> Steps[None]:
        """Reads replies."""
        side = self.sides[Speaker.SERVER]
        while True:
            line = (yield from side.line()).data
            self.server_heard = True
            code = line[:3]
            if not code.isdigit():
                continue
            more = line[3:4] == b"-"
            while more:
                line = (yield from side.line()).data
                more = line[:3] != code or line[3:4] == b"-"
            if code[:1] != b"1":  # else another reply to the same command follows
                self.settle(code.decode())

    def after_gap(self, speaker: Speaker) -> Steps[None]:
        """Goes on at the next line."""
        self.pending.clear()
        return self._from_next_line(speaker)

    def command(self) -> Steps[Command]:
        """The client's next line."""
        line = yield from self.sides[Speaker.CLIENT].line()
        verb, _, rest = line.text.partition(" ")
        command = Command(verb.upper()[:20], rest.strip(), line)
        self.pending.append(command)
        return command

    def settle(self, reply: str) -> None:
        """The oldest command has its reply."""
        if self.pending:
            self.pending.popleft().reply = reply

    def outcome(self, command: Command) -> Steps[str]:
        """Waits for the reply; empty where no server was ever heard or the reply was lost."""
        while self.server_heard and not command.reply and command in self.pending:
            yield
        return command.reply

    def become_tls(self, command: Command, accepted: Callable[[str], bool]) -> Steps[None]:
        """After a command that asks for TLS: hand over if the server agrees."""
        reply = yield from self.outcome(command)
        if accepted(reply) or not self.server_heard:
            self.turn_into("tls")
            self.over()
            yield

    def log_in(
        self, mechanism: str, command: Command, first: str, goes_on: Callable[[str], bool]
    ) -> Steps[None]:
        """Reads the responses of a SASL mechanism and tells what they hold."""
        user = ""
        for turn in range(LOGIN_TURNS):
            if turn or first in ("", "="):
                reply = yield from self.outcome(command)
                if reply and not goes_on(reply):
                    return
                command = yield from self.command()
                first = command.at.text
            said = decode_response(mechanism, first.encode(), turn)
            user = said.user or user
            self.tell_account(said.user, command.at, self.login_fields[0])
            shown = masks.user(user) if user else ""
            field = self.login_fields[1]
            if said.password:
                self.tell_login(shown, hidden("password", said.password), command.at, field)
            if said.token:
                self.tell(
                    "secret.token", hidden("token", said.token), command.at, field, "token",
                    protocol=self.protocol, where=mechanism.upper()[:20],
                )  # fmt: skip
            if said.proof:
                self.tell_proof(shown, said.proof, command.at, field)
            if said.has_secret:
                return
            first = ""

    def tell_account(self, user: str, at: Piece, field: str) -> None:
        """A user name, which with many protocols is a mail address."""
        if "@" in user:
            self.tell(
                "identity.mail_address", masks.mail_address(user), at, field, "account",
                once=True, role="account",
            )  # fmt: skip
        if user:
            self.tell(
                "identity.user", masks.user(user), at, field, "user",
                once=True, protocol=self.protocol,
            )  # fmt: skip

    def tell_proof(self, user: str, proof: str, at: Piece, field: str) -> None:
        """A response to a challenge, from which a password can be guessed."""
        self.tell(
            "secret.hash", hidden("response", proof), at, field, "hash",
            protocol=self.protocol, user=user,
        )  # fmt: skip

    def _from_next_line(self, speaker: Speaker) -> Steps[None]:
        yield from self.sides[speaker].line()
        yield from (self.client, self.server)[speaker]()
