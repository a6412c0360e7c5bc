"""The command line: parse, call, print. What a command does stands in the rooms below.

Exit codes: 0, 1 for a failure, 2 for a bad option, link or file, 130 for Ctrl-C.
Whatever goes wrong on purpose is one sentence on standard error. Commands import
what they need themselves, so that ``--help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
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


@app.command("connect")
def connect(
    links: Annotated[
        list[str],
        typer.Argument(
            metavar="LINK...",
            help="Links of bridges, the preferred one first; @FILE reads them from a file, "
            "- from standard input.",
            show_default=False,
        ),
    ],
    listen: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where programs find the proxy.")
    ] = "127.0.0.1:1080",
    user: Annotated[
        str | None,
        typer.Option(metavar="NAME:PASSWORD", help="Programs must give these.", show_default=False),
    ] = None,
    fingerprint: Annotated[
        str | None,
        typer.Option(
            metavar="PROFILE",
            help="Whose TLS to look like; none uses Python's own, which is easier to recognise.",
            show_default="chrome:stable",
        ),
    ] = None,
    streams_per_session: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="How many connections may share one TLS connection, where the bridge can "
            "hold back a slow one; 1 does as sing-box does.",
            show_default="8",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say only what is wrong.")] = False,
    log_format: Annotated[
        str, typer.Option(metavar="text|json", help="How to write the log.")
    ] = "text",
) -> None:
    """Serve a local proxy (SOCKS5 and HTTP) whose traffic goes through a bridge."""
    from peppermoth.tunnel import configuration, running
    from peppermoth.tunnel.links import read_links
    from peppermoth.tunnel.settings import ConnectSettings

    name, given, password = (user or "").partition(":")
    options = {
        "listen": listen,
        "username": name or None,
        "password": password if given else None,
        "fingerprint": fingerprint,
        "streams_per_session": streams_per_session,
        "quiet": quiet,
        "log_format": log_format,
    }
    settings = configuration.load(ConnectSettings, None, _given(options))
    found = [one for argument in links for one in read_links(argument, sys.stdin)]
    running.run(running.connect(found, settings))


@app.command("bridge")
def bridge(
    listen: Annotated[
        list[str] | None,
        typer.Option(
            metavar="HOST:PORT",
            help="Where to listen; may be repeated.",
            show_default="every address, port 443, or 8443 where 443 may not be used",
        ),
    ] = None,
    domain: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The name that visitors and monitors see.",
            show_default="an invented one",
        ),
    ] = None,
    cert: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A certificate (PEM, leaf first) instead of a self-made one; read again "
            "when it changes.",
            show_default=False,
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Its private key (PEM).", show_default=False),
    ] = None,
    user: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME[:PASSWORD]",
            help="Serve this user; may be repeated. Without a password one is made and kept.",
            show_default=False,
        ),
    ] = None,
    users: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="More users, one a line.", show_default=False),
    ] = None,
    cover: Annotated[
        str | None,
        typer.Option(
            metavar="DIR|URL",
            help="The web site that everybody else sees: a directory, or a web server as "
            "http://host:port.",
            show_default="a small site of our own",
        ),
    ] = None,
    cover_h2: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="That web server's port for HTTP/2 in clear, if it has one of its own.",
            show_default=False,
        ),
    ] = None,
    padding_scheme: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="How first packets are cut and filled.", show_default=False
        ),
    ] = None,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Let users reach this machine and its network."),
    ] = False,
    state: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where keys and passwords are kept.", show_default=False),
    ] = None,
    links_to: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write the links to this file instead of showing them.",
            show_default=False,
        ),
    ] = None,
    public_host: Annotated[
        str | None,
        typer.Option(
            metavar="HOST",
            help="The name or address by which the world reaches this machine.",
            show_default=False,
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The same settings in a TOML file.", show_default=False),
    ] = None,
) -> None:
    """Run a bridge for friends: prints a link for each, and looks like a web site to others."""
    from peppermoth.tunnel import configuration, running
    from peppermoth.tunnel.settings import BridgeSettings, parse_users

    options = {
        "listen": listen,
        "domain": domain,
        "cert": cert,
        "key": key,
        "users": parse_users(user) if user else None,
        "users_file": users,
        "cover": cover,
        "cover_h2": cover_h2,
        "padding_scheme": padding_scheme,
        "allow_private": allow_private or None,
        "state": state,
        "links_to": links_to,
        "public_host": public_host,
    }
    read = partial(configuration.load, BridgeSettings, config, _given(options))
    running.run(running.bridge(read))


@app.command("demo")
def demo(
    keep: Annotated[
        bool,
        typer.Option("--keep", help="Leave everything running, to play with, until Ctrl-C."),
    ] = False,
) -> None:
    """See, on this computer alone, what a monitor reads without and with Peppermoth."""
    from peppermoth.lab import demo as demonstration
    from peppermoth.tunnel import running

    running.run(demonstration.demo(keep))


def _given(options: Mapping[str, object]) -> dict[str, object]:
    """The options that were given; the others leave the file's value or the default."""
    return {name: value for name, value in options.items() if value is not None}


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
