"""The whole way: from observations to every file that was asked for, and no further."""

from __future__ import annotations

import io
import json
import os
import stat

import pytest
from rich.console import Console

from peppermoth.errors import ConfigError
from peppermoth.exposure import asked, keeping, seeing
from peppermoth.exposure.comparison import read_earlier
from peppermoth.exposure.languages import LANGUAGES
from tests.exposure.samples import CUT_OFF, Hands, phone
from tests.exposure.test_document import VALIDATOR


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


@pytest.fixture
def reports(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


def see(source=None, **files):
    """What ``peppermoth see`` prints."""
    file = io.StringIO()
    console = Console(file=file, width=200, highlight=False, markup=False)
    wanted = asked.Wanted(language=LANGUAGES["en"], **files)
    seeing.see(source or Hands(phone()), wanted, console)
    return file.getvalue()


def test_without_files_nothing_is_written_anywhere(tmp_path):
    assert "What the line could learn" in see()
    assert os.listdir(tmp_path) == []


def test_every_file_is_the_owners_and_on_the_list(reports):
    files = {"html": reports / "a.html", "json": reports / "a.json", "helpline": reports / "h.html"}
    said = see(**files)
    assert {path.name for path in reports.iterdir()} == {"a.html", "a.json", "h.html"}
    for path in files.values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert f"Wrote {path}" in said
    assert set(keeping.remembered()) == {str(path) for path in files.values()}
    VALIDATOR.validate(json.loads(files["json"].read_bytes()))


def test_a_helpline_copy_names_no_site_and_no_address(reports):
    see(helpline=reports / "h.html")
    copy = (reports / "h.html").read_text(encoding="utf-8")
    assert "copy for a helpline" in copy
    assert "192.0.2.7" not in copy
    assert ".example" not in copy


def test_what_was_heard_but_not_kept_is_told_without_packet_numbers(reports):
    files = {"html": reports / "a.html", "json": reports / "a.json"}
    assert "frame.number" in see()
    said = [see(live=True, **files), *(path.read_text() for path in files.values())]
    assert not any("frame.number" in one or "ackets: " in one for one in said)
    VALIDATOR.validate(json.loads(said[-1]))


def test_an_earlier_report_is_compared(reports):
    earlier = reports / "earlier.json"
    see(json=earlier)
    said = see(Hands(list(phone())[2:]), earlier=read_earlier(earlier))
    assert "What changed since the earlier report" in said
    assert "the password of a mail account (2\N{NO-BREAK SPACE}→\N{NO-BREAK SPACE}0)" in said


def test_what_the_recording_lacks_comes_into_every_report(reports):
    source = Hands(phone())
    source.packets_cut, source.connections_torn = 12, 1
    files = {name: reports / f"a.{name}" for name in ("html", "json", "helpline")}
    told = [see(source, **files)]
    told += [files[name].read_text(encoding="utf-8") for name in ("html", "helpline")]
    for said in told:
        assert "12 packets were recorded only in part" in said
        assert "In one connection of the device, bytes are missing" in said
    recording = json.loads(files["json"].read_bytes())["recording"]
    assert (recording["packets_cut"], recording["connections_torn"]) == (12, 1)


@pytest.mark.parametrize("kind", ["html", "json", "helpline"])
def test_the_earlier_report_is_never_overwritten_while_it_is_compared(reports, kind):
    earlier = reports / "earlier.json"
    see(json=earlier)
    before = earlier.read_bytes()
    with pytest.raises(ConfigError, match="is the earlier report"):
        see(earlier=read_earlier(earlier), **{kind: reports / ".." / "reports" / "earlier.json"})
    assert earlier.read_bytes() == before


def test_what_breaks_off_while_reading_leaves_no_file(reports):
    def broken():
        yield from list(phone())[:5]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        see(Hands(broken()), json=reports / "a.json")
    assert not os.listdir(reports)
    assert keeping.remembered() == []


def test_a_file_that_cannot_be_written_is_one_sentence_and_not_remembered(reports):
    with pytest.raises(ConfigError, match="Cannot write"):
        see(html=reports / "none" / "a.html")
    assert keeping.remembered() == []


@pytest.mark.parametrize("kind", ["html", "json", "helpline"])
def test_a_report_never_replaces_a_recording_or_any_other_file(reports, kind):
    other = reports / "recording.pcap"
    other.write_bytes(b"all that there is of a day")
    with pytest.raises(ConfigError, match="another file stands there"):
        see(**{kind: other})
    assert other.read_bytes() == b"all that there is of a day"


def test_a_report_replaces_a_report_and_an_empty_file(reports):
    (reports / "a").touch()
    see(html=reports / "a")
    see(json=reports / "a")
    assert json.loads((reports / "a").read_bytes())["findings"]


def test_two_reports_are_not_written_to_one_file(reports):
    with pytest.raises(ConfigError, match="file of its own"):
        see(html=reports / "a", json=reports / ".." / "reports" / "a")
    assert not os.listdir(reports)


def test_what_could_not_be_read_is_told():
    said = see(Hands(phone(), problem=CUT_OFF))
    assert "Not everything could be read: The capture is cut off in packet 12, byte 4096." in said
