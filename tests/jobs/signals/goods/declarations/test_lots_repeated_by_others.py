"""Importers whose lots of one seller repeat uncommon quantities, against common ones and corrections."""

from math import exp, log10
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.declarations import lots_repeated_by_others
from tests.jobs.signals.goods.frames import Measure, day, declaration, evidence, holding, members


def _lots(
    start: int, trader: str, seller: str, quantities: list[float], **given: Any
) -> list[dict[str, Any]]:
    """A lot every ten days, the last of them 40 days ago."""
    return [
        declaration(
            start + place,
            trader,
            partner_name_norm=seller,
            **({"quantity": quantity, "event_day": day(40 + 10 * place)} | given),
        )
        for place, quantity in enumerate(quantities)
    ]


# Of like size (1,000 to 3,162): 1,100 to 1,130, and what thirty others bring in.
_ODD = [1101.0, 1113.0, 1127.0]
_OTHERS = [
    row
    for place in range(30)
    for row in _lots(100 + 10 * place, f"5{place:02d}", f"seller {place}", [2000.0, 1500.0 + place])
]


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    later = {"hs_code": "84073390"}
    rows = _OTHERS + _lots(1, "71", "matched", _ODD) + _lots(11, "72", "matched", _ODD, **later)
    rows += _lots(21, "73", "matched", [3000.0, 3001.0])  # another customer of that seller
    # What everybody declares, and who is corrected within days.
    rows += _lots(31, "81", "common", [2000.0, 1500.0]) + _lots(41, "82", "common", [2000.0, 1501.0])
    rows += _lots(51, "83", "corrected", [v + 1 for v in _ODD])
    rows += _lots(61, "84", "corrected", [v + 1 for v in _ODD])
    # One equal lot, equal lots of two sellers, and of a courier's customers.
    rows += _lots(71, "85", "once", [1201.0]) + _lots(75, "86", "once", [1201.0], **later)
    rows += _lots(81, "87", "one of two", [1301.0, 1302.0])
    rows += _lots(85, "88", "the other", [1301.0, 1302.0], **later)
    rows += _lots(91, "89", "express", [v + 2 for v in _ODD], regime="MIC")
    rows += _lots(95, "90", "express", [v + 2 for v in _ODD], regime="MIC", **later)
    # Branches of one group buy alike openly.
    group = {"trader_name_norm": "cty tnhh hoa binh minh ha noi"}
    rows += _lots(410, "91", "group", [v + 3 for v in _ODD], **group)
    rows += _lots(420, "92", "group", [v + 3 for v in _ODD], **group, **later)
    return measure(lots_repeated_by_others, customs_declarations=rows)


def _chance(seller_hands_of_size: int) -> float:
    """Three equal quantities, where one hand has three lots and so does the other.

    Each of these quantities is declared by one other hand among all lots of the size.
    """
    expected = 3 * 3 / seller_hands_of_size
    return 1 - exp(-expected) * (1 + expected + expected**2 / 2)


def test_uncommon_quantities_under_two_names(found: dict[str, Row]) -> None:
    row = found["tax:71"]
    # Lots of the size, each hand's quantity once: 60 of others, 3 + 3 matched and 2 of that seller's other
    # customer, 2 + 2 common, 3 + 3 corrected, 1 + 1 once, 2 + 2 of two sellers, 3 + 3 of the group.
    lots = 60 + 6 + 2 + 4 + 6 + 2 + 4 + 6
    # Pairs of customers: three of the first seller and one of four others; two pairs are as unlikely.
    adjusted = _chance(lots) * (3 + 4) / 2
    assert row.value == pytest.approx(-log10(adjusted), rel=1e-4)
    assert members(row) == {("company", "tax:71"), ("company", "tax:72")}
    assert (row.support, row.value_vnd) == (6, 6_000_000)
    assert evidence(row) == {f"{100000000000 + n}:1" for n in (1, 2, 3, 11, 12, 13)}
    assert holding(row) == set()


def test_a_group_counts_for_less(found: dict[str, Row]) -> None:
    row = found["tax:91"]
    assert row.value == pytest.approx(found["tax:71"].value / 2)
    assert holding(row) == {"one_group_of_companies"}


def test_nobody_else_is_told(found: dict[str, Row]) -> None:
    assert set(found) == {"tax:71", "tax:91"}
