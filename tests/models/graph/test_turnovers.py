"""Turnovers among quiet accounts, on days."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from models.graph.payments import index_payments
from models.graph.turnovers import find_turnovers
from tests.models.graph.cases import limits

DAY = 86_400
LIMITS = limits(branches_min=2, retained_max_bp=1000, added_max_bp=0)


def table(rows: list[tuple[int, int, float, int]]) -> pd.DataFrame:
    """(debtor, creditor, day, amount)."""
    frame = pd.DataFrame(rows, columns=["debtor", "creditor", "day", "amount"])
    at = (frame["day"] * DAY).astype("int64")
    return frame.assign(at=at, payment=range(len(frame))).drop(columns="day")


def quiet_life(account: int) -> list[tuple[int, int, float, int]]:
    """A small payment to one neighbour every tenth day."""
    return [(account, account + 1, float(day), 10) for day in range(0, 100, 10)]


GATHERED = [(number, 50, 41 + number / 10, 100 + number) for number in range(1, 5)]
SCATTERED = [(50, 60 + number, 42 + number / 10, 102) for number in range(4)]


def test_sums_that_come_from_several_and_go_to_several() -> None:
    payments = index_payments(table([*quiet_life(50), *GATHERED, *SCATTERED]), hub_degree=100)
    (found,) = find_turnovers(payments, LIMITS, [2 * DAY], [0.5])
    assert found.pattern.anchor == 50
    assert found.pattern.role("source") == (1, 2, 3, 4)
    assert found.pattern.role("sink") == (60, 61, 62, 63)
    assert found.pattern.payments == tuple(range(10, 18))
    assert found.pattern.amount_vnd == 410
    # From half of its largest on it has these eight. 18 windows begin with a credit (4 of 50, 10 of 51, one
    # of each payee); one takes and pays enough; without it 50 has nothing in 88 days, which counts as one.
    burst = poisson.logsf(7, 2 / (88 + 1 / DAY)) / np.log(10)
    assert found.log10_chance == pytest.approx(np.log10(18) + burst, abs=1e-6)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param([(d, c, day + 5, a) for d, c, day, a in GATHERED], id="paid before it was taken in"),
        pytest.param([(d, c, day, a * 5) for d, c, day, a in GATHERED], id="most of it kept"),
        pytest.param([(1, c, day, a) for _, c, day, a in GATHERED], id="from one payer"),
    ],
)
def test_what_is_no_turnover(changed: list[tuple[int, int, float, int]]) -> None:
    payments = index_payments(table([*quiet_life(50), *changed, *SCATTERED]), hub_degree=100)
    assert find_turnovers(payments, LIMITS, [2 * DAY], [0.5]) == []


def test_a_busy_account_shows_nothing_unusual() -> None:
    busy = [
        row
        for day in range(0, 100, 2)
        for row in [
            *((number, 50, day + number / 10, 100 + number) for number in range(1, 5)),
            *((50, 60 + number, day + 1 + number / 10, 102) for number in range(4)),
        ]
    ]
    assert find_turnovers(index_payments(table(busy), hub_degree=100), LIMITS, [2 * DAY], [0.5]) == []


def test_nothing_of_nothing() -> None:
    assert find_turnovers(index_payments(table([]), hub_degree=100), LIMITS, [DAY], [0.0]) == []
