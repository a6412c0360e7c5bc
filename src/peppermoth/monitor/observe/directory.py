"""Who logs in where, as directories and tickets show it: LDAP, CLDAP, Kerberos.

Distinguished names and principals are masked to a first letter and a domain. After an
agreed StartTLS the rest of a connection goes to the row ``tls``. SASL logins with NTLM
name a user and a host as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Flow, Speaker, hidden
from peppermoth.monitor.observe.conversation import Conversation, Steps, Teller
from peppermoth.monitor.observe.datagrams import Datagrams
from peppermoth.monitor.transcript import Piece
from peppermoth.wire import kerberos, ldap
from peppermoth.wire.ntlm import Authenticate, decode_ntlm
from peppermoth.wire.sasl import decode_credentials

MOST_MESSAGES: Final = 1000
_HOST_TESTS: Final = {"host", "dnshostname"}
_DOMAIN_TESTS: Final = {"dnsdomain"}


def masked_name(name: str) -> str:
    """A distinguished name as its first letter and its domain; other names as users."""
    person, domain = ldap.person_and_domain(name)
    shown = masks.user(person)
    return f"{shown}@{masks.words(domain)}" if domain and "@" not in shown else shown


class Ldap(Conversation):
    """LDAP over TCP."""

    protocol = "ldap"

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        self._tls_asked = -1  # the number of the request for StartTLS
        self._tls_given: bool | None = None

    def client(self) -> Steps[None]:
        """Reads requests."""
        side = self.sides[Speaker.CLIENT]
        for _ in range(MOST_MESSAGES):
            message, at = yield from side.message(ldap.decode_message)
            if ldap.asks_for_tls(message):
                self._tls_asked, self._tls_given = message.number, None
                while self._tls_given is None:
                    yield
            else:
                _tell_request(self, message, at)

    def server(self) -> Steps[None]:
        """Reads answers, of which only that to StartTLS matters."""
        side = self.sides[Speaker.SERVER]
        for _ in range(MOST_MESSAGES):
            message, _ = yield from side.message(ldap.decode_message)
            if message.operation == ldap.EXTENDED_RESPONSE and message.number == self._tls_asked:
                self._tls_given = ldap.result(message) == ldap.SUCCESS
                if self._tls_given:
                    self.turn_into("tls")
                    return


class Cldap(Datagrams):
    """LDAP over UDP, by which hosts of a Windows domain look for its servers."""

    protocol = "cldap"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a request."""
        found = ldap.decode_message(at.data)
        if found is None:
            raise RemoteProtocolError("a message that is cut")
        _tell_request(self, found[0], at)


def _tell_request(teller: Teller, message: ldap.Message, at: Piece) -> None:
    if message.operation == ldap.BIND_REQUEST:
        _tell_bind(teller, ldap.decode_bind(message), at)
    elif message.operation == ldap.SEARCH_REQUEST:
        base, tests = ldap.decode_search(message)
        _tell_search(teller, base, tests, at)
    elif change := ldap.decode_password_change(message):
        name, passwords = change
        _tell_login(
            teller,
            masked_name(name) if name else "",
            passwords,
            at,
            "ldap.requestValue",
            "ldap.requestValue",
        )


def _tell_bind(teller: Teller, bind: ldap.Bind, at: Piece) -> None:
    user = masked_name(bind.name) if bind.name else ""
    if bind.password is not None:
        _tell_login(teller, user, (bind.password,), at, "ldap.simple", "ldap.name")
        return
    if _tell_ntlm(teller, bind.credentials, at):
        return
    # Of mechanisms with several turns all that tells is recognised by itself.
    said = decode_credentials(bind.mechanism, bind.credentials, 1)
    path = "ldap.credentials"
    user, named = (masks.user(said.user), path) if said.user else (user, "ldap.name")
    _tell_login(teller, user, (said.password.encode(),), at, path, named)
    if said.proof:
        shown = hidden("response", said.proof)
        teller.tell(
            "secret.hash", shown, at, path, "proof", once=True, protocol=teller.protocol, user=user
        )


def _tell_login(
    teller: Teller, user: str, passwords: tuple[bytes, ...], at: Piece, path: str, named: str
) -> None:
    """Who logs in, by a masked name that may be empty, and with which passwords; where each
    stands."""
    if user:
        teller.tell("identity.user", user, at, named, "name", once=True, protocol=teller.protocol)
    for password in filter(None, passwords):
        teller.tell(
            "secret.password", hidden("password", password), at, path, "password",
            protocol=teller.protocol, user=user,
        )  # fmt: skip


