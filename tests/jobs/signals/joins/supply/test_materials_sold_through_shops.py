"""Shops that pay an importer and send out its duty-free materials; and shops that do only one of the two."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.supply.materials_sold_through_shops import SIGNAL, transform

DAY = date(2026, 3, 1)


class World:
    """What firms declare, what shops send, and whom the shops pay."""

    def __init__(self) -> None:
        names = ("parcels", "customs", "payments", "accounts")
        self.tables: dict[str, list[Mapping[str, Any]]] = {name: [] for name in names}

    def declares(self, firm: str, goods: str, regime: str, **more: Any) -> None:
        line = {"direction": "import", "trader_key": f"tax:{firm:0>10}", "regime": regime, "event_day": DAY}
        line |= {"goods_norm": goods, "record_key": f"{firm} {regime} {goods}:1"}
        self.tables["customs"].append(line | more)
        holder = {"account_id": f"acc:{firm}", "holder_key": f"tax:{firm:0>10}"}
        if holder not in self.tables["accounts"]:
            self.tables["accounts"].append(holder)

    def sends(self, shop: str, goods: str, parcels: int, **more: Any) -> None:
        sent = {"operator_id": f"op {shop}", "seller_key": f"shopee:{shop}", "goods_norm": goods}
        sent |= {"status": "delivered", "day": DAY, "cod_amount_vnd": 0, "declared_value_vnd": 10} | more
        self.tables["parcels"] += [sent | {"record_key": f"{shop} {goods} {n}"} for n in range(parcels)]

    def pays(self, shop: str, firm: str, payments: int, **more: Any) -> None:
        new = len(self.tables["payments"])
        paid = {"debtor_operator": f"op {shop}", "debtor_account_id": f"acc:{shop}", "day": DAY}
        paid |= {"creditor_account_id": f"acc:{firm}", "creditor_operator": f"op {firm}"} | more
        self.tables["payments"] += [
            paid | {"payment_key": f"p{new + n}", "report_keys": [f"bank:p{new + n}"]}
            for n in range(payments)
        ]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    world = World()
    # Of two shops one sends the cloth; a third sends it too, and paid once.
    world.declares("1", "vai polyester det thoi", "E31")
    world.declares("1", "ao so mi", "E62", direction="export")
    world.sends("cloth", "cuon vai", 6)
    world.sends("cloth", "ao so mi", 2)
    world.sends("cloth", "vai", 3, status="returned")
    world.sends("other", "den ban", 4)
    world.sends("once", "vai ton kho", 9)
    world.pays("cloth", "1", 2)
    world.pays("other", "1", 3)
    world.pays("once", "1", 1)
    # Duty paid on the same kind, by a branch; and what the firm makes.
    world.declares("2222222222-001", "da bo thuoc", "E21")
    world.declares("2222222222-001", "da bo", "A12")
    world.sends("leather", "da bo tam", 9)
    world.pays("leather", "2222222222-001", 2)
    world.declares("3", "hat dieu tho", "E31")
    world.declares("3", "hat dieu nhan", "E62", direction="export")
    world.sends("nuts", "hat dieu rang muoi", 9)
    world.pays("nuts", "3", 2)
    # Cuttings, other goods, a few parcels, duty paid, and a firm's own shop.
    for firm, goods, parcels, regime in (
        ("4", "vai vun", 9, "E31"),
        ("5", "den ban", 9, "E31"),
        ("6", "vai", 4, "E31"),
        ("7", "vai", 9, "A11"),
        ("8", "vai", 9, "E31"),
    ):
        world.declares(firm, "vai", regime)
        world.sends(firm, goods, parcels)
        world.pays(firm, firm, 2, creditor_operator=f"op {firm}" if firm == "8" else "the firm")
    frames = {name: table(name, *rows) for name, rows in world.tables.items()}
    rows = transform(**frames, parameters=parameters(SIGNAL.id), as_of=DAY).collect()
    return {row.subject_id: row for row in rows}


def test_a_shop_sends_the_materials_and_pays_their_importer(found: dict[str, Row]) -> None:
    row = found["tax:0000000001"]
    assert row.value == pytest.approx(6 / (12 + 3))
    assert (row.support, row.value_vnd) == (6, 60)
    assert {tuple(member) for member in row.members} == {
        ("company", "tax:0000000001", "trader"),
        ("account", "acc:1", "collector"),
        ("account", "acc:cloth", "paying_shop"),
        ("seller", "shopee:cloth", "paying_shop"),
    }
    feeds = [record.feed for record in row.evidence]
    assert {feed: feeds.count(feed) for feed in feeds} == {
        "customs_declarations": 1,
        "shipments": 6,
        "bank_transactions": 2,
    }


def test_what_explains_it(found: dict[str, Row]) -> None:
    holding = {
        subject: {explanation.id for explanation in row.explanations if explanation.holds}
        for subject, row in found.items()
    }
    assert holding == {
        "tax:0000000001": set(),
        "tax:2222222222": {"duty_paid_on_others"},
        "tax:0000000003": {"own_product"},
    }
