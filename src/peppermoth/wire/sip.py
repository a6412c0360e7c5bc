"""Messages of SIP (RFC 3261) and RTSP (RFC 2326, 7826), which have the same form.

For looking on, so tolerant: lines may end in a bare LF and fields may be folded. The
short names of fields become the long ones. A body without a length ends with its
datagram and is empty in a stream. Over RTSP, frames of media come between messages
(``decode_interleaved``). Limits: a head of 16 KiB, a body of 64 KiB; beyond them, and
for anything else that is not such a message, RemoteProtocolError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.reading import Buffer

MAX_HEAD: Final = 16 * 1024
MAX_BODY: Final = 64 * 1024
_FIRST_LINE: Final = re.compile(
    r"(?:(?P<version>SIP/2\.0|RTSP/[12]\.0) +(?P<status>[1-6]\d\d)(?: .*)?"
    r"|(?P<method>[A-Z_]{3,20}) +(?P<target>\S{1,2048}) +(?P<of>SIP/2\.0|RTSP/[12]\.0)) *"
)
_PART_OF_FIRST_LINE: Final = re.compile(rb"[A-Z_]{0,20}(?:[ /].*)?", re.DOTALL)
_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_FOLD: Final = re.compile(rb"\r?\n[ \t]+")
_SHORT: Final = {
    "a": "accept-contact", "b": "referred-by", "c": "content-type", "e": "content-encoding",
    "f": "from", "i": "call-id", "k": "supported", "l": "content-length", "m": "contact",
    "o": "event", "r": "refer-to", "s": "subject", "t": "to", "u": "allow-events", "v": "via",
}  # fmt: skip
_PARAMETER: Final = re.compile(
    r'([\w.+-]{1,40})\s{0,5}=\s{0,5}(?:"([^"]{0,500})"|([^\s",;]{0,500}))'
)
_URI: Final = re.compile(r"(sips?|tel):([^>;?\s]{1,300})", re.IGNORECASE)
_MAX_FIELDS: Final = 128


@dataclass(frozen=True, slots=True)
class Message:
    """A request (with ``method`` and ``target``) or a response (with ``status``).

    Names of fields are in lower case; text is ISO-8859-1 or UTF-8 and hostile.
    """

    protocol: str
    method: str
    target: str
    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def is_request(self) -> bool:
        """Whether it asks; else it answers."""
        return bool(self.method)

    def field(self, name: str) -> str:
        """The first value of a field, empty where there is none."""
        return next((value for found, value in self.fields if found == name), "")


@dataclass(frozen=True, slots=True)
class Party:
    """Whom an address names: ``user`` may be a number, and is empty where only a host stands."""

    scheme: str
    user: str
    host: str

    @property
    def is_number(self) -> bool:
        """Whether the user is a telephone number."""
        digits = self.user.lstrip("+").replace("-", "").replace(".", "")
        return self.scheme == "tel" or (digits.isdigit() and len(digits) > 5)


def decode_message(data: Buffer, *, is_datagram: bool = False) -> tuple[Message, int] | None:
    """The message at the front and where it ends; None while bytes are missing.

    Empty lines before it are passed over. Raises RemoteProtocolError.
    """
    seen = bytes(data[: MAX_HEAD + 1])
    start = len(seen) - len(seen.lstrip(b"\r\n"))
    line, newline, _ = seen[start:].partition(b"\n")
    if not newline and not _PART_OF_FIRST_LINE.fullmatch(line):
        raise RemoteProtocolError("not SIP: no request or status line")
    first = _FIRST_LINE.fullmatch(_text(line.rstrip(b"\r"))) if newline else None
    if newline and first is None:
        raise RemoteProtocolError("not SIP: no request or status line")
    blank = _BLANK_LINE.search(seen, start + len(line)) if newline else None
    if first is None or blank is None:
        if len(seen) > MAX_HEAD:
            raise RemoteProtocolError("a head that is too long")
        if not is_datagram or first is None:
            return None
    block_end, body_start = (blank.start(), blank.end()) if blank else (len(seen), len(seen))
    fields = _fields(seen[start + len(line) : block_end])
    length = _length(fields, len(data) - body_start if is_datagram else 0)
    if len(data) < body_start + length and not is_datagram:
        return None
    body = bytes(data[body_start : body_start + length])
    message = Message(
        (first["version"] or first["of"]).partition("/")[0],
        first["method"] or "",
        first["target"] or "",
        int(first["status"] or 0),
        fields,
        body,
    )
    return message, body_start + length


def decode_interleaved(data: Buffer) -> tuple[bytes, int] | None:
    """A frame of media between RTSP messages: ``$``, a channel, a length. None while cut.

    Raises RemoteProtocolError where no such frame begins.
    """
    if data[:1] not in (b"", b"$"):
        raise RemoteProtocolError("no frame of media")
    if len(data) < 4:
        return None
    end = 4 + int.from_bytes(data[2:4], "big")
    return (bytes(data[4:end]), end) if len(data) >= end else None


def decode_party(value: str) -> Party | None:
    """The address in a field such as From: its name and parameters are left out."""
    found = _URI.search(value[:1000])
    if found is None:
        return None
    scheme, rest = found[1].lower(), found[2]
    if scheme == "tel":
        return Party(scheme, rest, "")
    user, at, host = rest.rpartition("@")
    return Party(scheme, user.partition(":")[0] if at else "", host)


def parameters(value: str) -> dict[str, str]:
    """``name=value`` pairs of a field, quoted or not; names in lower case."""
    return {
        name.lower(): quoted or plain for name, quoted, plain in _PARAMETER.findall(value[:4096])
    }


def begins_sip(client: bytes, server: bytes) -> bool:
    """Whether a flow begins with a SIP message."""
    return _begins(client or server, "SIP/")


def begins_rtsp(client: bytes, server: bytes) -> bool:
    """Whether a connection begins with an RTSP message."""
    return _begins(client or server, "RTSP/")


def _begins(data: bytes, version: str) -> bool:
    line, newline, _ = data.lstrip(b"\r\n")[:2200].partition(b"\n")
    first = _FIRST_LINE.fullmatch(_text(line.rstrip(b"\r"))) if newline else None
    return first is not None and (first["version"] or first["of"]).startswith(version)


def _fields(block: bytes) -> tuple[tuple[str, str], ...]:
    fields = []
    for line in _text(_FOLD.sub(b" ", block)).split("\n", _MAX_FIELDS)[:_MAX_FIELDS]:
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon:
            fields.append((_SHORT.get(name, name), value.strip()))
    return tuple(fields)


def _length(fields: tuple[tuple[str, str], ...], otherwise: int) -> int:
    text = next((value for name, value in fields if name == "content-length"), "")
    if not text:
        return min(otherwise, MAX_BODY)
    if not (text.isascii() and text.isdigit() and len(text) < 8) or int(text) > MAX_BODY:
        raise RemoteProtocolError("a body of no usable length")
    return int(text)


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
