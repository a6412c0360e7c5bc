"""An nginx dressed as another server: same certificate on the line, same words."""

from __future__ import annotations

import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from peppermoth.errors import ConfigError
from peppermoth.lab.probing.battery import HTTP_1
from peppermoth.lab.probing.observing import certificates, observe
from peppermoth.lab.probing.probes import Hello
from peppermoth.lab.probing.reference import likeness, nginx_like
from peppermoth.lab.world.authority import Authority
from tests.lab.probing.servers import greeting, is_silent, serving
from tests.peers import find


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """Chains of an authority as the world has it, of either kind of key."""
    authority = Authority(tmp_path_factory.mktemp("authority"))
    found = {}
    for seed in range(40):
        chain = authority.issue("moth.example", seed)[0].read_bytes()
        certs = x509.load_pem_x509_certificates(chain)
        found.setdefault(type(certs[0].public_key()).__name__, certs)
    return list(found.values())


def test_a_likeness_has_the_same_lengths_and_subject_and_another_key(issued):
    assert len(issued) == 2
    der = serialization.Encoding.DER
    for chain in issued:
        pem, key = likeness([one.public_bytes(der) for one in chain])
        made = x509.load_pem_x509_certificates(pem)
        assert [len(one.public_bytes(der)) for one in made] == [
            len(one.public_bytes(der)) for one in chain
        ]
        assert made[0].subject == chain[0].subject
        assert made[0].public_key() != chain[0].public_key()
        secret = serialization.load_pem_private_key(key, None)
        assert secret.public_key() == made[0].public_key()


@pytest.mark.parametrize(
    ("server", "shown"), [(b"nginx", b"\r\nServer: nginx\r\n"), (b"nginx/1.2", b"Server: nginx/1")]
)
def test_nginx_is_dressed_as_the_server_it_stands_beside(certificate, server, shown):
    find("nginx")
    words = b"HTTP/1.1 200 OK\r\nServer: %s\r\nContent-Length: 0\r\n\r\n" % server
    with serving(greeting(certificate, words)) as other, nginx_like(other) as address:
        (own,) = certificates(address, Hello().name)
        assert len(own) == len(ssl.PEM_cert_to_DER_cert(certificate.cert.read_text()))
        (answer,) = observe(address, HTTP_1["a page, then close"], 2.0).said
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert shown in answer


def test_a_server_without_tls_is_refused_with_what_to_do():
    find("nginx")
    refused = pytest.raises(ConfigError, match="--reference")
    with serving(lambda sock: None) as address, refused, nginx_like(address):
        pass


def test_without_nginx_a_sentence_says_so(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)
    refused = pytest.raises(ConfigError, match="no nginx")
    with serving(is_silent) as address, refused, nginx_like(address):
        pass
