import numpy as np
import pytest

from models.graph.payments import index_payments, with_bundles
from tests.models.graph.cases import Row, frame, hubs_of, random_rows


def bundles_by_hand(rows: list[Row], gap: int) -> set[tuple[int, int, int, int, int, tuple[int, ...]]]:
    """debtor, creditor, first and last second, sum, row ids of every run of two payments or more."""
    found = set()
    for pair in {row[:2] for row in rows}:
        inside = sorted((row[2], i) for i, row in enumerate(rows) if row[:2] == pair)
        run = [inside[0]]
        for entry in [*inside[1:], None]:
            if entry is not None and entry[0] - run[-1][0] <= gap:
                run.append(entry)
                continue
            if len(run) > 1:
                ids = tuple(i for _, i in run)
                found.add((*pair, run[0][0], run[-1][0], sum(rows[i][3] for i in ids), ids))
            run = [entry] if entry is not None else []
    return found


def test_payments_are_sorted_by_time_then_row() -> None:
    payments = index_payments(frame([(7, 3, 9, 100), (3, 5, 2, 50), (7, 5, 2, 60)]), hub_degree=9)
    assert payments.nodes.tolist() == [3, 5, 7]
    assert payments.rows.tolist() == [1, 2, 0]
    assert payments.debtor.tolist() == [0, 2, 2]
    assert payments.amount.tolist() == [50, 60, 100]


def test_a_payment_to_oneself_is_left_out() -> None:
    payments = index_payments(frame([(1, 1, 0, 10), (1, 2, 1, 10)]), hub_degree=9)
    assert payments.rows.tolist() == [1]


def test_hubs_are_counted_by_distinct_counterparties_or_named() -> None:
    rows = [(1, 2, 0, 10), (2, 1, 1, 10), (1, 3, 2, 10), (4, 1, 3, 10), (4, 1, 4, 10)]
    assert index_payments(frame(rows), hub_degree=2).hub_ids() == (1,)
    assert index_payments(frame(rows), hub_degree=3).hub_ids() == ()
    assert index_payments(frame(rows), hub_degree=3, context=[4, 99]).hub_ids() == (4,)


@pytest.mark.parametrize("seed", range(20))
def test_hubs_as_counted_one_by_one(seed: int) -> None:
    rows = random_rows(seed, accounts=8, payments=14)
    assert set(index_payments(frame(rows), hub_degree=3).hub_ids()) == hubs_of(rows, 3)


def test_wrong_payments_are_refused() -> None:
    good = frame([(1, 2, 0, 10), (2, 3, 1, 10)])
    with pytest.raises(ValueError, match="'at'"):
        index_payments(good.drop(columns="at"), hub_degree=9)
    with pytest.raises(ValueError, match="1 payments"):
        index_payments(good.assign(amount=[0, 10]), hub_degree=9)
    with pytest.raises(ValueError, match="twice"):
        index_payments(good.assign(payment=[5, 5]), hub_degree=9)
    with pytest.raises(ValueError, match="64 bits"):
        index_payments(good.assign(amount=[2**61, 10]), hub_degree=9)


def test_no_payments_at_all() -> None:
    payments = index_payments(frame([]), hub_degree=9)
    assert len(payments) == 0
    assert with_bundles(payments, 5) is payments


@pytest.mark.parametrize("seed", range(30))
def test_bundles_as_gathered_by_hand(seed: int) -> None:
    rows = random_rows(seed, accounts=3, payments=15)
    single = index_payments(frame(rows), hub_degree=9)
    bundled = with_bundles(single, gap_seconds=4)
    found = set()
    for i in range(len(bundled)):
        ids = bundled.row_ids(np.array([i]))
        if len(ids) > 1:
            ends = bundled.ids(np.array([bundled.debtor[i], bundled.creditor[i]]))
            found.add((*ends, int(bundled.at[i]), int(bundled.until[i]), int(bundled.amount[i]), ids))
    assert found == bundles_by_hand(rows, gap=4)
    assert len(bundled) == len(rows) + len(found)
    assert (np.diff(bundled.at) >= 0).all()


def test_row_ids_of_a_bundle_and_its_piece_are_each_told_once() -> None:
    payments = with_bundles(index_payments(frame([(1, 2, 0, 40), (1, 2, 3, 60)]), hub_degree=9), 5)
    assert payments.amount.tolist() == [40, 100, 60]
    assert payments.row_ids(np.array([2, 1, 0])) == (0, 1)
