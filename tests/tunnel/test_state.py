"""The bridge's state: made once, kept whole, closed to others."""

from __future__ import annotations

import json
import math
import os
import re
import stat
from datetime import UTC, datetime, timedelta

import pytest

from peppermoth.errors import ConfigError
from peppermoth.redact import Secret
from peppermoth.tunnel import certificates, state
from peppermoth.tunnel.state import FIRST_USER, State

NOW = datetime(2030, 1, 1, tzinfo=UTC)
FILES = ("bridge.json", "key.pem", "certificate.pem")


def pin(opened):
    return certificates.load_pair(opened.certificate, opened.key).pin


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def contents(directory):
    return {name: (directory / name).read_bytes() for name in FILES}


def test_the_first_run_makes_everything_and_the_next_changes_nothing(tmp_path):
    directory = tmp_path / "a" / "state"
    first = State.open(directory, NOW)
    kept = contents(directory)
    second = State.open(directory, NOW + timedelta(days=1))
    assert list(first.users) == [FIRST_USER]
    assert (second.cover_name, second.users) == (first.cover_name, first.users)
    assert contents(directory) == kept
    found = certificates.check_pair(first.certificate, first.key, NOW)
    assert found.names == (first.cover_name,)


def test_two_bridges_have_nothing_in_common(tmp_path):
    one, two = (State.open(tmp_path / name, NOW) for name in "ab")
    assert one.cover_name != two.cover_name
    assert one.users != two.users
    assert pin(one) != pin(two)


def test_nobody_else_can_read_the_state(tmp_path):
    old = os.umask(0)
    try:
        State.open(tmp_path / "s", NOW)
    finally:
        os.umask(old)
    assert mode(tmp_path / "s") == 0o700
    assert {mode(tmp_path / "s" / name) for name in FILES} == {0o600}
    assert sorted(os.listdir(tmp_path / "s")) == sorted(FILES)


def test_rights_that_are_too_wide_are_taken_away(tmp_path):
    State.open(tmp_path, NOW)
    tmp_path.chmod(0o755)
    for name in FILES:
        (tmp_path / name).chmod(0o644)
    State.open(tmp_path, NOW)
    assert mode(tmp_path) == 0o700
    assert {mode(tmp_path / name) for name in FILES} == {0o600}


def test_rights_that_cannot_be_taken_away_are_refused(tmp_path, monkeypatch):
    State.open(tmp_path, NOW)
    (tmp_path / "key.pem").chmod(0o644)

    def not_ours(*_args, **_options):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("pathlib.Path.chmod", not_ours)
    with pytest.raises(ConfigError, match=r"key\.pem is open to other users.*chmod 600"):
        State.open(tmp_path, NOW)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named_and_never_made_anew(tmp_path, name):
    State.open(tmp_path, NOW)
    (tmp_path / name).unlink()
    left = sorted(os.listdir(tmp_path))
    with pytest.raises(ConfigError, match=re.escape(name)):
        State.open(tmp_path, NOW)
    assert sorted(os.listdir(tmp_path)) == left


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff", b"[]", b"damaged"])
@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_is_named_and_never_made_anew(tmp_path, name, damage):
    State.open(tmp_path, NOW)
    (tmp_path / name).write_bytes(damage)
    with pytest.raises(ConfigError, match=re.escape(name)):
        State.open(tmp_path, NOW)
    assert (tmp_path / name).read_bytes() == damage


def test_a_record_that_cannot_be_read_is_named(tmp_path):
    State.open(tmp_path, NOW)
    (tmp_path / "bridge.json").unlink()
    (tmp_path / "bridge.json").mkdir()
    with pytest.raises(ConfigError, match=r"Cannot read .*bridge\.json"):
        State.open(tmp_path, NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"cover_name": 3},
        {"cover_name": ""},
        {"users": {}},
        {"users": ["ann"]},
        {"users": {"ann": None}},
        {"users": {"ann": ""}},
        {"version": 2},
    ],
)
def test_a_record_that_makes_no_sense_is_named(tmp_path, change):
    State.open(tmp_path, NOW)
    record = json.loads((tmp_path / "bridge.json").read_text())
    (tmp_path / "bridge.json").write_text(json.dumps(record | change))
    with pytest.raises(ConfigError, match=r"bridge\.json"):
        State.open(tmp_path, NOW)


