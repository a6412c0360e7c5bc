"""SIGHUP, and certificate files that change: everything is replaced under running streams."""

from __future__ import annotations

import datetime
import signal
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from peppermoth.lab.traffic.dialling import RefusedError
from peppermoth.lab.world.children import eventually
from peppermoth.tunnel import certificates
from peppermoth.wire.anytls import DEFAULT_SCHEME
from tests.world import World
from tests.world.people import PORT, Friend, connect, friend, links_in, open_stream
from tests.world.programs import echoes
from tests.world.services import ECHO, talking

ANN, BOB = "ann:first-password", "bob:other-password"


class Files:
    """The files that a bridge is told to use."""

    def __init__(self, directory: Path) -> None:
        self.users = directory / "users"
        self.scheme = directory / "scheme"
        self.cover = directory / "cover"
        self.cert = directory / "pair" / "cert.pem"
        self.key = directory / "pair" / "key.pem"
        self.users.write_text(f"{ANN}\n")
        self.scheme.write_text(DEFAULT_SCHEME.text)
        self.cover.mkdir()
        (self.cover / "index.html").write_text("the old site")
        self.key.parent.mkdir()
        self.key.write_bytes(certificates.new_key())
        self.renew()

    def renew(self) -> None:
        """A new certificate for the same key."""
        now = datetime.datetime.now(datetime.UTC)
        self.cert.write_bytes(certificates.self_signed(self.key, "moth.example", now))

    @property
    def options(self) -> list[str]:
        """How the bridge is told of them."""
        return [
            *("--users", str(self.users), "--padding-scheme", str(self.scheme)),
            *("--cover", str(self.cover)),
            *("--cert", str(self.cert), "--key", str(self.key)),
        ]


@contextmanager
def running(world: World, *options: str) -> Iterator[tuple[Friend, socket.socket]]:
    """A bridge with a user whose stream runs, and goes on running until the end."""
    with talking(world, "web"):
        bridge = friend(world, "bridge", *options)
        connect(world, bridge.link)
        with open_stream(world, ECHO) as stream:
            assert echoes(stream)
            yield bridge, stream
            assert echoes(stream)


def reload(bridge: Friend, says: str = "Reloaded") -> None:
    """Send SIGHUP and wait for its effect."""
    bridge.bridge.signal(signal.SIGHUP)
    bridge.bridge.says(says)


def shown_certificate(world: World) -> bytes:
    """What the bridge shows to anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with world.inside("client"):
        sock = socket.create_connection((world.hosts["bridge"].ipv4, PORT), timeout=30)
    with context.wrap_socket(sock) as tls:
        return tls.getpeercert(binary_form=True) or b""


def site(world: World) -> str:
    """The page that a stranger gets from the bridge."""
    return world.enter("other", "curl", "-sk", f"https://{world.hosts['bridge'].ipv4}/")


def test_users_cover_scheme_and_certificate_are_replaced_at_once(earth, tmp_path):
    files = Files(tmp_path)
    with running(earth, *files.options) as (bridge, _):
        assert "the old site" in site(earth)
        before = shown_certificate(earth)
        files.users.write_text(f"{ANN}\n{BOB}\n")
        files.scheme.write_text("stop=2\n0=100-200\n1=100-400\n")
        files.renew()
        (files.cover / "index.html").write_text("the new site")
        reload(bridge)
        assert "the new site" in site(earth)
        assert shown_certificate(earth) != before
        bridge.bridge.says("Link for bob")
        connect(earth, links_in(bridge.bridge.out)[-1], host="other")
        with open_stream(earth, ECHO, host="other") as stream:
            assert echoes(stream)


def test_a_changed_certificate_is_noticed_without_a_signal(earth, tmp_path):
    files = Files(tmp_path)
    with running(earth, *files.options) as (bridge, _):
        before = shown_certificate(earth)
        files.renew()
        bridge.bridge.says("Reloaded")
        assert shown_certificate(earth) != before


def test_settings_in_the_one_file_are_read_again(earth, tmp_path):
    config = tmp_path / "bridge.toml"
    config.write_text('[users]\nann = "first-password"\n')
    with running(earth, "--config", str(config)) as (bridge, _):
        config.write_text('[users]\nann = "first-password"\nbob = "other-password"\n')
        reload(bridge)
        bridge.bridge.says("Link for bob")
        assert len(links_in(bridge.bridge.out)) == 2, "ann has her link already"


def test_the_file_of_links_follows(earth, tmp_path):
    files, links = Files(tmp_path), tmp_path / "links"
    options = (*files.options, "--links-to", str(links))
    bridge = Friend(earth, "bridge", earth.hosts["bridge"].ipv4)
    bridge.start(*options)
    files.users.write_text(f"{ANN}\n{BOB}\n")
    reload(bridge)
    eventually(lambda: len(links_in(links.read_text())) == 2)
    assert links.stat().st_mode & 0o777 == 0o600
    assert not links_in(bridge.bridge.out)


@pytest.mark.parametrize("users", [BOB, f"{BOB}\nann:changed-password"])
def test_who_has_lost_the_right_gets_no_new_streams(earth, tmp_path, users):
    files = Files(tmp_path)
    with running(earth, *files.options) as (bridge, _):
        files.users.write_text(f"{users}\n")
        reload(bridge)
        with pytest.raises(RefusedError):
            open_stream(earth)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("users", "ann:short\n", "line 1"),
        ("scheme", "nonsense\n", "padding scheme"),
        ("pair/cert.pem", "nonsense\n", "no PEM certificate"),
        ("pair/key.pem", None, "Cannot read"),
    ],
)
def test_a_broken_new_file_keeps_the_old_service_and_is_named_once(
    earth, tmp_path, name, text, sentence
):
    files = Files(tmp_path)
    with running(earth, *files.options) as (bridge, _):
        if text is None:
            (tmp_path / name).unlink()
        else:
            (tmp_path / name).write_text(text)
        before = bridge.bridge.errors
        reload(bridge, "Nothing was reloaded")
        (line,) = bridge.bridge.errors.removeprefix(before).splitlines()
        assert sentence in line
        with open_stream(earth, ECHO) as another:
            assert echoes(another)
        assert "the old site" in site(earth)
