import pytest

from models.graph.cycles import find_cycles
from models.graph.limits import PatternLimits
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments, with_bundles
from models.graph.steps import find_steps
from tests.models.graph import brute_force
from tests.models.graph.cases import Row, frame, limits, random_rows


def search(rows: list[Row], chosen: PatternLimits) -> PatternSearch:
    payments = index_payments(frame(rows), chosen.hub_degree)
    payments = with_bundles(payments, chosen.bundle_gap_seconds)
    return find_cycles(payments, find_steps(payments, chosen), chosen)


def test_a_triangle_is_told_once_from_its_first_payment() -> None:
    (cycle,) = search([(3, 1, 8, 90), (1, 2, 0, 100), (2, 3, 4, 95)], limits()).patterns
    assert (cycle.kind, cycle.anchor, cycle.payments) == ("cycle", 1, (1, 2, 0))
    assert cycle.accounts == (("intermediary", (1, 2, 3)),)
    assert (cycle.amount_vnd, cycle.start, cycle.end, cycle.size) == (90, 0, 8, 3)


def test_order_in_time_makes_the_cycle() -> None:
    assert search([(1, 2, 4, 100), (2, 3, 0, 100), (3, 1, 2, 100), (1, 5, 4, 1)], limits()).patterns != ()
    assert search([(1, 2, 0, 100), (2, 3, 9, 100), (3, 1, 4, 100)], limits()).patterns == ()


def test_a_payment_and_its_return_only_when_asked_for() -> None:
    rows = [(1, 2, 0, 100), (2, 1, 3, 95)]
    assert search(rows, limits()).patterns == ()
    (pattern,) = search(rows, limits(cycle_payments_min=2)).patterns
    assert pattern.payments == (0, 1)


def test_the_window_holds_the_whole_cycle() -> None:
    rows = [(1, 2, 0, 100), (2, 3, 10, 100), (3, 1, 20, 100)]
    assert len(search(rows, limits(window_seconds=20)).patterns) == 1
    assert search(rows, limits(window_seconds=19)).patterns == ()


def test_no_cycle_through_a_hub() -> None:
    rows = [(1, 2, 0, 100), (2, 3, 4, 95), (3, 1, 8, 90), (3, 7, 30, 1)]
    assert search(rows, limits(hub_degree=2)).patterns == ()
    assert search(rows, limits(hub_degree=2)).hubs == (3,)


@pytest.mark.parametrize("gap", [0, 4])
@pytest.mark.parametrize("hub_degree", [4, 50])
@pytest.mark.parametrize("smallest", [2, 3])
@pytest.mark.parametrize("seed", range(20))
def test_cycles_as_by_brute_force(seed: int, smallest: int, hub_degree: int, gap: int) -> None:
    rows = random_rows(seed, accounts=5, payments=22, amounts=(50, 95, 100) if gap else (90, 95, 100))
    chosen = limits(
        cycle_payments_min=smallest,
        hub_degree=hub_degree,
        bundle_gap_seconds=gap,
        added_max_bp=300,
        hold_seconds_min=seed % 2,
    )
    found = search(rows, chosen)
    expected = brute_force.row_sets(brute_force.cycles(rows, chosen))
    assert sorted(sorted(p.payments) for p in found.patterns) == sorted(map(sorted, expected))


def test_a_cap_that_cuts_is_told() -> None:
    rows = random_rows(5, accounts=5, payments=60)
    whole, cut = search(rows, limits()), search(rows, limits(paths_max=3))
    assert whole.truncated == ()
    assert cut.truncated
    assert set(cut.patterns) < set(whole.patterns)
