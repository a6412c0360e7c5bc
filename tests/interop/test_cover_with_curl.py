"""The bridge's own web site, as curl finds it."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from tests.interop.tunnels import running_bridge
from tests.peers import find

QUIETLY = ("--silent", "--insecure", "--max-time", "10", "--write-out", "%{stderr}%{json}\n")


async def curl(*options: str) -> tuple[dict[str, object], bytes]:
    """What curl reports of its last transfer, and the bodies of all."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        find("curl"), *QUIETLY, *options, stdout=pipe, stderr=pipe
    )
    bodies, facts = await process.communicate()
    return json.loads(facts.splitlines()[-1]), bodies


@pytest.mark.parametrize(("option", "version"), [("--http2", "2"), ("--http1.1", "1.1")])
def test_the_embedded_site_answers_in_both_protocols(run, state: Path, option: str, version: str):
    async def main() -> None:
        async with running_bridge(state) as (bridge, _):
            site = f"https://{bridge.addresses[0].text}/"
            facts, body = await curl(option, site)
            assert (facts["response_code"], facts["http_version"]) == (200, version)
            assert b"<title>" in body
            facts, body = await curl(option, site + "none")
            assert facts["response_code"] == 404
            assert b"<center>nginx</center>" in body

    run(main())


def test_a_directory_as_cover_takes_many_files_over_one_connection(
    run, state: Path, tmp_path: Path
):
    async def main() -> None:
        async with running_bridge(state, cover=site) as (bridge, _):
            base = f"https://{bridge.addresses[0].text}/"
            urls = [base + path.name for path in sorted(site.iterdir())]
            facts, body = await curl("--http2", *urls)
            assert facts["num_connects"] == 0
            assert body == b"".join(path.read_bytes() for path in sorted(site.iterdir()))

    site = tmp_path / "site"
    site.mkdir()
    for number in range(10):
        (site / f"{number}.bin").write_bytes(bytes([number]) * 100_000)
    run(main())
