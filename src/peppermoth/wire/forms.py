"""Named values that web pages and programs send: queries, forms, JSON, XML.

Queries and ``application/x-www-form-urlencoded`` (WHATWG URL, section 5),
``multipart/form-data`` (RFC 7578), members of JSON objects (RFC 8259) at any depth and
arguments of GraphQL in them, texts of XML elements (SOAP, XML-RPC). Readers of what may be
cut off or broken: they give what they find, also the beginning of a value that is long or
cut, and raise nothing. At most ``MAX_PAIRS`` pairs; patterns have bounded repetitions.
In a query only what stands before ``=`` and a value is a name: text and base64 are values
of no name.
"""

from __future__ import annotations

import enum
import json
import re
from contextlib import suppress
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import unquote_plus

MAX_PAIRS: Final = 100
MAX_NAME: Final = 100
MAX_VALUE: Final = 4096

Pairs: TypeAlias = list[tuple[str, str]]


class Form(enum.Enum):
    """How a body holds named values."""

    URLENCODED = "urlencoded"
    MULTIPART = "multipart"
    JSON = "json"
    XML = "xml"


_TYPES: Final = (
    (Form.URLENCODED, re.compile(r"application/x-www-form-urlencoded")),
    (Form.MULTIPART, re.compile(r"multipart/form-data")),
    (Form.JSON, re.compile(r"(?:application|text)/(?:[\w.-]{1,60}\+)?json\b")),
    (Form.XML, re.compile(r"(?:application|text)/(?:[\w.-]{1,60}\+)?xml\b")),
)
_SHAPES: Final = (
    (Form.URLENCODED, re.compile(rb"[A-Za-z_][\w.\[\]%-]{0,60}=[^\s=&<>{}\"][^\s<>{}\"]*\s*\Z")),
    (Form.MULTIPART, re.compile(rb"--[^\r\n]{1,70}\r?\ncontent-disposition: ?form-data", re.I)),
    (Form.JSON, re.compile(rb"\s*(?:\[\s*)?\{\s*\"")),
)
_NAMED: Final = re.compile(r"[^=\s]{1,1000}=[^=\s]")
_NEXT_NAME: Final = re.compile(r";(?=[^=&;\s]{1,100}=)")
_PART: Final = re.compile(
    rb'content-disposition:[^\r\n]{0,200}?[; ]name=(?:"([^"\r\n]{0,100})"|([\w.\[\]-]{1,100}))'
    rb"[^\r\n]{0,1000}(?:\r?\n[^\r\n]{1,1000}){0,8}\r?\n\r?\n([^\r\n]{0,4096})",
    re.IGNORECASE,
)
_MEMBER: Final = re.compile(
    r'"([\w .:@\\-]{1,100})"\s{0,8}:\s{0,8}'
    r'(?:"((?:[^"\\]|\\.){0,4096})|(-?\d[\d.eE+-]{0,30}))'
)
_GRAPHQL: Final = re.compile(r"\s*(?:(?:query|mutation|subscription)\b[^{]{0,1000})?\{\s*\w")
_ARGUMENT: Final = re.compile(r'(\w{1,100})\s{0,8}:\s{0,8}"([^"]{0,4096})')
_ELEMENT: Final = re.compile(
    r"<(?:name>([^<]{1,100})</name>\s{0,99}<value>\s{0,99}(?:<\w{1,20}>)?"
    r"|key>([^<]{1,100})</key>\s{0,99}<\w{1,20}>"
    r"|(?:[\w-]{1,40}:)?([\w.-]{1,60})(?:\s[^<>]{0,300})?>)([^<]{1,4096})"
)
_BLOG: Final = re.compile(r"(?:wp|metaWeblog|blogger|mt)\.\w")


@lru_cache(maxsize=512)
def plain_name(name: str) -> str:
    """A name without what sites put around it: of ``user[Pass_word]`` it is ``password``."""
    last = name.rstrip("]").rpartition("[")[2]
    return "".join(filter(str.isalnum, last)).lower()


@lru_cache(maxsize=512)
def form_of(media_type: str) -> Form | None:
    """The form that bodies of a type have, by the value of Content-Type."""
    said = media_type.strip().lower()
    return next((form for form, type_ in _TYPES if type_.match(said)), None)


def looks_like(body: bytes) -> Form | None:
    """The form that a body without a type has: text is no form, but may be JSON."""
    return next((form for form, shape in _SHAPES if shape.match(body)), None)


def pairs_of(form: Form, body: bytes) -> Pairs:
    """The named values of a body."""
    if form is Form.MULTIPART:
        return multipart_pairs(body)
    read = {Form.URLENCODED: query_pairs, Form.JSON: json_pairs, Form.XML: xml_pairs}[form]
    return read(body.decode("utf-8", "replace"))


def whole_pairs(form: Form, body: bytes) -> Pairs:
    """The same of a body whose end is missing, without a last value that may be cut: where
    it changes with the last byte, it ends there."""
    pairs = pairs_of(form, body)
    return pairs if pairs_of(form, body[:-1])[-1:] == pairs[-1:] else pairs[:-1]


def query_pairs(text: str) -> Pairs:
    """The names and values of a query or an urlencoded form, decoded; a name may be empty."""
    text = text[: 64 * 1024]
    if ";" in text:
        text = _NEXT_NAME.sub("&", text)
    parts = text.split("&", MAX_PAIRS)[:MAX_PAIRS]
    parted = (part.partition("=") if _NAMED.match(part) else ("", "", part) for part in parts)
    return [
        (unquote_plus(name)[:MAX_NAME], unquote_plus(value)[:MAX_VALUE])
        for name, _, value in parted
        if name or value
    ]


def multipart_pairs(body: bytes) -> Pairs:
    """The field names of a multipart form, each with the first line of its value."""
    found = _PART.findall(body)[:MAX_PAIRS]
    return [
        ((quoted or bare).decode("utf-8", "replace"), value.decode("latin-1"))
        for quoted, bare, value in found
    ]


def json_pairs(text: str) -> Pairs:
    """The members of JSON objects whose values are strings or numbers; of a string that is
    GraphQL, the arguments."""
    pairs: Pairs = []
    for name, string, number in _MEMBER.findall(text)[:MAX_PAIRS]:
        value = _unescaped(string) or number
        if is_graphql(value):
            pairs += [(_unescaped(name), ""), *_ARGUMENT.findall(value)]
        else:
            pairs.append((_unescaped(name), value))
    return pairs[:MAX_PAIRS]


def is_graphql(text: str) -> bool:
    """Whether a text is a question in that language."""
    return "{" in text and _GRAPHQL.match(text) is not None


def _unescaped(text: str) -> str:
    """A string of JSON as it is meant; as it stands where it is cut or broken."""
    if "\\" in text:
        with suppress(ValueError):
            return str(json.loads(f'"{text}"', strict=False))
    return text


def xml_pairs(text: str) -> Pairs:
    """The elements that hold text, members of XML-RPC and of Apple's lists, and the login of
    blogs' interfaces, which is only known by its place."""
    found = _ELEMENT.findall(text)[:MAX_PAIRS]
    pairs = [(member or key or name, value.strip()) for member, key, name, value in found]
    method = next((value for name, value in pairs if name == "methodName"), "")
    if _BLOG.match(method):
        values = [value for name, value in pairs if name in ("value", "string", "int", "i4")]
        login = values if method == "wp.getUsersBlogs" else values[1:]
        pairs += zip(("username", "password"), login, strict=False)
    return [(name, value) for name, value in pairs if value]
