"""The world's web sites, made from a seed: pages with resources that depend on each other.

Sites differ in how many resources they have (three to about four hundred), how large
those are (log-normal, as on the web), on which host names they lie (the site's own, one
for static files, one of two that several sites share) and in what asks for what: a page
asks for styles, scripts and pictures, a style for pictures, a script for data and more
pictures. Their chains of certificates differ too, in key, length and size.

The same seed makes the same sites; keys and certificates are new each time.
Limits: nothing is compressed, and a page is at most ``LARGEST_PAGE`` bytes or so.
"""

from __future__ import annotations

import base64
import json
import random
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from peppermoth.lab.world import nginx

LARGEST_PAGE: Final = 6_000_000
SHARED: Final = ("cdn.shared.example", "fonts.shared.example")
MOST_RESOURCES: Final = 400


@dataclass(frozen=True, slots=True)
class Resource:
    """One file: on which host name, under which path, of about which size, asked for by which.

    ``asks`` are the resources that it leads to.
    """

    host: str
    path: str
    kind: str
    size: int
    asks: tuple[Resource, ...] = ()

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://{self.host}{self.path}"

    def all(self) -> Iterator[Resource]:
        """It and everything that it leads to, in the order in which a browser meets it."""
        yield self
        for asked in self.asks:
            yield from asked.all()


