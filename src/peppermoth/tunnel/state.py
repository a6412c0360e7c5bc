"""What a bridge keeps between runs, so that the links it gave out go on working.

One directory (0700) with three files (0600)::

    bridge.json       version, cover name, users and their passwords
    key.pem           the private key that links pin
    certificate.pem   for the cover name; made anew for the same key before it expires

The first run makes everything, ``bridge.json`` last; later runs read it. Whatever
is damaged or missing is named in a ConfigError and never quietly replaced,
because that would void every link. Writes are atomic: a crash leaves the old file.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from peppermoth.errors import ConfigError
from peppermoth.files import state_home, write_private
from peppermoth.redact import Secret
from peppermoth.tunnel import certificates

FIRST_USER = "friend"
_VERSION = 1
_UNFINISHED = ".unfinished"  # a first run that was cut off: nobody has a link yet, begin anew
_RENEW_BEFORE = timedelta(days=30)

# No i, l, o, 0, 1: a password may have to be read out. 28 of 31 symbols are 138 bits.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP_LENGTH = 4, 7

# An invented name must be easy to believe and too many to list: three or four open syllables,
# a trade and an ending make 1.2e9 names.
_CONSONANTS = "bdfghklmnprstvwz"
_VOWELS = "aeiou"
_TRADES = (
    "studio",
    "bakery",
    "garden",
    "books",
    "design",
    "yoga",
    "tours",
    "wood",
    "photo",
    "cafe",
)
_ENDINGS = ("com", "net", "org")
_SYLLABLES = (3, 4)


def default_directory() -> Path:
    """Where the state lives unless told otherwise; depends on who runs the bridge."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/peppermoth")
    return state_home() / "peppermoth"


def new_password() -> Secret:
    """A password of 138 bits that survives being read aloud, typed and put into a URL."""
    return Secret(
        "-".join(
            "".join(secrets.choice(_READABLE) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS)
        )
    )


def invent_cover_name() -> str:
    """A host name for a bridge whose owner has no domain: that of a small business's site."""
    count = secrets.choice(_SYLLABLES)
    syllables = (secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS) for _ in range(count))
    return f"{''.join(syllables)}{secrets.choice(_TRADES)}.{secrets.choice(_ENDINGS)}"


@dataclass
class State:
    """The open state directory."""

    directory: Path
    cover_name: str
    users: dict[str, Secret] = field(repr=False)

    @property
    def key(self) -> Path:
        """The private key's file."""
        return self.directory / "key.pem"

    @property
    def certificate(self) -> Path:
        """The certificate's file."""
        return self.directory / "certificate.pem"

    @property
    def _record(self) -> Path:
        return self.directory / "bridge.json"

    @classmethod
    def open(cls, directory: Path, now: datetime, cover_name: str | None = None) -> State:
        """Make the state on the first run, read it on later ones.

        A ``cover_name`` other than the kept one is kept from now on; key, pin and
        passwords stay. Raises ConfigError, naming the file, for anything that is
        damaged, missing, not writable, or open to others and not ours to close.
        """
        state = cls(directory, cover_name or "", {})
        _prepare_directory(directory, state._record.name)
        if state._record.exists():
            state._load()
            if cover_name and cover_name != state.cover_name:
                state.cover_name = cover_name
                state._save()
            state.renew_certificate(now)
        else:
            state._create(now)
        return state

    def select_users(self, wanted: Mapping[str, Secret | None]) -> dict[str, Secret]:
        """The users to serve: exactly the ``wanted`` ones, or everybody kept here if empty.

        A wanted user without a password gets the one kept here; a new one is made and kept.
        """
        unknown = [name for name, given in wanted.items() if not given and name not in self.users]
        if unknown:
            self.users.update({name: new_password() for name in unknown})
            self._save()
        if not wanted:
            return dict(self.users)
        return {name: given or self.users[name] for name, given in wanted.items()}

    def renew_certificate(self, now: datetime) -> bool:
        """Make the certificate anew, for the same key, when its name changed or it ends soon.

        Returns whether it did. Raises ConfigError when a file is damaged.
        """
        current = certificates.load_pair(self.certificate, self.key)
        if current.covers(self.cover_name) and current.expires - now > _RENEW_BEFORE:
            return False
        self._sign(now)
        return True

    def _create(self, now: datetime) -> None:
        self.cover_name = self.cover_name or invent_cover_name()
        self.users = {FIRST_USER: new_password()}
        mark = self.directory / _UNFINISHED
        try:
            mark.touch(mode=0o600)
        except OSError as exc:
            raise ConfigError(f"Cannot write {mark}: {exc.strerror}.") from exc
        write_private(self.key, certificates.new_key())
        self._sign(now)
        self._save()
        mark.unlink(missing_ok=True)

    def _sign(self, now: datetime) -> None:
        pem = certificates.self_signed(self.key, self.cover_name, now)
        write_private(self.certificate, pem)

    def _save(self) -> None:
        record = {
            "version": _VERSION,
            "cover_name": self.cover_name,
            "users": {name: password.reveal() for name, password in self.users.items()},
        }
        write_private(self._record, json.dumps(record, indent=2, ensure_ascii=False).encode())

    def _load(self) -> None:
        for path in (self._record, self.key, self.certificate):
            _close_to_others(path, 0o600)
        try:
            record = json.loads(self._record.read_text(encoding="utf-8"))
            version, self.cover_name = record["version"], record["cover_name"]
            users = record["users"]
            texts = [self.cover_name, *users, *users.values()]
            sound = bool(users) and all(isinstance(text, str) and text for text in texts)
        except OSError as exc:
            raise ConfigError(f"Cannot read {self._record}: {exc.strerror}.") from exc
        except (ValueError, KeyError, TypeError, AttributeError):
            version, sound = _VERSION, False
        if version != _VERSION:
            raise ConfigError(f"{self._record} was written by another version of Peppermoth.")
        if not sound:
            raise ConfigError(
                f"{self._record} is damaged. Restore it from a copy, or move {self.directory} "
                "away to start anew, which makes every link that you gave out useless."
            )
        self.users = {name: Secret(password) for name, password in users.items()}


def _prepare_directory(directory: Path, record: str) -> None:
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = set(os.listdir(directory))
    except OSError as exc:
        raise ConfigError(f"Cannot use the state directory {directory}: {exc.strerror}.") from exc
    # Closing a directory that others share (--state /tmp) would break the machine, and a key
    # without its record belongs to somebody who will want it back.
    if names and not names & {record, _UNFINISHED}:
        raise ConfigError(
            f"The state directory {directory} has files but no {record}: restore it from a copy, "
            "or choose an empty directory with --state."
        )
    _close_to_others(directory, 0o700)


def _close_to_others(path: Path, mode: int) -> None:
    """Take everybody else's rights away. Raises ConfigError when that is not ours to do."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(mode)
    except FileNotFoundError:
        raise ConfigError(
            f"{path} is missing. Restore it from a copy, or move {path.parent} away to start "
            "anew, which makes every link that you gave out useless."
        ) from None
    except OSError as exc:
        raise ConfigError(
            f"{path} is open to other users and cannot be closed ({exc.strerror}); "
            f"run 'chmod {mode:o} {path}' as its owner."
        ) from exc
