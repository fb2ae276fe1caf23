"""Two worlds for all tests of the simulator: a tiny one on disk, a crowded one in memory."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path

import pytest

from jobs.simulate import world as world_module
from jobs.simulate.cases import catalogue
from jobs.simulate.deliveries import Delivered, deliver
from jobs.simulate.parameters import size_named
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


def _crowd(name: str) -> World:
    schemes, lookalikes = catalogue(name)
    many = dataclasses.replace(
        size_named("tiny"),
        schemes=2 * len(schemes),
        lookalikes=2 * len(lookalikes),
        persons=3000,
        companies=500,
        shops=900,
        parcels=12_000,
        payments=26_000,
        declaration_lines=4000,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world_module, "size_named", lambda _name: many)
        return world_module.live(5, "tiny", name)


@pytest.fixture(scope="session")
def crowded() -> World:
    """A world in which each kind of scheme and lookalike is planted twice."""
    return _crowd("a")


@pytest.fixture(scope="session")
def crowded_b() -> World:
    """The same with the second catalogue."""
    return _crowd("b")
