"""The command line: parse, call, print. What a command does stands in the rooms below.

Exit codes: 0, 1 for a failure, 2 for a bad option, link or file, 130 for Ctrl-C;
129 and 143 where ``see`` was told to end while it wrote a file.
Whatever goes wrong on purpose is one sentence on standard error. Commands import
what they need themselves, so that ``--help`` is quick.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from peppermoth import __version__, options
from peppermoth.errors import ConfigError, PeppermothError

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from peppermoth.exposure.comparison import Earlier
    from peppermoth.tunnel.links import Link

GARBAGE_AT_ONCE = 200_000
"""How much is made before ``see`` looks for garbage in cycles: little of it is."""


app = typer.Typer(
    name="peppermoth",
    help="See what a monitor on the line learns about you, take it away, prove it is gone.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
link = typer.Typer(help="Understand and share the link of a bridge.", no_args_is_help=True)
app.add_typer(link, name="link")
lab = typer.Typer(help="Measure how well tunnels withstand detection.", no_args_is_help=True)
app.add_typer(lab, name="lab")


def main() -> None:
    """The ``peppermoth`` command: run it, and turn what it raises into a sentence and a code."""
    try:
        app()
    except PeppermothError as exc:
        print(f"peppermoth: {exc}", file=sys.stderr)
        sys.exit(2 if isinstance(exc, ConfigError) else 1)
    except OSError as exc:
        if exc.errno != errno.ENOSPC:
            raise
        print("peppermoth: There is no room left to write to.", file=sys.stderr)
        sys.exit(1)


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
    links: options.Links,
    listen: options.ListenForPrograms = "127.0.0.1:1080",
    user: options.ProxyUser = None,
    fingerprint: options.Fingerprint = None,
    streams_per_session: options.StreamsPerSession = None,
    quiet: options.Quiet = False,
    log_format: options.LogFormat = "text",
) -> None:
    """Serve a local proxy (SOCKS5 and HTTP) whose traffic goes through a bridge."""
    from peppermoth.tunnel import configuration, running
    from peppermoth.tunnel.links import read_links
    from peppermoth.tunnel.settings import ConnectSettings

    name, colon, password = (user or "").partition(":")
    given = {
        "listen": listen,
        "username": name or None,
        "password": password if colon else None,
        "fingerprint": fingerprint,
        "streams_per_session": streams_per_session,
        "quiet": quiet,
        "log_format": log_format,
    }
    settings = configuration.load(ConnectSettings, None, _given(given))
    found = [one for argument in links for one in read_links(argument, sys.stdin)]
    running.run(running.connect(found, settings))


@app.command("bridge")
def bridge(
    listen: options.ListenForFriends = None,
    domain: options.Domain = None,
    cert: options.Cert = None,
    key: options.Key = None,
    user: options.User = None,
    users: options.UsersFile = None,
    cover: options.Cover = None,
    cover_h2: options.CoverH2 = None,
    padding_scheme: options.PaddingScheme = None,
    allow_private: options.AllowPrivate = False,
    state: options.State = None,
    links_to: options.LinksTo = None,
    public_host: options.PublicHost = None,
    config: options.Config = None,
) -> None:
    """Run a bridge for friends: prints a link for each, and looks like a web site to others."""
    from peppermoth.tunnel import configuration, running
    from peppermoth.tunnel.settings import BridgeSettings, parse_users

    given = {
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
    read = partial(configuration.load, BridgeSettings, config, _given(given))
    running.run(running.bridge(read))


@app.command("see")
def see(
    capture: options.Capture = None,
    live: options.Live = None,
    span: options.Span = "60s",
    device: options.Device = None,
    html: options.Html = None,
    json: options.Json = None,
    compare: options.Compare = None,
    helpline: options.Helpline = None,
    lang: options.Lang = None,
) -> None:
    """Report what someone on the line could learn from a recording of your own device."""
    gc.set_threshold(GARBAGE_AT_ONCE)
    # No matrix is multiplied here: numpy's library for that need not start its threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from peppermoth.exposure import asked
    from peppermoth.exposure.languages import choose

    wanted = asked.Wanted(
        language=choose(lang, os.environ),
        html=html,
        json=json,
        helpline=helpline,
        earlier=_earlier(compare) if compare else None,
        live=live is not None,
    )
    source = asked.source(capture, live, span, device, digested=wanted.names_the_file)
    from peppermoth.exposure import seeing  # while the recording is being read

    gc.freeze()  # what start-up left need not be looked through again
    seeing.see(source, wanted, _console())
    gc.freeze()  # nor what is left at the end


def _earlier(report: Path) -> Earlier:
    from peppermoth.exposure.comparison import read_earlier

    return read_earlier(report)


@app.command("forget")
def forget() -> None:
    """Remove every report that see wrote, and the list of them. A bridge's state stays."""
    from peppermoth.exposure import keeping

    fates = keeping.forget()
    for path, fate in fates:
        _say(f"{fate}: {path}")
    if not fates:
        _say("There is nothing to forget.")


