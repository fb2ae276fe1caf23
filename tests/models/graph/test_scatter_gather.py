import pytest

from models.graph.limits import PatternLimits
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments, with_bundles
from models.graph.scatter_gather import find_scatter_gathers
from models.graph.steps import find_steps
from tests.models.graph import brute_force
from tests.models.graph.cases import Row, frame, hubs_of, limits, random_rows


def search(rows: list[Row], chosen: PatternLimits) -> PatternSearch:
    payments = index_payments(frame(rows), chosen.hub_degree)
    payments = with_bundles(payments, chosen.bundle_gap_seconds)
    return find_scatter_gathers(payments, find_steps(payments, chosen), chosen)


def patterns_by_hand(rows: list[Row], chosen: PatternLimits) -> set[tuple[int, int, tuple[int, ...], int]]:
    """source, sink, rows in time order, size."""
    hubs = hubs_of(rows, chosen.hub_degree)
    every = brute_force.hops(rows, chosen.bundle_gap_seconds)
    branches = [
        (p, q)
        for p in every
        for q in every
        if brute_force.follows(p, q, chosen)
        and p.debtor != q.creditor
        and hubs.isdisjoint((p.debtor, p.creditor, q.creditor))
    ]
    found = set()
    for ends in {(p.debtor, q.creditor) for p, q in branches}:
        mine = [(p, q) for p, q in branches if (p.debtor, q.creditor) == ends]
        groups: list[tuple[set[tuple[brute_force.Hop, brute_force.Hop]], int]] = []
        for first in mine:
            begin = first[0].at
            inside = {pair for pair in mine if begin <= pair[0].at <= begin + chosen.window_seconds}
            size = len({pair[0].creditor for pair in inside})
            if size >= chosen.branches_min:
                joined = [group for group in groups if group[0] & inside]
                groups = [group for group in groups if not group[0] & inside]
                groups.append((inside.union(*(g[0] for g in joined)), max([size, *(g[1] for g in joined)])))
        for members, size in groups:
            found.add(
                (*ends, tuple(sorted({row for pair in members for hop in pair for row in hop.rows})), size)
            )
    return found


ROWS = [(1, 2, 0, 100), (1, 3, 1, 60), (1, 4, 2, 80), (2, 9, 5, 95), (3, 9, 6, 60), (4, 9, 7, 80)]


def test_three_branches_from_source_to_sink() -> None:
    (found,) = search(ROWS, limits()).patterns
    assert (found.kind, found.anchor, found.payments) == ("scatter_gather", 1, (0, 1, 2, 3, 4, 5))
    assert found.accounts == (("source", (1,)), ("intermediary", (2, 3, 4)), ("sink", (9,)))
    assert (found.amount_vnd, found.size, found.start, found.end) == (235, 3, 0, 7)


def test_each_branch_conserves_its_own_amount() -> None:
    swapped = [*ROWS[:3], (2, 9, 5, 60), (3, 9, 6, 95), (4, 9, 7, 80)]
    assert search(swapped, limits()).patterns == ()


def test_a_branch_in_pieces_counts_when_bundled() -> None:
    rows = [*ROWS[:3], (2, 9, 5, 50), (2, 9, 6, 45), *ROWS[4:]]
    assert search(rows, limits()).patterns == ()
    (found,) = search(rows, limits(bundle_gap_seconds=2)).patterns
    assert (found.size, found.amount_vnd, len(found.payments)) == (3, 235, 7)


def test_a_hub_is_not_walked_through() -> None:
    crowd = [(4, 20 + i, 90, 1) for i in range(3)]
    found = search([*ROWS, *crowd], limits(hub_degree=4))
    assert found.patterns == ()
    assert found.hubs == (4,)


def test_money_that_comes_back_is_none() -> None:
    there_and_back = [*ROWS[:3], (2, 1, 5, 95), (3, 1, 6, 60), (4, 1, 7, 80)]
    assert search(there_and_back, limits(cycle_payments_min=2)).patterns == ()


def test_a_bundle_and_its_piece_are_counted_once() -> None:
    # The branch over 2 stands twice: 100 on to 100, and the bundle of 200 on to 200.
    rows = [(1, 2, 0, 100), (1, 2, 1, 100), (2, 9, 3, 100), (2, 9, 9, 200), *ROWS[1:3], *ROWS[4:]]
    (found,) = search(rows, limits(bundle_gap_seconds=2)).patterns
    assert (found.size, len(found.payments), found.amount_vnd) == (3, 8, 340)


@pytest.mark.parametrize("gap", [0, 4])
@pytest.mark.parametrize("hub_degree", [5, 50])
@pytest.mark.parametrize("seed", range(20))
def test_patterns_as_by_hand(seed: int, hub_degree: int, gap: int) -> None:
    rows = random_rows(seed, accounts=7, payments=34, last_second=40)
    chosen = limits(branches_min=2, window_seconds=6, hub_degree=hub_degree, bundle_gap_seconds=gap)
    found = [
        (p.role("source")[0], p.role("sink")[0], tuple(sorted(p.payments)), p.size)
        for p in search(rows, chosen).patterns
    ]
    assert len(set(found)) == len(found)
    assert set(found) == patterns_by_hand(rows, chosen)


def test_the_widest_of_a_source_are_told_first() -> None:
    again = [(d, c, at + 100, amount) for d, c, at, amount in ROWS]
    wider = [*ROWS, *again, (1, 5, 100, 70), (5, 9, 104, 70)]
    assert [p.size for p in search(wider, limits()).patterns] == [3, 4]
    cut = search(wider, limits(patterns_max=1))
    assert [p.size for p in cut.patterns] == [4]
    assert cut.truncated == (1,)
