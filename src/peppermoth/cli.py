"""The command line: parse, call, print. What a command does stands in the rooms below.

Exit codes: 0, 1 for a failure, 2 for a bad option, link or file, 130 for Ctrl-C.
Whatever goes wrong on purpose is one sentence on standard error. Commands import
what they need themselves, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from peppermoth import __version__
from peppermoth.errors import ConfigError, PeppermothError

if TYPE_CHECKING:
    from rich.console import Console

    from peppermoth.tunnel.links import Link

app = typer.Typer(
    name="peppermoth",
    help="See what a monitor on the line learns about you, take it away, prove it is gone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
link = typer.Typer(help="Understand and share the link of a bridge.", no_args_is_help=True)
app.add_typer(link, name="link")

LinkArgument = Annotated[
    str,
    typer.Argument(
        metavar="LINK",
        help="A link (anytls://...), @FILE to read it from a file, or - for standard input, "
        "so that it stays out of the shell's history.",
        show_default=False,
    ),
]


def main() -> None:
    """The ``peppermoth`` command: run it, and turn what it raises into a sentence and a code."""
    try:
        app()
    except PeppermothError as exc:
        print(f"peppermoth: {exc}", file=sys.stderr)
        sys.exit(2 if isinstance(exc, ConfigError) else 1)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"peppermoth {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and leave."
        ),
    ] = False,
) -> None:
    pass


@link.command("check")
def check_link(argument: LinkArgument) -> None:
    """Explain a link in words, without showing its secret."""
    from peppermoth.tunnel.links import read_links

    explained = ("\n".join(found.explain()) for found in read_links(argument, sys.stdin))
    _say("\n\n".join(explained))


@link.command("qr")
def show_qr(
    argument: LinkArgument,
    svg: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write an SVG image instead.", show_default=False),
    ] = None,
    png: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a PNG image instead.", show_default=False),
    ] = None,
) -> None:
    """Show a link as a QR code that a phone's app can scan. The code contains the secret."""
    from peppermoth.tunnel import qr

    found = _only_link(argument)
    images = {kind: path for kind, path in (("svg", svg), ("png", png)) if path}
    for kind, path in images.items():
        qr.save(found, path, kind)
        _say(f"Wrote {path}. Whoever sees the code can use the bridge.")
    if not images:
        console = _console()
        console.print(qr.draw(found, console.width), style=qr.STYLE, end="")


def _console() -> Console:
    """Standard output for words as they are: no markup, no colours of their own."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def _say(text: str) -> None:
    """Print sentences, broken between words where somebody reads them in a terminal."""
    console = _console()
    console.print(text, soft_wrap=not console.is_terminal)


def _only_link(argument: str) -> Link:
    from peppermoth.tunnel.links import read_links

    found = read_links(argument, sys.stdin)
    if len(found) > 1:
        raise ConfigError("There is more than one link here; give a single one.")
    return found[0]
