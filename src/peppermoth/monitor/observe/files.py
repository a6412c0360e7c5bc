"""Files in clear: FTP (RFC 959, 2228, 4217), TFTP (RFC 1350), NFS (noticed only).

File names and logins; what is in the files is never looked at. AUTH TLS hands over.
"""

from __future__ import annotations

from typing import Final

from peppermoth.monitor import masks
from peppermoth.monitor.observation import Speaker, hidden
from peppermoth.monitor.observe.commands import Command, Commands
from peppermoth.monitor.observe.conversation import Conversation, Steps
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece
from peppermoth.wire.tftp import READ, decode_request

_FETCHED: Final = ("RETR", "SIZE", "MDTM")
_SENT: Final = ("STOR", "APPE", "STOU")
_CHANGED: Final = ("DELE", "RNFR", "RNTO", "MKD", "XMKD", "RMD", "XRMD", "CWD")
_ANONYMOUS: Final = ("anonymous", "ftp")


class Ftp(Commands):
    """Follows the control connection of FTP."""

    protocol = "ftp"
    family = "files"

    def obey(self, command: Command) -> Steps[None]:
        """What a command tells."""
        verb, rest, at = command.verb, command.rest, command.at
        match verb:
            case "USER":
                self.user = rest
                if rest.lower() not in _ANONYMOUS:
                    self.tell_account(rest, at, "ftp.request.arg")
            case "PASS" | "ACCT":
                self._password(rest, at)
            case "AUTH" if rest.upper() in ("TLS", "TLS-C", "SSL", "TLS-P"):
                yield from self.become_tls(command, lambda reply: reply[:2] == "23")
            case "QUIT":
                self.over()
            case _ if rest and verb in _FETCHED + _SENT + _CHANGED:
                doing = "fetched" if verb in _FETCHED else "sent" if verb in _SENT else "named"
                self.tell(
                    "content.file", masks.words(rest), at, "ftp.request.arg", "file",
                    once=True, protocol="ftp", doing=doing,
                )  # fmt: skip

    def _password(self, password: str, at: Piece) -> None:
        if self.user.lower() not in _ANONYMOUS:
            user = masks.user(self.user) if self.user else ""
            self.tell_login(user, hidden("password", password), at, "ftp.request.arg")
        elif "@" in password:
            self.tell(
                "identity.mail_address", masks.mail_address(password), at, "ftp.request.arg",
                "mail-address", once=True, role="account",
            )  # fmt: skip


class Tftp(Datagrams):
    """Follows TFTP: the request tells all."""

    protocol = "tftp"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads the request; the rest of the flow is the file."""
        request = decode_request(at.data)
        doing = "fetched" if request.operation == READ else "sent"
        self.tell(
            "content.file", masks.words(request.name), at, "tftp.source_file", "file",
            protocol="tftp", doing=doing,
        )  # fmt: skip
        self.over()


class Nfs(Conversation):
    """Notices NFS over ONC RPC (RFC 5531, RFC 7530): that files were read in clear."""

    protocol = "nfs"
    family = "files"

    def client(self) -> Steps[None]:
        """The first call."""
        call = yield from self.sides[Speaker.CLIENT].exactly(28)
        version = int.from_bytes(call.data[20:24], "big")
        self.tell(
            "content.file", f"NFS version {version}", call, "rpc.program", "nfs", protocol="nfs"
        )
        self.over()

    def server(self) -> Steps[None]:
        """Nothing."""
        return
        yield