@dataclass(frozen=True, slots=True)
class WebSite:
    """A site: its main name and its page, which leads to everything else."""

    name: str
    page: Resource

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names that its page uses, its own first."""
        return tuple(dict.fromkeys(resource.host for resource in self.page.all()))

    @property
    def resources(self) -> tuple[Resource, ...]:
        """Every file of the page."""
        return tuple(self.page.all())


def make_sites(number: int, seed: int) -> tuple[WebSite, ...]:
    """So many sites; the first ones stay the same when there are more."""
    return tuple(
        _make_site(index, random.Random(f"site {index} of {seed}")) for index in range(number)
    )


def _make_site(index: int, chance: random.Random) -> WebSite:
    name = f"site{index:02}.example"
    # From few to hundreds: every fourth site is a large one.
    least, most = (120, MOST_RESOURCES) if index % 4 == 3 else (3, 90)
    count = round(least * (most / least) ** chance.random())
    hosts = [name, f"static.{name}", chance.choice(SHARED)]
    weights = [chance.uniform(0.2, 1), chance.uniform(0.3, 2), chance.uniform(0, 0.4)]
    centre = chance.uniform(7.6, 9.6)  # of the logarithm of sizes: 2 to 15 kB
    room = LARGEST_PAGE / count
    made: list[Resource] = []
    for number in range(count):
        kind = chance.choices(tuple(_SHARES), tuple(_SHARES.values()))[0]
        size = int(min(chance.lognormvariate(centre, 1.3), room * 8, 900_000)) + 200
        host = chance.choices(hosts, weights)[0]
        made.append(Resource(host, f"/{index:02}/{number:03}.{kind}", kind, size))
    leads = [resource for resource in made if resource.kind in ("css", "js")]
    leaves = [resource for resource in made if resource.kind not in ("css", "js")]
    asked: dict[Resource, list[Resource]] = {resource: [] for resource in leads}
    direct = list(leads)
    for leaf in leaves:
        able = [lead for lead in leads if leaf.kind == "png" or lead.kind == "js"]
        if able and (leaf.kind == "json" or chance.random() < 0.3):
            asked[chance.choice(able)].append(leaf)
        elif leaf.kind == "png":
            direct.append(leaf)
    found = tuple(Resource(r.host, r.path, r.kind, r.size, tuple(asked.get(r, ()))) for r in direct)
    return WebSite(name, Resource(name, "/", "html", int(chance.lognormvariate(9.6, 0.7)), found))


_SHARES: Final = {"png": 0.68, "js": 0.17, "css": 0.06, "json": 0.09}
"""Kinds of resources and their shares on a page."""


def write_sites(root: Path, sites: Iterable[WebSite], seed: int) -> None:
    """Write the files of all sites, each host name in a directory of its name."""
    for site in sites:
        for resource in site.resources:
            name = "index.html" if resource.path == "/" else resource.path[1:]
            path = root / resource.host / name
            if path.exists():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            filler = random.Random(f"{resource.url} of {seed}").randbytes(resource.size)
            path.write_bytes(_BODIES[resource.kind](resource, filler))


def _html(page: Resource, filler: bytes) -> bytes:
    styles = "".join(f'<link rel="stylesheet" href="{r.url}">\n' for r in _of(page, "css"))
    scripts = "".join(f'<script src="{r.url}" defer></script>\n' for r in _of(page, "js"))
    styled = "".join(f'<p class="{_element(r)}">moth\n' for r in _of(page, "css"))
    pictures = "".join(f'<p>moth <img src="{r.url}" alt="">\n' for r in _of(page, "png"))
    text = _text(filler)
    return (
        f"<!doctype html>\n<title>{page.host}</title>\n{styles}{scripts}"
        f'<link rel="icon" href="data:,">\n<p>{text}\n{styled}{pictures}'
    ).encode()


def _css(style: Resource, filler: bytes) -> bytes:
    # An element of its own: of two backgrounds of one element only the last is asked for.
    layers = ", ".join(f'url("{r.url}")' for r in style.asks)
    rule = f".{_element(style)} {{ background: {layers} }}\n" if layers else ""
    return f"{rule}/* {_text(filler)} */\n".encode()


def _element(style: Resource) -> str:
    """The class of the element that a style is for."""
    return f"style{Path(style.path).stem}"


def _js(script: Resource, filler: bytes) -> bytes:
    pictures = json.dumps([r.url for r in _of(script, "png")])
    data = json.dumps([r.url for r in _of(script, "json")])
    return (
        f"for (const url of {pictures}) new Image().src = url;\n"
        f"for (const url of {data}) fetch(url).then(answer => answer.json());\n"
        f"// {_text(filler)}\n"
    ).encode()


def _json(data: Resource, filler: bytes) -> bytes:
    return json.dumps({"moth": _text(filler)}).encode()


def _png(picture: Resource, filler: bytes) -> bytes:
    """One grey pixel, and the rest in a chunk that viewers pass over."""
    parts = (
        (b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0"),
        (b"moTh", filler),
        (b"IDAT", zlib.compress(b"\0\x7f")),
        (b"IEND", b""),
    )
    chunks = (
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _of(resource: Resource, kind: str) -> list[Resource]:
    return [asked for asked in resource.asks if asked.kind == kind]


def _text(filler: bytes) -> str:
    """Text of the filler's size."""
    return base64.b64encode(filler[: len(filler) * 3 // 4]).decode()


_BODIES: Final[Mapping[str, Callable[[Resource, bytes], bytes]]] = {
    "html": _html,
    "css": _css,
    "js": _js,
    "json": _json,
    "png": _png,
}


HTTP: Final = """
    types {{ text/html html; text/css css; text/javascript js; application/json json;
             image/png png; video/mp4 mp4; }}
    server_names_hash_bucket_size 128;
    http2_max_concurrent_streams 128;
    client_max_body_size 0;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:4m;
    {servers}
    server {{ listen unix:{home}/taken.sock; location / {{ return 204; }} }}
"""
"""Debian's settings where they show on the line. An upload is taken whole, then answered."""

SERVER: Final = """
    server {{
        listen {address}:443 ssl http2;
        server_name {name};
        ssl_certificate {certificates}/{name}.pem;
        ssl_certificate_key {certificates}/{name}.key;
        root {root}/{name};
        add_header Access-Control-Allow-Origin *;
        location /take {{ proxy_pass http://unix:{home}/taken.sock:/; }}
    }}
"""


def nginx_configuration(
    home: Path, root: Path, certificates: Path, addresses: Mapping[str, str]
) -> str:
    """The configuration that serves each host name at its address."""
    servers = "".join(
        SERVER.format(address=address, name=name, certificates=certificates, root=root, home=home)
        for name, address in addresses.items()
    )
    return nginx.settings(home, HTTP.format(home=home, servers=servers), connections=4096)


def host_names(sites: Sequence[WebSite]) -> tuple[str, ...]:
    """Every host name that the sites use."""
    return tuple(dict.fromkeys(host for site in sites for host in site.hosts))
