"""Cash that wanders through holders, against one change of bank and a chain with an account a shop."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.shops.settlement_rotation import transform


def parcels(shop: str, account: str, days: range, operator: str | None = None) -> list[dict[str, Any]]:
    return [
        {
            "record_key": f"ghn:{shop}{account}{day}",
            "seller_key": f"shopee:{shop}",
            "operator_id": operator or shop,
            "cod_account_id": f"VCB:{account}",
            "cod_amount_vnd": 100,
            "created_at": datetime(2026, 3, day, 9, tzinfo=UTC),
            "day": date(2026, 3, day),
        }
        for day in days
    ]


HOLDERS = {
    **{f"mule{n}": f"cccd:{n}" for n in range(3)},
    "owner": "cccd:owner",
    "old": "cccd:changed",
    "new": "cccd:changed",
    "chain0": "tax:1",
    "chain1": "tax:2",
    "wife": "cccd:wife",
    "husband": "cccd:husband",
    **{f"{unit}{n}": f"cccd:{unit}{n}" for unit in ("warehouse", "arcade", "relay") for n in range(3)},
    **{f"{unit}{n}": f"cccd:{unit}{n}" for unit in ("returning", "mingled") for n in range(5)},
    **{f"beside{n}": f"cccd:beside{n}" for n in range(4)},
}


def off_platform(hand: str, account: str, days: range) -> list[dict[str, Any]]:
    return [row | {"seller_key": None} for row in parcels(hand, account, days)]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    rows = transform(
        parcels=table(
            "parcels",
            *parcels("rotating", "owner", range(1, 6)),
            *(p for n in range(3) for p in parcels("rotating", f"mule{n}", range(6 + 5 * n, 11 + 5 * n))),
            # What the only shop of a hand sends beside the platform: five days of each hand, on either way.
            *parcels("beside", "beside0", range(1, 6)),
            *off_platform("beside", "beside1", range(6, 11)),
            *parcels("beside", "beside2", range(11, 16)),
            *off_platform("beside", "beside3", range(16, 21)),
            *parcels("changed", "old", range(1, 11)),
            *parcels("changed", "new", range(11, 21)),
            *parcels("chain0", "chain0", range(1, 11), "chain"),
            *parcels("chain1", "chain1", range(1, 11), "chain"),
            *parcels("couple", "husband", range(1, 11)),
            *parcels("couple", "wife", range(11, 21)),
            *(p for n in range(3) for p in off_platform("warehouse", f"warehouse{n}", range(1, 11))),
            *(p for n in range(3) for p in parcels("arcade", f"arcade{n}", range(1, 11))),
            *(p for n in range(3) for p in off_platform("relay", f"relay{n}", range(1 + 5 * n, 6 + 5 * n))),
            *(
                p
                for n in range(5)
                for p in parcels("returning", f"returning{n}", range(1 + 4 * n, 5 + 4 * n))
            ),
            *parcels("returning", "returning0", range(21, 22)),
            *(p for n in range(5) for p in parcels("mingled", f"mingled{n}", range(1 + n, 26, 5))),
        ),
        accounts=table(
            "accounts", *({"account_id": f"VCB:{a}", "holder_key": h} for a, h in HOLDERS.items())
        ),
        sellers=table("sellers", {"seller_key": "shopee:rotating", "owner_key": "cccd:owner"}),
        payments=table(
            "payments",
            {"payment_key": "cod", "channel": "cod_settlement", "creditor_account_id": "VCB:mule0"},
            {"payment_key": "gift", "channel": "napas247", "creditor_account_id": "VCB:mule0"},
        ),
        parameters=parameters("settlement_rotation", report_from=0.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_cash_that_takes_turns_through_three_straw_accounts(found: dict[str, Row]) -> None:
    row = found["rotating"]
    # Three holders beside the owner take 1,500 of 2,000.
    assert row.value == pytest.approx(log2(4) * 0.75)
    assert (row.support, row.value_vnd) == (3, 1500)
    assert {(m.id, m.role) for m in row.members} == {
        ("shopee:rotating", "shop"),
        ("VCB:owner", "collector"),
        *((f"VCB:mule{n}", "mule") for n in range(3)),
    }
    assert [e.key for e in row.evidence if e.feed == "bank_transactions"] == ["cod"]
    assert sum(e.feed == "shipments" for e in row.evidence) == 20


def test_a_change_of_bank_and_a_chain_with_an_account_a_shop_are_nothing(found: dict[str, Row]) -> None:
    assert found["changed"].value == 0
    assert found["chain"].value == 0


def test_a_couple_counts_half(found: dict[str, Row]) -> None:
    assert found["couple"].value == pytest.approx(log2(2) * 0.5 * 0.5)
    assert [e.holds for e in found["couple"].explanations] == [True]


def test_off_platform_accounts_side_by_side_all_along_are_hardly_anything(found: dict[str, Row]) -> None:
    # Two holders beside the first take two thirds: off platform each counts 0.15, in a shop 0.6.
    assert found["warehouse"].value == pytest.approx(log2(1 + 2 * 0.15) * 2 / 3, abs=1e-6)
    assert found["arcade"].value == pytest.approx(log2(1 + 2 * 0.6) * 2 / 3, abs=1e-6)


def test_off_platform_accounts_that_take_turns_count_in_full(found: dict[str, Row]) -> None:
    row = found["relay"]
    assert row.value == pytest.approx(log2(1 + 2) * 2 / 3, abs=1e-6)
    assert {(m.id, m.role) for m in row.members} == {
        ("VCB:relay0", "collector"),
        ("VCB:relay1", "mule"),
        ("VCB:relay2", "mule"),
    }


def test_the_only_shop_of_a_hand_takes_what_it_sends_beside_the_platform(found: dict[str, Row]) -> None:
    # Three holders beside the first take three quarters, in turns, on the platform and beside it.
    assert found["beside"].value == pytest.approx(log2(4) * 3 / 4, abs=1e-6)


def test_one_parcel_to_a_holder_of_earlier_days_does_not_end_the_turns(found: dict[str, Row]) -> None:
    # Of 20 pairs of parcels 15 have one holder, by chance a share of (5 x 4 + 4 x 4 x 3) / (21 x 20): 0.70.
    # The first holder's days span all of the others', yet four holders take 1,600 of 2,100 in full.
    assert found["returning"].value == pytest.approx(log2(1 + 4) * 16 / 21, abs=1e-6)


def test_holders_that_alternate_parcel_by_parcel_stand_side_by_side(found: dict[str, Row]) -> None:
    # No two parcels after one another have one holder. Each of five takes a fifth.
    assert found["mingled"].value == pytest.approx(log2(1 + 4 * 0.6) * 4 / 5, abs=1e-6)
