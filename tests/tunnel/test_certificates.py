"""Keys and certificates: believed by OpenSSL, checked in sentences, watched."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from peppermoth.cloaks.tls import key_pin
from peppermoth.errors import ConfigError
from peppermoth.tunnel.certificates import Watch, check_pair, load_pair, new_key, self_signed
from peppermoth.wire.pins import decode_pin
from tests.needs import need

NOW = datetime(2030, 6, 1, 12, 30, 15, 999, tzinfo=UTC)


@pytest.fixture
def pair(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    key.write_bytes(new_key())
    certificate.write_bytes(self_signed(key, "www.example.com", NOW))
    return certificate, key


def openssl(*arguments):
    program = need(shutil.which("openssl"), "openssl", "install the package openssl")
    return subprocess.run(
        [program, *map(str, arguments)], check=True, capture_output=True, text=True, timeout=20
    ).stdout


def test_openssl_believes_the_certificate_for_its_name(pair):
    certificate, _ = pair
    moment = int(NOW.timestamp())
    verdict = openssl(
        *("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname"),
        *("www.example.com", "-attime", moment, "-CAfile", certificate, certificate),
    )
    assert verdict.strip().endswith("OK")


def test_the_pin_is_the_one_that_openssl_computes(pair, tmp_path):
    certificate, key = pair
    der = tmp_path / "spki.der"
    openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", der)
    digest = openssl("dgst", "-sha256", "-r", der).split()[0]
    assert decode_pin(load_pair(certificate, key).pin).hex() == digest


def test_the_pin_is_the_one_that_the_client_compares(pair):
    certificate, key = pair
    body = certificate.read_text().split("-----")[2]
    shown = key_pin(base64.b64decode(body))
    assert decode_pin(load_pair(certificate, key).pin) == shown


def test_what_a_certificate_says_of_itself(pair):
    found = check_pair(*pair, NOW)
    assert found.names == ("www.example.com",)
    assert found.self_signed
    assert found.begins == NOW.replace(microsecond=0) - timedelta(hours=1)
    assert found.expires == found.begins + timedelta(days=365)


@pytest.mark.parametrize(
    ("name", "covered"),
    [
        ("www.example.com", True),
        ("WWW.Example.com", True),
        ("example.com", False),
        ("a.www.example.com", False),
    ],
)
def test_which_names_a_certificate_covers(pair, name, covered):
    assert load_pair(*pair).covers(name) is covered


def test_a_wildcard_covers_one_label(pair):
    certificate, key = pair
    certificate.write_bytes(self_signed(key, "*.example.com", NOW))
    found = load_pair(certificate, key)
    assert found.covers("www.example.com")
    assert not found.covers("a.b.example.com")
    assert not found.covers("example.com")


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (NOW - timedelta(days=1), "not valid yet: it begins on 2030-06-01"),
        (NOW + timedelta(days=365), "expired on 2031-06-01"),
    ],
)
def test_a_certificate_outside_its_time_is_refused(pair, moment, sentence):
    with pytest.raises(ConfigError, match=sentence):
        check_pair(*pair, moment)


def test_a_key_of_another_certificate_is_refused(pair):
    certificate, key = pair
    key.write_bytes(new_key())
    with pytest.raises(ConfigError, match="does not belong"):
        load_pair(certificate, key)


@pytest.mark.parametrize("content", [b"", b"no pem", b"\xff" * 40])
def test_files_that_are_not_pem_are_named(pair, content):
    certificate, key = pair
    good = key.read_bytes()
    key.write_bytes(content)
    with pytest.raises(ConfigError, match=r"no usable private key in .*key\.pem"):
        load_pair(certificate, key)
    key.write_bytes(good)
    certificate.write_bytes(content)
    with pytest.raises(ConfigError, match=r"no PEM certificate in .*cert\.pem"):
        load_pair(certificate, key)


def test_a_key_under_a_passphrase_is_refused_with_a_remedy(pair, tmp_path):
    certificate, key = pair
    locked = tmp_path / "locked.pem"
    openssl("pkey", "-in", key, "-aes256", "-passout", "pass:x", "-out", locked)
    with pytest.raises(ConfigError, match="needs a passphrase; remove it"):
        load_pair(certificate, locked)


def test_a_key_of_another_kind_is_shown_but_not_signed_with(tmp_path):
    key, certificate = tmp_path / "rsa.pem", tmp_path / "cert.pem"
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=old.example"),
        *("-keyout", key, "-out", certificate),
    )
    found = load_pair(certificate, key)
    assert found.names == ()
    assert not found.covers("old.example")
    with pytest.raises(ConfigError, match=r"rsa\.pem is not an elliptic-curve key"):
        self_signed(key, "new.example", NOW)


def test_a_missing_file_is_named(pair, tmp_path):
    with pytest.raises(ConfigError, match=r"none\.pem: No such file"):
        load_pair(pair[0], tmp_path / "none.pem")


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_bytes(b"longer than before"),
        lambda path: os.utime(path, ns=(1, 1)),
        lambda path: (path.parent / "new").replace(path),
    ],
    ids=["another size", "another time", "another file"],
)
def test_a_replaced_file_is_noticed_once(tmp_path, change):
    path, other = tmp_path / "a", tmp_path / "b"
    for file in (path, other, tmp_path / "new"):
        file.write_bytes(b"before")
    os.utime(tmp_path / "new", ns=(5, 5))
    watch = Watch(other, path)
    assert not watch.changed()
    change(path)
    assert watch.changed()
    assert not watch.changed()


def test_a_file_that_is_away_for_a_moment_is_waited_for(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"before")
    watch = Watch(path)
    path.unlink()
    assert not watch.changed()
    path.write_bytes(b"after it")
    assert watch.changed()
