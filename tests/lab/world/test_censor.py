"""What a censor's rules do to packets, one by one."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from peppermoth.errors import ConfigError
from peppermoth.lab.world.censor import CENSORS, Censor, Rule
from peppermoth.monitor.open_flow import RST
from peppermoth.monitor.randomness import fully_encrypted
from tests.lab.world.frames import decoded, syn, tcp, udp

NOISE = next(data for n in range(99) if fully_encrypted(data := random.Random(n).randbytes(200)))
PLAIN = b"GET / HTTP/1.1\r\nHost: moth.example\r\n\r\n"


class Line:
    """A censor with a line of its own: what passes, and what it injects."""

    def __init__(self, *rules: Rule, seed: int = 1) -> None:
        self.censor = Censor(rules, seed)
        self.injected: list[tuple[bytes, bool]] = []

    def passes(self, frame: bytes, *, up: bool = True, at: float = 0.0) -> bool:
        return self.censor.judge(
            at, frame, up, lambda _, forged, to: self.injected.append((forged, to))
        )

    def talks(self, first: bytes, port: int, at: float = 0.0) -> bool:
        """Whether a new connection gets its first words through."""
        return self.passes(syn(port), at=at) and self.passes(tcp(first, port=port), at=at)


def always(name: str = "wu2023") -> Rule:
    return Rule(name, "drop", first="fully-encrypted", seconds=180.0)


def test_noise_is_blocked_and_a_protocol_is_not() -> None:
    line = Line(always())
    assert line.talks(PLAIN, 1)
    assert not line.talks(NOISE, 2)


def test_a_block_lasts_for_its_seconds_on_the_same_port_alone() -> None:
    line = Line(always())
    assert not line.talks(NOISE, 2, at=0.0)
    assert not line.passes(syn(3), at=179.0)
    assert line.passes(syn(4), at=181.0)
    assert line.passes(syn(3, server_port=80), at=1.0)


def test_only_the_first_words_count() -> None:
    line = Line(always())
    assert line.talks(PLAIN, 1)
    assert line.passes(tcp(NOISE, port=1))


def test_datagrams_are_not_what_the_rule_is_about() -> None:
    assert Line(always()).passes(udp(NOISE))


def test_the_published_censor_blocks_about_a_quarter() -> None:
    (rule,) = CENSORS["wu2023"]
    rule = Rule(rule.name, rule.act, first=rule.first, probability=rule.probability)
    line = Line(rule)
    blocked = sum(not line.talks(NOISE, port) for port in range(1, 2001))
    assert 0.263 * 2000 - 90 < blocked < 0.263 * 2000 + 90
    assert line.censor.acts == blocked


def test_a_frozen_flow_passes_its_first_packets_only() -> None:
    line = Line(*CENSORS["freeze25"])
    passed = [line.passes(tcp(b"x", up=n % 2 == 0), up=n % 2 == 0) for n in range(40)]
    assert passed == [True] * 25 + [False] * 15


def test_a_reset_goes_to_both_ends() -> None:
    line = Line(Rule("reset", "reset", first="fully-encrypted"))
    assert not line.talks(NOISE, 2)
    assert [to for _, to in line.injected] == [False, True]
    assert all(decoded(frame).flags & RST for frame, _ in line.injected)
    assert decoded(line.injected[0][0]).destination_port == 2


def test_a_connection_can_be_refused_from_the_start() -> None:
    line = Line(Rule("reset", "reset"))
    assert not line.passes(syn(2))
    ((frame, to_server),) = line.injected
    assert not to_server
    assert decoded(frame).flags & RST


def test_an_answer_is_put_in_the_servers_mouth() -> None:
    line = Line(Rule("page", "inject", payload="blocked"))
    assert not line.talks(PLAIN, 2)
    ((frame, to_server),) = line.injected
    assert not to_server
    assert decoded(frame).payload == b"blocked"


def test_a_throttled_flow_gets_its_rate_and_no_more() -> None:
    line = Line(Rule("slow", "throttle", rate=80_000.0))
    sent = [line.passes(tcp(bytes(946)), at=n / 100) for n in range(1000)]
    assert 90 <= sum(sent) <= 110  # 10 seconds of 10 kB/s, in frames of 1000 bytes


def test_conditions_must_all_hold() -> None:
    line = Line(Rule("one", "drop", address="10.77.4.2", port=80))
    assert line.passes(syn(1))
    assert not line.passes(syn(2, server_port=80))
    assert Line(Rule("one", "drop", address="10.77.4.3")).passes(syn(1))


def test_decisions_are_logged(tmp_path: Path) -> None:
    line = Line(always())
    line.censor.write_into(str(tmp_path / "acts"))
    assert not line.talks(NOISE, 2, at=1.5)
    line.censor.write_into(None)
    told, done = map(json.loads, (tmp_path / "acts").read_text().splitlines())
    assert (told["rule"], told["act"], told["time"]) == ("wu2023", "drop", 1.5)
    assert told["server"] == "10.77.4.2 443"
    assert done == {"rule": "wu2023", "act": "drop", "dropped": 1, "injected": 0}


def test_what_was_done_to_packets_is_logged(tmp_path: Path) -> None:
    line = Line(*CENSORS["reset-https"])
    line.censor.write_into(str(tmp_path / "acts"))
    assert [line.passes(tcp(PLAIN, port=2)) for _ in range(5)] == [True] * 3 + [False] * 2
    line.censor.write_into(None)
    done = json.loads((tmp_path / "acts").read_text().splitlines()[-1])
    assert (done["dropped"], done["injected"]) == (2, len(line.injected)) == (2, 4)


@pytest.mark.parametrize("wrong", [{"act": "burn"}, {"act": "drop", "first": "smells"}])
def test_a_rule_that_means_nothing_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        Rule("wrong", **wrong)
