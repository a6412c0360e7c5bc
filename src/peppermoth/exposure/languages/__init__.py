"""The report's languages: whole sentences in Fluent, one file for each language and area.

Sentences are never put together from pieces; what varies is a placeholder, and plural
forms are chosen by the language's own rules (https://projectfluent.org, Unicode CLDR).
Captured and technical strings come isolated (``captured.technical``). Among letters that
run from right to left, Latin words of a catalogue are isolated too, as names of menus,
commands and options; digits of Persian and Arabic are used outside of all these only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from peppermoth.errors import ConfigError
from peppermoth.exposure.captured import END, ISOLATE

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle
    from fluent.runtime.resolver import Message

AREAS: Final = ("report", "findings", "remedies")
"""The files of each language."""

_ENTRY = re.compile(r"^(?P<name>[a-z][\w-]*) *=.*\n(?:(?:[ }].*)?\n)*", re.MULTILINE)
"""An entry of a file: its name, and all lines below that are indented or empty."""

_ARABIC_DIGITS = str.maketrans("0123456789,", "٠١٢٣٤٥٦٧٨٩٬")
_PERSIAN_DIGITS = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")
_FOREIGN = re.compile(
    rf"{ISOLATE}[^{END}]*{END}"  # technical strings stay as they are
    r"|(?P<latin>-{0,2}[A-Za-z][A-Za-z0-9]*(?:[ ][A-Za-z][A-Za-z0-9]*|[-./:@_+=]+[A-Za-z0-9]+)*)"
    r"|(?P<number>[0-9]+(?:,[0-9]+)*)"
)
"""What a sentence from right to left holds of another script."""


class Language:
    """A language with its sentences, which are read when the first is asked for."""

    def __init__(
        self,
        tag: str,
        name: str,
        *,
        right_to_left: bool = False,
        digits: Mapping[int, int] = MappingProxyType({}),
    ) -> None:
        self.tag = tag
        self.name = name
        self.right_to_left = right_to_left
        self._digits = digits

    def say(self, sentence: str, /, **values: int | str) -> str:
        """The sentence of this id (``id.attribute`` for a part of an entry).

        Text among ``values`` is placed as it is: isolate what is technical. Raises
        LookupError for a sentence or placeholder that the catalogue lacks.
        """
        name, _, attribute = sentence.partition(".")
        message = self._message(name)
        pattern = message.attributes[attribute] if attribute else message.value
        if pattern is None:
            raise LookupError(sentence)
        said, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise LookupError(f"{self.tag}: {sentence}: {errors[0]}")
        return self._from_right_to_left(str(said)) if self.right_to_left else str(said)

    def parts(self, sentence: str) -> tuple[str, ...]:
        """The attributes that an entry has, in the order of the file."""
        return tuple(self._message(sentence).attributes)

    def _from_right_to_left(self, said: str) -> str:
        def among_others(found: re.Match[str]) -> str:
            if found["latin"]:
                return f"{ISOLATE}{found[0]}{END}"
            return found[0].translate(self._digits) if found["number"] else found[0]

        return _FOREIGN.sub(among_others, said)

    def _message(self, name: str) -> Message:
        """An entry, which is parsed when it is first asked for: a report says a fifth of them."""
        from fluent.runtime import FluentResource

        if not self._bundle.has_message(name):
            self._bundle.add_resource(FluentResource(self._entries[name]))
        return self._bundle.get_message(name)

    @cached_property
    def _bundle(self) -> FluentBundle:
        from fluent.runtime import FluentBundle

        return FluentBundle([self.tag], use_isolating=False)

    @cached_property
    def _entries(self) -> dict[str, str]:
        every = "\n".join(catalogue(self.tag, area) for area in AREAS)
        return {found["name"]: found[0] for found in _ENTRY.finditer(every)}


def catalogue(tag: str, area: str) -> str:
    """The text of one language's file for one area."""
    return Path(__file__).parent.joinpath(tag, f"{area}.ftl").read_text(encoding="utf-8")


LANGUAGES: Final[dict[str, Language]] = {
    language.tag: language
    for language in (
        Language("en", "English"),
        Language("fa", "فارسی", right_to_left=True, digits=_PERSIAN_DIGITS),
        Language("ar", "العربية", right_to_left=True, digits=_ARABIC_DIGITS),
        Language("ru", "Русский"),
        Language("zh", "中文"),
        Language("es", "Español"),
        Language("fr", "Français"),
    )
}
"""Every language by its tag; English is what the others are translated from."""

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose(wanted: str | None, environment: Mapping[str, str]) -> Language:
    """The language asked for, else the locale's, else English.

    Takes tags and locale names: ``fa``, ``zh-Hans``, ``pt_BR.UTF-8``. Raises ConfigError
    for a language that was asked for by name and is not there; a locale's is not asked for.
    """
    if wanted is not None:
        if found := LANGUAGES.get(_tag(wanted)):
            return found
        there = ", ".join(f"{one.tag} ({one.name})" for one in LANGUAGES.values())
        raise ConfigError(f"The report does not speak {wanted[:20]!r}. It speaks {there}.")
    first_set = next(filter(None, (environment.get(name) for name in _LOCALE_VARIABLES)), "")
    return LANGUAGES.get(_tag(first_set), LANGUAGES["en"])


def _tag(locale: str) -> str:
    """The language in a tag or a locale's name."""
    return locale.replace("_", "-").partition("-")[0].partition(".")[0].lower()
