"""Tasks are done once, in order, on every kind of worker, and lost workers are replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from peppermoth.errors import ConfigError, DetectorError, PeppermothError
from peppermoth.lab.scoring.score import Recorded, score
from peppermoth.lab.scoring.scorecard import to_json
from peppermoth.lab.tasks import ATTEMPTS, Cluster, Processes, has_gpus, one_by_one
from tests.lab.flows import LEARNER, RULE, flows
from tests.needs import need

TASKS = list(range(12))


def square(shared, task):
    """Square a number, and leave a trace of having done so."""
    with (Path(shared) / f"done-{task}").open("a") as file:
        file.write("x")
    return task * task


def square_or_die_once(shared, task):
    """The same, but the first who takes task 5 is lost with its process."""
    mark = Path(shared) / "died"
    if task == 5 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return square(shared, task)


def die(shared, task):
    """Nobody survives this."""
    os.kill(os.getpid(), signal.SIGKILL)


def fail(shared, task):
    """A failure is no lost worker: it is noted once for each task."""
    square(shared, task)
    raise DetectorError("broken")


def how_often(folder):
    """How often each task was done to its end."""
    return [len((folder / f"done-{task}").read_text()) for task in TASKS]


@pytest.fixture(params=["one by one", "processes", "ray"])
def runner(request):
    """Each way of doing tasks."""
    if request.param == "ray":
        return Cluster(request.getfixturevalue("ray_address"))
    return {"one by one": one_by_one, "processes": Processes(2)}[request.param]


@pytest.fixture(params=["processes", "ray"])
def many(request):
    """Each way that has workers which can be lost."""
    if request.param == "ray":
        return Cluster(request.getfixturevalue("ray_address"))
    return Processes(2)


def test_results_come_in_order_and_each_task_is_done_once(runner, tmp_path):
    assert runner(square, str(tmp_path), TASKS) == [task * task for task in TASKS]
    assert how_often(tmp_path) == [1] * len(TASKS)


def test_no_tasks_are_no_results(runner, tmp_path):
    assert runner(square, str(tmp_path), []) == []


def test_a_lost_worker_is_replaced_and_what_was_done_is_not_done_again(many, tmp_path):
    found = many(square_or_die_once, str(tmp_path), TASKS)
    assert (tmp_path / "died").exists()
    assert found == [task * task for task in TASKS]
    times = how_often(tmp_path)
    assert times[5] == 1
    assert sum(times) <= len(TASKS) + 1, "beside the lost task, one was at most in work"


def test_workers_that_are_always_lost_end_the_run(many, tmp_path):
    with pytest.raises(PeppermothError, match=f"lost {ATTEMPTS} times"):
        many(die, str(tmp_path), TASKS[:2])


def test_a_failure_is_raised_and_not_tried_again(runner, tmp_path):
    with pytest.raises(DetectorError, match="broken"):
        runner(fail, str(tmp_path), TASKS[:1])
    assert (tmp_path / "done-0").read_text() == "x"


def test_every_way_gives_the_same_scorecard(many):
    recorded = Recorded([*flows(), *flows("moth", first=560)])
    here = score(recorded, [RULE, LEARNER], 3, one_by_one)
    there = score(recorded, [RULE, LEARNER], 3, many)
    assert to_json(here) == to_json(there)


STOPPED = """
import sys, time
from pathlib import Path
from peppermoth.lab.tasks import Processes

def slowly(shared, task):
    (Path(shared) / str(task)).touch()
    time.sleep(0.2)

Processes(2)(slowly, sys.argv[1], range(200))
"""


def test_ctrl_c_leaves_what_was_not_begun(tmp_path):
    command = [sys.executable, "-c", STOPPED, str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as process:
        while not any(tmp_path.iterdir()):
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode
    assert said.count(b"Traceback") == 1, "of the process that hands out, and of no worker"
    assert len(list(tmp_path.iterdir())) < 100


def test_a_cluster_knows_how_much_it_does_at_once(ray_address):
    assert Cluster(ray_address).cores() == 2


class Wish(NamedTuple):
    """A task that says whether it wants a GPU."""

    accelerated: bool


def gpus(shared, task):
    """How many were given to the task that asks."""
    import ray

    return len(ray.get_gpu_ids())


def test_who_wants_a_gpu_gets_one(ray_address):
    wishes = [Wish(True), Wish(False), Wish(True)]
    assert Cluster(ray_address)(gpus, None, wishes) == [1, 0, 1]


@pytest.mark.parametrize(
    ("alive", "resources", "found"),
    [
        (True, {"CPU": 1.0, "GPU": 1.0}, True),
        (True, {"CPU": 1.0}, False),
        (True, {"GPU": 1.0}, False),
        (False, {"CPU": 1.0, "GPU": 1.0}, False),
    ],
)
def test_gpus_count_where_a_task_could_be_done(alive, resources, found):
    plain = {"Alive": True, "Resources": {"CPU": 4.0}}
    assert has_gpus([plain, {"Alive": alive, "Resources": resources}]) == found


def test_results_of_a_cluster_are_there_as_soon_as_they_come(ray_address, tmp_path):
    results = Cluster(ray_address).each(square, str(tmp_path), TASKS)
    number, result = next(results)
    assert result == number * number
    results.close()


def test_a_cluster_that_is_not_there_is_a_sentence():
    need(find_spec("ray"), "Ray", "pip install 'peppermoth[ray]'")
    with pytest.raises(ConfigError, match="no Ray cluster"):
        Cluster("127.0.0.1:1")(square, "", [1])
