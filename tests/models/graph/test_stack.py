import networkx as nx
import pytest

from models.graph.limits import PatternLimits
from models.graph.pairing import pair_payments
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments
from models.graph.stack import find_stacks
from tests.models.graph.cases import Row, frame, hubs_of, limits, random_rows
from tests.models.graph.test_pairing import paired_by_hand

Sides = tuple[frozenset[int], frozenset[int], frozenset[int]]


def search(rows: list[Row], chosen: PatternLimits) -> PatternSearch:
    payments = index_payments(frame(rows), chosen.hub_degree)
    return find_stacks(payments, pair_payments(payments, chosen), chosen)


def stacks_by_hand(rows: list[Row], chosen: PatternLimits) -> set[Sides]:
    """(intermediaries, sources, sinks) when everything lies in one slice of time: matches go one by one."""
    hubs = hubs_of(rows, chosen.hub_degree)
    pairs = paired_by_hand(
        rows, chosen.hold_seconds_min, chosen.hold_seconds_max, chosen.retained_max_bp, chosen.added_max_bp
    )
    passed: dict[int, int] = {}
    for _, came, _, amount in pairs:
        passed[came] = passed.get(came, 0) + amount
    flows = {
        (rows[came][0], middle, rows[went][1])
        for middle, came, went, _ in pairs
        if passed[came] * 10_000 >= rows[came][3] * (10_000 - chosen.retained_max_bp)
    }
    flows = {flow for flow in flows if hubs.isdisjoint(flow)}

    def has_enough(flow: tuple[int, int, int]) -> bool:
        source, middle, sink = flow
        sides = (
            {f[1] for f in flows if f[0] == source},
            {f[0] for f in flows if f[1] == middle},
            {f[2] for f in flows if f[1] == middle},
            {f[1] for f in flows if f[2] == sink},
        )
        return min(map(len, sides)) >= chosen.layer_accounts_min

    while not all(map(has_enough, flows)):
        flows.remove(next(flow for flow in sorted(flows) if not has_enough(flow)))
    graph = nx.Graph([edge for s, m, t in flows for edge in ((s, m), (m, t))])
    return {
        (
            frozenset(f[1] for f in flows if f[1] in part),
            frozenset(f[0] for f in flows if f[1] in part),
            frozenset(f[2] for f in flows if f[1] in part),
        )
        for part in nx.connected_components(graph)
    }


def layer(sources: list[int], sinks: list[int], at: int, amount: int) -> list[Row]:
    return [(s, t, at + i, amount) for i, (s, t) in enumerate((s, t) for s in sources for t in sinks)]


def test_two_layers_of_two_accounts() -> None:
    rows = [*layer([1, 2], [3, 4], 0, 100), *layer([3, 4], [5, 6], 6, 100), (8, 3, 20, 70)]
    (found,) = search(rows, limits(window_seconds=40)).patterns
    assert (found.kind, found.anchor, found.size) == ("stack", 3, 2)
    assert found.accounts == (("source", (1, 2)), ("intermediary", (3, 4)), ("sink", (5, 6)))
    assert (found.payments, found.amount_vnd) == (tuple(range(8)), 400)
    assert (found.start, found.end) == (0, 9)


def test_three_layers_are_one_stack() -> None:
    rows = [*layer([1, 2], [3, 4], 0, 100), *layer([3, 4], [5, 6], 6, 100), *layer([5, 6], [7, 8], 12, 100)]
    (found,) = search(rows, limits(window_seconds=60)).patterns
    assert found.accounts == (("source", (1, 2)), ("intermediary", (3, 4, 5, 6)), ("sink", (7, 8)))
    assert (found.size, found.amount_vnd, len(found.payments)) == (3, 400, 12)


def test_money_that_stays_or_layers_out_of_order_are_none() -> None:
    kept = [*layer([1, 2], [3, 4], 0, 100), *layer([3, 4], [5, 6], 6, 50)]
    assert search(kept, limits(window_seconds=40)).patterns == ()
    backwards = [*layer([3, 4], [5, 6], 0, 100), *layer([1, 2], [3, 4], 6, 100)]
    assert search(backwards, limits(window_seconds=40)).patterns == ()


def test_layers_that_no_slice_holds_together_are_none() -> None:
    rows = [*layer([1, 2], [3, 4], 0, 100), *layer([3, 4], [5, 6], 26, 100)]
    assert search(rows, limits(hold_seconds_max=40, window_seconds=20)).patterns == ()
    assert len(search(rows, limits(hold_seconds_max=40, window_seconds=60)).patterns) == 1


def test_a_hub_is_no_layer() -> None:
    rows = [*layer([1, 2], [3, 4], 0, 100), *layer([3, 4], [5, 6], 6, 100), (6, 7, 39, 1)]
    assert search(rows, limits(window_seconds=40, hub_degree=4)).patterns != ()
    assert search(rows, limits(window_seconds=40, hub_degree=2)).patterns == ()


@pytest.mark.parametrize("hub_degree", [6, 50])
@pytest.mark.parametrize("seed", range(60))
def test_stacks_as_by_hand(seed: int, hub_degree: int) -> None:
    rows = random_rows(seed, accounts=8, payments=60, last_second=39, amounts=(50, 100, 100))
    chosen = limits(window_seconds=80, hub_degree=hub_degree, layer_accounts_max=50)
    found = set()
    for p in search(rows, chosen).patterns:
        middle = frozenset(p.role("intermediary"))
        found.add((middle, frozenset(p.role("source")), frozenset(p.role("sink"))))
    expected = {(m, s - m, t - m) for m, s, t in stacks_by_hand(rows, chosen)}
    assert found == expected


def test_the_random_cases_hold_stacks() -> None:
    chosen = limits(window_seconds=80, layer_accounts_max=50)
    cases = [
        random_rows(s, accounts=8, payments=60, last_second=39, amounts=(50, 100, 100)) for s in range(60)
    ]
    assert sum(bool(search(rows, chosen).patterns) for rows in cases) > 10
