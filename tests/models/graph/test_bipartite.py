import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.graph.bipartite import dense_edges, find_bipartites
from models.graph.limits import PatternLimits
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments
from tests.models.graph.cases import Row, frame, hubs_of, limits, random_rows
from tests.models.graph.test_closed_sets import pairs_by_hand

Sides = tuple[frozenset[int], frozenset[int]]


def search(rows: list[Row], chosen: PatternLimits) -> PatternSearch:
    return find_bipartites(index_payments(frame(rows), chosen.hub_degree), chosen)


def sets_by_hand(rows: list[Row], chosen: PatternLimits) -> dict[int, set[Sides]]:
    """Maximal pairs of each slice, without any pruning."""
    hubs = hubs_of(rows, chosen.hub_degree)
    half = (chosen.window_seconds + 1) // 2
    found = {}
    for number in range(-1, max(row[2] for row in rows) // half + 1):
        sinks_of: dict[int, frozenset[int]] = {}
        for debtor, creditor, at, _ in rows:
            if number * half <= at < (number + 2) * half and hubs.isdisjoint((debtor, creditor)):
                sinks_of[debtor] = sinks_of.get(debtor, frozenset()) | {creditor}
        pairs = pairs_by_hand(sinks_of, chosen.layer_accounts_min)
        found[number] = {p for p in pairs if max(map(len, p)) <= chosen.layer_accounts_max}
    return found


ROWS = [(s, t, 10 * s + t, 100 * s + t) for s in (1, 2) for t in (7, 8, 9)]


def test_two_sources_that_pay_the_same_three() -> None:
    rows = [*ROWS, (1, 5, 12, 50), (3, 7, 13, 60)]
    (found,) = search(rows, limits(window_seconds=60)).patterns
    assert (found.kind, found.anchor, found.size, found.payments) == ("bipartite", 1, 5, (0, 1, 2, 3, 4, 5))
    assert found.accounts == (("source", (1, 2)), ("sink", (7, 8, 9)))
    assert (found.amount_vnd, found.start, found.end) == (948, 17, 29)


def test_not_at_the_same_time() -> None:
    assert search([(s, t, 100 * s, 5) for s in (1, 2) for t in (7, 8, 9)], limits()).patterns == ()


def test_a_large_set_is_ordinary_trade() -> None:
    assert len(search(ROWS, limits(window_seconds=60, layer_accounts_max=3)).patterns) == 1
    assert search(ROWS, limits(window_seconds=60, layer_accounts_max=2)).patterns == ()


def test_hubs_are_no_members() -> None:
    crowd = [(20 + i, 9, 300, 1) for i in range(4)]
    (found,) = search([*ROWS, *crowd], limits(window_seconds=60, hub_degree=5)).patterns
    assert found.role("sink") == (7, 8)


@pytest.mark.parametrize("hub_degree", [5, 50])
@pytest.mark.parametrize("seed", range(40))
def test_sets_as_by_hand(seed: int, hub_degree: int) -> None:
    rows = random_rows(seed, accounts=8, payments=45, last_second=40)
    chosen = limits(window_seconds=16, hub_degree=hub_degree)
    found = search(rows, chosen)
    by_slice = sets_by_hand(rows, chosen)
    told = {(frozenset(p.role("source")), frozenset(p.role("sink"))) for p in found.patterns}
    expected = set()
    for number, pairs in by_slice.items():
        near = set().union(*(by_slice.get(n, set()) for n in (number - 1, number, number + 1)))
        alone = {p for p in pairs if not any(p != q and p[0] <= q[0] and p[1] <= q[1] for q in near)}
        expected |= alone
    assert told <= set().union(*by_slice.values())
    # A set seen in several slices is left out when a larger one stands beside any of them.
    assert told <= expected
    for sides in expected - told:
        numbers = [n for n, pairs in by_slice.items() if sides in pairs]
        near = set().union(*(by_slice.get(n + d, set()) for n in numbers for d in (-1, 0, 1)))
        assert any(sides != q and sides[0] <= q[0] and sides[1] <= q[1] for q in near)
    for pattern in found.patterns:
        ends = {rows[i][:2] for i in pattern.payments}
        assert ends == {(s, t) for s in pattern.role("source") for t in pattern.role("sink")}


def test_a_component_that_is_cut_short_is_told() -> None:
    rows = [(s, t, 0, 5) for s in range(6) for t in range(10, 16) if t - s != 10]
    whole, cut = search(rows, limits()), search(rows, limits(sets_max=4))
    assert (whole.truncated, cut.truncated) == ((), (0,))
    assert set(cut.patterns) < set(whole.patterns)


@given(
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=25),
    st.integers(1, 3),
    st.integers(1, 3),
)
def test_the_dense_part_is_the_largest_in_which_all_have_enough(
    edges: set[tuple[int, int]], left_min: int, right_min: int
) -> None:
    ordered = sorted(edges)
    left, right = (np.array([edge[side] for edge in ordered], dtype=np.int64) for side in (0, 1))
    kept = dense_edges(left, right, left_min, right_min)
    rest = set(ordered)
    while True:
        poor = {
            edge
            for edge in rest
            if sum(e[0] == edge[0] for e in rest) < left_min or sum(e[1] == edge[1] for e in rest) < right_min
        }
        if not poor:
            break
        rest -= poor
    assert {edge for edge, keep in zip(ordered, kept, strict=True) if keep} == rest
