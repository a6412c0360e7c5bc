"""Every command, argument and option of the command line says what it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from typer.main import get_command


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
