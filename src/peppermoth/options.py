"""The options of the commands, one name each: type, placeholder, help.

Kept apart from ``cli.py`` so that a command's signature can be read at a glance.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

LinkArgument = Annotated[
    str,
    typer.Argument(
        metavar="LINK",
        help="A link (anytls://...), @FILE to read it from a file, or - for standard input, "
        "so that it stays out of the shell's history.",
        show_default=False,
    ),
]


# peppermoth connect

Links = Annotated[
    list[str],
    typer.Argument(
        metavar="LINK",
        help="Links of bridges, the preferred one first; @FILE reads them from a file, "
        "- from standard input.",
        show_default=False,
    ),
]
ListenForPrograms = Annotated[
    str, typer.Option(metavar="HOST:PORT", help="Where programs find the proxy.")
]
ProxyUser = Annotated[
    str | None,
    typer.Option(metavar="NAME:PASSWORD", help="Programs must give these.", show_default=False),
]
Fingerprint = Annotated[
    str | None,
    typer.Option(
        metavar="PROFILE",
        help="Whose TLS to look like; none uses Python's own, which is easier to recognise.",
        show_default="chrome:stable",
    ),
]
StreamsPerSession = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="How many connections may share one TLS connection, where the bridge can "
        "hold back a slow one; 1 does as sing-box does.",
        show_default="8",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what is wrong.")]
LogFormat = Annotated[str, typer.Option(metavar="text|json", help="How to write the log.")]

# peppermoth bridge

ListenForFriends = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Where to listen; may be repeated.",
        show_default="every address, port 443, or 8443 where 443 may not be used",
    ),
]
Domain = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="The name that visitors and monitors see.",
        show_default="an invented one",
    ),
]
Cert = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A certificate (PEM, leaf first) instead of a self-made one; read again "
        "when it changes.",
        show_default=False,
    ),
]
Key = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Its private key (PEM).", show_default=False),
]
User = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[:PASSWORD]",
        help="Serve this user; may be repeated. Without a password one is made and kept.",
        show_default=False,
    ),
]
UsersFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="More users, one a line.", show_default=False),
]
Cover = Annotated[
    str | None,
    typer.Option(
        metavar="DIR|URL",
        help="The web site that everybody else sees: a directory, or a web server as "
        "http://host:port.",
        show_default="a small site of our own",
    ),
]
CoverH2 = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="That web server's port for HTTP/2 in clear, if it has one of its own.",
        show_default=False,
    ),
]
PaddingScheme = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="How first packets are cut and filled.", show_default=False),
]
AllowPrivate = Annotated[
    bool,
    typer.Option("--allow-private", help="Let users reach this machine and its network."),
]
State = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Where keys and passwords are kept.", show_default=False),
]
LinksTo = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Write the links to this file instead of showing them.",
        show_default=False,
    ),
]
PublicHost = Annotated[
    str | None,
    typer.Option(
        metavar="HOST",
        help="The name or address by which the world reaches this machine.",
        show_default=False,
    ),
]
Config = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The same settings in a TOML file.", show_default=False),
]

# peppermoth see

Capture = Annotated[
    str | None,
    typer.Argument(
        metavar="CAPTURE",
        help="A recording of your own device's traffic (pcap or pcapng, also gzipped), or - for "
        "standard input.",
        show_default=False,
    ),
]
Live = Annotated[
    str | None,
    typer.Option(
        metavar="IFACE",
        help="Instead of a recording, listen on this network interface of your own.",
        show_default=False,
    ),
]
Span = Annotated[
    str, typer.Option("--for", metavar="TIME", help="How long to listen, as 60s or 5m.")
]
Device = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Your device's address, where the recording does not make it clear.",
        show_default=False,
    ),
]
Html = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Also write a page for a browser.", show_default=False),
]
Json = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Also write findings and observations for programs, and for --compare.",
        show_default=False,
    ),
]
Compare = Annotated[
    Path | None,
    typer.Option(
        metavar="EARLIER.json",
        help="Say what got better or worse since this report.",
        show_default=False,
    ),
]
Helpline = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Also write a page to give away: without names, addresses, times of day and "
        "captured words.",
        show_default=False,
    ),
]
Lang = Annotated[
    str | None,
    typer.Option(
        metavar="LANG",
        help="The report's language: ar, en, es, fa, fr, ru or zh.",
        show_default="the system's, else English",
    ),
]

# peppermoth demo

Keep = Annotated[
    bool,
    typer.Option("--keep", help="Leave everything running, to play with, until Ctrl-C."),
]

# peppermoth lab score

Recording = Annotated[
    Path | None,
    typer.Argument(metavar="DIR", help="What lab record wrote.", show_default=False),
]
LabCapture = Annotated[
    list[Path] | None,
    typer.Option(
        "--capture",
        metavar="FILE",
        help="A capture from elsewhere, with a --label; may be repeated.",
        show_default=False,
    ),
]
CaptureLabel = Annotated[
    list[str] | None,
    typer.Option(
        "--label",
        metavar="tunnel|plain",
        help="What all flows of that --capture are, in the same order.",
        show_default=False,
    ),
]
Seed = Annotated[int, typer.Option(metavar="N", help="Decides all chance: the same again.")]
CardJson = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="FILE",
        help="Also write all numbers for programs, and for lab compare.",
        show_default=False,
    ),
]
Epochs = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        help="Rounds for which deep networks learn sites; 0 leaves them out.",
        show_default="30",
    ),
]
Ray = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Do the work on the Ray cluster at this address; auto is that of this machine.",
        show_default="no cluster",
    ),
]

# peppermoth lab compare

CardBefore = Annotated[
    Path, typer.Argument(metavar="A.json", help="The earlier scorecard.", show_default=False)
]
CardAfter = Annotated[
    Path, typer.Argument(metavar="B.json", help="The later scorecard.", show_default=False)
]

# peppermoth link qr

Svg = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write an SVG image instead.", show_default=False),
]
Png = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write a PNG image instead.", show_default=False),
]

# peppermoth lab record

Peers = Annotated[
    list[str],
    typer.Option(
        "--peer", metavar="PEER", help="A tunnel, or direct; may be repeated.", show_default=False
    ),
]
Traffics = Annotated[
    list[str],
    typer.Option("--traffic", metavar="KIND", help="What is done on the line; may be repeated."),
]
Loads = Annotated[
    int, typer.Option(metavar="N", min=1, help="How often, with each peer and traffic.")
]
RecordInto = Annotated[
    Path,
    typer.Option(
        "--output", "-o", metavar="DIR", help="Where captures and truths go.", show_default=False
    ),
]
Parallel = Annotated[bool, typer.Option("--parallel", help="Use every core.")]
Installed = Annotated[
    bool, typer.Option("--installed", help="Leave out peers that are not installed here.")
]
Sites = Annotated[int, typer.Option(metavar="N", min=1, max=200, help="Web sites in the world.")]
Delay = Annotated[
    float, typer.Option(metavar="MS", min=0, help="One way, between the person and the line.")
]
FarDelay = Annotated[
    float, typer.Option(metavar="MS", min=0, help="One way, between the bridge and the line.")
]
Jitter = Annotated[float, typer.Option(metavar="MS", min=0, help="At most, on top of --delay.")]
Rate = Annotated[
    float, typer.Option(metavar="MBIT", min=0, help="Of the person's line; 0 for no limit.")
]
Loss = Annotated[
    float, typer.Option(metavar="PERCENT", min=0, max=90, help="Of the person's packets.")
]
CensorName = Annotated[
    str | None,
    typer.Option(
        "--censor", metavar="NAME", help="Rules that the monitor acts by.", show_default="none"
    ),
]

Probed = Annotated[
    str, typer.Argument(metavar="HOST:PORT", help="The server to probe.", show_default=False)
]
ProbedAs = Annotated[
    str, typer.Option("--as", metavar="NAME", help="What it claims to be; only nginx is known.")
]
IRunThisServer = Annotated[
    bool,
    typer.Option(
        "--i-run-this-server",
        help="The servers named are yours. Without this, only loopback is probed.",
    ),
]
Reference = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Compare with this server of yours, not with an nginx started here.",
        show_default=False,
    ),
]
Patience = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        min=0.5,
        max=120,
        help="The servers' timeouts: ends that come later are not waited for.",
    ),
]
