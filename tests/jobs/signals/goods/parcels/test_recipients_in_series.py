"""Recipients with numbers side by side, against strangers, a block of everybody and a company's numbers."""

from math import log10
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.goods.parcels import recipients_in_series
from tests.jobs.signals.goods.frames import Measure, evidence, holding, members, parcel


def _sent(start: int, sender: str, block: str, numbers: int, **given: Any) -> list[dict[str, Any]]:
    """A parcel for each of so many people, whose numbers differ in the last digit."""
    return [
        parcel(
            start + n,
            sender,
            recipient_phone_e164=f"+84{block}00{n}",
            **{"recipient_name_norm": f"nguyen van {start + n}", **given},
        )
        for n in range(numbers)
    ]


def _far(start: int, sender: str, **given: Any) -> list[dict[str, Any]]:
    """Two people with numbers far apart."""
    return [row for n in (start, start + 1) for row in _sent(n, sender, f"97{n:04d}", 1, **given)]


@pytest.fixture(scope="module")
def found(measure: Measure) -> dict[str, Row]:
    rows = [
        # Eight of ten recipients in one block, one with two parcels; another shop has all three there.
        *_sent(0, "shopee:1", "912345", 8, cod_account_id="VCB:1"),
        *_sent(8, "shopee:1", "912345", 1, cod_amount_vnd=500_000),
        *_far(10, "shopee:1", cod_account_id="VCB:elsewhere"),
        *_sent(20, "shopee:2", "912345", 3),
        # Two of four are chance.
        *_sent(30, "shopee:3", "912345", 2),
        *_far(40, "shopee:3"),
        # Eight of ten under the name of one company.
        *_sent(50, "shopee:5", "933333", 8, recipient_name_norm="cong ty may 10"),
        *_far(60, "shopee:5"),
        # Eight of ten in a block that has two of four customers of everybody.
        *_sent(70, "shopee:6", "988888", 8),
        *_far(80, "shopee:6"),
        *(row for n in range(10) for row in _sent(100 + 10 * n, f"shopee:{10 + n}", "988888", 2)),
        *(row for n in range(10) for row in _far(200 + 10 * n, f"shopee:{10 + n}")),
    ]
    return measure(recipients_in_series, parcels=rows)


def test_recipients_with_numbers_side_by_side(found: dict[str, Row]) -> None:
    row = found["shopee:1"]
    # 11 of the 13 numbers of two hands; of the 64 of the others two, and one added to either.
    usual = 3 / 65
    expected = 11 * log10(11 / 13 / usual) + 2 * log10(2 / 13 / (1 - usual))
    assert row.value == pytest.approx(expected, abs=1e-5)
    assert (row.support, row.value_vnd) == (12, 11 * 200_000 + 500_000)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "shopee:1", "shop"),
        ("seller", "shopee:2", "shop"),
        ("account", "VCB:1", "collector"),
    }
    assert evidence(row) == {f"ghn:{n}" for n in (*range(9), 20, 21, 22)}
    assert holding(row) == set()


def test_one_companys_numbers_are_under_its_name(found: dict[str, Row]) -> None:
    row = found["shopee:5"]
    usual = 1 / 68
    assert row.value == pytest.approx(8 * log10(0.8 / usual) + 2 * log10(0.2 / (1 - usual)), abs=1e-5)
    assert members(row) == {("seller", "shopee:5")}
    assert holding(row) == {"one_companys_numbers"}


def test_a_block_of_everybodys_customers_and_numbers_far_apart_are_nothing(found: dict[str, Row]) -> None:
    assert set(found) == {"shopee:1", "shopee:5"}
