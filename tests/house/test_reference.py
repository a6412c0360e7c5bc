"""docs/reference.md names every command, option and setting, with the defaults of the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from pydantic import BaseModel
from typer.main import get_command

from peppermoth.cli import app
from peppermoth.tunnel.settings import BridgeSettings, ConnectSettings, Limits
from tests.house import ROOT

REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
COMMON = {"--help", "-h"}


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, with what a user types for it."""
    below = getattr(command, "commands", {})
    if not below:
        yield path, command
    for name, child in below.items():
        yield from commands(child, f"{path} {name}")


def options(command: Any) -> set[str]:
    """The spellings of a command's options."""
    return {name for parameter in command.params for name in parameter.opts if name[0] == "-"}


def section(text: str, heading: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    return found[1] if found else ""


def unmentioned(command: Any, text: str) -> set[str]:
    """Options that no row of a table in ``text`` begins with."""
    first_cells = " ".join(re.findall(r"^\| ([^|]*)", text, re.M))
    return options(command) - COMMON - set(re.findall(r"(?<!\S)`?(--?[\w-]+)", first_cells))


def unknown(commands_known: list[Any], text: str) -> set[str]:
    """Options that ``text`` has in code and no command takes."""
    known = set().union(*map(options, commands_known)) | COMMON
    return set(re.findall(r"`(--[\w-]+)", text)) - known


COMMANDS = list(commands(get_command(app), "peppermoth"))


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path for path, _ in COMMANDS])
def test_every_command_has_a_section_with_all_its_options(path, command):
    text = section(REFERENCE, path)
    assert text
    assert not unmentioned(command, text)


def test_no_option_is_described_that_does_not_exist():
    every = [command for _, command in COMMANDS] + [get_command(app)]
    assert not unknown(every, REFERENCE)
    assert not options(get_command(app)) - set(re.findall(r"`(--[\w-]+|-h)`", REFERENCE))


def default_of(model: type[BaseModel], name: str) -> str:
    """The default as the reference writes it: `` `300.0` ``, `` `false` ``."""
    value = model.model_fields[name].default
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def row(text: str, start: str) -> str:
    """The table row whose first two cells hold ``start`` in code."""
    rows = re.findall(r"^\|.*$", text, re.M)
    heads = ((line, re.split(r"(?<!\\)\|", line)[:3]) for line in rows)
    return next((line for line, head in heads if f"`{start}`" in "".join(head)), "")


@pytest.mark.parametrize("name", BridgeSettings.model_fields)
def test_every_setting_of_the_bridge_has_a_row(name):
    assert row(section(REFERENCE, "peppermoth bridge"), name)


@pytest.mark.parametrize("name", Limits.model_fields)
def test_every_limit_has_a_row_with_its_default(name):
    found = row(section(REFERENCE, "peppermoth bridge"), name)
    assert default_of(Limits, name) in found


def test_no_limit_is_described_that_does_not_exist():
    limits = section(REFERENCE, "peppermoth bridge").partition("### Limits")[2]
    described = re.findall(r"^\| `(\w+)` \|", limits.partition("###")[0], re.M)
    assert described == list(Limits.model_fields)


@pytest.mark.parametrize("name", ["fingerprint", "streams_per_session", "log_format"])
def test_the_client_s_defaults_are_those_of_the_code(name):
    text = section(REFERENCE, "peppermoth connect")
    rows = [line for line in text.splitlines() if f"`--{name.replace('_', '-')}" in line]
    assert default_of(ConnectSettings, name) in rows[0]


def test_where_the_client_listens_is_that_of_the_code():
    default = ConnectSettings.model_fields["listen"].default
    assert f"`{default.text}`" in section(REFERENCE, "peppermoth connect")


def test_what_is_missing_or_too_much_is_noticed():
    moth = typer.Typer(add_completion=False)

    @moth.command()
    def fly(far: bool = False, high: bool = False) -> None:
        """Fly."""

    command = get_command(moth)
    text = "## fly\n| option |\n|---|\n| `--far`, `--no-far` | not `--high` |\n## rest\n`--deep`\n"
    assert unmentioned(command, section(text, "fly")) == {"--high"}
    assert unknown([command], text) == {"--no-far", "--deep"}
    assert section(text, "sleep") == ""
