"""Certificates of the world: real chains, of the size that servers send today."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.verification import PolicyBuilder, Store

from peppermoth.lab.world.authority import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def chain(path: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(path.read_bytes())


def test_a_chain_leads_to_the_root_for_its_name(authority: Authority) -> None:
    certificate, key = authority.issue("moth.example")
    leaf, *above = chain(certificate)
    store = Store(chain(authority.root))
    verifier = PolicyBuilder().store(store).build_server_verifier(x509.DNSName("moth.example"))
    assert verifier.verify(leaf, above)
    assert key.stat().st_mode & 0o077 == 0


def test_a_server_sends_as_much_as_public_ones_do(authority: Authority) -> None:
    sizes = []
    for number in range(12):
        certificate, _ = authority.issue(f"moth{number}.example")
        sizes.append(sum(len(one.public_bytes(Encoding.DER)) for one in chain(certificate)))
    assert min(sizes) > 1800
    assert max(sizes) < 6000
    assert max(sizes) - min(sizes) > 500


def test_key_and_length_follow_from_name_and_seed(authority: Authority) -> None:
    def shape(seed: int) -> list[tuple[bool, int]]:
        found = []
        for number in range(12):
            certificate, _ = authority.issue(f"moth{number}.example", seed)
            leaf, *above = chain(certificate)
            key = leaf.public_key()
            found.append((isinstance(key, ec.EllipticCurvePublicKey), len(above)))
        return found

    assert shape(1) == shape(1) != shape(2)
