import pytest

from models.graph.gather_scatter import find_gather_scatters
from models.graph.limits import PatternLimits
from models.graph.pairing import pair_payments
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments
from tests.models.graph.cases import Row, frame, hubs_of, limits, random_rows
from tests.models.graph.test_pairing import paired_by_hand


def search(rows: list[Row], chosen: PatternLimits) -> PatternSearch:
    payments = index_payments(frame(rows), chosen.hub_degree)
    return find_gather_scatters(payments, pair_payments(payments, chosen), chosen)


def patterns_by_hand(rows: list[Row], chosen: PatternLimits) -> set[tuple[int, tuple[int, ...], int, int]]:
    """centre, rows in time order, amount, size."""
    hubs = hubs_of(rows, chosen.hub_degree)
    pairs = paired_by_hand(
        rows, chosen.hold_seconds_min, chosen.hold_seconds_max, chosen.retained_max_bp, chosen.added_max_bp
    )
    passed: dict[int, int] = {}
    for _, came, _, amount in pairs:
        passed[came] = passed.get(came, 0) + amount
    whole = {i for i in passed if passed[i] * 10_000 >= rows[i][3] * (10_000 - chosen.retained_max_bp)}
    found = set()
    for centre in {pair[0] for pair in pairs} - hubs:
        mine = [pair for pair in pairs if pair[0] == centre and pair[1] in whole]
        groups: list[tuple[set[tuple[int, int, int, int]], int, int]] = []
        for first in mine:
            begin = (rows[first[1]][2], first[1], first[2])
            inside = {
                pair
                for pair in mine
                if (rows[pair[1]][2], pair[1], pair[2]) >= begin
                and rows[pair[1]][2] <= begin[0] + chosen.window_seconds
            }
            payers = len({rows[pair[1]][0] for pair in inside} - hubs)
            payees = len({rows[pair[2]][1] for pair in inside} - hubs)
            if min(payers, payees) >= chosen.branches_min:
                joined = [group for group in groups if group[0] & inside]
                groups = [group for group in groups if not group[0] & inside]
                groups.append(
                    (
                        inside.union(*(group[0] for group in joined)),
                        max([payers, *(group[1] for group in joined)]),
                        max([payees, *(group[2] for group in joined)]),
                    )
                )
        for members, payers, payees in groups:
            ids = sorted({i for pair in members for i in pair[1:3]}, key=lambda i: (rows[i][2], i))
            found.add((centre, tuple(ids), sum(pair[3] for pair in members), min(payers, payees)))
    return found


def test_three_pay_in_and_three_are_paid() -> None:
    rows = [
        (1, 9, 0, 100),
        (2, 9, 1, 100),
        (3, 9, 2, 100),
        (9, 4, 5, 140),
        (9, 5, 6, 100),
        (9, 6, 7, 60),
        (8, 9, 40, 500),
    ]
    (found,) = search(rows, limits(retained_max_bp=0)).patterns
    assert (found.kind, found.anchor, found.payments) == ("gather_scatter", 9, (0, 1, 2, 3, 4, 5))
    assert found.accounts == (("source", (1, 2, 3)), ("intermediary", (9,)), ("sink", (4, 5, 6)))
    assert (found.amount_vnd, found.size, found.start, found.end) == (300, 3, 0, 7)


def test_scattering_before_gathering_is_none() -> None:
    rows = [(9, 4, 0, 100), (9, 5, 1, 100), (9, 6, 2, 100), (1, 9, 5, 100), (2, 9, 6, 100), (3, 9, 7, 100)]
    assert search(rows, limits()).patterns == ()


def test_money_that_stays_is_none() -> None:
    rows = [(1, 9, 0, 100), (2, 9, 1, 100), (3, 9, 2, 100), (9, 4, 5, 30), (9, 5, 6, 30), (9, 6, 7, 30)]
    assert search(rows, limits()).patterns == ()


@pytest.mark.parametrize("hub_degree", [5, 50])
@pytest.mark.parametrize("seed", range(60))
def test_patterns_as_by_hand(seed: int, hub_degree: int) -> None:
    rows = random_rows(seed, accounts=8, payments=34, last_second=40, amounts=(60, 100, 100))
    chosen = limits(branches_min=2, window_seconds=8, hub_degree=hub_degree)
    found = {(p.anchor, p.payments, p.amount_vnd, p.size) for p in search(rows, chosen).patterns}
    assert found == patterns_by_hand(rows, chosen)


def test_the_random_cases_hold_patterns() -> None:
    chosen = limits(branches_min=2, window_seconds=8)
    seeds = [
        random_rows(s, accounts=8, payments=34, last_second=40, amounts=(60, 100, 100)) for s in range(60)
    ]
    assert sum(bool(search(rows, chosen).patterns) for rows in seeds) > 20
