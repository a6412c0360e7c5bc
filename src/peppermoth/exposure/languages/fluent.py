"""The part of Fluent that the catalogues are written in: sentences, placeholders, choices.

An entry is ``id = sentence``, with attributes below it (``.why = sentence``). In a
sentence ``{ $name }`` is replaced, and ``{ $name -> [key] text *[other] text }`` chooses by
a word, a number or a plural form, among texts on lines of their own that choose no
further. All else of Fluent is refused. An entry is understood when it is first asked for:
a report says a fifth of them. (https://projectfluent.org/fluent/guide/)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from peppermoth.exposure.languages.counting import Counting

_ENTRY = re.compile(r"^(?P<id>[A-Za-z][\w-]*) *=(?P<body>.*(?:\n(?:[ }].*)?)*)", re.MULTILINE)
_ATTRIBUTE = re.compile(r"\n +\.(?P<name>[A-Za-z][\w-]*) *=")
_PLACE = re.compile(r"\{ *\$(?P<name>[\w-]+)\s*(?:->(?P<variants>(?:\s*\*?\[.*)+)\s*)?\}")
_VARIANT = re.compile(r"(?P<default>\*?)\[ *(?P<key>[\w-]+) *\](?P<text>.*)")


class Placeholder(NamedTuple):
    """Where a value is put in."""

    name: str


class Choice(NamedTuple):
    """Several texts, of which a value chooses one by its key, or else the default."""

    name: str
    variants: Mapping[str, Sentence]
    default: Sentence


Sentence = tuple[str | Placeholder | Choice, ...]
"""Its parts, one after another."""


class Catalogue:
    """The entries of one language's files."""

    def __init__(self, *texts: str) -> None:
        every = (found for text in texts for found in _ENTRY.finditer(text))
        self._bodies = {found["id"]: found["body"] for found in every}
        self._entries: dict[str, Mapping[str, Sentence]] = {}

    def entry(self, name: str) -> Mapping[str, Sentence]:
        """An entry's attributes by name, and its own sentence by the empty name.

        Raises LookupError where there is none, ValueError where it is not understood.
        """
        if name not in self._entries:
            own, *attributes = _ATTRIBUTE.split(self._bodies[name])
            texts = {"": own, **dict(zip(attributes[::2], attributes[1::2], strict=True))}
            self._entries[name] = {
                part: tuple(_parts(text.strip())) for part, text in texts.items() if text.strip()
            }
        return self._entries[name]


def said(sentence: Sentence, values: Mapping[str, int | str], counting: Counting) -> str:
    """The sentence with its values. Raises LookupError for a value that is not given."""
    return "".join(
        [part if isinstance(part, str) else _filled(part, values, counting) for part in sentence]
    )


def _filled(part: Placeholder | Choice, values: Mapping[str, int | str], counting: Counting) -> str:
    value = values[part.name]
    if isinstance(part, Placeholder):
        return counting.written(value) if isinstance(value, int) else value
    keys = (str(value), counting.form(value)) if isinstance(value, int) else (value,)
    chosen = (part.variants[key] for key in keys if key in part.variants)
    return said(next(chosen, part.default), values, counting)


def _parts(text: str) -> Iterator[str | Placeholder | Choice]:
    at = 0
    for found in _PLACE.finditer(text):
        yield _plain(text[at : found.start()])
        yield _choice(found) if found["variants"] else Placeholder(found["name"])
        at = found.end()
    yield _plain(text[at:])


def _choice(found: re.Match[str]) -> Choice:
    every = list(_VARIANT.finditer(found["variants"]))
    texts = {one["key"]: tuple(_parts(one["text"].strip())) for one in every}
    defaults = [one["key"] for one in every if one["default"]]
    if len(defaults) != 1:
        raise ValueError(f"A choice by {found['name']} has one default: {found[0]}")
    return Choice(found["name"], texts, texts[defaults[0]])


def _plain(text: str) -> str:
    if {"{", "}"} & set(text):
        raise ValueError(f"This is not understood: {text}")
    return text
