"""What a bridge or a client was told to do: options, one TOML file, and their defaults.

``load`` joins the two: an option replaces the file's value. Every mistake is a
ConfigError of one sentence that names the file, line and key, or the option; a
value is never repeated, since it may be a password. Times are seconds, sizes
bytes. Paths in a file are relative to that file. See docs/how-to/run-a-bridge.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PositiveFloat,
    PositiveInt,
    model_validator,
)

from peppermoth.errors import ConfigError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.addresses import parse_address, parse_host
from peppermoth.tunnel.links import is_showable

BRIDGE_PORT = 443
UNPRIVILEGED_PORT = 8443
CONNECT_LISTEN = Address("127.0.0.1", 1080)
SHORTEST_PASSWORD = 8

LONGEST_NAME = 64


def _said(check: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A validator whose ConfigError becomes a message of pydantic's."""

    def validate(value: Any) -> Any:
        try:
            return check(value)
        except ConfigError as exc:
            raise ValueError(str(exc)) from None

    return validate


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ConfigError("this must be a text in quotes")
    return value


def _address(value: Any) -> Address:
    return value if isinstance(value, Address) else parse_address(_text(value))


def _host(value: Any) -> str:
    return parse_host(_text(value))


def _name(value: Any) -> str:
    host = _host(value)
    if Address(host, 0).ip:
        raise ConfigError("this must be a name, not an IP address")
    return host


def _cover(value: Any) -> Path | Address:
    if isinstance(value, Address) or (isinstance(value, str) and "://" in value):
        return _upstream(value)
    return _path(value)


def _upstream(value: Any) -> Address:
    if isinstance(value, Address):
        return value
    scheme, _, rest = _text(value).partition("://")
    if scheme.lower() != "http":
        raise ConfigError("a cover site behind the bridge is reached by http://host:port")
    authority, _, path = rest.partition("/")
    if path:
        raise ConfigError("the address of a cover site has no path: write http://host:port")
    return parse_address(authority, 80)


def _path(value: Any) -> Path:
    return value if isinstance(value, Path) else Path(_text(value)).expanduser()


def _secret(value: Any) -> Secret:
    return value if isinstance(value, Secret) else Secret(_text(value))


def _password(value: Any) -> Secret | None:
    """A user's password; empty means that the bridge makes one and keeps it."""
    secret = _secret("" if value is None else value)
    if 0 < len(secret.reveal()) < SHORTEST_PASSWORD:
        raise ConfigError(f"a password has at least {SHORTEST_PASSWORD} characters")
    return secret or None


def _user_name(value: Any) -> str:
    name = _text(value)
    right = 1 <= len(name) <= LONGEST_NAME and name == name.strip() and ":" not in name
    if not right or not is_showable(name):
        raise ConfigError(f"a user's name has 1 to {LONGEST_NAME} characters and no ':'")
    return name


Users: TypeAlias = dict[
    Annotated[str, BeforeValidator(_said(_user_name))],
    Annotated[Secret | None, PlainValidator(_said(_password))],
]
_Listen = Annotated[Address, PlainValidator(_said(_address))]
_Host = Annotated[str, BeforeValidator(_said(_host))]
_Name = Annotated[str, BeforeValidator(_said(_name))]
_Path = Annotated[Path, BeforeValidator(_said(_path))]
_Upstream = Annotated[Address, PlainValidator(_said(_upstream))]
_CoverSite = Annotated[Path | Address, PlainValidator(_said(_cover))]
_Secret = Annotated[Secret, PlainValidator(_said(_secret))]


class _Settings(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
    )


class Limits(_Settings):
    """How much a user, or somebody who is none, can make the bridge hold, and how long.

    ``unauthenticated`` counts the connections that have shown no password: those
    in a handshake and those that talk to the cover site.
    """

    sessions_per_user: PositiveInt = 256
    streams_per_session: PositiveInt = 256
    udp_per_session: PositiveInt = 64
    unauthenticated: PositiveInt = 512
    handshake_timeout: PositiveFloat = 60.0
    connect_timeout: PositiveFloat = 10.0
    stream_idle_timeout: PositiveFloat = 2 * 3600.0
    session_idle_timeout: PositiveFloat = 300.0
    udp_idle_timeout: PositiveFloat = 120.0


