"""What a person does on the line: one entry a kind of traffic.

Each takes a ``Trip`` (a town, a site, chance made from seed and load) and really does it
from the client's host: Chromium and curl through the peer's proxy or straight, OpenSSH,
a TLS connection that waits for messages. It gives what was done, with what it cost.

Limits: programs that fail raise WorldError, and what failed of a page is counted; a load
is repeated by whoever asked for it.
"""

from __future__ import annotations

import json
import random
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from peppermoth.errors import ConfigError, WorldError
from peppermoth.lab.peers.premises import CLIENT, PROXY, WEB
from peppermoth.lab.traffic.browser import Loaded, browsing
from peppermoth.lab.traffic.dialling import dial
from peppermoth.lab.traffic.town import PUSH, SEGMENTS, VIDEO, Town
from peppermoth.lab.world import pushing, sshd
from peppermoth.lab.world.programs import program
from peppermoth.lab.world.websites import WebSite
from peppermoth.redact import Address

PATIENCE: Final = 60.0
"""Seconds for a page or a transfer."""


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done: what, seconds, bytes that came, requests and how many failed."""

    what: str
    seconds: float
    octets: int = 0
    requests: int = 1
    failed: int = 0


@dataclass(frozen=True)
class Trip:
    """One load: where, to which site, with which chance, and a directory for its files."""

    town: Town
    site: WebSite
    chance: random.Random
    directory: Path

    @property
    def proxy(self) -> Address | None:
        """The peer's proxy, where it has one."""
        return PROXY if self.town.peer.proxied else None

    def another_site(self) -> WebSite:
        """Some site of the town."""
        return self.chance.choice(self.town.sites)


@dataclass(frozen=True)
class Traffic:
    """One entry: what does it, in words what it is, and the programs that it takes."""

    do: Callable[[Trip], list[Done]]
    title: str
    programs: tuple[str, ...] = ()


_OF_THE_BROWSER: Final = (
    "*.google.com",
    "*.googleapis.com",
    "*.gstatic.com",
    "*.gvt1.com",
    "*.duckduckgo.com",
)
"""Where Chromium, as Debian builds it, goes by itself."""


def _pages(trip: Trip, sites: Sequence[WebSite]) -> list[Done]:
    flags = [f"--ignore-certificate-errors-spki-list={trip.town.premises.authority.pins}"]
    # What the browser asks on its own behalf would all fail here, so it never leaves.
    flags.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.example, EXCLUDE 127.0.0.1")
    if trip.proxy is not None:
        flags.append(f"--proxy-server=socks5://{trip.proxy.text}")
        flags.append(f"--proxy-bypass-list={';'.join(_OF_THE_BROWSER)}")
    start = partial(trip.town.world.start, CLIENT)
    profile = trip.directory / "profile"
    with browsing(start, program("chromium"), profile, flags) as browser:
        loaded = browser.load([site.page.url for site in sites], PATIENCE)
    return [_seen(site, page) for site, page in zip(sites, loaded, strict=True)]


def _seen(site: WebSite, page: Loaded) -> Done:
    """A page that was loaded; what it did not even ask for has failed too."""
    unasked = max(0, len(site.resources) - page.requests)
    return Done(page.url, page.seconds, page.octets, page.requests, page.failed + unasked)


def _page(trip: Trip) -> list[Done]:
    return _pages(trip, [trip.site])


def _tabs(trip: Trip) -> list[Done]:
    return _pages(trip, [trip.site, trip.another_site(), trip.another_site()])


_REPORT: Final = '{"what": "%{url}", "seconds": %{time_total}, "octets": %{size_download}}\\n'


def fetch(trip: Trip, urls: Sequence[str], *options: str) -> list[Done]:
    """Fetch addresses with one curl. Raises WorldError."""
    argv = [str(program("curl")), "--silent", "--show-error", "--fail", "--http2"]
    argv += ["--cacert", str(trip.town.premises.authority.root), "--max-time", f"{PATIENCE:.0f}"]
    if trip.proxy is not None:
        argv += ["--proxy", f"socks5h://{trip.proxy.text}"]
    argv += [*options, "--write-out", _REPORT]
    for url in urls:
        argv += ["--output", "/dev/null", url]
    try:
        out = trip.town.world.enter(CLIENT, *argv, timeout=2 * PATIENCE)
    except subprocess.CalledProcessError as exc:
        raise WorldError(f"curl failed: {exc.stderr.strip()}") from exc
    return [Done(**json.loads(line)) for line in out.splitlines()]


