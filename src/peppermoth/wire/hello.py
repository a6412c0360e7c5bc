"""ClientHello and ServerHello: the handshake messages that a line always shows in clear.

RFC 8446 section 4.1, RFC 5246 section 7.4.1; extensions by the IANA registry, ECH by
RFC 9849, ALPS as in Chromium. Decoding checks the outer structure, down to the list
of extensions, and keeps every body as bytes. A property then reads one body when it
is first asked for; where the extension is absent or its body malformed, the property
is empty, so that one bad extension does not hide the others. The ServerHello of the
drafts of TLS 1.3 before the 22nd had another form and is not read.

Names in hellos are hostile input: ``server_name`` is ASCII by escaping, and may
still hold control characters or markup.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from struct import Struct, error
from typing import Generic, NamedTuple, TypeVar

from peppermoth.errors import RemoteProtocolError
from peppermoth.wire.extensions import (
    GREASE,
    POST_QUANTUM_GROUPS,
    EncryptedHello,
    Extension,
    ExtensionType,
    HostName,
    KeyShare,
    read_chosen_group,
    read_encrypted_hello,
    read_host_name,
    read_key_shares,
    read_names,
    read_numbers,
    read_short_numbers,
)
from peppermoth.wire.reading import Buffer, Cursor
from peppermoth.wire.tls import (
    MESSAGE_HEADER,
    ContentType,
    HandshakeReader,
    HandshakeType,
    RecordReader,
    open_message,
)

T = TypeVar("T")


_EXTENSION_HEADER = Struct(">HH").unpack_from
_SHORT = 256
"""Bytes of an extension whose meaning is remembered."""

RETRY_RANDOM = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")


class GreasePositions(NamedTuple):
    """Where GREASE stands in each list, as indexes from 0."""

    cipher_suites: tuple[int, ...]
    extensions: tuple[int, ...]
    supported_versions: tuple[int, ...]
    supported_groups: tuple[int, ...]
    signature_algorithms: tuple[int, ...]
    key_shares: tuple[int, ...]


class _Extended:
    """What both hellos share: a list of extensions, read on demand."""

    extensions: tuple[Extension, ...]

    def __post_init__(self) -> None:
        """Of extensions with one type the first counts."""
        self.__dict__["_bodies"] = dict(reversed(self.extensions))

    def extension(self, kind: int) -> bytes | None:
        """The body of the first extension of this type; None where there is none."""
        bodies: dict[int, bytes] = self.__dict__["_bodies"]
        return bodies.get(kind)


class _Said(Generic[T]):
    """What an extension says, read when it is first asked for and then an attribute like any
    other; ``nothing`` where it is absent or malformed."""

    def __init__(self, kind: int, read: Callable[[Cursor], T], nothing: T) -> None:
        self._kind, self._read, self._nothing = kind, read, nothing
        self._known = lru_cache(maxsize=32)(self._value)  # a program repeats itself

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, hello: _Extended, owner: type) -> T:
        body = hello.extension(self._kind)
        if body is None:
            value = self._nothing
        else:
            value = self._known(body) if len(body) <= _SHORT else self._value(body)
        hello.__dict__[self._name] = value
        return value

    def _value(self, body: bytes) -> T:
        cursor = Cursor(body)
        try:
            value = self._read(cursor)
            cursor.finish()
        except RemoteProtocolError:
            return self._nothing
        return value


@dataclass
class ClientHello(_Extended):
    """What a client says first: its fields in their order on the wire."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suites: tuple[int, ...]
    compression_methods: bytes
    extensions: tuple[Extension, ...]

    _host_name = _Said[HostName | None](ExtensionType.SERVER_NAME, read_host_name, None)

    @property
    def server_name(self) -> str | None:
        """The host name (SNI); bytes beyond ASCII appear as ``\\xNN``."""
        found = self._host_name
        return found.name.decode("ascii", "backslashreplace") if found else None

    @property
    def server_name_span(self) -> tuple[int, int] | None:
        """Where the host name starts and ends, counted from the handshake message's header."""
        found = self._host_name
        if found is None:
            return None
        # version 2, random 32, and the lengths of four lists: 1 + 2 + 1 + 2
        start = MESSAGE_HEADER + 40 + len(self.session_id) + len(self.compression_methods)
        start += 2 * len(self.cipher_suites)
        before = takewhile(lambda e: e[0] != ExtensionType.SERVER_NAME, self.extensions)
        start += sum(4 + len(body) for _, body in before)
        start += 4 + found.start
        return start, start + len(found.name)

    alpn = _Said[tuple[bytes, ...]](ExtensionType.ALPN, read_names, ())
    """Protocols offered in ALPN, preferred first."""

    _alps = _Said[tuple[bytes, ...]](ExtensionType.ALPS, read_names, ())
    _alps_draft = _Said[tuple[bytes, ...]](ExtensionType.ALPS_DRAFT, read_names, ())

    @property
    def alps(self) -> tuple[bytes, ...]:
        """Protocols with application settings, under the present or the draft number."""
        return self._alps or self._alps_draft

    supported_versions = _Said[tuple[int, ...]](
        ExtensionType.SUPPORTED_VERSIONS, read_short_numbers, ()
    )
    """Versions of the extension, GREASE included; empty before TLS 1.3."""

    @property
    def version(self) -> int:
        """The highest version offered; those of DTLS count down."""
        highest = min if self.legacy_version >> 8 == 0xFE else max
        versions = [v for v in self.supported_versions if v not in GREASE]
        return highest(versions, default=self.legacy_version)

    supported_groups = _Said[tuple[int, ...]](ExtensionType.SUPPORTED_GROUPS, read_numbers, ())
    """Groups for key exchange, preferred first, GREASE included."""

    signature_algorithms = _Said[tuple[int, ...]](
        ExtensionType.SIGNATURE_ALGORITHMS, read_numbers, ()
    )
    """Signature algorithms, preferred first, GREASE included."""

    compress_certificate = _Said[tuple[int, ...]](
        ExtensionType.COMPRESS_CERTIFICATE, read_short_numbers, ()
    )
    """Certificate compression algorithms: 1 zlib, 2 brotli, 3 zstd."""

    ec_point_formats = _Said(ExtensionType.EC_POINT_FORMATS, lambda cursor: cursor.vector(1), b"")
    """Point formats, one byte each."""

    key_shares = _Said[tuple[KeyShare, ...]](ExtensionType.KEY_SHARE, read_key_shares, ())
    """Keys offered at once, GREASE included."""

    @property
    def post_quantum_shares(self) -> tuple[KeyShare, ...]:
        """Those of the key shares that resist a quantum computer, with their sizes."""
        return tuple(share for share in self.key_shares if share.group in POST_QUANTUM_GROUPS)

    ech = _Said[EncryptedHello | None](
        ExtensionType.ENCRYPTED_CLIENT_HELLO, read_encrypted_hello, None
    )
    """Encrypted ClientHello, real or GREASE."""

    @property
    def offers_psk(self) -> bool:
        """Whether it resumes an earlier TLS 1.3 session, or uses another shared key."""
        return self.extension(ExtensionType.PRE_SHARED_KEY) is not None

    @property
    def offers_early_data(self) -> bool:
        """Whether application data follows before the server answers."""
        return self.extension(ExtensionType.EARLY_DATA) is not None

    @property
    def delegated_credential(self) -> bytes | None:
        """The body of the extension, unread."""
        return self.extension(ExtensionType.DELEGATED_CREDENTIAL)

    @property
    def padding_length(self) -> int | None:
        """Bytes of padding; None where there is no padding extension."""
        body = self.extension(ExtensionType.PADDING)
        return None if body is None else len(body)

    @property
    def grease(self) -> GreasePositions:
        """Where GREASE stands."""
        return GreasePositions(
            cipher_suites=_grease_in(self.cipher_suites),
            extensions=_grease_in(kind for kind, _ in self.extensions),
            supported_versions=_grease_in(self.supported_versions),
            supported_groups=_grease_in(self.supported_groups),
            signature_algorithms=_grease_in(self.signature_algorithms),
            key_shares=_grease_in(share.group for share in self.key_shares),
        )


