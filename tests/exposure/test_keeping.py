"""What is stored is a list of paths, and forgetting removes it with the reports."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from peppermoth import files
from peppermoth.errors import ConfigError
from peppermoth.exposure import keeping
from peppermoth.exposure.keeping import Fate
from peppermoth.exposure.languages import LANGUAGES
from peppermoth.exposure.page import render_page
from peppermoth.exposure.view import make_view
from tests.exposure.samples import phone, phone_report
from tests.exposure.test_document import written


@pytest.fixture(autouse=True)
def own_state(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def page():
    return render_page(make_view(phone_report(), LANGUAGES["en"])).encode()


def kept(path, content):
    with keeping.report_file(path) as file:
        file.write(content)
    return path


def test_every_form_of_report_is_removed_and_so_is_the_list(tmp_path):
    reports = [
        kept(tmp_path / "a.html", page()),
        kept(tmp_path / "b.json", written(phone(), phone_report())),
    ]
    assert [fate for _, fate in keeping.forget()] == [Fate.REMOVED] * 2
    assert not any(path.exists() for path in reports)
    assert not os.listdir(tmp_path / "state")
    assert keeping.forget() == []


def test_a_file_that_is_no_report_any_more_is_left_alone(tmp_path):
    path = kept(tmp_path / "a.html", page())
    path.write_bytes(b"a diary")
    assert keeping.forget() == [(str(path), Fate.KEPT)]
    assert path.read_bytes() == b"a diary"


def test_a_report_that_is_gone_already_is_no_failure(tmp_path):
    kept(tmp_path / "a.html", page()).unlink()
    assert [fate for _, fate in keeping.forget()] == [Fate.GONE]


def test_a_report_that_cannot_be_removed_stays_on_the_list(tmp_path, monkeypatch):
    path = kept(tmp_path / "a.html", page())

    def refuse(_self):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(type(path), "unlink", refuse)
        assert keeping.forget() == [(str(path), Fate.STUCK)]
    assert keeping.remembered() == [str(path)]


def test_the_list_holds_paths_only_once_and_for_the_owner_only(tmp_path):
    for _ in range(2):
        kept(tmp_path / "a.html", page())
    assert keeping.remembered() == [str(tmp_path / "a.html")]
    mode = stat.S_IMODE(keeping.list_path().stat().st_mode)
    assert (mode, keeping.list_path().stat().st_size < 500) == (0o600, True)


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff"])
def test_a_damaged_list_is_named(content):
    keeping.list_path().parent.mkdir()
    keeping.list_path().write_bytes(content)
    with pytest.raises(ConfigError, match="damaged"):
        keeping.forget()


def test_a_path_is_on_the_list_before_anything_stands_there(tmp_path):
    with keeping.report_file(tmp_path / "a.html") as file:
        file.write(page())
        file.flush()
        target, unfinished = keeping.remembered()
        assert target == str(tmp_path / "a.html")
        assert Path(unfinished).read_bytes() == page()
    assert keeping.remembered() == [target]


def test_what_was_never_finished_is_removed_whatever_it_holds(tmp_path):
    """After a loss of power a file may hold nothing, or other bytes than were written."""
    with keeping.report_file(tmp_path / "a.html") as file:
        file.write(b"")
        unfinished = keeping.remembered()[1]
        list_then = keeping.list_path().read_bytes()
    os.unlink(tmp_path / "a.html")
    keeping.list_path().write_bytes(list_then)
    Path(unfinished).write_bytes(bytes(5000))
    fates = dict(keeping.forget())
    assert fates == {str(tmp_path / "a.html"): Fate.GONE, unfinished: Fate.REMOVED}
    assert not Path(unfinished).exists()


def test_a_failure_leaves_on_the_list_what_was_there_before(tmp_path):
    path = kept(tmp_path / "a.html", page())
    for one in (path, tmp_path / "b.html"):
        with pytest.raises(RuntimeError), keeping.report_file(one):
            raise RuntimeError
    assert keeping.remembered() == [str(path)]


def test_an_unfinished_list_is_removed_too():
    left = files.unfinished(keeping.list_path())
    left.parent.mkdir(parents=True)
    left.touch()
    keeping.forget()
    assert not left.exists()


def test_reports_can_be_written_by_any_thread(tmp_path):
    writing = threading.Thread(target=kept, args=(tmp_path / "a.html", page()))
    writing.start()
    writing.join()
    assert keeping.remembered() == [str(tmp_path / "a.html")]
