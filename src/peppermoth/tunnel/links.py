"""Share links: ``anytls://password@host:port/?sni=..&insecure=1&pin=..&fp=..#name``.

The scheme, ``sni`` and ``insecure`` are those of the AnyTLS URI scheme, which
sing-box's phone apps, mihomo and Shadowrocket read; ``pin`` and the ``#name``
are ours and ignored or shown by others. ``pin`` is the base64url SHA-256 of the
bridge's SubjectPublicKeyInfo (RFC 7469's value in a spelling that fits a URI).
See docs/protocols.md.

A link is a secret. Only ``Link.text()`` reveals it; messages, ``explain()`` and
``repr`` never hold the password or a parameter we do not know.
``Link.parse(link.text()) == link`` for every link that ``parse`` returned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TextIO
from urllib.parse import quote, unquote_to_bytes

from peppermoth.errors import ConfigError, RemoteProtocolError
from peppermoth.redact import SCRUBBED, Address, Secret
from peppermoth.tunnel.addresses import parse_address, parse_host, readable_host
from peppermoth.wire.pins import decode_pin

SCHEME = "anytls://"
DEFAULT_PORT = 443
MAX_LENGTH = 4096
MAX_FILE = 64 * 1024

_KNOWN = ("sni", "insecure", "pin", "fp")
_FLAGS = {"": False, "0": False, "false": False, "1": True, "true": True}
_FINGERPRINT = re.compile(r"[A-Za-z0-9_.-]{1,32}(:[A-Za-z0-9_.-]{1,32})?")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEY_SHAPE = re.compile(r"[A-Za-z][A-Za-z_-]{0,23}")
# Controls, line breaks, lone surrogates, and the marks that turn text around: a name is shown
# in terminals. (Joiners are welcome: Persian needs them.)
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LOCKED_OUT = (
    "The link has no password: AnyTLS needs one before the '@'. "
    "If the password holds / ? # or @, the link must write them as %2F %3F %23 %40."
)


@dataclass(frozen=True, repr=False)
class Link:
    """Where a bridge is, how to know it, and the password that opens it.

    ``sni`` is the cover name, None when the link leaves it to the host. ``ignored``
    names the parameters that a parsed link held and we do not know.
    """

    password: Secret
    address: Address
    sni: str | None = None
    insecure: bool = False
    pin: str | None = None
    fingerprint: str | None = None
    name: str = ""
    ignored: tuple[str, ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, text: str) -> Link:
        """Read a link. Raises ConfigError saying which part is wrong and what to do."""
        parts = _split(text.strip())
        parameters, ignored = _parameters(parts.query)
        sni = parameters.get("sni")
        return cls(
            password=_password(parts.userinfo),
            address=_address(parts.server),
            sni=_host_parameter(sni) if sni else None,
            insecure=_flag(parameters.get("insecure", "")),
            pin=_pin(parameters.get("pin")),
            fingerprint=_fingerprint(parameters.get("fp")),
            name=_name(parts.fragment),
            ignored=ignored,
        )

    @property
    def peer(self) -> str:
        """Whom the bridge's certificate names: a host name or an IP address."""
        return self.sni or self.address.host

    @property
    def server_name(self) -> str | None:
        """What the ClientHello names, or None: an IP address is never sent as a name."""
        return None if Address(self.peer, self.address.port).ip else self.peer

    def text(self) -> str:
        """The link itself, password and all, in the form that other apps read."""
        values = {
            "sni": self.sni,
            "insecure": "1" if self.insecure else None,
            "pin": self.pin,
            "fp": self.fingerprint,
        }
        query = "&".join(
            f"{key}={quote(value, safe='')}" for key, value in values.items() if value is not None
        )
        password = quote(self.password.reveal(), safe="")
        fragment = f"#{quote(self.name, safe='')}" if self.name else ""
        return f"{SCHEME}{password}@{self.address.text}/{'?' + query if query else ''}{fragment}"

    def __repr__(self) -> str:
        return f"Link({SCRUBBED})"

    def explain(self) -> list[str]:
        """What the link does, in plain sentences without its secret."""
        return list(_explain(self))


def is_showable(name: str) -> bool:
    """Whether a name can be printed in a terminal without changing anything but itself."""
    return not _UNPRINTABLE.search(name)


