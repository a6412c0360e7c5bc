"""Which site was visited: known answers, and small samples without one."""

from __future__ import annotations

import dataclasses

import pytest

from peppermoth.errors import ConfigError, DetectorError
from peppermoth.lab.scoring.visited import FOLDS, websites
from peppermoth.lab.tasks import Processes, one_by_one
from peppermoth.lab.traces import CONTROL, Label
from tests.lab.flows import ATTACK, flow


def visits(peer="moth", *, sites=8, loads=FOLDS, step=100):
    """A flow for each load of each site, larger by ``step`` for each next site."""
    found = []
    for site in range(sites):
        for load in range(loads):
            label = Label(peer, "web", f"site-{site}", load, 7, peer != CONTROL)
            found.append((label, flow(label, sizes=(200 + step * site + load, -900))))
    return found


def shown(flows, attack=ATTACK):
    """What the attack tells of these flows."""
    return websites(flows, [attack], 3, one_by_one)


def test_sites_that_differ_are_named_and_sites_that_do_not_are_guessed():
    plain, hidden = shown([*visits(CONTROL), *visits("moth", step=0)])
    assert (plain.peer, plain.sites, plain.right.hits, plain.right.of) == (CONTROL, 8, 40, 40)
    assert (hidden.peer, hidden.right.value) == ("moth", 0.125)
    assert hidden.right.low < 0.125 < hidden.right.high


def test_too_few_visits_have_no_answer():
    (found,) = shown(visits(loads=FOLDS - 1))
    assert found.right is None
    assert f"visited {FOLDS} times" in found.refused


def test_an_attack_that_cannot_run_here_says_why():
    (found,) = shown(visits(), dataclasses.replace(ATTACK, absent=lambda: "It needs a net."))
    assert (found.right, found.refused) == (None, "Not run: It needs a net.")
    (found,) = shown(visits(), dataclasses.replace(ATTACK, absent=lambda: ""))
    assert found.right


def test_an_attack_that_learns_in_rounds_says_how_many():
    (found,) = shown(visits(), dataclasses.replace(ATTACK, rounds=30))
    assert (found.rounds, shown(visits())[0].rounds) == (30, 0)


def test_few_visits_to_sites_visited_often_have_no_answer():
    (found,) = shown(visits(sites=2))
    assert found.right is None
    assert "10 visits" in found.refused


def test_a_site_that_was_visited_seldom_is_left_out():
    flows = [*visits(), *visits(sites=9, loads=2)[-2:]]
    assert (shown(flows)[0].sites, shown(flows)[0].left_out) == (8, 1)
    assert shown(flows)[0].right == shown(visits())[0].right


def test_a_load_that_failed_leaves_no_fold_empty():
    flows = [one for one in visits(loads=FOLDS + 1) if one[0].load != 2]
    assert shown(flows)[0].right.of == 40


def test_one_site_alone_cannot_be_told_from_others():
    assert shown(visits(sites=1)) == ()


def test_the_answer_does_not_depend_on_who_does_the_work():
    flows = [*visits(CONTROL), *visits("moth")]
    assert websites(flows, [ATTACK], 3, Processes(2)) == shown(flows)


def failing(error):
    """An attack that raises."""

    def read(seen):
        raise error

    return dataclasses.replace(ATTACK, read=read)


def test_a_broken_attack_ends_the_run_with_its_name():
    with pytest.raises(DetectorError, match="first-size is broken"):
        shown(visits(), failing(ValueError("oops")))


def test_a_missing_library_is_no_broken_attack():
    with pytest.raises(ConfigError, match="needs a library"):
        shown(visits(), failing(ConfigError("needs a library")))
