"""What is said over the debugging pipe, and what is made of the answers."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from peppermoth.errors import WorldError
from peppermoth.lab.traffic import devtools
from peppermoth.lab.traffic.devtools import Pipe


@pytest.fixture
def ends() -> Iterator[tuple[Pipe, int, int]]:
    """A pipe, where what it is told arrives, and where the browser speaks."""
    heard, told = os.pipe()
    said, speak = os.pipe()
    yield Pipe(said, told), heard, speak
    for end in (heard, told, said, speak):
        os.close(end)


def say(speak: int, *messages: dict[str, Any]) -> None:
    for message in messages:
        os.write(speak, json.dumps(message).encode() + b"\0")


def ignore(_message: object) -> None:
    pass


def test_the_answer_is_the_one_to_the_question_and_events_before_it_are_heard(ends):
    pipe, heard, speak = ends
    events: list[Any] = []
    say(speak, {"method": "Page.loadEventFired"}, {"id": 1, "result": {"targetId": "t"}})
    assert pipe.call("Target.createTarget", "", events.append, url="about:blank") == {
        "targetId": "t"
    }
    assert events == [{"method": "Page.loadEventFired"}]
    asked = json.loads(os.read(heard, 4096).rstrip(b"\0"))
    assert asked == {"id": 1, "method": "Target.createTarget", "params": {"url": "about:blank"}}


def test_a_page_is_spoken_to_by_its_session(ends):
    pipe, heard, speak = ends
    say(speak, {"id": 1, "result": {}})
    pipe.call("Page.enable", "page", ignore)
    assert json.loads(os.read(heard, 4096).rstrip(b"\0"))["sessionId"] == "page"


def refusing(speak: int) -> None:
    say(speak, {"id": 1, "error": {"message": "no"}})


def silent(_speak: int) -> None:
    pass


@pytest.mark.parametrize(("answer", "said"), [(refusing, "does not do"), (silent, "not answer")])
def test_a_refusal_and_silence_are_told(
    ends, monkeypatch, answer: Callable[[int], None], said: str
):
    monkeypatch.setattr(devtools, "_PATIENCE", 0.05)
    pipe, _, speak = ends
    answer(speak)
    with pytest.raises(WorldError, match=said):
        pipe.call("Page.fly", "", ignore)


def test_a_message_comes_whole_however_it_was_cut(ends):
    pipe, _, speak = ends
    whole = json.dumps({"method": "x"}).encode() + b"\0"
    os.write(speak, whole[:5])
    assert pipe.receive(time.monotonic() + 0.01) is None
    os.write(speak, whole[5:] + whole)
    assert pipe.receive(time.monotonic() + 5) == {"method": "x"}
    assert pipe.receive(time.monotonic() + 5) == {"method": "x"}


def test_a_browser_that_has_left_is_told():
    said, speak = os.pipe()
    os.close(speak)
    with pytest.raises(WorldError, match="has left"):
        Pipe(said, -1).receive(time.monotonic() + 5)
    os.close(said)
