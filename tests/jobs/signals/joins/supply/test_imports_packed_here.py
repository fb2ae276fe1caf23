"""A company that has tins made for a brand sold as an import, against importers, makers and true imports."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from jobs.signals.joins.supply.imports_packed_here import transform
from tests.frames import frame

_LISTINGS = "record_key string, seller_key string, title_norm string, description_norm string, brand string"
_CLAIM = "sua bot nhap khau nguyen lon tu my"


class World:
    """Firms that have wrapping made and whom shops pay; each firm with shops of its own."""

    def __init__(self) -> None:
        self.payments: list[dict[str, Any]] = []
        self.sellers: list[dict[str, Any]] = []
        self.listings: list[dict[str, Any]] = []
        self.customs: list[dict[str, Any]] = []

    def pay(self, debtor: str, creditor: str, remark: str, kind: str, times: int) -> None:
        for _ in range(times):
            key = f"VCB:{len(self.payments)}"
            sides = {
                "debtor_account_id": debtor,
                "debtor_holder_key": f"tax:{debtor}",
                "day": date(2026, 2, 1),
            }
            sides |= {"creditor_account_id": creditor, "creditor_holder_type": "company"}
            said = {"payment_key": key, "report_keys": [key], "amount_vnd": 100, "remittance_norm": remark}
            self.payments.append(sides | said | {"debtor_holder_type": kind})

    def supply(
        self, firm: str, shops: int = 2, wrapping: int = 2, said: str = _CLAIM, times: int = 2
    ) -> None:
        self.pay(firm, "printer", "tt lon thiec", "company", wrapping)
        for number in range(shops):
            shop = f"{firm} shop {number}"
            self.pay(shop, firm, "tien hang", "individual", times)
            self.sellers.append({"record_key": shop, "seller_key": shop, "settlement_account_id": shop})
            offer = {"record_key": f"offer of {shop}", "seller_key": shop, "title_norm": said}
            self.listings.append(offer | {"brand": f"{firm} milk"})


@pytest.fixture(scope="module")
def found(spark: SparkSession, table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    world = World()
    world.supply("packer", shops=3, wrapping=4)
    world.supply("filler")
    world.supply("one shop", shops=1)
    world.supply("one box", wrapping=1)
    world.supply("honest maker", said="sua bot san xuat tai viet nam")
    world.supply("declared")
    world.supply("tried once", times=1)
    line = {"direction": "import", "trader_key": "tax:filler", "brand": "malt"}
    world.customs += [line, line | {"trader_key": "tax:somebody", "brand": "Declared Milk"}]
    rows = transform(
        payments=table("payments", *world.payments),
        accounts=table("accounts"),
        sellers=table("sellers", *world.sellers),
        listings=frame(spark, _LISTINGS, world.listings),
        customs=table("customs", *world.customs),
        parameters=parameters("imports_packed_here"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_a_company_that_has_tins_made_for_what_shops_sell_as_imported(found: dict[str, Row]) -> None:
    row = found["packer"]
    assert row.value == pytest.approx(log2(1 + 4) + log2(1 + 3), abs=1e-6)
    assert (row.support, row.value_vnd) == (4, 600)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("account", "packer", "collector"),
        *(("seller", f"packer shop {n}", "shop") for n in range(3)),
    }
    assert {(record.feed, record.key) for record in row.evidence} == {
        *(("bank_transactions", f"VCB:{n}") for n in range(10)),
        *(("listings", f"offer of packer shop {n}") for n in range(3)),
    }
    assert not any(item.holds for item in row.explanations)


def test_who_imports_may_fill_here(found: dict[str, Row]) -> None:
    assert [item.id for item in found["filler"].explanations if item.holds] == ["imports_itself"]


def test_nobody_else_is_found(found: dict[str, Row]) -> None:
    # One shop, one payment for boxes, goods made here, a brand that is declared, shops that paid once.
    assert set(found) == {"packer", "filler"}