def _tell_ntlm(teller: Teller, blob: bytes, at: Piece) -> bool:
    """A login of NTLM, if it is one."""
    login = None
    with suppress(RemoteProtocolError):
        login = decode_ntlm(blob)
    if not isinstance(login, Authenticate) or not login.user:
        return False
    user = masks.user(login.user)
    protocol = teller.protocol
    teller.tell(
        "identity.user", user, at, "ntlmssp.auth.username", "ntlm", once=True, protocol=protocol
    )
    teller.tell(
        "secret.hash", hidden("response", login.response), at, "ntlmssp.auth.ntresponse", "ntlm",
        once=True, protocol=protocol, user=user,
    )  # fmt: skip
    if login.host and teller.flow.is_device(Speaker.CLIENT):
        _tell_host(teller, login.host, at, "ntlmssp.auth.hostname")
    return True


def _tell_search(teller: Teller, base: str, tests: tuple[tuple[str, str], ...], at: Piece) -> None:
    for name, value in tests:
        if name.lower() in _HOST_TESTS and teller.flow.is_device(Speaker.CLIENT):
            _tell_host(teller, value, at, "ldap.assertionValue")
        elif name.lower() in _DOMAIN_TESTS:
            domain = masks.words(value.strip(".").lower())
            teller.tell(
                "name.local", domain, at, "ldap.assertionValue", "domain", once=True,
                protocol=teller.protocol,
            )  # fmt: skip
    if base and tests:
        asked = "search by " + ", ".join(sorted({masks.words(name) for name, _ in tests}))
        teller.tell(
            "content.database", asked, at, "ldap.filter", "search", once=True,
            protocol=teller.protocol, database=masks.words(ldap.person_and_domain(base)[1]),
        )  # fmt: skip


def _tell_host(teller: Teller, host: str, at: Piece, path: str) -> None:
    name = masks.words(host)
    teller.tell("identity.host_name", name, at, path, "host", once=True, protocol=teller.protocol)


class Kerberos(Datagrams):
    """Kerberos over UDP."""

    protocol = "kerberos"

    def datagram(self, speaker: Speaker, at: Piece) -> None:
        """Reads a message."""
        _tell_ticket(self, speaker, kerberos.decode_message(at.data), at)


class KerberosStream(Conversation):
    """Kerberos over TCP."""

    protocol = "kerberos"

    def says(self, speaker: Speaker) -> Steps[None]:
        """Reads requests or answers."""
        for _ in range(MOST_MESSAGES):
            data, at = yield from self.sides[speaker].message(kerberos.decode_framed)
            _tell_ticket(self, speaker, kerberos.decode_message(data), at)


def _tell_ticket(teller: Teller, speaker: Speaker, message: kerberos.Message, at: Piece) -> None:
    kind = kerberos.NAMES[message.kind]
    realm = masks.words(message.realm)
    user = ""
    if message.client.endswith("$"):
        if teller.flow.device_is_client:
            name = masks.words(message.client.rstrip("$"))
            teller.tell("identity.host_name", name, at, "kerberos.CNameString", "machine",
                        once=True, protocol="kerberos", realm=realm)  # fmt: skip
    elif message.client:
        user = masks.user(message.client)
        teller.tell("identity.user", user, at, "kerberos.CNameString", "client", once=True,
                    protocol="kerberos", realm=realm)  # fmt: skip
    for host in message.hosts if teller.flow.is_device(speaker) else ():
        teller.tell("identity.host_name", masks.words(host), at, "kerberos.addr_nb", "host",
                    once=True, protocol="kerberos")  # fmt: skip
    for service in _services(message.service):
        teller.tell("name.local", service, at, "kerberos.SNameString", "service", once=True,
                    protocol="kerberos", realm=realm)  # fmt: skip
    if message.guessable:
        teller.tell("secret.hash", hidden("sealed part", message.guessable), at,
                    "kerberos.cipher", "sealed", once=True, protocol="kerberos", user=user,
                    what=kind)  # fmt: skip


def _services(principal: str) -> Iterator[str]:
    """A service's principal as it may be shown; the ticket office itself is in every flow."""
    if principal and not principal.lower().startswith("krbtgt"):
        yield masks.words(principal)
