"""Kettles at five times their price for the same few, against wholesale, a brand, and mistakes."""

from collections.abc import Callable
from datetime import date
from math import log2, sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from configs.catalogue import shipped_catalogue
from jobs.signals.joins.orders.dear_parcels_to_few import transform
from models.weighing.weigh_detections import band_of

USUAL = 100


def sent(shop: str, number: int, price: int = 5 * USUAL, to: int = 3, **more: Any) -> list[dict[str, Any]]:
    """So many parcels of a shop, collecting `price` in turn from `to` recipients of its own."""
    return [
        {
            "record_key": f"ghn:{shop}{price}-{n}",
            "seller_key": f"shopee:{shop}",
            "operator_id": f"op_{shop}",
            "recipient_phone_e164": f"+84{shop}{price}-{n % to}",
            "cod_account_id": f"VCB:{shop}",
            "status": "delivered",
            "goods_norm": "am dun nuoc",
            "quantity": 1,
            "weight_kg": 1.0,
            "cod_amount_vnd": price,
            **more,
        }
        for n in range(number)
    ]


def to_phones(rows: list[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    return [{**row, "recipient_phone_e164": f"{prefix}{n % 3}"} for n, row in enumerate(rows)]


def off_platform() -> list[dict[str, Any]]:
    """Of no known operator, to recipients known by their address."""
    rows = sent("off", 8, seller_key=None, operator_id=None, recipient_phone_e164=None)
    more = {"sender_key": "phone:+84off", "sender_phone_e164": "+84off"}
    return [{**row, **more, "recipient_address_norm": f"ngo {n % 3}"} for n, row in enumerate(rows)]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    # What most hands take for a kettle; one vote a hand, however much it sells.
    parcels = [row for n in range(60) for row in sent(f"h{n}", 2, USUAL)]
    parcels += sent("dearer", 300, 200, to=300)
    parcels += sent("wash", 15)
    parcels += sent("partly", 15) + sent("partly", 4, USUAL) + sent("partly", 1, 700)
    parcels += sent("eight", 8, goods_norm="bo am dun nuoc")
    parcels += sent("stated", 8, cod_amount_vnd=None, declared_value_vnd=5 * USUAL, quantity=None)
    parcels += off_platform()
    # Each short of it by one.
    parcels += sent("near", 15, 5 * USUAL - 1) + sent("seven", 7) + sent("two", 15, to=2)
    parcels += sent("once", 15, to=15) + sent("back", 15, status="refused")
    parcels += sent("pieces", 15, 10 * USUAL, quantity=10)
    parcels += sent("nobody", 15, recipient_phone_e164=None) + sent("free", 15, cod_amount_vnd=0)
    # The same with many pieces in each, by the scales.
    parcels += sent("heavy", 15, weight_kg=2.6) + sent("twice", 15, weight_kg=2.5)
    parcels += sent("unweighed", 15, weight_kg=0.0)
    # For shops of others, without weights and as light as one kettle; and for phones of its own shop.
    parcels += to_phones(sent("supplier", 15, weight_kg=None), "+84shop")
    parcels += to_phones(sent("light", 15), "+84shop")
    parcels += to_phones(sent("itself", 15, weight_kg=None), "+84own")
    # A brand of its own, one that most hands with such goods name, and one on a few parcels.
    parcels += sent("brand", 15, brand="Smeg")
    parcels += sent("fewer", 7, brand="Dyson") + sent("fewer", 8, 600)
    parcels += [row for n in range(7) for row in sent(f"b{n}", 2, USUAL, goods_norm="noi com", brand="Sharp")]
    parcels += sent("common", 15, goods_norm="noi com", brand="SHARP")
    # Seven hands do not say what is usual.
    parcels += [row for n in range(6) for row in sent(f"r{n}", 2, USUAL, goods_norm="dan bau")]
    parcels += sent("rare", 15, goods_norm="dan bau")
    phones = {f"+84shop{n}": f"s{n}" for n in range(3)} | {f"+84own{n}": "itself" for n in range(3)}
    rows = transform(
        parcels=table("parcels", *parcels),
        operators=table("operators", {"kind": "seller", "id": "shopee:itself", "operator_id": "op_itself"}),
        sellers=table(
            "sellers",
            *(
                {"record_key": f"register:{phone}", "seller_key": f"shopee:{shop}", "phone_e164": phone}
                for phone, shop in phones.items()
            ),
        ),
        parameters=parameters("dear_parcels_to_few"),
        as_of=date(2026, 3, 31),
    ).collect()
    return {row["subject_id"]: row for row in rows}


def holding(row: Row) -> set[str]:
    return {e["id"] for e in row["explanations"] if e["holds"]}


def members(row: Row) -> set[tuple[str, str, str]]:
    return {(m["kind"], m["id"], m["role"]) for m in row["members"]}


@pytest.mark.parametrize(
    ("shop", "value", "points"), [("wash", 4.0, 0.65), ("partly", round(4 * sqrt(15 / 20), 6), 0.45)]
)
def test_doublings_of_the_dear_parcels_by_their_share(
    found: dict[str, Row], shop: str, value: float, points: float
) -> None:
    row = found[f"op_{shop}"]
    # The one at 700, to somebody who gets no other, is dear but not regular.
    assert (row["value"], row["support"], row["value_vnd"]) == (value, 15, 15 * 5 * USUAL)
    assert holding(row) == set()
    [heard] = [
        signal
        for signal in shipped_catalogue().typologies["forged_order_triples"].signals
        if signal.signal == "dear_parcels_to_few"
    ]
    band = band_of(heard.bands, row["value"])
    assert band is not None
    assert band.points == points


def test_shop_account_and_regular_recipients_are_named(found: dict[str, Row]) -> None:
    row = found["op_partly"]
    assert members(row) == {
        ("seller", "shopee:partly", "shop"),
        ("account", "VCB:partly", "collector"),
        *(("phone", f"+84partly500-{n}", "straw_buyer") for n in range(3)),
    }
    shown = {(record["feed"], record["key"]) for record in row["evidence"]}
    assert shown == {("shipments", f"ghn:partly500-{n}") for n in range(15)}


def test_fillers_stated_values_and_addresses(found: dict[str, Row]) -> None:
    for subject in ("op_eight", "op_stated", "phone:+84off"):
        assert found[subject]["value"] == pytest.approx(log2(9), abs=1e-6)
    assert members(found["phone:+84off"]) == {("account", "VCB:off", "collector")}


def test_wholesale_is_dear_by_the_parcel_only(found: dict[str, Row]) -> None:
    # 500 for 2.6 kg is 1.92 times the usual 100 a kilogram; for 2.5 kg it is twice that.
    assert holding(found["op_heavy"]) == {"wholesale"}
    assert holding(found["op_twice"]) == set()
    assert holding(found["op_unweighed"]) == set()


def test_shops_may_buy_what_was_not_weighed(found: dict[str, Row]) -> None:
    assert holding(found["op_supplier"]) == {"wholesale"}
    # Fifteen at 500 a kilogram, five times the usual, are no more pieces.
    assert holding(found["op_light"]) == set()
    assert holding(found["op_itself"]) == set()


def test_a_brand_that_few_others_name(found: dict[str, Row]) -> None:
    assert holding(found["op_brand"]) == {"premium_goods"}
    # On seven of fifteen parcels; and one that all eight hands name.
    assert found["op_fewer"]["support"] == 15
    assert holding(found["op_fewer"]) == set()
    assert holding(found["op_common"]) == set()


def test_what_is_short_of_it_is_not_reported(found: dict[str, Row]) -> None:
    shops = (
        "wash",
        "partly",
        "eight",
        "stated",
        "heavy",
        "twice",
        "unweighed",
        "supplier",
        "light",
        "itself",
    )
    assert set(found) == {f"op_{shop}" for shop in (*shops, "brand", "fewer", "common")} | {"phone:+84off"}
