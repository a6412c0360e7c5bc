"""Which direction of which flow a packet is of: by the key of its columns.

Most packets are of a direction that was seen before. They are found in a table of
``SIZE`` places, all at once; the others in a dictionary, once for each new key.
Directions of other hosts are kept, too, so that they need not be looked at again.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from peppermoth.monitor.capture import Column

FOREIGN: Final = -2
"""The direction of what other hosts say to each other."""

UNKNOWN: Final = -1
"""No direction is known."""

Keys = NDArray[np.uint64]

_BITS: Final = 16
SIZE: Final = 1 << _BITS
_SHIFT: Final = np.uint64(64 - _BITS)


class Directory:
    """Directions by key: twice a slot and the speaker, or FOREIGN. ``found`` has them all."""

    def __init__(self) -> None:
        self.found: dict[int, int] = {}
        self._keys = np.zeros(SIZE, dtype=np.uint64)
        self._directions = np.full(SIZE, UNKNOWN, dtype=np.int64)

    def __len__(self) -> int:
        return len(self.found)

    def find(self, keys: Keys) -> tuple[Column, Column]:
        """The direction of each key, and where keys that are not known stand first."""
        places = keys >> _SHIFT
        directions = np.where(self._keys[places] == keys, self._directions[places], UNKNOWN)
        missing = np.flatnonzero(directions == UNKNOWN)
        if not len(missing):
            return directions, missing
        new, firsts, inverse = np.unique(keys[missing], return_index=True, return_inverse=True)
        get = self.found.get
        found = np.array([get(key, UNKNOWN) for key in new.tolist()], dtype=np.int64)
        directions[missing] = found[inverse]
        places = new >> _SHIFT
        self._keys[places], self._directions[places] = new, found
        return directions, missing[firsts[found == UNKNOWN]]

    def put(self, key: int, direction: int) -> None:
        """A key's direction from now on."""
        self.found[key] = direction
        self._keys[key >> (64 - _BITS)] = key
        self._directions[key >> (64 - _BITS)] = direction

    def remove(self, key: int) -> None:
        """A key is no longer of its direction."""
        self.found.pop(key, None)
        self._directions[key >> (64 - _BITS)] = UNKNOWN

    def forget_others(self) -> None:
        """Let go of what is known of other hosts."""
        self.found = {key: found for key, found in self.found.items() if found >= 0}
        self._directions[self._directions < 0] = UNKNOWN
