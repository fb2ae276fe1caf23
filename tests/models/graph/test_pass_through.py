import pytest

from models.graph.limits import PatternLimits
from models.graph.pass_through import find_chains
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments, with_bundles
from models.graph.steps import find_steps
from tests.models.graph import brute_force
from tests.models.graph.cases import Row, frame, limits, random_rows


def search(rows: list[Row], chosen: PatternLimits) -> PatternSearch:
    payments = index_payments(frame(rows), chosen.hub_degree)
    payments = with_bundles(payments, chosen.bundle_gap_seconds)
    return find_chains(payments, find_steps(payments, chosen), chosen)


def test_a_chain_of_three_with_a_fee_at_each_stop() -> None:
    (chain,) = search([(1, 2, 0, 1_000), (2, 3, 5, 950), (3, 4, 9, 900)], limits()).patterns
    assert (chain.kind, chain.anchor, chain.payments, chain.size) == ("chain", 1, (0, 1, 2), 3)
    assert chain.accounts == (("source", (1,)), ("intermediary", (2, 3)), ("sink", (4,)))
    assert (chain.amount_vnd, chain.start, chain.end) == (900, 0, 9)


@pytest.mark.parametrize(
    "second",
    [(2, 3, 0, 100), (2, 3, 11, 100), (2, 3, 5, 89), (2, 3, 5, 101)],
    ids=["at once", "too late", "too little", "too much"],
)
def test_what_does_not_carry_the_money_on(second: Row) -> None:
    assert search([(1, 2, 0, 100), second], limits()).patterns == ()


def test_the_edges_of_time_and_amount_are_inside() -> None:
    for second in [(2, 3, 1, 100), (2, 3, 10, 100), (2, 3, 5, 90)]:
        assert len(search([(1, 2, 0, 100), second], limits()).patterns) == 1


def test_a_hub_ends_a_chain_and_is_context() -> None:
    crowd = [(9, 20 + i, 40, 7) for i in range(5)]
    rows = [(1, 2, 0, 100), (2, 9, 2, 100), (9, 3, 4, 100), (3, 4, 6, 100), *crowd]
    found = search(rows, limits(hub_degree=5))
    assert found.hubs == (9,)
    assert [(p.payments, p.anchor, p.hubs) for p in found.patterns] == [((0, 1), 1, (9,)), ((2, 3), 3, (9,))]
    assert found.patterns[1].accounts == (("intermediary", (3,)), ("sink", (4,)))


def test_a_transfer_in_pieces_is_one_hop_when_bundled() -> None:
    rows = [(1, 2, 0, 1_000), (2, 3, 2, 500), (2, 3, 4, 480), (3, 4, 8, 970)]
    assert search(rows, limits()).patterns == ()
    (chain,) = search(rows, limits(bundle_gap_seconds=3)).patterns
    assert (chain.payments, chain.size, chain.amount_vnd) == ((0, 1, 2, 3), 3, 970)


def test_a_bundle_goes_on_only_after_all_of_it_came() -> None:
    pieces = [(1, 2, 0, 500), (1, 2, 3, 500)]
    chosen = limits(bundle_gap_seconds=3)
    assert search([*pieces, (2, 3, 2, 1_000)], chosen).patterns == ()
    assert len(search([*pieces, (2, 3, 4, 1_000)], chosen).patterns) == 1


def test_the_window_holds_the_whole_chain() -> None:
    rows = [(1, 2, 0, 100), (2, 3, 10, 100), (3, 4, 20, 100)]
    assert [p.payments for p in search(rows, limits(window_seconds=20)).patterns] == [(0, 1, 2)]
    assert [p.payments for p in search(rows, limits(window_seconds=19)).patterns] == [(0, 1), (1, 2)]


@pytest.mark.parametrize("gap", [0, 4])
@pytest.mark.parametrize("hub_degree", [3, 50])
@pytest.mark.parametrize("shortest", [0, 1])
@pytest.mark.parametrize("seed", range(12))
def test_chains_as_by_brute_force(seed: int, shortest: int, hub_degree: int, gap: int) -> None:
    amounts = (50, 95, 100) if gap else (90, 95, 100)
    rows = random_rows(seed, accounts=6, payments=14, amounts=amounts)
    chosen = limits(
        hold_seconds_min=shortest,
        hub_degree=hub_degree,
        bundle_gap_seconds=gap,
        chain_payments_max=4,
        added_max_bp=300,
    )
    found = search(rows, chosen)
    expected = brute_force.chains(rows, chosen)
    assert sorted(map(sorted, brute_force.row_sets(expected))) == sorted(
        sorted(p.payments) for p in found.patterns
    )
    assert found.truncated == ()
    for pattern in found.patterns:
        (path,) = [
            p for p in expected if frozenset(r for hop in p for r in hop.rows) == frozenset(pattern.payments)
        ]
        assert pattern.amount_vnd == min(hop.amount for hop in path)
        assert pattern.role("intermediary") == tuple(hop.debtor for hop in path[1:])
        assert (pattern.start, pattern.end) == (path[0].at, path[-1].until)


@pytest.mark.parametrize("cap", ["scanned_max", "paths_max", "patterns_max"])
def test_a_cap_that_cuts_is_told_and_what_is_left_is_true(cap: str) -> None:
    rows = random_rows(3, accounts=6, payments=40)
    whole, cut = search(rows, limits()), search(rows, limits(**{cap: 1}))
    assert whole.truncated == ()
    assert cut.truncated
    assert 0 < len(cut.patterns) < len(whole.patterns)
    if cap != "scanned_max":
        assert set(cut.patterns) <= set(whole.patterns)
