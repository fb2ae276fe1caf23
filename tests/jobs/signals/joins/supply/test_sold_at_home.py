"""Duty-free goods that leave their importer's door; and other goods, scrap and products that do."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.supply import materials_sold_at_home, temporary_goods_sold_at_home

DAY = date(2026, 3, 1)


class World:
    """What firms declare, what leaves their doors, and who pays for it."""

    def __init__(self) -> None:
        names = ("parcels", "customs", "payments", "accounts")
        self.tables: dict[str, list[Mapping[str, Any]]] = {name: [] for name in names}

    def declares(self, firm: str, goods: str | None, regime: str, **more: Any) -> None:
        line = {"direction": "import", "trader_key": f"tax:{firm:0>10}", "regime": regime, "event_day": DAY}
        line |= {"goods_norm": goods, "trader_address_norm": f"door of {firm}"} | more
        self.tables["customs"].append(line | {"record_key": f"{firm} {regime} {goods}:1"})

    def sends(self, firm: str, goods: str | None, parcels: int, **more: Any) -> None:
        sent = {
            "sender_address_norm": f"door of {firm}",
            "sender_key": f"address:{firm}",
            "goods_norm": goods,
        }
        sent |= {"status": "delivered", "day": DAY, "cod_amount_vnd": 0, "declared_value_vnd": 10} | more
        self.tables["parcels"] += [sent | {"record_key": f"{firm} {goods} {n}"} for n in range(parcels)]

    def pays(self, payer: str, account: str, payments: int) -> None:
        paid = {
            "debtor_account_id": f"acc {payer}",
            "debtor_name_norm": payer,
            "creditor_account_id": account,
        }
        paid |= {"day": DAY, "channel": "napas247", "amount_vnd": 900}
        new = len(self.tables["payments"])
        self.tables["payments"] += [paid | {"payment_key": f"p{new + n}"} for n in range(payments)]


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    # Nine of ten parcels that say what they hold are of the cloth; a shop and a person without one send them.
    world.declares("1", "vai polyester det thoi", "E31")
    world.declares("1", "ao so mi", "E62", direction="export")
    world.sends("1", "cuon vai", 5, seller_key="shop:1", cod_account_id="acc:cod")
    world.sends("1", "vai ton kho", 4, sender_phone_e164="+84900000001", recipient_name_norm="le an")
    world.sends("1", "ao so mi", 1, recipient_name_norm="vu ba")
    world.sends("1", "hang hoa", 30)
    world.sends("1", None, 3)
    world.sends("1", "vai", 2, status="returned")
    world.tables["parcels"].append(
        world.tables["parcels"][5] | {"record_key": "1 more", "recipient_name_norm": "do hai"}
    )
    for payer in ("le an", "do hai"):
        world.pays(payer, "acc:seller", 2)
        world.pays(payer, "acc:market", 1)
    for stranger in range(8):
        world.pays(f"to so {stranger}", "acc:market", 1)
    # By the phone that a branch declares; the same kind with duty paid; and what the importer makes.
    world.declares("2222222222-001", "da bo thuoc", "E21", trader_phone_e164="+84900000002")
    world.declares("2222222222-001", "da bo", "A12")
    world.sends("elsewhere", "da bo tam", 9, sender_phone_e164="+84900000002")
    world.declares("3", "hat dieu tho", "E31")
    world.declares("3", "hat dieu nhan", "E62", direction="export")
    world.sends("3", "hat dieu rang muoi", 9)
    # Scrap, other goods, a few parcels, another regime, and a door of two.
    world.declares("4", "vai", "E31")
    world.sends("4", "vai vun", 9)
    world.declares("5", "vai", "E31")
    world.sends("5", "den ban", 9)
    world.declares("6", "vai", "E31")
    world.sends("6", "vai", 4)
    world.declares("7", "ruou vang", "G11")
    world.sends("7", "ruou vang do", 9)
    for firm, regime in (("8", "E31"), ("9", "A11")):
        world.declares(firm, "vai", regime, trader_address_norm="tower")
    world.sends("tower", "vai", 9, sender_address_norm="tower")
    world.declares("10", "vai", "A11")
    world.sends("10", "vai", 9)
    return world


@pytest.fixture(scope="module")
def measure(
    world: World, table: Callable[..., Any], parameters: Callable[..., Any]
) -> Callable[[Any], dict[str, Row]]:
    frames = {name: table(name, *rows) for name, rows in world.tables.items()}

    def run(module: Any) -> dict[str, Row]:
        rows = module.transform(**frames, parameters=parameters(module.SIGNAL.id), as_of=DAY).collect()
        return {row.subject_id: row for row in rows}

    return run


@pytest.fixture(scope="module")
def found(measure: Callable[[Any], dict[str, Row]]) -> dict[str, Row]:
    return measure(materials_sold_at_home)


def test_materials_that_leave_by_the_importers_door(found: dict[str, Row]) -> None:
    row = found["tax:0000000001"]
    assert row.value == pytest.approx(10 / (11 + 3), abs=1e-6)
    assert (row.support, row.value_vnd) == (10, 100)
    assert {tuple(member) for member in row.members} == {
        ("company", "tax:0000000001", "trader"),
        ("seller", "shop:1", "shop"),
        ("phone", "+84900000001", "phone"),
        ("account", "acc:cod", "collector"),
        ("account", "acc:seller", "collector"),
    }
    feeds = [record.feed for record in row.evidence]
    assert {feed: feeds.count(feed) for feed in feeds} == {
        "customs_declarations": 1,
        "shipments": 10,
        "bank_transactions": 4,
    }
    assert not any(explanation.holds for explanation in row.explanations)


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


def test_temporary_imports(measure: Callable[[Any], dict[str, Row]]) -> None:
    found = measure(temporary_goods_sold_at_home)
    assert set(found) == {"tax:0000000007"}
    assert found["tax:0000000007"].value == pytest.approx(9 / 12)
