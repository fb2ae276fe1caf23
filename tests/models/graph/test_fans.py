import pytest

from models.graph.fans import find_fans
from models.graph.limits import PatternLimits
from models.graph.pattern import PatternSearch
from models.graph.payments import index_payments
from tests.models.graph.cases import Row, frame, hubs_of, limits, random_rows


def search(rows: list[Row], chosen: PatternLimits) -> PatternSearch:
    return find_fans(index_payments(frame(rows), chosen.hub_degree), chosen)


def fans_by_hand(rows: list[Row], chosen: PatternLimits) -> set[tuple[str, int, tuple[int, ...], int]]:
    """kind, centre, rows in time order, size of the peak."""
    hubs = hubs_of(rows, chosen.hub_degree)
    found = set()
    for kind, centre, branch in (("fan_in", 1, 0), ("fan_out", 0, 1)):
        for account in {row[centre] for row in rows} - hubs:
            mine = [i for i, row in enumerate(rows) if row[centre] == account and row[branch] not in hubs]
            mine.sort(key=lambda i: (rows[i][2], i))
            fans: list[tuple[set[int], int]] = []
            for first in mine:
                begin = rows[first][2]
                inside = {i for i in mine if begin <= rows[i][2] <= begin + chosen.window_seconds}
                size = len({rows[i][branch] for i in inside})
                if size >= chosen.branches_min:
                    joined = [fan for fan in fans if fan[0] & inside]
                    fans = [fan for fan in fans if not fan[0] & inside]
                    fans.append((inside.union(*(f[0] for f in joined)), max([size, *(f[1] for f in joined)])))
            for members, size in fans:
                found.add((kind, account, tuple(i for i in mine if i in members), size))
    return found


def test_three_payers_in_the_window_are_a_fan_in() -> None:
    rows = [(1, 9, 0, 10), (2, 9, 5, 20), (2, 9, 6, 5), (3, 9, 20, 30), (4, 9, 50, 40)]
    (fan,) = search(rows, limits()).patterns
    assert (fan.kind, fan.anchor, fan.payments, fan.size) == ("fan_in", 9, (0, 1, 2, 3), 3)
    assert fan.accounts == (("source", (1, 2, 3)), ("sink", (9,)))
    assert (fan.amount_vnd, fan.start, fan.end) == (65, 0, 20)


def test_payers_too_far_apart_are_none() -> None:
    assert search([(1, 9, 0, 10), (2, 9, 5, 20), (3, 9, 21, 30)], limits()).patterns == ()


def test_windows_that_share_a_payment_are_one_fan_with_the_larger_peak() -> None:
    rows = [(9, 1, 0, 1), (9, 2, 8, 1), (9, 3, 16, 1), (9, 4, 24, 1), (9, 5, 25, 1)]
    (fan,) = search(rows, limits()).patterns
    assert (fan.kind, fan.payments, fan.size) == ("fan_out", (0, 1, 2, 3, 4), 4)


def test_a_hub_is_neither_centre_nor_branch() -> None:
    rows = [(1, 9, 0, 10), (2, 9, 1, 10), (3, 9, 2, 10), (3, 4, 90, 1), (3, 5, 90, 1), (3, 6, 90, 1)]
    assert search(rows, limits(hub_degree=3)).patterns == ()
    assert search(rows, limits(hub_degree=3)).hubs == (3,)


@pytest.mark.parametrize("hub_degree", [4, 50])
@pytest.mark.parametrize("seed", range(30))
def test_fans_as_by_hand(seed: int, hub_degree: int) -> None:
    rows = random_rows(seed, accounts=7, payments=26, last_second=60)
    chosen = limits(window_seconds=12, hub_degree=hub_degree)
    found = {(p.kind, p.anchor, p.payments, p.size) for p in search(rows, chosen).patterns}
    assert found == fans_by_hand(rows, chosen)
