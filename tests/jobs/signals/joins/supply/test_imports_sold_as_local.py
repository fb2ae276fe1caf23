"""Shops of "local" goods that import them blank, against makers, resellers of many and honest importers."""

from collections.abc import Callable
from datetime import date
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.supply.imports_sold_as_local import transform


class World:
    """Shops, what they say, what they or their suppliers import, and what they pay these."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("payments", "accounts", "sellers", "listings", "customs")
        }

    def shop(self, name: str, claims: int = 3, others: int = 0, owner: str | None = None) -> None:
        seller = {"record_key": name, "seller_key": name, "settlement_account_id": f"account of {name}"}
        self.tables["sellers"].append(seller | {"owner_key": owner or f"cccd:{name}"})
        for number in range(claims + others):
            said = "khan lua made in viet nam" if number < claims else "khan lua"
            offer = {"record_key": f"{name} {number}", "seller_key": name, "title_norm": said}
            self.tables["listings"].append(offer | {"price_vnd": 10, "units_sold": 2})

    def imports(
        self, firm: str, lines: int = 3, goods: str = "khan vai khong nhan hieu", regime: str = "A11"
    ) -> None:
        self.tables["accounts"].append({"account_id": f"account of {firm}", "holder_key": f"tax:{firm}"})
        line = {"direction": "import", "trader_key": f"tax:{firm}", "goods_norm": goods, "regime": regime}
        self.tables["customs"] += [line | {"record_key": f"{firm} {n}"} for n in range(lines)]

    def pay(self, debtor: str, firm: str, times: int = 2) -> None:
        for _ in range(times):
            key = f"VCB:{len(self.tables['payments'])}"
            sides = {"debtor_account_id": f"account of {debtor}", "creditor_account_id": f"account of {firm}"}
            rest = {"payment_key": key, "report_keys": [key], "creditor_holder_type": "company"}
            self.tables["payments"].append(sides | rest | {"amount_vnd": 5, "day": date(2026, 2, 1)})


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    world = World()
    world.shop("payer")
    world.imports("supplier")
    world.pay("payer", "supplier")
    world.shop("importer", claims=4, owner="tax:0101000001-001")
    world.imports("0101000001", lines=5)
    world.shop("reseller")
    world.imports("wholesaler")
    world.pay("reseller", "wholesaler")
    for number in range(19):
        world.pay(f"customer {number}", "wholesaler", times=1)
    world.shop("few words", claims=2, owner="tax:few")
    world.imports("few")
    world.shop("other goods", claims=3, others=8, owner="tax:other")
    world.imports("other")
    world.shop("one lot", owner="tax:lot")
    world.imports("lot", lines=1)
    world.shop("maker", owner="tax:maker")
    world.imports("maker", regime="E31")
    world.shop("branded", owner="tax:branded")
    world.imports("branded", goods="khan vai nhan hieu abc")
    world.shop("paid once")
    world.pay("paid once", "supplier", times=1)
    rows = transform(
        **{name: table(name, *rows) for name, rows in world.tables.items()},
        parameters=parameters("imports_sold_as_local"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_a_shop_that_keeps_paying_an_importer_of_blank_goods(found: dict[str, Row]) -> None:
    row = found["payer"]
    assert row.value == pytest.approx(log2(1 + 3) + log2(1 + 3), abs=1e-6)
    assert (row.support, row.value_vnd) == (3, 60)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "payer", "shop"),
        ("company", "tax:supplier", "trader"),
        ("account", "account of supplier", "collector"),
    }
    assert {(record.feed, record.key) for record in row.evidence} == {
        *(("listings", f"payer {n}") for n in range(3)),
        *(("customs_declarations", f"supplier {n}") for n in range(3)),
        *(("bank_transactions", f"VCB:{n}") for n in range(2)),
    }
    assert not any(item.holds for item in row.explanations)


def test_a_shop_that_imports_blank_goods_itself(found: dict[str, Row]) -> None:
    # A branch of the company that imports.
    assert found["importer"].value == pytest.approx(log2(1 + 4) + log2(1 + 5), abs=1e-6)
    assert {(m.kind, m.id) for m in found["importer"].members} == {
        ("seller", "importer"),
        ("company", "tax:0101000001"),
    }


def test_a_wholesaler_does_not_know_what_each_shop_says(found: dict[str, Row]) -> None:
    assert [item.id for item in found["reseller"].explanations if item.holds] == ["sells_to_many"]


def test_nobody_else_is_found(found: dict[str, Row]) -> None:
    assert set(found) == {"payer", "importer", "reseller"}
