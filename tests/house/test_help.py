"""Every command, argument and option of the command line says what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from typer.main import get_command


def helps(command: Any) -> Iterator[str]:
    """Every help text of ``command`` and of what is below it."""
    yield command.help or ""
    yield from (getattr(parameter, "help", None) or "" for parameter in command.params)
    for below in getattr(command, "commands", {}).values():
        yield from helps(below)


def helpless(command: Any, path: str) -> Iterator[str]:
    """Commands and parameters without help, below and including ``command``."""
    if not command.help:
        yield path
    for parameter in command.params:
        if not (getattr(parameter, "help", None) or getattr(parameter, "hidden", False)):
            yield f"{path} {parameter.name}"
    for name, below in getattr(command, "commands", {}).items():
        if not below.hidden:
            yield from helpless(below, f"{path} {name}")


def test_every_command_and_option_has_help():
    from peppermoth.cli import app

    assert not list(helpless(get_command(app), "peppermoth"))


def test_no_help_holds_brackets_which_would_be_taken_for_markup_and_vanish():
    from peppermoth.cli import app

    texts = list(helps(get_command(app)))
    assert "Print the version and leave." in texts  # so parameters are among them
    assert not [text for text in texts if "[" in text]


def test_missing_help_is_noticed():
    app = typer.Typer(help="Moths.", add_completion=False)
    below = typer.Typer()
    app.add_typer(below, name="rest")

    @app.command()
    def fly(far: bool, near: Annotated[bool, typer.Option(help="Not far.")] = False) -> None:
        """Fly about."""

    @below.command()
    def sleep(where: Annotated[str, typer.Argument()]) -> None:
        pass

    @app.command(hidden=True)
    def secret() -> None:
        pass

    assert list(helpless(get_command(app), "moth")) == [
        "moth fly far",
        "moth rest",
        "moth rest sleep",
        "moth rest sleep where",
    ]
