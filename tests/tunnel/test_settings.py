"""What settings accept, and users from options and files."""

from __future__ import annotations

import pytest

from peppermoth.errors import ConfigError
from peppermoth.redact import Address, Secret
from peppermoth.tunnel.configuration import load
from peppermoth.tunnel.settings import (
    BridgeSettings,
    ConnectSettings,
    parse_user,
    parse_users,
)

PASSWORD = "tr0ub4dor"


def bridge(**options):
    return load(BridgeSettings, None, options)


def connect(**options):
    return load(ConnectSettings, None, options)


def test_without_options_every_default_works():
    assert bridge() == BridgeSettings()
    assert connect().listen == Address("127.0.0.1", 1080)
    assert connect().fingerprint == "chrome:stable"


def test_values_arrive_parsed(tmp_path):
    settings = bridge(
        listen=["0.0.0.0:443", "[::]:8443"],
        domain="Bücher.example",
        public_host="2001:DB8::1",
        cover="http://127.0.0.1:8080",
        cover_h2="http://127.0.0.1:8081/",
        users={"ann": PASSWORD, "bob": None},
        cert=tmp_path / "c.pem",
        key=str(tmp_path / "k.pem"),
    )
    assert settings.listen == [Address("0.0.0.0", 443), Address("::", 8443)]
    assert settings.domain == "xn--bcher-kva.example"
    assert settings.public_host == "2001:db8::1"
    assert settings.cover == Address("127.0.0.1", 8080)
    assert settings.cover_h2 == Address("127.0.0.1", 8081)
    assert settings.users == {"ann": Secret(PASSWORD), "bob": None}
    assert settings.key == tmp_path / "k.pem"


def test_a_cover_site_may_be_a_directory(tmp_path):
    assert bridge(cover=str(tmp_path)).cover == tmp_path


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"listen": ["443"]}, "--listen: the port is missing"),
        ({"domain": "192.0.2.1"}, "--domain: this must be a name"),
        ({"public_host": "a b"}, "--public-host: the server is neither"),
        ({"users": {"a:b": None}}, "--user: a user's name"),
        ({"users": {"ann": "short"}}, "--user: a password has at least 8"),
        ({"cover": "https://example.com"}, "--cover: .*http://host:port"),
        ({"cover": "http://example.com/x"}, "--cover: .*no path"),
        ({"cover_h2": "127.0.0.1:80"}, "--cover-h2: "),
        ({"cert": "c.pem"}, "give both cert and key"),
        ({"cover": "/none/of/these"}, "/none/of/these is not a directory"),
        ({"cover_h2": "http://127.0.0.1:80"}, "needs a cover of the form"),
    ],
)
def test_a_bad_option_of_the_bridge_is_named(options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        bridge(**options)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"listen": "0.0.0.0:1080"}, "others can reach needs a user name"),
        ({"listen": "[::]:1080"}, "others can reach needs a user name"),
        ({"listen": "example.com:1080"}, "others can reach needs a user name"),
        ({"username": "ann"}, "go together"),
        ({"password": "x"}, "go together"),
        ({"log_format": "xml"}, "--log-format: this must be 'text' or 'json'"),
        ({"streams_per_session": 0}, "--streams-per-session: this must be at least 1"),
        ({"streams_per_session": 257}, "--streams-per-session: this must be at most 256"),
        ({"username": "", "password": "x"}, "--user: this must not be empty"),
        ({"username": "x" * 256, "password": "x"}, "--user: .* at most 255 characters"),
    ],
)
def test_a_bad_option_of_the_client_is_named(options, sentence):
    with pytest.raises(ConfigError, match=sentence):
        connect(**options)


@pytest.mark.parametrize("listen", ["127.0.0.2:1", "[::1]:1", "localhost:1"])
def test_a_proxy_for_this_computer_only_needs_no_password(listen):
    assert connect(listen=listen).username is None


def test_a_proxy_for_others_works_with_a_password():
    settings = connect(listen="0.0.0.0:1080", username="ann", password="x")
    assert settings.password == Secret("x")


def test_no_setting_shows_a_password():
    shown = repr(bridge(users={"ann": PASSWORD})) + repr(connect(username="a", password=PASSWORD))
    assert PASSWORD not in shown


@pytest.mark.parametrize(
    "options",
    [
        {"users": {"ann": PASSWORD + "\0", PASSWORD * 9: None}},
        {"users": PASSWORD},
        {"cover": f"https://{PASSWORD}"},
    ],
)
def test_no_mistake_repeats_a_value(options):
    with pytest.raises(ConfigError) as caught:
        bridge(**options)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann", ("ann", None)),
        ("ann:", ("ann", None)),
        (f"ann:{PASSWORD}", ("ann", Secret(PASSWORD))),
        ("رضا:a:b:c:d:e:", ("رضا", Secret("a:b:c:d:e:"))),
    ],
)
def test_a_user_is_a_name_with_or_without_a_password(text, expected):
    assert parse_user(text) == expected


@pytest.mark.parametrize(
    "text", ["", ":" + PASSWORD, " ann", "a\x1b[2J", "a\u202eb", "x" * 65, "ann:short"]
)
def test_a_bad_user_is_refused_without_repeating_it(text):
    with pytest.raises(ConfigError, match=r"name has 1 to 64|at least 8") as caught:
        parse_user(text)
    assert PASSWORD not in str(caught.value)


def test_a_bad_user_among_options_is_a_whole_sentence():
    with pytest.raises(ConfigError, match=r"^--user: a password has at least 8 characters\.$"):
        parse_users(["ann", "bob:short"])


def test_a_user_given_twice_is_refused():
    assert list(parse_users(["ann", "bob"])) == ["ann", "bob"]
    with pytest.raises(ConfigError, match="'ann' is named twice"):
        parse_users(["ann", f"ann:{PASSWORD}"])


def test_users_of_a_file_join_those_of_options(tmp_path):
    file = tmp_path / "users"
    file.write_text(f"# friends\n\nbob:{PASSWORD}\n  eve  \n")
    settings = bridge(users={"ann": None}, users_file=file)
    assert settings.read_users() == {"ann": None, "bob": Secret(PASSWORD), "eve": None}
    file.write_text("zoe\n")
    assert list(settings.read_users()) == ["ann", "zoe"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("\nbob:short\n", "users, line 2: a password has at least"),
        (f"bob\n:{PASSWORD}\n", "users, line 2: a user's name"),
        ("bob\nbob\n", "users, line 2: the user 'bob' is named twice"),
        ("ann\n", "'ann' .* is named twice"),
        (f"bob:{PASSWORD}\neve:{PASSWORD}\n", "'bob' and 'eve' have the same password"),
    ],
)
def test_a_bad_users_file_is_answered_with_its_line(tmp_path, content, sentence):
    file = tmp_path / "users"
    file.write_text(content)
    with pytest.raises(ConfigError, match=sentence) as caught:
        bridge(users={"ann": None}, users_file=file).read_users()
    assert PASSWORD not in str(caught.value)


def test_a_missing_users_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"Cannot read .*none: No such file"):
        bridge(users_file=tmp_path / "none").read_users()