@app.command("demo")
def demo(keep: options.Keep = False) -> None:
    """See, on this computer alone, what a monitor reads without and with Peppermoth."""
    from peppermoth.lab.demo import desk as demonstration
    from peppermoth.tunnel import running

    running.run(demonstration.demo(keep))


def _given(values: Mapping[str, object]) -> dict[str, object]:
    """The options that were given; the others leave the file's value or the default."""
    return {name: value for name, value in values.items() if value is not None}


@link.command("check")
def check_link(argument: options.LinkArgument) -> None:
    """Explain a link in words, without showing its secret."""
    from peppermoth.tunnel.links import read_links

    explained = ("\n".join(found.explain()) for found in read_links(argument, sys.stdin))
    _say("\n\n".join(explained))


@link.command("qr")
def show_qr(
    argument: options.LinkArgument,
    svg: options.Svg = None,
    png: options.Png = None,
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


@lab.command("detectors")
def list_detectors() -> None:
    """List the detectors, one a line: id, what it measures, source."""
    from peppermoth.lab.detectors import table

    for line in table.described():
        _console().print(line, soft_wrap=True)


@lab.command("score")
def score(
    directory: options.Recording = None,
    capture: options.LabCapture = None,
    label: options.CaptureLabel = None,
    seed: options.Seed = 1,
    json: options.CardJson = None,
    html: options.Html = None,
    epochs: options.Epochs = None,
    ray: options.Ray = None,
) -> None:
    """Run every detector on recorded traffic, and print how well each tunnel hides."""
    from peppermoth.lab.card import desk

    recorded = desk.gather(directory, capture or [], label or [])
    wanted = desk.Wanted(json=json, html=html, epochs=epochs)
    desk.score_and_show(recorded, seed, desk.runner(ray), wanted, _console())


@lab.command("compare")
def compare_scorecards(before: options.CardBefore, after: options.CardAfter) -> None:
    """Say which tunnels got harder or easier to recognise between two scorecards."""
    from peppermoth.lab.card.comparison import render_comparison
    from peppermoth.lab.scoring.scorecard import read_scorecard

    _console().print(render_comparison(read_scorecard(before), read_scorecard(after)))


@lab.command("probe")
def probe(
    server: options.Probed,
    likeness: options.ProbedAs = "nginx",
    is_mine: options.IRunThisServer = False,
    reference: options.Reference = None,
    patience: options.Patience = 2.0,
) -> None:
    """Play a censor's probes against your own server, side by side with a real web server."""
    from peppermoth.lab.probing import desk

    address = desk.own_server(server, is_mine=is_mine)
    other = desk.own_server(reference, is_mine=is_mine) if reference else None
    if not desk.probe(address, likeness, other, patience, _console()):
        raise typer.Exit(1)


@lab.command("record")
def record(
    peer: options.Peers,
    output: options.RecordInto,
    traffic: options.Traffics = ["page"],  # noqa: B006  typer copies it
    loads: options.Loads = 24,
    seed: options.Seed = 1,
    parallel: options.Parallel = False,
    ray: options.Ray = None,
    installed: options.Installed = False,
    sites: options.Sites = 24,
    delay: options.Delay = 0.0,
    far_delay: options.FarDelay = 0.0,
    jitter: options.Jitter = 0.0,
    rate: options.Rate = 0.0,
    loss: options.Loss = 0.0,
    censor: options.CensorName = None,
) -> None:
    """Record real programs on a line with a monitor, through each peer. Go on where it stopped."""
    from peppermoth.lab.recording import desk

    line = desk.Line(delay, far_delay, jitter, rate, loss)
    peers = desk.at_hand(peer, _console()) if installed else peer
    plans = [
        desk.plan(one, kind, loads, seed, sites, line, censor) for one in peers for kind in traffic
    ]
    if not desk.record_all(plans, output, desk.crew(parallel, ray), _console()):
        _say("Stopped. The same command goes on from here.")
        raise typer.Exit(130)


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
