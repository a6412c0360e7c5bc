"""A town without a tunnel, and a cluster of two nodes, for the tests that need them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec

import pytest

from peppermoth.lab.peers.table import PEERS
from peppermoth.lab.traces import CONTROL
from peppermoth.lab.traffic.town import Town, furnish_shared, furnished
from tests.needs import need, need_root
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


@pytest.fixture(scope="module")
def ray_address() -> Iterator[str]:
    """A Ray cluster of two nodes with one core each, in this machine; one is said to have a GPU."""
    need(find_spec("ray"), "Ray", "pip install 'peppermoth[ray]'")
    from ray.cluster_utils import Cluster as LocalCluster

    small = {"num_cpus": 1, "object_store_memory": 80 * 1024 * 1024}
    cluster = LocalCluster(initialize_head=True, head_node_args=small)
    cluster.add_node(**small, num_gpus=1)
    yield cluster.address
    cluster.shutdown()
