"""A town without a tunnel, for tests of what stands in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from peppermoth.lab.peers import PEERS
from peppermoth.lab.town import Town, furnish_shared, furnished
from peppermoth.lab.traces import CONTROL
from tests.needs import need_root
from tests.peers import find

SITES = 4
SEED = 1


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Four web sites, a name server and a monitor, for the whole run."""
    need_root()
    for program in ("ip", "nginx", "sshd"):
        find(program)
    directory = tmp_path_factory.mktemp("town")
    shared = directory / "shared"
    furnish_shared(shared, SITES, SEED)
    with furnished(directory, shared, PEERS[CONTROL], SITES, SEED, {}) as made:
        yield made
