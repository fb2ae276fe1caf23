"""Small payment graphs for the tests, and limits that fit them."""

import random
from dataclasses import replace

import pandas as pd

from models.graph.limits import PatternLimits

LIMITS = PatternLimits(
    hold_seconds_min=1,
    hold_seconds_max=10,
    window_seconds=20,
    bundle_gap_seconds=0,
    retained_max_bp=1_000,
    added_max_bp=0,
    branches_min=3,
    layer_accounts_min=2,
    layer_accounts_max=6,
    chain_payments_min=2,
    chain_payments_max=5,
    cycle_payments_min=3,
    cycle_payments_max=5,
    hub_degree=50,
    scanned_max=1_000,
    paths_max=10_000,
    patterns_max=10_000,
    sets_max=10_000,
)

Row = tuple[int, int, int, int]
"""debtor, creditor, at, amount."""


def limits(**changes: int) -> PatternLimits:
    """`LIMITS` with some of them changed."""
    return replace(LIMITS, **changes)


def frame(rows: list[Row]) -> pd.DataFrame:
    """Payments whose row id is their place in the list."""
    table = pd.DataFrame(rows, columns=["debtor", "creditor", "at", "amount"], dtype="int64")
    return table.assign(payment=range(len(rows)))


def random_rows(
    seed: int,
    accounts: int,
    payments: int,
    *,
    last_second: int = 30,
    amounts: tuple[int, ...] = (90, 95, 100),
) -> list[Row]:
    """Payments among few accounts and amounts, so that patterns arise by chance."""
    draw = random.Random(seed)
    rows = []
    for _ in range(payments):
        debtor, creditor = draw.sample(range(1, accounts + 1), 2)
        rows.append((debtor, creditor, draw.randint(0, last_second), draw.choice(amounts)))
    return rows


def hubs_of(rows: list[Row], hub_degree: int) -> set[int]:
    """Accounts with more distinct counterparties than `hub_degree`, counted one by one."""
    partners: dict[int, set[int]] = {}
    for debtor, creditor, _, _ in rows:
        partners.setdefault(debtor, set()).add(creditor)
        partners.setdefault(creditor, set()).add(debtor)
    return {account for account, others in partners.items() if len(others) > hub_degree}
