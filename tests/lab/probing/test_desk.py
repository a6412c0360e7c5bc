"""``lab probe``: whom it probes, and how it ends."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from peppermoth.errors import ConfigError
from peppermoth.lab.probing import desk
from peppermoth.lab.probing.desk import own_server
from peppermoth.lab.probing.prober import TRIALS
from tests.lab.probing.servers import closes, greeting, is_silent, serving
from tests.peers import find
from tests.test_cli import peppermoth

FEW = [trial for trial in TRIALS if trial.name in {"plain GET", "one plain byte", "a page"}]


def probe(server, reference, trials=FEW):
    console = Console(file=io.StringIO(), width=120)
    is_same = desk.probe(server, "nginx", reference, 0.5, console, trials)
    return is_same, console.file.getvalue()


@pytest.mark.parametrize("text", ["127.0.0.1:443", "127.9.9.9:443", "[::1]:443", "localhost:443"])
def test_loopback_is_probed_without_a_word(text):
    assert own_server(text, is_mine=False).ip.is_loopback


@pytest.mark.parametrize("text", ["192.0.2.1:443", "[2001:db8::1]:443", "0.0.0.0:443"])
def test_others_are_probed_only_when_they_are_the_user_s(text):
    with pytest.raises(ConfigError, match="--i-run-this-server"):
        own_server(text, is_mine=False)
    assert own_server(text, is_mine=True).text == text


def test_a_name_that_nobody_has_is_a_sentence():
    with pytest.raises(ConfigError, match="not known"):
        own_server("moth.invalid:443", is_mine=False)


def test_a_server_is_the_same_as_a_reference_that_does_the_same():
    with serving(closes) as one, serving(closes) as two, serving(is_silent) as three:
        assert probe(one, two)[0]
        is_same, text = probe(one, three)
    assert not is_same
    assert "differs: " in text


def test_without_a_reference_nginx_is_started(certificate):
    find("nginx")
    with serving(greeting(certificate, b"moth")) as server:
        is_same, text = probe(server, None)
    assert not is_same
    assert "answer: 1.1 200 OK / b'moth'" in text


def test_another_likeness_is_refused():
    with serving(closes) as one, pytest.raises(ConfigError, match="there is nginx"):
        desk.probe(one, "apache", None, 0.5, Console(file=io.StringIO()), [])


def test_the_command_leaves_others_alone():
    ran = peppermoth("lab", "probe", "192.0.2.1:443", "--as", "nginx")
    assert ran.returncode == 2
    assert "--i-run-this-server" in ran.stderr
