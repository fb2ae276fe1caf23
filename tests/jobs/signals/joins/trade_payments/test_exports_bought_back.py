"""An exporter who pays the importer of the same goods from its buyer, and firms that only share a partner."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.trade_payments.exports_bought_back import transform

DAY = date(2026, 2, 1)


class World:
    """What firms declare and pay."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {"customs": [], "payments": []}

    def declares(self, firm: str, direction: str, partner: str, lots: int, worth: int, **more: Any) -> None:
        origin = "VN" if direction == "export" else "CN"
        line = {"direction": direction, "trader_key": f"tax:{firm}", "regime": "A11", "event_day": DAY}
        line |= {"partner_name_norm": partner, "hs_code": "85340090", "origin_country": origin}
        line |= {"customs_value_vnd": worth} | more
        name = f"{firm} {direction} {partner}"
        self.tables["customs"] += [
            line | {"record_key": f"{name} {n}:1", "declaration_no": f"{name} {n}"} for n in range(lots)
        ]

    def pays(self, payer: str, payee: str, times: int, amount: int) -> None:
        """Firms by their number, partners abroad by their name."""
        paid = {"day": DAY, "amount_vnd": amount}
        for side, party in (("debtor", payer), ("creditor", payee)):
            if party[0].isdigit():
                paid |= {f"{side}_holder_key": f"tax:{party}"}
            paid |= {f"{side}_name_norm": party}
        start = len(self.tables["payments"])
        self.tables["payments"] += [paid | {"payment_key": f"pay{start + n}"} for n in range(times)]

    def circle(self, name: str, times: int, amount: int, **exported: Any) -> None:
        """Firm {name}1 exports to a buyer who sells such goods to {name}2, which {name}1 pays."""
        self.declares(f"{name}1", "export", f"house {name}", 4, 200, **exported)
        self.declares(f"{name}2", "import", f"house {name}", 4, 100)
        self.pays(f"{name}1", f"{name}2", times, amount)


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    world = World()
    world.circle("10", times=4, amount=75)
    world.pays("house 10", "101", 1, 200)
    world.pays("102", "house 10", 1, 100)
    world.pays("102", "somebody else", 1, 100)
    # Openly foreign goods, and an importer with many customers.
    world.circle("20", times=4, amount=100, origin_country="CN")
    world.circle("30", times=4, amount=100)
    world.pays("9", "302", 10, 1000)
    # One payment, a small one now and then, none; other goods; goods sent back as such; a trial.
    world.circle("40", times=1, amount=400)
    world.circle("50", times=4, amount=10)
    world.circle("60", times=0, amount=0)
    world.circle("70", times=4, amount=100, hs_code="61091000")
    world.circle("80", times=4, amount=100, regime="B13")
    world.declares("901", "export", "house 90", 1, 200)
    world.declares("902", "import", "house 90", 4, 100)
    world.pays("901", "902", 4, 100)
    rows = transform(
        **{name: table(name, *rows) for name, rows in world.tables.items()},
        parameters=parameters("exports_bought_back"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_goods_and_money_go_round(found: dict[str, Row]) -> None:
    row = found["tax:101"]
    # 300 of 400 are paid for, in four turns of four and two that nobody has seen.
    assert row.value == pytest.approx(0.75 * 4 / 6, abs=1e-6)
    assert (row.support, row.value_vnd, row.peers) == (8, 800, 6)
    assert {tuple(member) for member in row.members} == {
        ("company", "tax:101", "trader"),
        ("company", "tax:102", "trader"),
    }
    assert {item.key for item in row.evidence if item.feed == "bank_transactions"} == {
        f"pay{n}" for n in range(6)
    }
    assert sum(item.feed == "customs_declarations" for item in row.evidence) == 8
    assert not any(one.holds for one in row.explanations)


@pytest.mark.parametrize(("firm", "reason"), [("201", "sold_on_openly"), ("301", "one_customer")])
def test_innocent_circles(found: dict[str, Row], firm: str, reason: str) -> None:
    assert [one.id for one in found[f"tax:{firm}"].explanations if one.holds] == [reason]


def test_nobody_else(found: dict[str, Row]) -> None:
    assert found.keys() == {"tax:101", "tax:201", "tax:301"}
