"""Named values that web pages send: queries, forms, JSON.

Queries and ``application/x-www-form-urlencoded`` (WHATWG URL, section 5),
``multipart/form-data`` (RFC 7578), members of JSON objects (RFC 8259) at any depth.
Readers of what may be cut off or broken: they give what they find and raise nothing.
At most ``MAX_PAIRS`` pairs; patterns have bounded repetitions. In a query only what
stands before ``=`` and a value is a name: text and base64 are values of no name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, TypeAlias
from urllib.parse import unquote_plus

MAX_PAIRS: Final = 100
MAX_NAME: Final = 100
MAX_VALUE: Final = 4096

Pairs: TypeAlias = list[tuple[str, str]]

_NAMED: Final = re.compile(r"[^=\s]{1,1000}=[^=\s]")
_NEXT_NAME: Final = re.compile(r";(?=[^=&;\s]{1,100}=)")
_PART: Final = re.compile(
    rb'content-disposition:[^\r\n]{0,200}?[; ]name="([^"\r\n]{0,100})"[^\r\n]{0,1000}'
    rb"(?:\r?\n[^\r\n]{1,1000}){0,8}\r?\n\r?\n([^\r\n]{0,4096})",
    re.IGNORECASE,
)
_MEMBER: Final = re.compile(
    r'"([\w .:@-]{1,100})"\s{0,8}:\s{0,8}(?:"((?:[^"\\]|\\.){0,4096})"|(-?\d[\d.eE+-]{0,30}))'
)


@lru_cache(maxsize=512)
def plain_name(name: str) -> str:
    """A name without what sites put around it: of ``user[Pass_word]`` it is ``password``."""
    last = name.rstrip("]").rpartition("[")[2]
    return "".join(filter(str.isalnum, last)).lower()


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
    return [(name.decode("utf-8", "replace"), value.decode("latin-1")) for name, value in found]


def json_pairs(text: str) -> Pairs:
    """The members of JSON objects whose values are strings or numbers."""
    found = _MEMBER.findall(text)[:MAX_PAIRS]
    return [(name, string or number) for name, string, number in found]
