"""The two commands as a person meets them: first run, signals, mistakes, terminals."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from peppermoth.lab.traffic.dialling import request
from peppermoth.lab.world.children import Child, eventually
from peppermoth.redact import Address
from peppermoth.tunnel import bridge, client
from tests.needs import need
from tests.world.programs import echoes

PEPPERMOTH = Path(sys.executable).with_name("peppermoth")
UP = "The bridge is up"


class Stage:
    """Starts the commands on loopback and ends them with the test."""

    def __init__(self, directory: Path, port: int, proxy: int) -> None:
        self.directory = directory
        self.at = f"127.0.0.1:{port}"
        self.proxy = Address("127.0.0.1", proxy)
        self.children: list[Child] = []

    def start(self, *argv: str | Path) -> Child:
        child = Child(self.directory / f"child{len(self.children)}", [PEPPERMOTH, *argv])
        self.children.append(child)
        return child

    def bridge(self, *options: str | Path) -> Child:
        child = self.start(*self.bridge_argv(*options))
        child.says(UP)
        return child

    def bridge_argv(self, *options: str | Path) -> list[str | Path]:
        state = self.directory / "state"
        return ["bridge", "--listen", self.at, "--allow-private", "--state", state, *options]

    def client(self, *options: str) -> Child:
        child = self.start("connect", "--listen", self.proxy.text, *options)
        child.says(f"Set your programs' proxy to {self.proxy.text}")
        return child


@pytest.fixture
def stage(tmp_path: Path, free_port: Callable[[], int]) -> Iterator[Stage]:
    made = Stage(tmp_path, free_port(), free_port())
    yield made
    for child in made.children:
        child.kill()


def link_of(child: Child) -> str:
    return next(line for line in child.out.splitlines() if line.startswith("anytls://"))


@contextlib.contextmanager
def echo_site() -> Iterator[Address]:
    """A site that repeats what its one visitor says."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def repeat() -> None:
            with contextlib.suppress(OSError):
                visitor, _ = server.accept()
                with visitor:
                    while data := visitor.recv(4096):
                        visitor.sendall(data)

        thread = threading.Thread(target=repeat, daemon=True)
        thread.start()
        yield Address(*server.getsockname())
        thread.join()


@contextlib.contextmanager
def streaming(stage: Stage) -> Iterator[tuple[Child, Child, socket.socket]]:
    """A bridge, its client, and a stream that is open between them."""
    friend = stage.bridge()
    person = stage.client(link_of(friend))
    with echo_site() as site, socket.create_connection(stage.proxy, timeout=30) as sock:
        request(sock, site)
        yield friend, person, sock


# State


def test_the_same_state_gives_the_same_link_and_is_for_its_owner_only(stage):
    links = []
    for _ in range(2):
        child = stage.bridge("--public-host", "bridge.example")
        links.append(link_of(child))
        child.signal(signal.SIGTERM)
        assert child.ends() == 0
    assert links[0] == links[1]
    state = stage.directory / "state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(path.stat().st_mode) for path in state.iterdir()}
    assert modes == {0o600}


def test_links_go_to_a_private_file_instead_of_the_screen(stage):
    file = stage.directory / "links"
    child = stage.bridge("--links-to", file, "--user", "ann", "--user", "bob")
    assert len(file.read_text().splitlines()) == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "anytls://" not in child.out + child.errors


# Signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("which", [0, 1], ids=["bridge", "client"])
def test_a_signal_lets_a_running_stream_finish(stage, which, number):
    with streaming(stage) as (*programs, stream):
        child = programs[which]
        child.signal(number)
        child.says("Stopping")
        assert echoes(stream)
        stream.shutdown(socket.SHUT_WR)
        assert stream.recv(1) == b""
        stream.close()
        assert child.ends() == 0


@pytest.mark.parametrize(
    ("which", "drain"), [(0, bridge.DRAIN), (1, client.DRAIN)], ids=["bridge", "client"]
)
def test_a_second_signal_leaves_at_once(stage, which, drain):
    with streaming(stage) as (*programs, stream):
        child = programs[which]
        before = time.monotonic()
        child.signal(signal.SIGTERM)
        child.says("Stopping")
        child.signal(signal.SIGINT)
        assert child.ends() == 0
        assert time.monotonic() - before < drain
        with contextlib.suppress(ConnectionResetError):
            assert stream.recv(1) == b""


def test_it_leaves_in_order_although_it_was_started_without_standard_input(stage):
    without_input = ("sh", "-c", 'exec "$@" <&-', "sh")
    started = Child(stage.directory / "closed", [*without_input, PEPPERMOTH, *stage.bridge_argv()])
    stage.children.append(started)
    started.says(UP)
    started.signal(signal.SIGTERM)
    assert started.ends() == 0


def test_the_wait_for_streams_has_an_end(stage):
    with streaming(stage) as (friend, person, stream):
        person.signal(signal.SIGTERM)
        assert person.ends() == 0
        with contextlib.suppress(ConnectionResetError):
            assert stream.recv(1) == b""
        friend.signal(signal.SIGTERM)
        assert friend.ends() == 0


