"""What requests and responses of the web tell, whatever version of HTTP carried them.

Base of ``web`` (HTTP/1) and ``web2`` (HTTP/2), which read the bytes. Values of queries,
forms and cookies are masked, and names that do not look like names: a body may be any
text. Places are told to a tenth of a degree.
What visitors of a server on the device say is theirs: nothing of it is told.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Mapping
from functools import lru_cache
from typing import ClassVar, Final

from peppermoth.errors import RemoteProtocolError
from peppermoth.monitor import masks
from peppermoth.monitor.observation import Certainty, Flow, hidden
from peppermoth.monitor.observe.conversation import Conversation
from peppermoth.monitor.observe.field_names import Meaning, meaning, numbered
from peppermoth.monitor.observe.peer_to_peer import program_of
from peppermoth.monitor.observe.web_request import NAMES_SHOWN, Request, shown_target
from peppermoth.monitor.transcript import Piece
from peppermoth.wire import dns, places
from peppermoth.wire.bittorrent import Datagram
from peppermoth.wire.forms import (
    Form,
    Pairs,
    form_of,
    is_graphql,
    looks_like,
    pairs_of,
    query_pairs,
    whole_pairs,
)
from peppermoth.wire.ntlm import Authenticate, decode_ntlm
from peppermoth.wire.user_agent import read_user_agent

FORM_BYTES: Final = 16 * 1024
"""How much of a form is looked at."""

DNS_MESSAGE: Final = "application/dns-message"

_NO_TYPE: Final = ("", "text/plain")
"""What programs say of forms that do not say what they are."""

_FORM_PATHS: Final = {
    Form.URLENCODED: "urlencoded-form.key",
    Form.MULTIPART: "mime_multipart.header.content-disposition",
    Form.JSON: "json.key",
    Form.XML: "xml.tag",
}

_METHOD: Final = re.compile(r"[A-Z-]{1,20}")
_TYPE: Final = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,100}")
_USER: Final = Meaning.USER
_SHORTEST: Final = {Meaning.TOKEN: 6, Meaning.PERHAPS_TOKEN: 16, Meaning.SUBSCRIBER: 10}
"""Characters that a value has at least."""

_READABLE_IN_PART: Final = (Meaning.PASSWORD, Meaning.TOKEN, Meaning.PERHAPS_TOKEN, Meaning.SEARCH)

_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_DIGEST_PART: Final = re.compile(
    r'\b(username|response) ?= ?(?:"([^"]{0,300})"|([^\s",]{1,300}))', re.IGNORECASE
)


FIELDS_1: Final[Mapping[str, str]] = {
    "host": "http.host",
    "uri": "http.request.uri",
    "query": "http.request.uri.query.parameter",
    "proxy": "http.proxy_connect_host",
    "type": "http.content_type",
    "upgrade": "http.upgrade",
    "line": "http.request.line",
}
"""Wireshark's names of what is not simply a header field, for HTTP/1."""

FIELDS_2: Final[Mapping[str, str]] = {
    "host": "http2.headers.authority",
    "uri": "http2.headers.path",
    "query": "http2.headers.path",
    "proxy": "http2.headers.authority",
    "type": "http2.headers.content_type",
    "line": "http2.header.value",
}
"""The same for HTTP/2."""


@lru_cache(maxsize=512)
def form_bytes(type_: str) -> int:
    """How much is looked at of the body of a request with this Content-Type."""
    said = type_.partition(";")[0].strip().lower()
    return FORM_BYTES if said in (*_NO_TYPE, DNS_MESSAGE) or form_of(said) else 0


def _is_told(form: Form, type_: str, pairs: Pairs) -> bool:
    """Whether a body is told as a form. XML, and a single value without a type, are as often a
    program's own talk: they are where a name says what its value is."""
    if form is Form.XML or (len(pairs) == 1 and form_of(type_) is None):
        return not {meaning(name) for name, _ in pairs} <= {None, Meaning.PLACE}
    return bool(pairs)


