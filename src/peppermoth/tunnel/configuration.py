"""Join a TOML file and the command line's options into settings, and name every mistake.

``load`` validates both at once against a model of ``settings`` and says what is
wrong as a person would: ``bridge.toml, line 3, key 'limits.streams': ...``.

The line of a key is found by reading the file's lines, since ``tomllib`` keeps
none; a key inside an inline table is reported at the line of that table.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from peppermoth.errors import ConfigError
from peppermoth.tunnel.settings import read_text

Model = TypeVar("Model", bound=BaseModel)

_OPTIONS = {
    "users": "--user",
    "users_file": "--users",
    "username": "--user",
    "password": "--user",
}
_PATHS = ("cert", "key", "users_file", "cover", "padding_scheme", "state", "links_to")

_SENTENCES = {  # by pydantic's type of error; {} is filled from its context
    "bool_type": "this must be true or false",
    "dict_type": "this must be a table",
    "model_type": "this must be a table",
    "list_type": "this must be a list in brackets",
    "string_type": "this must be a text in quotes",
    "int_type": "this must be a whole number",
    "float_type": "this must be a number",
    "greater_than": "this must be more than {gt:g}",
    "greater_than_equal": "this must be at least {ge}",
    "less_than_equal": "this must be at most {le}",
    "finite_number": "this must be a number",
    "literal_error": "this must be {expected}",
    "string_too_short": "this must not be empty",
    "string_too_long": "this must have at most {max_length} characters",
    "value_error": "{error}",
}
_KEY = re.compile(r"""\s*(?P<key>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"))*)\s*=""")
_TABLE = re.compile(r"\s*\[(?P<key>[^\[\]]+)\]")


def load(model: type[Model], file: Path | None, options: Mapping[str, object]) -> Model:
    """Settings from a file, if any, and the options that were given, which win.

    Raises ConfigError for a file that cannot be read or any value that cannot be used.
    """
    text = read_text(file) if file else ""
    values = _parse(text, file) if file else {}
    try:
        return model.model_validate({**values, **options})
    except ValidationError as exc:
        error = exc.errors(include_url=False, include_input=False)[0]
        raise ConfigError(_describe(error, model, file, text, options)) from None


def _parse(text: str, file: Path) -> dict[str, Any]:
    try:
        values = tomllib.loads(text + "\n")  # so that a mistake at the very end has a line
    except tomllib.TOMLDecodeError as exc:
        found = re.fullmatch(r"(.*) \(at line (\d+), column \d+\)", str(exc))
        reason, place = (found[1], f", line {found[2]}") if found else (str(exc), "")
        raise ConfigError(
            f"{file}{place}: this is not TOML ({reason[:1].lower()}{reason[1:]})."
        ) from None
    for key in _PATHS:
        value = values.get(key)
        if isinstance(value, str) and "://" not in value:
            values[key] = str(file.parent / Path(value).expanduser())
    return values


def _describe(
    error: ErrorDetails,
    model: type[BaseModel],
    file: Path | None,
    text: str,
    options: Mapping[str, object],
) -> str:
    path = [part for part in error["loc"] if isinstance(part, str) and part != "[key]"]
    sentence = _sentence(error, model, path)
    if not path:  # a rule about several values
        return f"{sentence[:1].upper()}{sentence[1:]}."
    if path[0] in options or file is None:
        name = _OPTIONS.get(path[0], f"--{path[0].replace('_', '-')}")
        return f"{name}: {sentence}."
    line = _line_of(text, path)
    place = f", line {line}" if line else ""
    return f"{file}{place}, key '{'.'.join(path)}': {sentence}."


def _sentence(error: ErrorDetails, model: type[BaseModel], path: list[str]) -> str:
    if error["type"] == "extra_forbidden":
        return _unknown_key(model, path)
    template = _SENTENCES.get(error["type"], "this cannot be used")
    return template.format_map(error.get("ctx", {}))


def _unknown_key(model: type[BaseModel], path: list[str]) -> str:
    for part in path[:-1]:
        inner = model.model_fields[part].annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    near = difflib.get_close_matches(path[-1], model.model_fields, n=1)
    return "there is no such setting" + (f" (did you mean '{near[0]}'?)" if near else "")


def _line_of(text: str, path: list[str]) -> int | None:
    """The first line that sets the longest part of ``path`` it can find, from 1."""
    found: dict[int, int] = {}
    table: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = _parts(header["key"])
            keys = table
        elif setting := _KEY.match(line):
            keys = table + _parts(setting["key"])
        else:
            continue
        if keys == path[: len(keys)]:
            found.setdefault(len(keys), number)
    return found[max(found)] if found else None


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
