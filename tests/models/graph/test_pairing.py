import math

import numpy as np
import pytest

from models.graph.pairing import matches, pair_payments, pass_on_by_account
from models.graph.payments import index_payments
from tests.models.graph.cases import Row, frame, limits, random_rows

Match = tuple[int, int, int, int]


def paired(rows: list[Row], **changes: int) -> list[Match]:
    """(account, incoming row, outgoing row, amount) in the order of the answer."""
    payments = index_payments(frame(rows), hub_degree=50)
    table = matches(payments, pair_payments(payments, limits(**changes)))
    return list(table[["account", "incoming", "outgoing", "amount_vnd"]].itertuples(index=False, name=None))


def paired_by_hand(
    rows: list[Row], shortest: int, longest: int, retained_bp: int, added_bp: int
) -> set[Match]:
    """The same with a queue for each account, one payment after the other."""
    order = sorted(range(len(rows)), key=lambda i: (rows[i][2], i))
    held: dict[int, list[list[int]]] = {}
    found = set()
    for i in order:
        debtor, creditor, at, amount = rows[i]
        queue = held.setdefault(debtor, [])
        while queue and rows[queue[0][0]][2] < at - longest:
            queue.pop(0)
        lack = amount
        while lack > 0 and queue and rows[queue[0][0]][2] <= at - shortest:
            lot, left = queue[0]
            take = min(left, lack)
            found.add((debtor, lot, i, take))
            lack -= take
            queue[0][1] -= take
            if queue[0][1] <= rows[lot][3] * retained_bp // 10_000:
                queue.pop(0)
            if lack * 10_000 <= added_bp * (amount - lack):
                break
        held.setdefault(creditor, []).append([i, amount])
    return found


def test_the_oldest_money_goes_first() -> None:
    rows = [(1, 9, 0, 100), (2, 9, 2, 100), (9, 3, 4, 150), (9, 4, 6, 80)]
    assert paired(rows, retained_max_bp=0) == [(9, 0, 2, 100), (9, 1, 2, 50), (9, 1, 3, 50)]


def test_money_held_too_long_feeds_nothing() -> None:
    assert paired([(1, 9, 0, 100), (9, 3, 11, 100)]) == []
    assert paired([(1, 9, 0, 100), (9, 3, 10, 100)]) == [(9, 0, 1, 100)]


def test_a_fee_stays_and_does_not_feed_the_next_payment() -> None:
    rows = [(1, 9, 0, 100), (9, 3, 1, 95), (2, 9, 2, 100), (9, 4, 3, 95)]
    assert paired(rows, retained_max_bp=500) == [(9, 0, 1, 95), (9, 2, 3, 95)]
    assert paired(rows, retained_max_bp=0) == [(9, 0, 1, 95), (9, 0, 3, 5), (9, 2, 3, 90)]


def test_own_money_that_is_added_takes_nothing_from_the_next_payment() -> None:
    rows = [(1, 9, 0, 100), (2, 9, 1, 100), (9, 3, 2, 103)]
    assert paired(rows, added_max_bp=300) == [(9, 0, 2, 100)]
    assert paired(rows, added_max_bp=200) == [(9, 0, 2, 100), (9, 1, 2, 3)]


def test_payments_of_one_second_follow_the_order_of_rows_when_allowed() -> None:
    rows = [(9, 3, 5, 100), (1, 9, 5, 100), (9, 4, 5, 100)]
    assert paired(rows, hold_seconds_min=0) == [(9, 1, 2, 100)]
    assert paired(rows, hold_seconds_min=1) == []


@pytest.mark.parametrize("shortest", [0, 1, 3])
@pytest.mark.parametrize(("retained", "added"), [(0, 0), (600, 0), (1_000, 500)])
@pytest.mark.parametrize("seed", range(40))
def test_pairs_as_by_hand(seed: int, shortest: int, retained: int, added: int) -> None:
    rows = random_rows(seed, accounts=4, payments=18, amounts=(10, 35, 60, 95, 100))
    found = paired(
        rows, hold_seconds_min=shortest, hold_seconds_max=9, retained_max_bp=retained, added_max_bp=added
    )
    assert len(set(found)) == len(found)
    assert set(found) == paired_by_hand(rows, shortest, 9, retained, added)


@pytest.mark.parametrize("seed", range(20))
def test_no_money_is_used_twice(seed: int) -> None:
    rows = random_rows(seed, accounts=4, payments=25, amounts=(10, 35, 100))
    for place in (1, 2):
        used: dict[int, int] = {}
        for match in paired(rows):
            used[match[place]] = used.get(match[place], 0) + match[3]
        assert all(total <= rows[row][3] for row, total in used.items())


def test_pass_on_by_account() -> None:
    rows = [(1, 9, 0, 300), (2, 9, 1, 100), (9, 3, 2, 300), (9, 4, 8, 50), (1, 4, 20, 7)]
    payments = index_payments(frame(rows), hub_degree=50)
    table = pass_on_by_account(payments, pair_payments(payments, limits(retained_max_bp=0))).set_index(
        "account"
    )
    nine = table.loc[9]
    assert (nine.inflow_vnd, nine.outflow_vnd, nine.passed_vnd, nine.matches) == (400, 350, 350, 2)
    assert nine.passed_share == pytest.approx(0.875)
    assert nine.held_seconds_median == 2
    assert table.loc[4, "passed_share"] == 0
    assert math.isnan(table.loc[1, "passed_share"])
    assert math.isnan(table.loc[4, "held_seconds_median"])


@pytest.mark.parametrize("seed", range(20))
def test_shares_and_holds_as_by_hand(seed: int) -> None:
    rows = random_rows(seed, accounts=4, payments=25, amounts=(10, 35, 100))
    payments = index_payments(frame(rows), hub_degree=50)
    table = pass_on_by_account(payments, pair_payments(payments, limits())).set_index("account")
    by_hand = paired_by_hand(rows, 1, 10, 1_000, 0)
    for account in table.index:
        mine = [match for match in by_hand if match[0] == account]
        assert table.loc[account, "passed_vnd"] == sum(match[3] for match in mine)
        assert table.loc[account, "inflow_vnd"] == sum(row[3] for row in rows if row[1] == account)
        if mine:
            holds = sorted(
                rows[out][2] - rows[came][2] for _, came, out, amount in mine for _ in range(amount)
            )
            assert table.loc[account, "held_seconds_median"] == holds[(len(holds) + 1) // 2 - 1]
        else:
            assert np.isnan(table.loc[account, "held_seconds_median"])
