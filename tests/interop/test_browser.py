"""Headless Chromium loads a page of many parts through our client and bridge."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from peppermoth.tunnel.certificates import load_pair
from peppermoth.wire.pins import decode_pin
from tests.conftest import Certificate, Run
from tests.interop.processes import output
from tests.interop.programs import payload
from tests.interop.sites import web_site
from tests.interop.test_chromium_hello import FLAGS
from tests.interop.tunnels import running_bridge, running_client
from tests.peers import find

PICTURES = 36
PAGE = """<!doctype html><title>Moths</title>
<link rel="stylesheet" href="/wings.css">
{pictures}
<p id="told">nothing yet</p>
<script src="/count.js"></script>
"""
PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="9"><desc>{text}</desc></svg>
"""
SCRIPT = """
addEventListener("load", () => {
    const drawn = [...document.images].filter(image => image.naturalWidth > 0);
    const width = drawn.reduce((sum, image) => sum + image.naturalWidth, 0);
    document.getElementById("told").textContent = `${drawn.length} moths, ${width} wide`;
});
"""
SIZES = range(10, 10 + PICTURES)
TOLD = f"{PICTURES} moths, {sum(SIZES)} wide"
"""What the page's script writes once every picture is there, whole and readable."""


def furnish(root: Path) -> set[str]:
    """Put the page and its parts in place; the paths that a browser must ask for."""
    pictures = [f"/{size}.svg" for size in SIZES]
    for size, path in zip(SIZES, pictures, strict=True):
        text = payload(size, 20_000).hex()
        (root / path[1:]).write_text(PICTURE.format(size=size, text=text))
    images = "\n".join(f'<img src="{path}" alt="">' for path in pictures)
    (root / "page.html").write_text(PAGE.format(pictures=images))
    (root / "wings.css").write_text("img { margin: 1px }")
    (root / "count.js").write_text(SCRIPT)
    return {"/page.html", "/wings.css", "/count.js", *pictures}


@pytest.mark.parametrize("scheme", ["socks5", "http"])
@pytest.mark.parametrize(
    ("protocol", "flags"),
    [("HTTP/2.0", ()), ("HTTP/1.1", ("--disable-http2",))],
    ids=["http2", "http1"],
)
def test_every_part_of_a_page_is_loaded_and_drawn(
    run: Run,
    tmp_path: Path,
    state: Path,
    certificate: Certificate,
    scheme: str,
    protocol: str,
    flags: tuple[str, ...],
) -> None:
    key = base64.b64encode(decode_pin(load_pair(certificate.cert, certificate.key).pin)).decode()

    async def main() -> None:
        async with (
            web_site(tmp_path, certificate) as site,
            running_bridge(state) as (_, link),
            running_client(link) as (client, proxy),
        ):
            paths = furnish(site.root)
            _, page, _ = await output(
                find("chromium"),
                *FLAGS,
                *flags,
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--ignore-certificate-errors-spki-list={key}",
                f"--proxy-server={scheme}://{proxy.text}",
                "--proxy-bypass-list=<-loopback>",
                "--dump-dom",
                f"https://localhost:{site.https}/page.html",
            )
            assert TOLD in page
            seen = [visit for visit in site.visits() if visit.path in paths]
            assert {visit.path for visit in seen} == paths
            assert {(visit.protocol, visit.status) for visit in seen} == {(protocol, "200")}
            assert client.totals()[1] > PICTURES * 40_000

    run(main(), timeout=60)
