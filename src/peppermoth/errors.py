"""Every exception that the package raises, and the closed list of ways a stream can fail.

::

    PeppermothError
    |-- ProtocolError
    |   |-- LocalProtocolError    our caller asked for something the protocol forbids
    |   `-- RemoteProtocolError   bytes from a peer that the format forbids
    |-- ConfigError               a link, file or option that cannot be used
    |-- CaptureError              a capture that cannot be read, or is not clear
    |-- DetectorError             a detector of the lab is broken: the run must fail
    |-- WorldError                a part of the lab's world did not start or do its work
    `-- CarrierError              the network did not do what was asked; carries a Failure

``RemoteProtocolError`` is raised by the decoders in ``wire/``. Machines turn it
into an event, because what to do about a peer's bad bytes is the bridge's policy.
"""

from __future__ import annotations

import enum


class Failure(enum.StrEnum):
    """Why a stream or a bridge did not work: the vocabulary of replies, logs and tests.

    The values are stable strings; they cross the wire in SYNACK texts.
    """

    TARGET_REFUSED = "target_refused"
    TARGET_UNREACHABLE = "target_unreachable"
    TARGET_TIMEOUT = "target_timeout"
    TARGET_FORBIDDEN = "target_forbidden"
    NAME_UNKNOWN = "name_unknown"
    BRIDGE_UNREACHABLE = "bridge_unreachable"
    BRIDGE_UNTRUSTED = "bridge_untrusted"
    BRIDGE_REJECTED = "bridge_rejected"
    BRIDGE_LOST = "bridge_lost"
    BRIDGE_BUSY = "bridge_busy"
    OTHER = "other"

    @property
    def sentence(self) -> str:
        """One plain sentence for a person: what happened and, where it helps, what to do."""
        return _SENTENCES[self]


_SENTENCES = {
    Failure.TARGET_REFUSED: "The site refused the connection.",
    Failure.TARGET_UNREACHABLE: "The bridge found no way to the site.",
    Failure.TARGET_TIMEOUT: "The site did not answer in time.",
    Failure.TARGET_FORBIDDEN: "The bridge does not connect to addresses of its own network.",
    Failure.NAME_UNKNOWN: "No site has this name.",
    Failure.BRIDGE_UNREACHABLE: (
        "The bridge cannot be reached from here; it may be down or blocked."
    ),
    Failure.BRIDGE_UNTRUSTED: (
        "The server that answered is not the bridge of this link: its certificate does not match. "
        "Somebody may be in between; ask your friend for a fresh link."
    ),
    Failure.BRIDGE_REJECTED: (
        "The bridge answered like an ordinary web site, as it does for a wrong password; "
        "ask your friend for a fresh link."
    ),
    Failure.BRIDGE_LOST: "The connection to the bridge broke.",
    Failure.BRIDGE_BUSY: "The bridge has reached its limit for this user; try again later.",
    Failure.OTHER: "The connection failed.",
}


class PeppermothError(Exception):
    """Base of everything this package raises on purpose."""


class ProtocolError(PeppermothError):
    """A wire format or a protocol's order was broken."""


class LocalProtocolError(ProtocolError):
    """Our own caller asked a machine for something that the protocol forbids."""


class RemoteProtocolError(ProtocolError):
    """Bytes from a peer do not fit the format."""


class ConfigError(PeppermothError):
    """A link, file or option that cannot be used; the message says which part and what to do."""


class CaptureError(PeppermothError):
    """A capture that cannot be read or reported on; the message says why and what to do."""


class DetectorError(PeppermothError):
    """A detector is broken or was given what it cannot judge; never "not flagged"."""


class WorldError(PeppermothError):
    """A host, program or line of the lab's world failed; the message says which and how."""


class CarrierError(PeppermothError):
    """The network did not do what was asked.

    ``failure`` says where it broke; ``detail`` is for logs and never holds an address.
    """

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(failure.sentence)
        self.failure = failure
        self.detail = detail
