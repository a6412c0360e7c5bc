"""What a bridge serves at a time: users, certificate, cover, padding scheme.

A reload makes a new ``Service`` for connections from then on; sessions that are
open keep theirs. ``load`` reads every file that the settings name and says in one
sentence what cannot be used, before anything is replaced.
"""

from __future__ import annotations

import hashlib
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from peppermoth.cloaks import tls
from peppermoth.errors import ConfigError, RemoteProtocolError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel import certificates
from peppermoth.tunnel.cover import Cover, make_cover
from peppermoth.tunnel.links import Link
from peppermoth.tunnel.settings import BridgeSettings, Limits, read_text
from peppermoth.tunnel.state import State, default_directory
from peppermoth.wire.anytls import DEFAULT_SCHEME, PaddingScheme, password_key


class Users:
    """Finds the user of a key in a time that says nothing about the keys.

    Keys are looked up by a digest under a secret of this process, so neither a
    comparison nor a hash table's order can be measured from outside.
    """

    def __init__(self, passwords: Mapping[str, Secret]) -> None:
        self._salt = secrets.token_bytes(32)
        self._names = {
            self._digest(password_key(password.reveal())): name
            for name, password in passwords.items()
        }
        self._passwords = dict(passwords)

    def keep(self, name: str, earlier: Users) -> bool:
        """Whether this user was there ``earlier``, with the same password."""
        return name in self._passwords and self._passwords[name] == earlier._passwords.get(name)

    def find(self, key: bytes) -> str | None:
        """The name of the user whose 32-byte key this is."""
        return self._names.get(self._digest(key))

    def _digest(self, key: bytes) -> bytes:
        return hashlib.blake2b(key, key=self._salt, digest_size=32).digest()


@dataclass(frozen=True, slots=True)
class Service:
    """Everything that a new connection needs to know."""

    address: Address
    users: Users
    stack: tls.Stack
    cover: Cover
    scheme: PaddingScheme
    limits: Limits
    links: tuple[tuple[str, Link], ...]
    watch: certificates.Watch


async def load(settings: BridgeSettings, address: Address) -> Service:
    """Read state and files, and start the cover. Raises ConfigError.

    ``address`` is where the world finds the bridge: it goes into the links.
    """
    now = certificates.utc_now()
    state = State.open(settings.state or default_directory(), now, settings.domain)
    passwords = state.select_users(settings.read_users())
    certificate, key = settings.cert or state.certificate, settings.key or state.key
    watch = certificates.Watch(certificate, key)
    pair = certificates.check_pair(certificate, key, now)
    name = settings.domain or (pair.names[0] if settings.cert and pair.names else state.cover_name)
    if not (pair.self_signed or pair.covers(name)):  # clients would refuse what the links lead to
        raise ConfigError(f"The certificate {certificate} is not for the name {name}.")
    scheme = _read_scheme(settings.padding_scheme)
    cover = make_cover(settings.cover, settings.cover_h2)
    await cover.start()
    try:
        stack = tls.server_stack(str(certificate), str(key), cover.protocols)
    except (OSError, ssl.SSLError) as exc:
        raise ConfigError(f"OpenSSL cannot use {certificate} with {key}: {exc}.") from exc
    links = tuple(
        (user, _link(user, password, address, name, pair)) for user, password in passwords.items()
    )
    return Service(address, Users(passwords), stack, cover, scheme, settings.limits, links, watch)


def _link(
    user: str, password: Secret, address: Address, name: str, pair: certificates.Certificate
) -> Link:
    """A link to this bridge.

    Only our own certificate is pinned, since an authority's comes with a new key
    every few months; apps that know no pins need ``insecure`` for it.
    """
    return Link(
        password=password,
        address=address,
        sni=name.replace("*", "www", 1),
        insecure=pair.self_signed,
        pin=pair.pin if pair.self_signed else None,
        name=user,
    )


def _read_scheme(path: Path | None) -> PaddingScheme:
    if path is None:
        return DEFAULT_SCHEME
    try:
        return PaddingScheme.parse(read_text(path).rstrip("\n"))
    except RemoteProtocolError as exc:
        raise ConfigError(f"{path}: {exc}.") from exc
