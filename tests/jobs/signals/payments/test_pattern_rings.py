"""What explains a ring of patterns, on a few transfers."""

import pandas as pd
import pytest

from jobs.signals.payments.pattern_rings import by_trade


@pytest.mark.parametrize(
    ("centre", "givers", "takers", "trades"),
    [
        # A cooperative takes from buyers and pays its members; a shop takes from persons and pays suppliers.
        ("company", ["company"] * 3, ["individual"] * 3, True),
        ("household_business", ["individual"] * 3, ["company"] * 3, True),
        # From persons to persons: three of five on one side are enough.
        ("company", ["individual"] * 3 + ["company"] * 2, ["individual"] * 5, False),
        ("company", ["individual"] * 2 + ["company"] * 3, ["individual"] * 5, True),
        # A person has no trade.
        ("individual", ["company"] * 3, ["company"] * 3, False),
    ],
)
def test_who_takes_and_pays_by_trade(centre: str, givers: list[str], takers: list[str], trades: bool) -> None:
    rows = pd.DataFrame(
        [(f"g{n}", "hub", kind, centre) for n, kind in enumerate(givers)]
        + [("hub", f"t{n}", centre, kind) for n, kind in enumerate(takers)],
        columns=["debtor", "creditor", "debtor_type", "creditor_type"],
    )

    assert by_trade(rows, {"hub"}, {"private_share": 0.6}) is trades
