"""One tiny world for all tests of the simulator."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.simulate.deliveries import Delivered, deliver
from jobs.simulate.state import World
from jobs.simulate.truth import write_truth
from jobs.simulate.world import live

SEED = 11


@dataclass(frozen=True)
class Told:
    """A world, what was delivered of it, and where."""

    world: World
    delivered: Delivered
    folder: Path


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("tiny")
    world = live(SEED, "tiny")
    delivered = deliver(world, folder / "landing")
    write_truth(world, delivered, folder / "truth")
    return Told(world, delivered, folder)
