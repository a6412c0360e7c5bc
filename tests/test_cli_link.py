"""``peppermoth link``, run as a program."""

from __future__ import annotations

import stat

import pytest

from tests.test_cli import peppermoth

PASSWORD = "tr0ub4dor-and-3"
LINK = f"anytls://{PASSWORD}@192.0.2.7:8443/?sni=www.example.com&insecure=1#[red]Sara"


def test_check_explains_a_link_without_its_secret():
    ran = peppermoth("link", "check", LINK)
    assert ran.returncode == 0
    assert "The bridge is 192.0.2.7, port 8443.\n" in ran.stdout
    assert "“[red]Sara”" in ran.stdout
    assert PASSWORD not in ran.stdout + ran.stderr


def test_a_link_need_not_stand_in_the_shells_history(tmp_path):
    file = tmp_path / "link"
    file.write_text(LINK + "\n")
    direct = peppermoth("link", "check", LINK).stdout
    assert peppermoth("link", "check", f"@{file}").stdout == direct
    assert peppermoth("link", "check", "-", stdin=LINK).stdout == direct


@pytest.mark.parametrize("command", ["check", "qr"])
@pytest.mark.parametrize("bad", [f"anytls://{PASSWORD}@", f"anytls://{PASSWORD}", "@/none", "-"])
def test_a_bad_link_is_one_sentence_and_code_2(command, bad):
    ran = peppermoth("link", command, bad)
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith("peppermoth: ")
    assert ran.stderr.count("\n") == 1
    assert PASSWORD not in ran.stderr


def test_qr_draws_in_the_terminal():
    ran = peppermoth("link", "qr", LINK)
    assert ran.returncode == 0
    lines = ran.stdout.splitlines()
    assert len({len(line) for line in lines}) == 1
    assert not set(ran.stdout) - set(" \u2580\u2584\u2588\n")


def test_qr_says_when_the_terminal_is_too_narrow():
    ran = peppermoth("link", "qr", LINK, columns="30")
    assert ran.returncode == 2
    assert "the terminal has 30" in ran.stderr


def test_qr_writes_private_images_and_draws_nothing(tmp_path):
    svg, png = tmp_path / "a.svg", tmp_path / "a.png"
    ran = peppermoth("link", "qr", LINK, "--svg", str(svg), "--png", str(png))
    assert ran.returncode == 0
    assert "\u2588" not in ran.stdout
    assert {stat.S_IMODE(path.stat().st_mode) for path in (svg, png)} == {0o600}


def test_qr_wants_a_single_link():
    ran = peppermoth("link", "qr", "-", stdin=f"{LINK}\n{LINK}\n")
    assert ran.returncode == 2
    assert "more than one link" in ran.stderr