# Mistakes


def refused(*argv: str | Path) -> str:
    """Run a command that cannot work; its one sentence."""
    done = subprocess.run(
        [PEPPERMOTH, *argv], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 2
    assert done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    return sentence


LINK = "anytls://password@127.0.0.1:9"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["connect", "anytls://127.0.0.1"], "password"),
        (["connect", "@/nonexistent/link"], "/nonexistent/link"),
        (["connect", LINK, "--listen", "nonsense:port"], "--listen"),
        (["connect", LINK, "--fingerprint", "netscape:4"], "--fingerprint"),
        (["connect", LINK, "--log-format", "xml"], "--log-format"),
        (["bridge", "--users", "/nonexistent/users"], "/nonexistent/users"),
        (["bridge", "--cert", "/nonexistent/cert", "--key", "/nonexistent/key"], "/nonexistent/"),
        (["bridge", "--padding-scheme", "/nonexistent/scheme"], "/nonexistent/scheme"),
        (["bridge", "--links-to", "/nonexistent/links"], "/nonexistent/links"),
        (["bridge", "--config", "/nonexistent/config"], "/nonexistent/config"),
    ],
)
def test_a_mistake_is_one_sentence_and_code_2(stage, argv, words):
    if argv[0] == "bridge":
        argv = stage.bridge_argv(*argv[1:])
    sentence = refused(*argv)
    assert words in sentence
    assert "Traceback" not in sentence


@pytest.mark.parametrize("command", ["bridge", "connect"])
def test_a_port_in_use_is_named(stage, command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        more = ["--state", stage.directory / "state"] if command == "bridge" else [LINK]
        assert f"Cannot listen on {listen}" in refused(command, "--listen", listen, *more)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("allow_private = true\ndomian = 'a.example'\n", "line 2, key 'domian'"),
        ("[limits]\n\nstreams_per_session = 0\n", "line 3, key 'limits.streams_per_session'"),
        ("cover = \n", "line 1"),
    ],
)
def test_a_mistake_in_the_file_is_named_by_line_and_key(stage, text, place):
    config = stage.directory / "bridge.toml"
    config.write_text(text)
    assert f"{config}, {place}" in refused("bridge", "--config", config)


# What is shown


def test_json_log_is_one_object_a_line_and_quiet_is_quiet(stage):
    friend = stage.bridge()
    person = stage.client(link_of(friend), "--log-format", "json")
    person.signal(signal.SIGTERM)
    assert person.ends() == 0
    for line in person.errors.splitlines():
        assert json.loads(line).keys() == {"time", "level", "message"}
    assert person.out == ""

    quiet = stage.start("connect", link_of(friend), "--listen", stage.proxy.text, "--quiet")
    eventually(lambda: listens(stage.proxy))
    quiet.signal(signal.SIGTERM)
    assert quiet.ends() == 0
    assert quiet.out + quiet.errors == ""


def listens(address: Address) -> bool:
    """Whether somebody takes connections there."""
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection(address).close()
        return True
    return False


class Terminal:
    """A command on a terminal of 80 columns."""

    def __init__(self, *argv: str | Path) -> None:
        self._master, slave = pty.openpty()
        environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "50"}
        self.process = subprocess.Popen(
            [PEPPERMOTH, *argv], stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, env=environment,
        )  # fmt: skip
        os.close(slave)
        self._seen = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # EIO once the program has left
            while data := os.read(self._master, 65536):
                self._seen += data

    @property
    def text(self) -> str:
        """All that was written to it."""
        return self._seen.decode(errors="replace")

    def shows(self, text: str) -> None:
        """Wait for a text."""
        eventually(lambda: text in self.text or self.process.poll() is not None)
        assert text in self.text

    def close(self) -> int:
        """Ctrl-C, and wait for the end; the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self._reader.join()
        os.close(self._master)
        return code


@pytest.fixture
def terminals() -> None:
    need(hasattr(pty, "openpty"), "pseudo-terminals", "use Linux or macOS")


@pytest.mark.usefixtures("terminals")
def test_a_qr_code_stands_on_a_terminal_and_nowhere_else(stage):
    shown = Terminal(*stage.bridge_argv())
    shown.shows(UP)
    assert shown.close() == 0
    assert "anytls://" in shown.text
    assert "█" in shown.text
    assert "█" not in stage.bridge().out


@pytest.mark.usefixtures("terminals")
def test_the_client_shows_its_state_on_a_terminal_only(stage):
    link = link_of(stage.bridge("--user", "ann"))
    shown = Terminal("connect", link, "--listen", stage.proxy.text)
    shown.shows("● Bridge 1 (ann) for")
    assert shown.close() == 0
    child = stage.client(link)
    child.signal(signal.SIGTERM)
    assert child.ends() == 0
    assert "Bridge 1" not in child.errors