def _fetch(trip: Trip) -> list[Done]:
    """The page, then all that it leads to, as a simple browser would."""
    urls = [resource.url for resource in trip.site.resources]
    began = time.monotonic()
    done = fetch(trip, urls[:1])
    if urls[1:]:
        done += fetch(trip, urls[1:], "--parallel", "--parallel-max", "24")
    return [Done("page", time.monotonic() - began, requests=0), *done]


def _video(trip: Trip) -> list[Done]:
    first, number = trip.chance.randrange(SEGMENTS - 12), trip.chance.randint(6, 12)
    urls = [f"https://{VIDEO}/{n:03}.mp4" for n in range(first, first + number)]
    return fetch(trip, urls, "--rate", "60/m")


def _upload(trip: Trip) -> list[Done]:
    size = int(min(trip.chance.lognormvariate(13.5, 0.8), 8_000_000))
    file = trip.directory / "upload"
    file.write_bytes(trip.chance.randbytes(size))
    url = f"https://{trip.site.name}/take"
    return fetch(trip, [url], "--data-binary", f"@{file}")


_COMMANDS: Final = ("ls -l /usr", "uname -a", "ps", "cat /etc/services", "df", "id", "pwd")


def _ssh(trip: Trip) -> list[Done]:
    """Somebody types commands in a shell on a far machine."""
    world, keys = trip.town.world, trip.town.premises.directory / "web-ssh"
    options = list(sshd.ssh_options(keys))
    if trip.proxy is not None:
        command = f"{sys.executable} -m peppermoth.lab.traffic.dialling %h %p {trip.proxy.text}"
        options += ["-o", f"ProxyCommand={command}"]
    argv = ("-tt", f"root@{world.hosts[WEB].ipv4}", "exec sh -i")
    began = time.monotonic()
    shell = world.start(CLIENT, program("ssh"), *options, *argv, talks=True)
    said = 0
    try:
        keyboard = shell.process.stdin
        for text in (*trip.chance.sample(_COMMANDS, 3), "exit"):
            for key in f"{text}\n":
                time.sleep(min(trip.chance.lognormvariate(-2.0, 0.6), 1.0))
                if keyboard is not None:
                    keyboard.write(key.encode())
                    keyboard.flush()
                    said += 1
        screen = shell.process.stdout
        shown = len(screen.read()) if screen is not None else 0
        if shell.ends():
            raise WorldError(f"ssh failed: {shell.errors.strip()}")
    except OSError as exc:
        raise WorldError(f"ssh broke off: {shell.errors.strip()}") from exc
    finally:
        shell.kill()
        world.children.remove(shell)
    return [Done(f"ssh, {said} keys", time.monotonic() - began, shown)]


def _idle(trip: Trip) -> list[Done]:
    """A connection that mostly waits, with a short message now and then."""
    seconds, number = trip.chance.uniform(1.0, 4.0), trip.chance.randint(3, 5)
    town = trip.town
    trust = ssl.create_default_context(cafile=str(town.premises.authority.root))
    target = Address(PUSH if trip.proxy else town.addresses[PUSH], pushing.PORT)
    began, got = time.monotonic(), 0
    try:
        with town.world.inside(CLIENT):
            sock = dial(target, trip.proxy)
        with trust.wrap_socket(sock, server_hostname=PUSH) as conversation:
            conversation.settimeout(PATIENCE)
            conversation.sendall(f"{seconds:.3f} {number}\n".encode())
            while piece := conversation.recv(65536):
                got += len(piece)
    except OSError as exc:
        raise WorldError(f"The connection that waits for messages broke: {exc}") from exc
    return [Done(f"push, {number} messages", time.monotonic() - began, got)]


TRAFFIC: Final = {
    "page": Traffic(_page, "Chromium loads a page", ("chromium",)),
    "tabs": Traffic(_tabs, "Chromium loads three pages at once", ("chromium",)),
    "fetch": Traffic(_fetch, "curl fetches a page and its resources", ("curl",)),
    "video": Traffic(_video, "curl fetches pieces of a film, one a second", ("curl",)),
    "upload": Traffic(_upload, "curl sends a file", ("curl",)),
    "ssh": Traffic(_ssh, "somebody types in a shell", ("ssh",)),
    "idle": Traffic(_idle, "a connection waits for messages"),
}
"""Each kind of traffic by its name."""


def named_traffic(name: str) -> Traffic:
    """The traffic of a name, whether it could run here or not. Raises ConfigError for none."""
    traffic = TRAFFIC.get(name)
    if traffic is None:
        raise ConfigError(f"There is no traffic {name}; there is {', '.join(TRAFFIC)}.")
    return traffic


def find_traffic(name: str) -> Traffic:
    """The traffic of a name. Raises ConfigError for none, or where its programs are missing."""
    traffic = named_traffic(name)
    for needed in traffic.programs:
        program(needed)
    return traffic
