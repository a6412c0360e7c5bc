"""The hello of the installed Chromium, and whether that of utls passes for it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import utls

from peppermoth.wire.hello import ClientHello, first_client_hello
from peppermoth.wire.ja4 import GREASE, extension_order, ja4, ja4_raw
from tests.peers import find
from tests.wire.hellos import chrome_flight

PATIENCE_SECONDS = 60
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium(url: str, profile: Path) -> Iterator[None]:
    """Headless Chromium on its way to a page, with all its processes ended afterwards."""
    command = [find("chromium"), *FLAGS, f"--user-data-dir={profile}", url]
    silent = subprocess.DEVNULL
    browser = subprocess.Popen(command, stdout=silent, stderr=silent, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()


def first_flight(listener: socket.socket) -> bytes:
    """What the next visitor sends until its hello is whole."""
    connection, _ = listener.accept()
    with connection:
        connection.settimeout(PATIENCE_SECONDS)
        flight = b""
        while first_client_hello(flight) is None:
            piece = connection.recv(65536)
            assert piece, "the visitor left in the middle of its hello"
            flight += piece
        return flight


@pytest.fixture(scope="module")
def flight(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The first flight of the installed Chromium."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(PATIENCE_SECONDS)
        url = f"https://localhost:{listener.getsockname()[1]}/"
        with chromium(url, tmp_path_factory.mktemp("profile")):
            return first_flight(listener)


@pytest.fixture
def browser(flight: bytes) -> ClientHello:
    """Chromium's hello, read by us."""
    return first_client_hello(flight)


@pytest.fixture
def moth() -> ClientHello:
    """The hello that utls makes by default, read by us."""
    return first_client_hello(chrome_flight("chrome:stable", "localhost"))


def test_our_reader_and_that_of_utls_give_chromium_the_same_name(flight, browser):
    assert ja4(browser) == utls.Fingerprint.from_capture(flight).ja4_hash
    assert browser.server_name == "localhost"


def test_the_default_profile_has_the_name_of_chromium(browser, moth):
    assert ja4_raw(moth) == ja4_raw(browser)
    assert ja4(moth) == ja4(browser)


def test_the_default_profile_has_chromium_s_extensions_with_grease_in_the_same_places(
    browser, moth
):
    # Chromium shuffles its extensions for each connection; only GREASE stays first and last
    ours, theirs = extension_order(moth), extension_order(browser)
    assert sorted(ours) == sorted(theirs)
    assert ours[0] == ours[-1] == theirs[0] == theirs[-1] == GREASE
    assert moth.grease == browser.grease


def test_the_default_profile_says_the_same_in_what_ja4_does_not_see(browser, moth):
    def beneath_ja4(hello: ClientHello) -> dict[str, object]:
        return {
            "legacy version": hello.legacy_version,
            "session id": len(hello.session_id),
            "cipher suites": hello.cipher_suites[1:],
            "compression": hello.compression_methods,
            "alpn": hello.alpn,
            "alps": hello.alps,
            "versions": hello.supported_versions[1:],
            "groups": hello.supported_groups[1:],
            "key shares": [share.length for share in hello.key_shares],
            "point formats": hello.ec_point_formats,
            "certificate compression": hello.compress_certificate,
            "padding": hello.padding_length,
            "ech": hello.ech and (hello.ech.kdf, hello.ech.aead, hello.ech.enc_length),
            "trust anchors": len(hello.extension(0xCA34) or b""),
        }

    assert beneath_ja4(moth) == beneath_ja4(browser)
