"""What a bridge serves: users and their keys, links for them, and files that cannot be used."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from peppermoth.errors import ConfigError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel import certificates
from peppermoth.tunnel.service import Service, Users, load
from peppermoth.tunnel.settings import BridgeSettings
from peppermoth.wire.anytls import DEFAULT_SCHEME, password_key
from tests.cloaks.tls_talk import Authority

HERE = Address("192.0.2.1", 443)
ANN, BOB = Secret("password of ann"), Secret("password of bob")


def served(run, **settings: object) -> Service:
    async def loaded() -> Service:
        service = await load(BridgeSettings(**settings), HERE)
        await service.cover.close()
        return service

    return run(loaded())


def test_a_key_finds_its_user_and_no_other():
    users = Users({"ann": ANN, "bob": BOB})
    assert users.find(password_key(BOB.reveal())) == "bob"
    assert users.find(password_key("another password")) is None
    assert users.find(b"") is None


def test_two_services_keep_the_same_user_under_different_digests():
    one, other = Users({"ann": ANN}), Users({"ann": ANN})
    assert one._names.keys() != other._names.keys()


@pytest.mark.parametrize(
    ("later", "kept"),
    [({"ann": ANN, "bob": BOB}, True), ({"bob": BOB}, False), ({"ann": BOB}, False)],
)
def test_a_user_stays_one_with_the_same_password_only(later, kept):
    assert Users(later).keep("ann", Users({"ann": ANN})) is kept


def test_the_first_run_makes_a_user_whose_link_names_our_own_certificate(run, state):
    service = served(run, state=state)
    ((user, link),) = service.links
    assert link.address == HERE
    assert link.name == user
    assert service.users.find(password_key(link.password.reveal())) == user
    assert link.insecure
    assert link.pin
    assert link.sni
    assert service.scheme is DEFAULT_SCHEME


def test_links_of_the_same_state_stay_the_same(run, state):
    assert served(run, state=state).links == served(run, state=state).links


def test_the_domain_is_the_name_in_the_link(run, state):
    service = served(run, state=state, domain="moth.example")
    assert service.links[0][1].sni == "moth.example"


def test_a_changed_certificate_is_noticed_once(run, state, tmp_path):
    pair = make_pair(tmp_path)
    service = served(run, state=state, **pair)
    assert not service.watch.changed()
    renew(pair)
    assert service.watch.changed()
    assert not service.watch.changed()


def make_pair(directory: Path) -> dict[str, Path]:
    pair = {"cert": directory / "cert.pem", "key": directory / "key.pem"}
    pair["key"].write_bytes(certificates.new_key())
    renew(pair)
    return pair


def renew(pair: dict[str, Path]) -> None:
    now = datetime.datetime.now(datetime.UTC)
    pem = certificates.self_signed(pair["key"], "moth.example", now)
    pair["cert"].write_bytes(pem + b"\n" * (pair["cert"].exists() * 2))


def test_the_name_in_a_given_certificate_is_the_name_in_the_link(run, state, tmp_path):
    service = served(run, state=state, **make_pair(tmp_path))
    assert service.links[0][1].sni == "moth.example"


def test_an_authority_s_certificate_must_be_for_the_name_that_clients_will_check(
    run, state, tmp_path
):
    issued = Authority(tmp_path).issue("moth.example")
    pair = {"cert": issued.cert, "key": issued.key}
    assert served(run, state=state, domain="moth.example", **pair).links[0][1].pin is None
    with pytest.raises(ConfigError, match=r"is not for the name wasp\.example"):
        served(run, state=state, domain="wasp.example", **pair)


def test_a_scheme_of_ones_own_is_used(run, state, tmp_path):
    scheme = tmp_path / "scheme"
    scheme.write_text(DEFAULT_SCHEME.text.replace("stop=8", "stop=5") + "\n")
    assert served(run, state=state, padding_scheme=scheme).scheme.stop == 5


@pytest.mark.parametrize(
    ("name", "text"), [("padding_scheme", "stop"), ("users_file", "x"), ("cert", "x"), ("key", "x")]
)
def test_a_broken_file_is_named(run, state, tmp_path, name, text):
    settings = make_pair(tmp_path)
    broken = settings.setdefault(name, tmp_path / name)
    broken.write_text(f"{text}:y\n")
    with pytest.raises(ConfigError, match=str(broken)):
        served(run, state=state, **settings)


def test_no_password_stands_in_what_a_service_prints(run, state):
    service = served(run, state=state)
    assert service.links[0][1].password.reveal() not in repr(service)
