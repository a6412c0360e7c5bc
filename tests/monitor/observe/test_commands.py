"""Commands and their replies, with FTP's control connection as the example."""

from __future__ import annotations

from peppermoth.monitor.observe.commands import UNANSWERED, Commands
from tests.monitor.observe.feeding import CLIENT, a_flow, c, listen, s


class Outcomes(Commands):
    """Remembers what became of every command."""

    protocol = "example"

    def __init__(self, flow):
        super().__init__(flow)
        self.outcomes = []

    def obey(self, command):
        self.outcomes.append((command.verb, command.rest, (yield from self.outcome(command))))


def outcomes(said) -> list[tuple[str, str, str]]:
    observer = Outcomes(a_flow())
    listen(observer, said)
    return observer.outcomes


def test_replies_belong_to_commands_in_order():
    said = [s("220 hi"), c("noop", "Stat  a b "), s("200 ok"), s("211-x", " 211 y", "211 z")]
    assert outcomes(said) == [("NOOP", "", "200"), ("STAT", "a b", "211")]


def test_a_preliminary_reply_does_not_settle_a_command():
    assert outcomes([s("220 hi"), c("RETR a"), s("150 opening"), s("226 done")]) == [
        ("RETR", "a", "226")
    ]


def test_lines_that_are_no_replies_are_passed_over():
    assert outcomes([s("220 hi", "what?"), c("A"), s("", "200 ok")]) == [("A", "", "200")]


def test_nobody_waits_for_a_server_that_was_not_captured():
    assert outcomes([c("A", "B")]) == [("A", "", ""), ("B", "", "")]


def test_nobody_waits_for_a_reply_that_was_lost():
    observer = Outcomes(a_flow())
    listen(observer, [s("220 hi"), c("A", "B")], end=False)
    assert observer.outcomes == []
    observer.gap(CLIENT)
    listen(observer, [c("rest", "C"), s("200 ok")])
    assert observer.outcomes == [("C", "", "200")]


def test_commands_that_are_never_answered_are_bounded():
    observer = Outcomes(a_flow())
    listen(observer, [c(*["A"] * (UNANSWERED + 50))])
    assert len(observer.pending) == UNANSWERED
