"""A brand's sole importer whose shops sell several times what it declared, and who else sells much."""

from collections.abc import Callable
from datetime import date, timedelta
from math import log2
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.supply.sold_beyond_imports import transform

FIRST = date(2026, 1, 20)


class World:
    """What firms import, and the parcels of shops."""

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {"parcels": [], "customs": []}

    def imports(
        self, firm: str, brand: str | None, goods: str, lines: int = 3, unit: str = "PCE", **more: Any
    ) -> None:
        line = {"direction": "import", "trader_key": f"tax:{firm}", "regime": "A11", "event_day": FIRST}
        line |= {"brand": brand, "goods_norm": goods, "quantity": 10.0, "unit": unit} | more
        said = f"{firm} {goods} {brand}"
        self.tables["customs"] += [line | {"record_key": f"{said} {n}:1"} for n in range(lines)]

    def sells(self, shop: str, goods: str, parcels: int, quantity: int | None = None, **more: Any) -> None:
        sent = {
            "seller_key": shop,
            "sender_key": shop,
            "goods_norm": goods,
            "quantity": quantity,
            "status": "delivered",
        }
        sent |= {"day": FIRST + timedelta(days=5), "cod_amount_vnd": 100} | more
        self.tables["parcels"] += [sent | {"record_key": f"{shop} {goods} {n}"} for n in range(parcels)]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    world = World()
    # 30 pieces with the brand in its column and 10 with it in the text; 60 + 20 x 2 are sold.
    world.imports("sole", "Kamizu", "vot cau long kamizu astrox")
    world.imports("sole", None, "hang moi vot cau long kamizu", lines=1)
    world.sells("shop:a", "vot cau long kamizu astrox", 60)
    world.sells("shop:b", "vot cau long chinh hang", 20, quantity=2, brand="KAMIZU")
    world.sells("shop:small", "vot cau long kamizu", 4)
    # What the same firm imports and others sell as declared.
    world.imports("sole", "Honesty", "den ban honesty")
    world.sells("shop:honest", "den ban honesty", 25)
    # Another product of the same brand, which sells as many as were imported.
    world.imports("other", "Kamizu", "sac nhanh kamizu")
    world.sells("shop:c", "sac nhanh kamizu 65w", 30)
    # Sold back by the recipients, by the carton, made here as well, by many shops, for processing, one lot.
    for name, more in [("returned", {}), ("carton", {"unit": "CTN"}), ("export", {"regime": "E31"})]:
        world.imports(name, f"{name}x", f"may loc {name}x", **more)
        status = "returned" if name == "returned" else "delivered"
        world.sells(f"shop:{name}", f"may loc {name}x", 90, status=status)
    world.imports("made", "Madehere", "banh gao madehere")
    world.sells("shop:made", "banh gao madehere", 90, origin_country="VN")
    world.imports("lot", "Onelot", "loa onelot", lines=1)
    world.sells("shop:lot", "loa onelot", 90)
    world.imports("wide", "Widely", "ao widely")
    for number in range(7):
        world.sells(f"shop:wide {number}", "ao widely", 20)
    # One who sold the same before the first import.
    world.imports("stock", "Oldstock", "tui xach oldstock")
    world.sells("shop:stock", "tui xach oldstock", 70)
    world.sells("shop:stock", "tui xach oldstock cu", 30, day=FIRST - timedelta(days=9))
    rows = transform(
        **{name: table(name, *rows) for name, rows in world.tables.items()},
        parameters=parameters("sold_beyond_imports"),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_sold_several_times_what_was_declared(found: dict[str, Row]) -> None:
    row = found["tax:sole"]
    assert row.value == pytest.approx(log2(104 / 40), abs=1e-6)
    assert (row.support, row.value_vnd) == (84, 8_400)
    assert not row.explanations[0].holds
    assert {tuple(member) for member in row.members} == {
        ("company", "tax:sole", "trader"),
        ("seller", "shop:a", "shop"),
        ("seller", "shop:b", "shop"),
    }
    assert len([record for record in row.evidence if record.feed == "customs_declarations"]) == 4
    assert len([record for record in row.evidence if record.feed == "shipments"]) == 80


def test_older_stock_explains(found: dict[str, Row]) -> None:
    (old_stock,) = found["tax:stock"].explanations
    assert (old_stock.id, old_stock.holds) == ("old_stock", True)


def test_nobody_else(found: dict[str, Row]) -> None:
    assert set(found) == {"tax:sole", "tax:stock"}