@dataclass
class ServerHello(_Extended):
    """What a server answers: its fields in their order on the wire."""

    legacy_version: int
    random: bytes
    session_id: bytes
    cipher_suite: int
    compression_method: int
    extensions: tuple[Extension, ...]

    @property
    def is_retry(self) -> bool:
        """Whether this is a HelloRetryRequest: the client shall say hello again."""
        return self.random == RETRY_RANDOM

    _chosen_version = _Said[int | None](
        ExtensionType.SUPPORTED_VERSIONS, lambda cursor: cursor.integer(2), None
    )

    @property
    def version(self) -> int:
        """The version that was negotiated."""
        chosen = self._chosen_version
        return self.legacy_version if chosen is None else chosen

    _chosen_protocols = _Said[tuple[bytes, ...]](ExtensionType.ALPN, read_names, ())

    @property
    def alpn(self) -> bytes | None:
        """The protocol chosen in ALPN, where it is in clear: TLS 1.2 and before."""
        chosen = self._chosen_protocols
        return chosen[0] if len(chosen) == 1 else None

    key_share_group = _Said[int | None](ExtensionType.KEY_SHARE, read_chosen_group, None)
    """The group chosen for key exchange in TLS 1.3."""


def decode_client_hello(message: bytes) -> ClientHello:
    """Parse a whole ClientHello message, header included. Raises RemoteProtocolError."""
    cursor = open_message(message, HandshakeType.CLIENT_HELLO)
    return ClientHello(
        legacy_version=cursor.integer(2),
        random=cursor.take(32),
        session_id=cursor.vector(1),
        cipher_suites=read_numbers(cursor),
        compression_methods=cursor.vector(1),
        extensions=_extensions(cursor),
    )


