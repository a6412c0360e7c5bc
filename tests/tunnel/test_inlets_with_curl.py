"""Real curl speaks to the inlets, which a few lines of asyncio connect to a real web server."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from peppermoth.cloaks.machine import Ended
from peppermoth.errors import Failure
from peppermoth.redact import Secret
from peppermoth.tunnel.inlet_socks import Credentials
from peppermoth.tunnel.inlets import Inlet, Outgoing, StreamWanted
from tests.conftest import Run
from tests.needs import need

CREDENTIALS = ("user", Secret("word"))
SOCKS, FORWARD, CONNECT = "--socks5-hostname", "--proxy", "--proxytunnel --proxy"
Curl = Callable[..., Awaitable[tuple[int, str]]]


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        while "Transfer-Encoding" in self.headers and (size := int(self.rfile.readline(), 16)):
            body += self.rfile.read(size)
            self.rfile.readline()
        asked = {"path": self.path, "host": self.headers["Host"], "size": len(body)}
        said = json.dumps(asked).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def web_server() -> contextlib.AbstractContextManager[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


async def drive(
    inlet: Inlet, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, web: int
) -> None:
    """One client: hosts called ``missing.example`` do not exist, all others are the web server."""
    target: asyncio.StreamWriter | None = None
    answers: asyncio.Task[None] | None = None
    over = False
    while not over:
        inlet.receive_data(await reader.read(65536), 0.0)
        for event in inlet.events():
            if isinstance(event, StreamWanted) and event.address.host == "missing.example":
                inlet.refuse(Failure.NAME_UNKNOWN)
                over = True
            elif isinstance(event, StreamWanted):
                source, target = await asyncio.open_connection("127.0.0.1", web)
                target.write(event.early)
                inlet.accept()
                say(inlet, writer)
                answers = asyncio.create_task(copy(source, writer))
            elif isinstance(event, Outgoing) and target is not None:
                target.write(event.data)
            elif isinstance(event, Ended):
                over = True
        say(inlet, writer)
    if target is not None and answers is not None:
        await close(target)
        await answers


def say(inlet: Inlet, writer: asyncio.StreamWriter) -> None:
    for item in inlet.data_to_send():
        writer.write(item)


async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
    sink.close()


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def proxy(credentials: Credentials | None) -> AsyncIterator[Curl]:
    """A proxy, and curl that takes its kind of proxy and further arguments."""
    with web_server() as web:
        clients = []

        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            clients.append(asyncio.current_task())
            await drive(Inlet(credentials, now=0.0), reader, writer, web)
            await close(writer)

        server = await asyncio.start_server(client, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]

        async def curl(kind: str, *arguments: str) -> tuple[int, str]:
            via = [*kind.split(), f"127.0.0.1:{port}"]
            process = await asyncio.create_subprocess_exec(
                *("curl", "-q", "--silent", "--max-time", "10", *via, *arguments),
                stdout=asyncio.subprocess.PIPE,
            )
            out, _ = await process.communicate()
            return process.returncode or 0, out.decode()

        async with server:
            yield curl
            await asyncio.gather(*clients)


@pytest.fixture
def ask(run: Run) -> Callable[..., tuple[int, str]]:
    need(shutil.which("curl"), "curl", "install curl")

    def ask(*arguments: str, credentials: Credentials | None = None) -> tuple[int, str]:
        async def asking() -> tuple[int, str]:
            async with proxy(credentials) as curl:
                return await curl(*arguments)

        return run(asking())

    return ask


every_kind = pytest.mark.parametrize("kind", [SOCKS, FORWARD, CONNECT])


@every_kind
def test_a_page_arrives_by_its_name(ask, kind):
    code, said = ask(kind, "http://moth.example/wing?a=b")
    assert code == 0
    assert json.loads(said) == {"path": "/wing?a=b", "host": "moth.example", "size": 0}


@every_kind
@pytest.mark.parametrize("coding", ["Content-Length: 300000", "Transfer-Encoding: chunked"])
def test_an_upload_arrives_whole(ask, kind, coding, tmp_path):
    upload = tmp_path / "upload"
    upload.write_bytes(bytes(300_000))
    code, said = ask(kind, "-H", coding, "--data-binary", f"@{upload}", "http://moth.example/")
    assert code == 0
    assert json.loads(said)["size"] == 300_000


@every_kind
def test_several_sites_in_one_run_each_get_their_own_request(ask, kind):
    sites = [f"{name}.example" for name in "abca"]
    code, said = ask(kind, *(f"http://{site}/" for site in sites))
    assert code == 0
    replies = [json.loads(reply + "}") for reply in said.split("}") if reply]
    assert [reply["host"] for reply in replies] == sites


@every_kind
def test_the_right_password_opens(ask, kind):
    code, said = ask(
        kind, "--proxy-user", "user:word", "http://moth.example/", credentials=CREDENTIALS
    )
    assert code == 0
    assert json.loads(said)["host"] == "moth.example"


@pytest.mark.parametrize(
    ("kind", "code", "status"), [(SOCKS, 97, "000"), (FORWARD, 0, "407"), (CONNECT, 56, "407")]
)
def test_a_wrong_password_is_told_in_the_client_s_own_protocol(ask, kind, code, status):
    arguments = ("-o", "/dev/null", "-w", "%{http_code}", "--proxy-user", "user:wrong")
    if kind == CONNECT:
        arguments = ("-o", "/dev/null", "-w", "%{http_connect}", "--proxy-user", "user:wrong")
    found = ask(kind, *arguments, "http://moth.example/", credentials=CREDENTIALS)
    assert found == (code, status)


def test_a_name_that_does_not_exist_is_a_page_with_a_sentence(ask):
    code, said = ask(FORWARD, "-w", "%{http_code}", "http://missing.example/")
    assert code == 0
    assert Failure.NAME_UNKNOWN.sentence in said
    assert said.endswith("502")


def test_a_name_that_does_not_exist_is_a_socks_failure(ask):
    assert ask(SOCKS, "http://missing.example/") == (97, "")


def test_a_page_s_head_alone_is_refused_without_waiting_for_a_body(ask):
    code, said = ask(FORWARD, "--head", "http://missing.example/")
    assert code == 0
    assert said.startswith("HTTP/1.1 502 ")