class WebFacts(Conversation):
    """Observations about requests and responses."""

    family = "web"
    names: ClassVar[Mapping[str, str]] = FIELDS_1
    header_path: ClassVar[str] = "http."

    def __init__(self, flow: Flow) -> None:
        super().__init__(flow)
        if not flow.device_is_client:
            self.over()

    def tell_request(self, request: Request, at: Piece) -> None:
        """All that the head of a request tells."""
        host = request.host
        if host:
            self.tell("name.http", host, at, self.names["host"], "host", once=True)
        method = request.method if _METHOD.fullmatch(request.method) else "?"
        target = f"{method} {shown_target(request.target)}"
        self.tell("content.http_request", target, at, self.names["uri"], "request", host=host)
        path, asks, text = request.target.partition("?")
        self._tell_place(places.in_text(path), at, self.names["uri"], "path", host)
        if asks:
            query = query_pairs(text)
            self._tell_pairs(query, at, self.names["query"], "query", host)
            self._tell_asked(dict(query), at)
        named = []
        for name, value in request.fields:
            if name in _REQUEST_FIELDS:
                _REQUEST_FIELDS[name](self, value, at, host)
            elif meaning(name) is not None:
                named.append((name, value))
        if named:
            self._tell_pairs(named, at, self.names["line"], "header", host)

    def tell_response(self, status: int, request: Request | None, type_: str, at: Piece) -> None:
        """That a page came, and of which type."""
        host = request.host if request else ""
        kind = type_.partition(";")[0].strip().lower()
        if _TYPE.fullmatch(kind):
            self.tell(
                "content.http_page", kind, at, self.names["type"], "page",
                once=True, status=str(status), host=host,
            )  # fmt: skip

    def tell_set_cookie(self, value: str, host: str, at: Piece) -> None:
        """A cookie that a server gives."""
        name, given, _ = value.partition("=")
        if given:
            self._tell_cookie(name, at, "set-cookie", host)

    def tell_form(self, request: Request, body: bytes, at: Piece, *, is_cut: bool = False) -> None:
        """The names that a form sends, and what stands out among its values."""
        type_ = request.field("content-type")
        if type_.lower().startswith(DNS_MESSAGE):
            self._tell_lookup(body, at)
            return
        form = form_of(type_) or looks_like(body)
        if form is None or not _is_told(form, type_, pairs := pairs_of(form, body)):
            return
        path = _FORM_PATHS[form]
        shown = dict.fromkeys(masks.field_name(name) for name, _ in pairs[:NAMES_SHOWN])
        self.tell("content.form", ", ".join(shown), at, path, "form", host=request.host)
        if is_cut and meaning(pairs[-1][0]) not in _READABLE_IN_PART:
            pairs = whole_pairs(form, body)  # part of a number, address or place is another one
        self._tell_pairs(pairs, at, path, "form", request.host)

    def _tell_asked(self, query: Mapping[str, str], at: Piece) -> None:
        """What is asked of a name server or of BitTorrent's tracker (BEP 3)."""
        if message := query.get("dns"):
            self._tell_lookup(_unpadded(message), at)
        if "info_hash" in query:
            what, path = str(Datagram.TRACKER), self.names["query"]
            self.tell("use.peer_to_peer", "BitTorrent", at, path, "tracker", once=True, what=what)
            if program := program_of(query.get("peer_id", "").encode()):
                self.tell("device.software", program, at, path, "program", once=True)

    def _tell_lookup(self, message: bytes, at: Piece) -> None:
        """Names asked for by DNS over HTTP (RFC 8484), where that is not encrypted."""
        try:
            questions = dns.decode_message(message).questions
        except RemoteProtocolError:
            return
        for question in questions:
            kind = dns.type_name(question.type)
            self.tell("name.dns", question.name.lower(), at, "dns.qry.name", "lookup", type=kind)

    def tell_locations(self, body: bytes, at: Piece, host: str, *, is_cut: bool = False) -> None:
        """Coordinates in an answer."""
        pairs = (whole_pairs if is_cut else pairs_of)(Form.JSON, body)
        self._tell_place(places.of_pairs(pairs), at, "json.key", "answer", host)

    def _path(self, name: str) -> str:
        return self.header_path + name.replace("-", "_")

    def _tell_pairs(self, pairs: Pairs, at: Piece, path: str, where: str, host: str) -> None:
        self._tell_place(places.of_pairs(pairs), at, path, where, host)
        user = next((masks.user(value) for name, value in pairs if meaning(name) is _USER), "")
        for name, value in pairs:
            what = meaning(name)
            if what is None or len(value) < _SHORTEST.get(what, 1):
                continue
            if what is Meaning.PASSWORD:
                self.tell_login(user, hidden("password", value), at, path, host)
            elif what in (Meaning.TOKEN, Meaning.PERHAPS_TOKEN):
                self._tell_token(value, at, path, f"{where} {masks.field_name(name)}", host)
            elif what is Meaning.SEARCH and not is_graphql(value):
                self.tell("content.search", hidden("search", value), at, path, "search", host=host)
            elif what is Meaning.PHONE:
                self.tell(
                    "identity.phone", masks.phone(value), at, path, "phone",
                    once=True, role=where, protocol=self.protocol,
                )  # fmt: skip
            elif what is Meaning.SUBSCRIBER:
                self.tell(
                    "identity.subscriber", hidden("number", value), at, path, "subscriber",
                    once=True, what=numbered(name) or masks.field_name(name),
                )  # fmt: skip
            elif what in (Meaning.MAIL, _USER) and "@" in value:
                self.tell(
                    "identity.mail_address", masks.mail_address(value), at, path, "mail-address",
                    once=True, role=where,
                )  # fmt: skip
            elif what is _USER:
                self._tell_user(value, at, path)

    def _tell_place(
        self, place: places.Place | None, at: Piece, path: str, where: str, host: str
    ) -> None:
        if place is not None:
            self.tell(
                "content.location", place.shown, at, path, "location", once=True,
                certainty=Certainty.LIKELY if place.is_guess else Certainty.SEEN,
                where=f"{where} to {host}" if host else where,
            )  # fmt: skip

    def _tell_user(self, user: str, at: Piece, path: str) -> None:
        self.tell(
            "identity.user", masks.user(user), at, path, "user", once=True, protocol=self.protocol
        )

    def _tell_token(self, value: str, at: Piece, path: str, where: str, host: str) -> None:
        self.tell(
            "secret.token", hidden("token", value), at, path, "token",
            once=True, protocol=self.protocol, where=where, host=host,
        )  # fmt: skip

    def _authorization(self, value: str, at: Piece, host: str) -> None:
        scheme, _, credentials = value.partition(" ")
        path = self._path("authorization")
        match scheme.lower():
            case "basic":
                user, password = _basic(credentials)
                self._tell_user(user, at, path)
                self.tell_login(masks.user(user), hidden("password", password), at, path, host)
            case "digest":
                found = _DIGEST_PART.findall(credentials[:4096])
                parts = {name: quoted or bare for name, quoted, bare in found}
                if user := parts.get("username", ""):
                    self._tell_user(user, at, path)
                if response := parts.get("response", ""):
                    self._tell_hash(response, masks.user(user), at, path, host)
            case "ntlm" | "negotiate":
                self._ntlm(credentials, at, path, host)
            case _:
                self._tell_token(credentials or value, at, path, "authorization", host)

    def _proxy_authorization(self, value: str, at: Piece, host: str) -> None:
        """A login to the proxy, which is not the site's."""
        self._authorization(value, at, "")

    def _ntlm(self, credentials: str, at: Piece, path: str, host: str) -> None:
        try:
            message = decode_ntlm(b64decode(credentials))
        except (binascii.Error, ValueError, RemoteProtocolError):
            return
        if isinstance(message, Authenticate) and message.user:
            self._tell_user(message.user, at, path)
            self._tell_hash(message.response.hex(), masks.user(message.user), at, path, host)
            if message.host:
                name = masks.words(message.host)
                self.tell("identity.host_name", name, at, path, "host-name", protocol="ntlm")

    def _tell_hash(self, response: str, user: str, at: Piece, path: str, host: str) -> None:
        self.tell(
            "secret.hash", hidden("response", response), at, path, "hash",
            protocol=self.protocol, user=user, host=host,
        )  # fmt: skip

    def _cookie(self, value: str, at: Piece, host: str) -> None:
        for cookie in value[: 8 * 1024].split(";", NAMES_SHOWN)[:NAMES_SHOWN]:
            name, given, _ = cookie.strip().partition("=")
            if given:
                self._tell_cookie(name, at, "cookie", host)

    def _tell_cookie(self, name: str, at: Piece, field: str, host: str) -> None:
        name = masks.field_name(name.strip())
        self.tell("secret.cookie", name, at, self._path(field), field, once=True, host=host)

    def _user_agent(self, value: str, at: Piece, host: str) -> None:
        said = read_user_agent(value)
        path = self._path("user-agent")
        for kind, fact in (
            ("device.software", said.program),
            ("device.system", said.system),
            ("device.model", said.model),
        ):
            if fact:
                shown = masks.words(fact)
                self.tell(kind, shown, at, path, "user-agent", once=True, from_="user agent")

    def _languages(self, value: str, at: Piece, host: str) -> None:
        for part in value[:200].split(",", 8)[:8]:
            if language := _LANGUAGE.fullmatch(part.partition(";")[0].strip()):
                path = self._path("accept-language")
                self.tell("device.language", language[0], at, path, "language", once=True)


_REQUEST_FIELDS: Final = {
    "authorization": WebFacts._authorization,
    "proxy-authorization": WebFacts._proxy_authorization,
    "cookie": WebFacts._cookie,
    "user-agent": WebFacts._user_agent,
    "accept-language": WebFacts._languages,
}


def _unpadded(text: str) -> bytes:
    """What base64url without padding stands for; nothing for other text."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return b""


def _basic(credentials: str) -> tuple[str, str]:
    """User and password of Basic credentials; all is password where they are broken."""
    try:
        decoded = b64decode(credentials).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        decoded = credentials
    user, colon, password = decoded.partition(":")
    return (user, password) if colon else ("", decoded)
