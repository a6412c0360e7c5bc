"""One TOML file: joined with options, its mistakes named with line and key."""

from __future__ import annotations

import pytest

from peppermoth.errors import ConfigError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.configuration import load
from peppermoth.tunnel.settings import BridgeSettings

EVERYTHING = """
listen = ["0.0.0.0:443", "[::]:443"]
domain = "example.org"
cert = "tls/cert.pem"
key = "/etc/key.pem"
users_file = "users"
cover = "http://127.0.0.1:8080"
cover_h2 = "http://127.0.0.1:8081"
padding_scheme = "scheme.txt"
allow_private = true
state = "state"
links_to = "links"
public_host = "bridge.example.org"

[users]
ann = "a long password"
"bob jones" = ""

[limits]
sessions_per_user = 4
connect_timeout = 3
udp_idle_timeout = 1.5
"""


@pytest.fixture
def read(tmp_path):
    def reading(text, **options):
        file = tmp_path / "bridge.toml"
        file.write_text(text)
        return load(BridgeSettings, file, options)

    return reading


def refusal(read, text, **options):
    with pytest.raises(ConfigError) as caught:
        read(text, **options)
    return str(caught.value)


def test_every_setting_can_stand_in_the_file(read, tmp_path):
    settings = read(EVERYTHING)
    assert set(BridgeSettings.model_fields) == settings.model_fields_set
    assert settings.users == {"ann": Secret("a long password"), "bob jones": None}
    assert settings.limits.connect_timeout == 3
    assert settings.limits.streams_per_session == BridgeSettings().limits.streams_per_session


def test_paths_of_a_file_are_relative_to_it(read, tmp_path):
    settings = read(EVERYTHING)
    assert settings.cert == tmp_path / "tls" / "cert.pem"
    assert str(settings.key) == "/etc/key.pem"
    (tmp_path / "site").mkdir()
    assert read('cover = "site"').cover == tmp_path / "site"


def test_an_option_replaces_the_files_value(read):
    settings = read(EVERYTHING, listen=["192.0.2.1:1"], users={"eve": None})
    assert settings.listen == [Address("192.0.2.1", 1)]
    assert list(settings.users) == ["eve"]
    assert settings.domain == "example.org"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("\nlisten = 'x:1'", "line 2, key 'listen': this must be a list in brackets."),
        ("listen = [\n'1.2.3.4:5',\n'x']", "line 1, key 'listen': the port is missing"),
        ("listen = [3]", "line 1, key 'listen': this must be a text in quotes."),
        ("domain = 3", "line 1, key 'domain': this must be a text in quotes."),
        ("allow_private = 'yes'", "line 1, key 'allow_private': this must be true or false."),
        ("#\ndomian = 'a.b'", "line 2, key 'domian': there is no such setting (did you mean "),
        ("a = 1\n[zzz]", "line 1, key 'a': there is no such setting."),
        ("[zzz]\nx = 1", "line 1, key 'zzz': there is no such setting."),
        ("limits = 3", "line 1, key 'limits': this must be a table."),
        ("users = ['ann']", "line 1, key 'users': this must be a table."),
        (
            "[limits]\nconnect_timeuot = 3",
            "line 2, key 'limits.connect_timeuot': there is no such setting "
            "(did you mean 'connect_timeout'?).",
        ),
        ("[limits]\n\nsessions_per_user = 0", "line 3, key 'limits.sessions_per_user': this must"),
        ("limits.sessions_per_user = 1.5", "line 1, key 'limits.sessions_per_user': this must be"),
        ("limits = {sessions_per_user = 0}", "line 1, key 'limits.sessions_per_user': this must"),
        ("[limits]\nconnect_timeout = inf", "connect_timeout': this must be a number."),
        ("[limits]\nconnect_timeout = -1", "connect_timeout': this must be more than 0."),
        ("[limits]\nconnect_timeout = '1'", "connect_timeout': this must be a number."),
        ("[ users ]\nann = ''\nbob = 'x'", "line 3, key 'users.bob': a password has at least 8"),
        ("[users]\n\"b:ob\" = ''", "line 2, key 'users.b:ob': a user's name has"),
        ("users.\"123\" = 'x'", "line 1, key 'users.123': a password has at least 8"),
        ("x =", "line 1: this is not TOML (invalid value)."),
        ("domain = 'a.b'\ndomain = 'c.d'", "line 2: this is not TOML (cannot overwrite a value)."),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(read, tmp_path, text, sentence):
    said = refusal(read, text)
    assert said.startswith(f"{tmp_path}/bridge.toml, line ")
    assert sentence in said


@pytest.mark.parametrize("text", ["domain = 3\n[limits]\nx = 1", "listen = [1, 2]\nstate = 5"])
def test_no_jargon_reaches_the_user(read, text):
    said = refusal(read, text)
    assert not [word for word in ("pydantic", "Input", "input", "type=", "\n") if word in said]


def test_a_mistake_of_an_option_is_not_blamed_on_the_file(read):
    assert refusal(read, "domain = 'a.b'", domain="1.2.3.4").startswith("--domain: ")
    assert refusal(read, "", users={"x:y": None}).startswith("--user: ")


def test_a_rule_between_settings_is_told_in_a_sentence(read):
    assert refusal(read, "cert = 'x'") == (
        "A certificate and its key go together: give both cert and key."
    )


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"Cannot read .*none: No such file"):
        load(BridgeSettings, tmp_path / "none", {})
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="binary is not a text file"):
        load(BridgeSettings, tmp_path / "binary", {})