def read_links(argument: str, stdin: TextIO) -> list[Link]:
    """The links of one command-line argument: a link, ``-`` (standard input) or ``@FILE``.

    A file has one link a line; blank lines and lines that begin with ``#`` are
    skipped. Raises ConfigError for an unreadable file, no link, or a bad one.
    """
    if argument == "-":
        return _links_of(stdin.read(MAX_FILE), "standard input")
    if not argument.startswith("@"):
        return [Link.parse(argument)]
    path = Path(argument[1:])
    try:
        with path.open(encoding="utf-8-sig") as file:  # Windows' editors begin a file with a mark
            return _links_of(file.read(MAX_FILE), str(path))
    except OSError as exc:
        raise ConfigError(f"Cannot read the link file {path}: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"The link file {path} is not a text file.") from exc


def _links_of(text: str, source: str) -> list[Link]:
    links = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            links.append(Link.parse(line))
        except ConfigError as exc:
            raise ConfigError(f"In {source}, line {number}: {exc}") from None
    if not links:
        raise ConfigError(f"There is no link in {source}.")
    return links


class _Parts(NamedTuple):
    userinfo: str
    server: str
    query: str
    fragment: str


def _split(text: str) -> _Parts:
    if not text.lower().startswith(SCHEME):
        raise ConfigError(f"This is not an AnyTLS link: it must start with {SCHEME}")
    if len(text) > MAX_LENGTH:
        raise ConfigError(f"The link is longer than {MAX_LENGTH} characters.")
    if any(c.isspace() for c in text.partition("#")[0]):
        raise ConfigError("The link holds a space or a line break; copy it again in one piece.")
    rest, _, fragment = text[len(SCHEME) :].partition("#")
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    userinfo, at, server = authority.rpartition("@")
    if not at:
        raise ConfigError(_LOCKED_OUT)
    if path:
        raise ConfigError("The link has a path after the server, which AnyTLS links do not have.")
    return _Parts(userinfo, server, query, fragment)


def _unquote(text: str, part: str) -> str:
    if _BAD_PERCENT.search(text):
        raise ConfigError(f"The {part} of the link holds a '%' that is no percent code; write %25.")
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeError:
        raise ConfigError(f"The {part} of the link is not UTF-8 text.") from None


def _password(userinfo: str) -> Secret:
    if not userinfo:
        raise ConfigError(_LOCKED_OUT)
    if ":" in userinfo or "@" in userinfo:
        raise ConfigError(
            "The password of the link holds a ':' or '@' as it is, which apps read in "
            "different ways; write %3A or %40."
        )
    return Secret(_unquote(userinfo, "password"))


def _address(server: str) -> Address:
    plain = _unquote(server, "server")
    try:
        return parse_address(plain, DEFAULT_PORT)
    except ConfigError as exc:
        raise ConfigError(f"The server of the link cannot be used: {exc}.") from None


def _parameters(query: str) -> tuple[dict[str, str], tuple[str, ...]]:
    found: dict[str, str] = {}
    ignored: list[str] = []
    for item in filter(None, query.split("&")):
        key, equals, value = item.partition("=")
        if key in _KNOWN:
            if key in found:
                raise ConfigError(f"The link gives '{key}' twice; remove one of them.")
            found[key] = _unquote(value, f"parameter '{key}'")
        else:  # the value may be a secret of another app, and without '=' so may the key
            ignored.append(key if equals and _KEY_SHAPE.fullmatch(key) else SCRUBBED)
    return found, tuple(ignored)


def _host_parameter(sni: str) -> str:
    try:
        return parse_host(sni.removeprefix("[").removesuffix("]"))
    except ConfigError:
        raise ConfigError(
            "The parameter 'sni' of the link is neither a valid name nor an IP address."
        ) from None


def _flag(value: str) -> bool:
    try:
        return _FLAGS[value.lower()]
    except KeyError:
        raise ConfigError("The parameter 'insecure' of the link must be 0 or 1.") from None


def _pin(value: str | None) -> str | None:
    if not value:
        return None
    try:
        decode_pin(value)
    except RemoteProtocolError as exc:
        raise ConfigError(
            f"The parameter 'pin' of the link is damaged: {exc}; copy the link in one piece."
        ) from None
    return value


def _fingerprint(value: str | None) -> str | None:
    if not value:
        return None
    if not _FINGERPRINT.fullmatch(value):
        raise ConfigError("The parameter 'fp' of the link must look like chrome or chrome:stable.")
    return value


def _name(fragment: str) -> str:
    name = _unquote(fragment, "name (after '#')").strip()
    if not is_showable(name):
        raise ConfigError("The name of the link (after '#') holds characters that cannot be shown.")
    return name


def _explain(link: Link) -> Iterator[str]:
    if link.name:
        yield f"The link is named “{link.name}”."
    yield f"The bridge is {readable_host(link.address.host)}, port {link.address.port}."
    ip = link.address.ip
    if ip is not None and not ip.is_global:
        yield "That address is not on the public Internet: it works on its own network only."
    if link.server_name is None:
        yield "On the line the connection names no site, which is unusual and may draw attention."
    else:
        yield f"On the line the connection names the site {readable_host(link.server_name)}."
    yield _VERIFICATION[link.pin is not None, link.insecure]
    yield _OTHER_APPS[link.pin is not None, link.insecure]
    if link.fingerprint:
        yield f"The link asks for the TLS fingerprint {link.fingerprint}."
    if link.ignored:
        yield (
            "Peppermoth ignores these parameters of the link, which it does not know: "
            f"{', '.join(link.ignored)}."
        )
    yield "The link carries a password, not shown here: whoever has the link can use the bridge."


_PINNED = "Peppermoth accepts only the server that holds the key which the link pins."
_BY_AUTHORITY = (
    "Peppermoth accepts only a server whose certificate a public authority signed for that server"
)
_VERIFICATION = {  # by (pin, insecure)
    (True, False): _PINNED,
    (True, True): _PINNED,
    (False, False): f"{_BY_AUTHORITY}.",
    (False, True): (
        f"{_BY_AUTHORITY}, although the link says insecure=1 and has no pin; "
        "if the bridge made its own certificate, ask for a link with a pin."
    ),
}
_OTHERS_INSECURE = (
    "Other apps do not check the certificate, because the link says insecure=1: somebody who "
    "controls the line can pose as the bridge, use the bridge in your name and see where you go."
)
_OTHERS_SECURE = (
    "Other apps accept only a certificate that a public authority signed for that server"
)
_OTHER_APPS = {
    (True, False): f"{_OTHERS_SECURE}; they ignore the pin.",
    (True, True): _OTHERS_INSECURE,
    (False, False): f"{_OTHERS_SECURE}.",
    (False, True): _OTHERS_INSECURE,
}
