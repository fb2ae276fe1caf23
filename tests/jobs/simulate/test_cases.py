"""Every kind of scheme and lookalike can be drawn, at every difficulty, and leaves members and records."""

import inspect
import sys
from collections import Counter

import numpy as np
import pytest

from configs.errors import UsageError
from jobs.simulate.cases import LOOKALIKES, SCHEMES, catalogue
from jobs.simulate.parameters import Ranges
from jobs.simulate.state import World
from jobs.simulate.truth import member_id

SCHEME_RANGES, LOOKALIKE_RANGES = catalogue("a")


def test_plans_and_ranges_belong_together() -> None:
    other_schemes, other_lookalikes = catalogue("b")
    assert SCHEME_RANGES.keys() | other_schemes.keys() == SCHEMES.keys()
    assert LOOKALIKE_RANGES.keys() | other_lookalikes.keys() == LOOKALIKES.keys()
    assert not SCHEME_RANGES.keys() & other_schemes.keys()
    for schemes, lookalikes in ((SCHEME_RANGES, LOOKALIKE_RANGES), (other_schemes, other_lookalikes)):
        assert len(lookalikes) >= len(schemes) >= 12


def test_every_kind_is_planted(crowded: World) -> None:
    counts = Counter((case.kind, case.innocent) for case in crowded.cases)
    assert set(counts) == {(k, False) for k in SCHEME_RANGES} | {(k, True) for k in LOOKALIKE_RANGES}


def test_every_case_has_members_records_and_value(crowded: World, crowded_b: World) -> None:
    for world in (crowded, crowded_b):
        for case in world.cases:
            named = [member_id(world, kind, position) for kind, position in case.members]
            assert any(named), case.kind
            assert sum(len(rows) for _, rows in case.records) >= 2, case.kind
            assert case.value_vnd > 0, case.kind


@pytest.mark.parametrize("name", ["a", "b"])
def test_every_range_is_used(name: str) -> None:
    schemes, lookalikes = catalogue(name)
    for ranges, plans in ((schemes, SCHEMES), (lookalikes, LOOKALIKES)):
        for kind, bounds in ranges.items():
            source = inspect.getsource(sys.modules[plans[kind].__module__])
            unused = [range_name for range_name in bounds if f'"{range_name}"' not in source]
            assert set(unused) <= {"active_days"}, kind


def test_schemes_lie_in_the_days_that_a_run_looks_at(crowded: World) -> None:
    for case in crowded.cases:
        assert crowded.calendar.days - 90 <= case.start <= case.stop < crowded.calendar.days, case.kind


def test_nobody_is_in_two_schemes(crowded: World) -> None:
    seen: Counter[tuple[str, int]] = Counter()
    for case in crowded.cases:
        if not case.innocent:
            seen.update(member for member in case.members if member[0] == "shop")
    assert seen
    assert max(seen.values()) == 1


def test_members_keep_their_ordinary_life(crowded: World) -> None:
    """Most accounts in schemes were there before, and have payments that belong to no case."""
    in_cases = np.zeros(len(crowded.payments), dtype=bool)
    for case in crowded.cases:
        for feed, rows in case.records:
            if feed == "bank_transactions":
                in_cases[rows] = True
    ordinary = crowded.payments["debtor"][~in_cases]
    members = [
        position
        for case in crowded.cases
        if not case.innocent
        for kind, position in case.members
        if kind == "account"
    ]
    holders = np.unique(crowded.accounts["holder"][members])
    active = np.isin(holders, crowded.accounts["holder"][ordinary[ordinary >= 0]])
    assert active.mean() > 0.6


def test_ranges_depend_on_the_difficulty() -> None:
    rng = np.random.default_rng(1)
    bounds = {"delay_hours": {"easy": [1, 1], "hard": [9, 9]}, "mules": [3, 5], "credit_vnd": [1000, 1000]}
    assert Ranges("k", bounds, "easy", rng).real("delay_hours") == 1
    assert Ranges("k", bounds, "hard", rng).real("delay_hours") == 9
    assert {Ranges("k", bounds, "hard", rng).whole("mules") for _ in range(60)} == {3, 4, 5}
    assert Ranges("k", bounds, "hard", rng).whole("credit_vnd") == 1000
    with pytest.raises(UsageError, match="no range 'colour'"):
        Ranges("k", bounds, "hard", rng).real("colour")
    with pytest.raises(UsageError, match="backwards"):
        Ranges("k", {"x": [2, 1]}, "hard", rng).real("x")
