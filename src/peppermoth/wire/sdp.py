"""Session descriptions (RFC 8866): which media go where, in which codec, and how sealed.

Bounded: ``MAX_LINES`` lines and ``MAX_MEDIA`` media; the rest is passed over. A text
that does not begin as a description does raises RemoteProtocolError.
"""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.rtp import CODECS

MAX_LINES: Final = 500
MAX_MEDIA: Final = 16


class Sealing(enum.Enum):
    """How media are said to be encrypted."""

    NONE = "none"
    KEY_IN_CLEAR = "sdes"
    """SRTP whose key stands in the description itself (RFC 4568)."""
    DTLS = "dtls-srtp"
    """SRTP whose key is agreed on in DTLS (RFC 5764)."""


@dataclass(frozen=True, slots=True)
class Media:
    """One stream: ``audio`` or ``video``, its address and port (0: refused), its codec.

    ``key`` is the key of SRTP where it stands in clear.
    """

    kind: str
    address: str
    port: int
    codec: str
    sealing: Sealing
    key: str = ""


@dataclass(frozen=True, slots=True)
class Description:
    """The media of a session, and how to reach whoever is responsible for it."""

    media: tuple[Media, ...]
    mail: str = ""
    phone: str = ""


def decode_sdp(body: bytes) -> Description:
    """A description. Raises RemoteProtocolError for anything else."""
    lines = body.decode("utf-8", "replace").splitlines()[:MAX_LINES]
    if not lines or not lines[0].startswith("v=0"):
        raise RemoteProtocolError("not a session description")
    session: dict[str, str] = {}
    every: list[tuple[str, dict[str, str]]] = []
    said = session
    for line in lines:
        if line.startswith("m="):
            if len(every) == MAX_MEDIA:
                break
            said = {}
            every.append((line[2:], said))
        _note(said, line)
    media = (_media(first, session | lines_of) for first, lines_of in every)
    return Description(
        tuple(one for one in media if one), session.get("mail", ""), session.get("phone", "")
    )


def _note(said: dict[str, str], line: str) -> None:
    """Remember what is read later; of repeated lines the first."""
    if line.startswith("c="):
        said.setdefault("address", line.rpartition(" ")[2].partition("/")[0])
    elif line.startswith(("e=", "p=")):
        said.setdefault("mail" if line[0] == "e" else "phone", line[2:])
    elif line.startswith("a=rtpmap:"):
        number, _, codec = line[9:].partition(" ")
        said.setdefault(f"codec {number}", codec.partition("/")[0])
    elif line.startswith("a=crypto:"):
        said.setdefault("key", line.partition("inline:")[2].partition("|")[0])
    elif line.startswith("a=fingerprint:"):
        said.setdefault("fingerprint", "1")


def _media(first: str, said: dict[str, str]) -> Media | None:
    words = first.split()
    if len(words) < 4 or not words[1].partition("/")[0].isdigit():
        return None
    kind, port, profile, number = words[0], words[1].partition("/")[0], words[2], words[3]
    codec = said.get(f"codec {number}", "")
    if not codec and number.isascii() and number.isdigit() and len(number) < 4:
        codec = CODECS.get(int(number), "")
    sealing = Sealing.NONE
    if "fingerprint" in said or "TLS" in profile:
        sealing = Sealing.DTLS
    elif "key" in said:
        sealing = Sealing.KEY_IN_CLEAR
    media = Media(kind, said.get("address", ""), int(port[:5]), codec, sealing)
    return dataclasses.replace(media, key=said.get("key", ""))