def decode_server_hello(message: bytes) -> ServerHello:
    """Parse a whole ServerHello message, header included. Raises RemoteProtocolError."""
    cursor = open_message(message, HandshakeType.SERVER_HELLO)
    return ServerHello(
        legacy_version=cursor.integer(2),
        random=cursor.take(32),
        session_id=cursor.vector(1),
        cipher_suite=cursor.integer(2),
        compression_method=cursor.integer(1),
        extensions=_extensions(cursor),
    )


def first_client_hello(stream: Buffer) -> ClientHello | None:
    """The ClientHello that a TCP stream starts with; None while bytes of it are missing.

    Raises RemoteProtocolError if the stream starts with anything else.
    """
    messages = HandshakeReader()
    for record in RecordReader().feed(stream):
        if record.type != ContentType.HANDSHAKE:
            raise RemoteProtocolError("a TLS client starts with a handshake record")
        for message in messages.feed(record.fragment):
            return decode_client_hello(message.data)
    return None


def _extensions(cursor: Cursor) -> tuple[Extension, ...]:
    """The list at the end of a hello, which elder versions may leave out."""
    if not cursor.left:
        return ()
    block = cursor.vector(2)
    cursor.finish()
    found, start, end = [], 0, len(block)
    try:
        while start < end:
            kind, size = _EXTENSION_HEADER(block, start)
            body = start + 4
            start = body + size
            found.append((kind, block[body:start]))
    except error:
        raise RemoteProtocolError("an extension ends within its header") from None
    if start > end:
        raise RemoteProtocolError("an extension is longer than their list")
    return tuple(found)


def _grease_in(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(index for index, value in enumerate(values) if value in GREASE)