class BridgeSettings(_Settings):
    """``peppermoth bridge``. Without a file or an option, every default works.

    ``listen`` empty means every address, port 443, or 8443 where 443 may not be
    bound. ``cover`` is a directory, the address of an HTTP server, or None for the
    embedded site; ``cover_h2`` is that server's second port, which speaks HTTP/2
    in clear. ``users`` maps names to passwords, None for one that the bridge makes.
    """

    listen: list[_Listen] = []
    domain: _Name | None = None
    cert: _Path | None = None
    key: _Path | None = None
    users: Users = {}
    users_file: _Path | None = None
    cover: _CoverSite | None = None
    cover_h2: _Upstream | None = None
    padding_scheme: _Path | None = None
    allow_private: bool = False
    state: _Path | None = None
    links_to: _Path | None = None
    public_host: _Host | None = None
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.cert is None) != (self.key is None):
            raise ValueError("a certificate and its key go together: give both cert and key")
        if self.cover_h2 is not None and not isinstance(self.cover, Address):
            raise ValueError(
                "the port for HTTP/2 (cover_h2) needs a cover of the form http://host:port"
            )
        if isinstance(self.cover, Path) and not self.cover.is_dir():
            raise ValueError(f"the cover site {self.cover} is not a directory")
        return self

    def read_users(self) -> dict[str, Secret | None]:
        """The users that were asked for, by option, file and users file together.

        Reads the users file anew each time. Raises ConfigError for a file that
        cannot be read, a bad line, a user named twice, or a password used twice.
        """
        users = dict(self.users)
        if self.users_file is not None:
            for name, password in _read_users_file(self.users_file).items():
                if name in users:
                    raise ConfigError(f"The user '{name}' in {self.users_file} is named twice.")
                users[name] = password
        owners: dict[Secret, str] = {}
        for name, password in users.items():
            if password and owners.setdefault(password, name) != name:
                raise ConfigError(
                    f"The users '{owners[password]}' and '{name}' have the same password; "
                    "give each one of their own."
                )
        return users


class ConnectSettings(_Settings):
    """``peppermoth connect``: the local proxy and how it looks on the line."""

    listen: _Listen = CONNECT_LISTEN
    username: str | None = Field(default=None, min_length=1, max_length=255)
    password: _Secret | None = None
    fingerprint: str = "chrome:stable"
    streams_per_session: int = Field(default=8, ge=1, le=256)
    quiet: bool = False
    log_format: Literal["text", "json"] = "text"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("a user name and a password for the local proxy go together")
        ip = self.listen.ip
        local = self.listen.host == "localhost" or (ip is not None and ip.is_loopback)
        if not local and self.username is None:
            raise ValueError(
                "a proxy that others can reach needs a user name and a password; "
                "give both, or listen on 127.0.0.1"
            )
        return self


def parse_user(text: str) -> tuple[str, Secret | None]:
    """``NAME`` or ``NAME:PASSWORD``. Raises ConfigError; the message does not repeat the text."""
    name, _, password = text.partition(":")
    return _user_name(name), _password(password)


def parse_users(texts: list[str]) -> dict[str, Secret | None]:
    """Several ``--user``. Raises ConfigError for a bad one or a name given twice."""
    users: dict[str, Secret | None] = {}
    for text in texts:
        try:
            name, password = parse_user(text)
        except ConfigError as exc:
            raise ConfigError(f"--user: {exc}.") from None
        if name in users:
            raise ConfigError(f"--user: '{name}' is named twice.")
        users[name] = password
    return users


def _read_users_file(path: Path) -> dict[str, Secret | None]:
    users: dict[str, Secret | None] = {}
    for number, line in enumerate(read_text(path).splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            name, password = parse_user(line.strip())
        except ConfigError as exc:
            raise ConfigError(f"{path}, line {number}: {exc}.") from None
        if name in users:
            raise ConfigError(f"{path}, line {number}: the user '{name}' is named twice.")
        users[name] = password
    return users


def read_text(path: Path) -> str:
    """A whole settings file. Raises ConfigError when it cannot be read or is not text."""
    try:
        return path.read_text(encoding="utf-8")
    except OSError as exc:
        raise ConfigError(f"Cannot read {path}: {exc.strerror}.") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"{path} is not a text file.") from exc