def test_a_key_and_a_certificate_of_two_bridges_are_refused(tmp_path):
    one, two = (State.open(tmp_path / name, NOW) for name in "ab")
    two.key.replace(one.key)
    with pytest.raises(ConfigError, match="does not belong"):
        State.open(tmp_path / "a", NOW)


def test_a_directory_with_other_files_is_left_alone(tmp_path):
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(ConfigError, match=r"has files but no bridge\.json"):
        State.open(tmp_path, NOW)
    assert os.listdir(tmp_path) == ["letter.txt"]
    assert mode(tmp_path) == 0o755


@pytest.mark.parametrize("step", ["_sign", "_save"])
def test_a_first_run_that_was_cut_off_begins_anew(tmp_path, monkeypatch, step):
    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(State, step, cut_off)
        with pytest.raises(KeyboardInterrupt):
            State.open(tmp_path, NOW)
    made = State.open(tmp_path, NOW)
    assert State.open(tmp_path, NOW).users == made.users
    assert {path.name for path in tmp_path.iterdir()} == {
        "bridge.json", "certificate.pem", "key.pem"
    }  # fmt: skip


def test_a_state_directory_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="Cannot use the state directory"):
        State.open(tmp_path / "file", NOW)


def test_another_cover_name_keeps_pin_and_passwords(tmp_path):
    before = State.open(tmp_path, NOW)
    old_pin = pin(before)
    State.open(tmp_path, NOW, "new.example")
    after = State.open(tmp_path, NOW)
    assert after.cover_name == "new.example"
    assert certificates.load_pair(after.certificate, after.key).names == ("new.example",)
    assert (pin(after), after.users) == (old_pin, before.users)


def test_a_certificate_that_ends_soon_is_renewed_with_the_same_pin(tmp_path):
    opened = State.open(tmp_path, NOW)
    old_pin = pin(opened)
    first = certificates.load_pair(opened.certificate, opened.key)
    assert not opened.renew_certificate(first.expires - timedelta(days=31))
    later = first.expires + timedelta(days=1000)
    assert opened.renew_certificate(later)
    assert certificates.check_pair(opened.certificate, opened.key, later).expires > later
    assert pin(opened) == old_pin


def test_users_without_a_password_get_one_that_stays(tmp_path):
    given = Secret("chosen by hand")
    first = State.open(tmp_path, NOW).select_users({"ann": None, "bob": given})
    second = State.open(tmp_path, NOW).select_users({"ann": None})
    assert list(first) == ["ann", "bob"]
    assert first["bob"] == given
    assert second == {"ann": first["ann"]}


def test_without_named_users_everybody_kept_is_served(tmp_path):
    opened = State.open(tmp_path, NOW)
    opened.select_users({"ann": None})
    assert list(State.open(tmp_path, NOW).select_users({})) == [FIRST_USER, "ann"]


def test_passwords_are_strong_readable_and_need_no_escaping():
    passwords = {state.new_password().reveal() for _ in range(50)}
    symbols = {len(password.replace("-", "")) for password in passwords}
    alphabet = set("".join(passwords)) - {"-"}
    assert len(passwords) == 50
    assert min(symbols) * math.log2(len(alphabet)) >= 128
    assert not alphabet & set("ilo01")
    assert all(re.fullmatch(r"[a-z0-9-]+", password) for password in passwords)


def test_no_repr_shows_a_password(tmp_path):
    opened = State.open(tmp_path, NOW)
    assert opened.users[FIRST_USER].reveal() not in repr(opened)


@pytest.mark.parametrize(
    ("root", "xdg", "expected"),
    [
        (True, "/x", "/var/lib/peppermoth"),
        (False, "/x", "/x/peppermoth"),
        (False, "relative", "/home/ann/.local/state/peppermoth"),
        (False, "", "/home/ann/.local/state/peppermoth"),
    ],
)
def test_where_the_state_lives(monkeypatch, root, xdg, expected):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
    monkeypatch.setenv("XDG_STATE_HOME", xdg)
    monkeypatch.setenv("HOME", "/home/ann")
    assert str(state.default_directory()) == expected
