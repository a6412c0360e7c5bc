"""Keys are found whether or not their place in the table is taken by another."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from peppermoth.monitor.directory import FOREIGN, UNKNOWN, Directory

KEYS = st.sampled_from([n << 60 | n for n in range(1, 6)] + [1, 2, 3, 2**64 - 1])  # some collide


def find(directory, *keys):
    directions, firsts = directory.find(np.array(keys, dtype=np.uint64))
    return directions.tolist(), firsts.tolist()


def test_known_keys_are_found_and_new_ones_told_once():
    directory = Directory()
    directory.put(7, 4)
    directory.put(9, FOREIGN)
    assert find(directory, 7, 8, 9, 8, 7) == ([4, UNKNOWN, FOREIGN, UNKNOWN, 4], [1])


def test_keys_of_one_place_do_not_disturb_each_other():
    directory = Directory()
    directory.put(1, 2)
    directory.put(2, 4)
    for _ in range(2):
        assert find(directory, 1, 2, 3) == ([2, 4, UNKNOWN], [2])


def test_only_other_hosts_are_forgotten():
    directory = Directory()
    directory.put(1, 2)
    directory.put(2**60, FOREIGN)
    directory.forget_others()
    assert find(directory, 1, 2**60)[0] == [2, UNKNOWN]
    assert len(directory) == 1


@given(st.lists(st.tuples(KEYS, st.integers(-2, 50)), max_size=30))
def test_it_finds_what_a_dictionary_finds(steps):
    directory, known = Directory(), {}
    for key, direction in steps:
        if direction == UNKNOWN:
            directory.remove(key)
            known.pop(key, None)
        else:
            directory.put(key, direction)
            known[key] = direction
        asked = [key, *known]
        expected = [known.get(each, UNKNOWN) for each in asked]
        assert find(directory, *asked)[0] == expected
        assert [directory.found.get(each, UNKNOWN) for each in asked] == expected
