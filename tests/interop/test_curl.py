"""Real curl and a real web site, with our client and bridge between them.

What curl reports is what its user sees: its exit code, its sentence, the page.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from peppermoth.errors import Failure
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.inlet_socks import Credentials
from peppermoth.tunnel.links import Link
from peppermoth.wire.socks import Reply
from tests.conftest import Certificate, Run
from tests.interop.nginx import free_ports
from tests.interop.processes import output
from tests.interop.programs import payload, stream
from tests.interop.sites import WebSite, web_site
from tests.interop.targets import serving
from tests.interop.tunnels import LOOPBACK, running_bridge, running_client
from tests.peers import find
from tests.tunnel.waiting import until

SOCKS_NAME, SOCKS_ADDRESS, HTTP = "--socks5-hostname", "--socks5", "--proxy"
CONNECT = "--proxytunnel --proxy"
PAGE = payload(1, 300_000)
CREDENTIALS = ("user", Secret("word"))

every_kind = pytest.mark.parametrize("kind", [SOCKS_NAME, SOCKS_ADDRESS, HTTP, CONNECT])


@dataclass(frozen=True)
class Desk:
    """A user with curl: the site, and the proxy that leads to it."""

    site: WebSite
    proxy: Address
    home: Path

    async def curl(self, kind: str, *arguments: str) -> tuple[int, str, str]:
        """Run curl through the proxy: exit code, output, and what it says on standard error."""
        common = ("-q", "--silent", "--show-error", "--max-time", "20")
        via = (*kind.split(), self.proxy.text)
        return await output(find("curl"), *common, *via, *arguments)


Desks = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def desk(tmp_path: Path, state: Path, certificate: Certificate) -> Desks:
    """A site with a page, a bridge, and a client of its link (changed by ``change``)."""

    @asynccontextmanager
    async def made(
        change: Callable[[Link], Link] = lambda link: link, credentials: Credentials | None = None
    ) -> AsyncIterator[Desk]:
        async with (
            web_site(tmp_path, certificate) as site,
            running_bridge(state) as (_, link),
            running_client(change(link), credentials=credentials) as (_, proxy),
        ):
            (site.root / "page").write_bytes(PAGE)
            yield Desk(site, proxy, tmp_path)

    return made


def saved(desk: Desk) -> tuple[str, str]:
    """Options that save the page, for bytes that are not text."""
    return "--output", str(desk.home / "saved")


@every_kind
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_a_page_arrives(run: Run, desk: Desks, kind: str, host: str) -> None:
    async def main() -> None:
        async with desk() as user:
            url = f"http://{host}:{user.site.http}/page"
            assert await user.curl(kind, *saved(user), url) == (0, "", "")
            assert (user.home / "saved").read_bytes() == PAGE

    run(main())


@pytest.mark.parametrize("kind", [SOCKS_NAME, SOCKS_ADDRESS, HTTP])
@pytest.mark.parametrize("version", ["1.1", "2"])
def test_a_page_arrives_over_https(
    run: Run, desk: Desks, certificate: Certificate, kind: str, version: str
) -> None:
    trust = ("--cacert", str(certificate.cert), f"--http{version}")

    async def main() -> None:
        async with desk() as user:
            url = f"https://localhost:{user.site.https}/page"
            said = await user.curl(kind, *trust, *saved(user), "-w", "%{http_version}", url)
            assert said == (0, version, "")
            assert (user.home / "saved").read_bytes() == PAGE

    run(main())


@pytest.mark.parametrize("kind", [SOCKS_NAME, HTTP])
def test_an_upload_that_waits_to_be_asked_for_arrives(run: Run, desk: Desks, kind: str) -> None:
    async def main() -> None:
        async with desk() as user:
            source = user.home / "source"
            source.write_bytes(payload(2, 3_000_000))
            url = f"http://127.0.0.1:{user.site.http}/upload"
            expect = ("--header", "Expect: 100-continue", "--expect100-timeout", "20")
            said = await user.curl(
                kind, "--upload-file", str(source), *expect, "-w", "%{http_code}", url
            )
            assert said == (0, "201", "")
            assert (user.site.root / "upload").read_bytes() == source.read_bytes()

    run(main())


@every_kind
def test_a_head_comes_without_its_page(run: Run, desk: Desks, kind: str) -> None:
    async def main() -> None:
        async with desk() as user:
            url = f"http://127.0.0.1:{user.site.http}/page"
            code, said, _ = await user.curl(kind, "--head", url)
            assert code == 0
            assert f"Content-Length: {len(PAGE)}" in said
            await until(user.site.visits)  # nginx writes its log behind the answer
            assert [visit.method for visit in user.site.visits()] == ["HEAD"]

    run(main())


@pytest.mark.parametrize("kind", [SOCKS_NAME, HTTP, CONNECT])
def test_the_proxy_s_own_password_is_asked_for(run: Run, desk: Desks, kind: str) -> None:
    async def main() -> None:
        async with desk(credentials=CREDENTIALS) as user:
            url = f"http://127.0.0.1:{user.site.http}/page"
            right = await user.curl(kind, "--proxy-user", "user:word", *saved(user), url)
            wrong = await user.curl(kind, "--proxy-user", "user:wrong", "--fail", url)
            assert right == (0, "", "")
            assert (user.home / "saved").read_bytes() == PAGE
            assert wrong[0] != 0
            await until(user.site.visits)
            assert len(user.site.visits()) == 1

    run(main())


def wrong_password(link: Link) -> Link:
    """The link with another password than the bridge knows."""
    return dataclasses.replace(link, password=Secret("not the password"))


def wrong_key(link: Link) -> Link:
    """The link of a bridge that has another key."""
    assert link.pin is not None
    return dataclasses.replace(link, pin=link.pin[::-1][1:] + "A")


def nobody_there(link: Link) -> Link:
    """The link to a port where nobody listens."""
    [port] = free_ports(1)
    return dataclasses.replace(link, address=Address(LOOPBACK, port))


def as_it_is(link: Link) -> Link:
    """The link unchanged."""
    return link


class Trouble(NamedTuple):
    """How a link is changed, which host is asked for, and how programs must hear of it."""

    change: Callable[[Link], Link]
    host: str
    failure: Failure
    status: str
    reply: Reply


TROUBLES = {
    "refused": Trouble(as_it_is, LOOPBACK, Failure.TARGET_REFUSED, "502", Reply.CONNECTION_REFUSED),
    "unknown name": Trouble(
        as_it_is, "name.invalid", Failure.NAME_UNKNOWN, "502", Reply.HOST_UNREACHABLE
    ),
    "bridge down": Trouble(
        nobody_there, LOOPBACK, Failure.BRIDGE_UNREACHABLE, "504", Reply.NETWORK_UNREACHABLE
    ),
    "wrong password": Trouble(
        wrong_password, LOOPBACK, Failure.BRIDGE_REJECTED, "502", Reply.GENERAL_FAILURE
    ),
    "wrong key": Trouble(
        wrong_key, LOOPBACK, Failure.BRIDGE_UNTRUSTED, "502", Reply.GENERAL_FAILURE
    ),
}
CANNOT_RECEIVE, SOCKS_FAILED = 56, 97  # curl's exit codes

every_trouble = pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)


@every_trouble
def test_a_failure_is_a_page_with_one_sentence(run: Run, desk: Desks, trouble: Trouble) -> None:
    async def main() -> None:
        async with desk(trouble.change) as user:
            url = f"http://{trouble.host}:{free_ports(1)[0]}/"
            code, said, _ = await user.curl(HTTP, "-w", "%{http_code}", url)
            assert code == 0
            assert trouble.failure.sentence in said
            assert said.endswith(trouble.status)

    run(main())


@every_trouble
def test_a_failed_connect_names_its_status(run: Run, desk: Desks, trouble: Trouble) -> None:
    async def main() -> None:
        async with desk(trouble.change) as user:
            url = f"https://{trouble.host}:{free_ports(1)[0]}/"
            code, _, said = await user.curl(CONNECT, url)
            assert code == CANNOT_RECEIVE
            assert trouble.status in said

    run(main())


@every_trouble
def test_a_failure_is_the_right_socks_reply(run: Run, desk: Desks, trouble: Trouble) -> None:
    async def main() -> None:
        async with desk(trouble.change) as user:
            url = f"http://{trouble.host}:{free_ports(1)[0]}/"
            code, _, said = await user.curl(SOCKS_NAME, url)
            assert code == SOCKS_FAILED
            assert said.endswith(f"({trouble.reply.value})\n")

    run(main())


def test_a_program_that_has_said_all_still_gets_its_answer(run: Run, desk: Desks) -> None:
    async def until_the_end(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = await reader.read()
        writer.write(heard[::-1])

    async def main() -> None:
        async with (
            serving(until_the_end) as target,
            desk() as user,
            stream(user.proxy, target) as (reader, writer),
        ):
            said = payload(3, 1_000_000)
            writer.write(said)
            writer.write_eof()
            assert await reader.read() == said[::-1]

    run(main())
