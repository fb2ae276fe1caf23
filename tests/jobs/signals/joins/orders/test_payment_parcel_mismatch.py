"""Wash sales against group buying, gifts, refunds, stock transfers and slow settlement."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.payment_parcel_mismatch import transform


def parcels(shop: str, count: int, recipients: int, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "record_key": f"ghn:{shop}{n}",
            "seller_key": f"shopee:{shop}",
            "operator_id": shop,
            "platform": "shopee",
            "status": "delivered",
            "recipient_phone_e164": f"+84{shop}{n % recipients}",
            "weight_kg": 0.5,
            "declared_value_vnd": 100,
            "delivered_at": datetime(2026, 2, 1, tzinfo=UTC),
            **more,
        }
        for n in range(count)
    ]


def payment(
    key: str, amount: int, debtor: tuple[str, str], creditor: tuple[str, str], **more: Any
) -> dict[str, Any]:
    return {
        "payment_key": key,
        "amount_vnd": amount,
        "channel": "napas247",
        "debtor_operator": debtor[0],
        "debtor_account_id": debtor[1],
        "debtor_holder_type": "individual",
        "creditor_operator": creditor[0],
        "creditor_account_id": creditor[1],
        "creditor_holder_type": "individual",
        **more,
    }


def bought_back(shop: str, buyers: int, came: int, went: int) -> list[dict[str, Any]]:
    seller = (shop, f"VCB:{shop}")
    rows = []
    for n in range(buyers):
        buyer = (f"buyer {shop}{n}", f"MBB:{shop}{n}")
        rows += [
            payment(f"in {shop}{n}", came, buyer, seller),
            payment(f"back {shop}{n}", went, seller, buyer),
        ]
    return rows


def ring() -> list[dict[str, Any]]:
    """Two buyers pay both shops 1,000 each; the first shop alone pays back, 200 three times."""
    rows = []
    for n in range(2):
        buyer = (f"rb{n}", f"MBB:rb{n}")
        rows += [payment(f"{shop} {n}", 1000, buyer, (shop, f"VCB:{shop}")) for shop in ("ring1", "ring2")]
        rows += [payment(f"rb {n} {k}", 200, ("ring1", "VCB:ring1"), buyer) for k in range(3)]
    return rows


def sent_to(shop: str, address: str, count: int = 10, **more: Any) -> list[dict[str, Any]]:
    """Parcels to one door under two phones, the shop standing for a hand unless told otherwise."""
    return parcels(shop, count, 2, recipient_address_norm=address, **more)


COD = {"cod_amount_vnd": 100, "platform": None}


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    carrier = {"channel": "cod_settlement", "debtor_holder_type": "carrier", "debtor_hub": True}
    rows = transform(
        parcels=table(
            "parcels",
            *parcels("wash", 20, 2),
            *parcels("group", 20, 2),
            *parcels("refunds", 20, 20),
            *parcels("hollow", 15, 3, weight_kg=0.0),
            *parcels("samples", 15, 3, weight_kg=0.0),
            # A second shop of the hand sent one light parcel, and others that weigh what they should.
            *parcels("forger", 15, 3, weight_kg=0.0, operator_id="hand"),
            *parcels("bystander", 1, 1, weight_kg=0.0, operator_id="hand"),
            *parcels("bystander", 9, 9, operator_id="hand"),
            # Nothing in five of twenty: at the price of the others, as a gift, and as a cheap thing.
            *(
                row
                for shop, each, empty in (
                    ("priced", 300000, 300000),
                    ("gifts", 300000, 20000),
                    ("case", 90, 90),
                )
                for weight_kg, count, worth in ((0.0, 5, empty), (0.5, 15, each))
                for row in parcels(shop, count, 1, weight_kg=weight_kg, declared_value_vnd=worth)
            ),
            *parcels(
                "stock", 20, 2, platform=None, recipient_address_norm="kho 1", sender_address_norm="kho 1"
            ),
            *parcels("unpaid", 20, 2, cod_account_id="VCB:unpaid", **COD),
            *parcels(
                "slow",
                20,
                2,
                cod_account_id="VCB:slow",
                **{**COD, "delivered_at": datetime(2026, 3, 25, tzinfo=UTC)},
            ),
            *parcels("funded", 20, 2),
            *parcels("settled", 20, 2, cod_account_id="VCB:settled", **COD),
            *parcels("ring1", 20, 2, platform=None, seller_key=None, sender_phone_e164="+84ring1"),
            *parcels("ring2", 20, 2),
            *(row for n in range(8) for row in parcels(f"coats{n}", 1, 1, goods_norm="ao khoac")),
            *parcels("empty", 15, 3, goods_norm="ao khoac", weight_kg=0.04),
            *(
                row
                for n in range(8)
                for row in parcels(f"cards{n}", 1, 1, goods_norm="thiep", weight_kg=0.05)
            ),
            *parcels("cards", 15, 3, goods_norm="thiep", weight_kg=0.04),
            # Two shops of one hand send to one another; the second's door is known from the register.
            *sent_to("twin", "so 2", operator_id="twins", sender_address_norm="so 1"),
            *sent_to("sister", "so 1", 5, operator_id="twins"),
            *sent_to("aunt", "nha rieng", 5, operator_id="twins"),
            # So does a hand at whose door one other hand sends.
            *sent_to("guest", "so 3", 20, sender_address_norm="so 3"),
            *parcels("host", 1, 1, sender_address_norm="so 3"),
            # Two shops of a chain move stock.
            *sent_to("branch", "so 6", 20, operator_id="chain", platform=None, sender_address_norm="so 5"),
            *parcels("depot", 1, 1, operator_id="chain", sender_address_norm="so 6"),
            # Three hands send from a tower, one of them a phone that nothing ties.
            *sent_to("tenant", "toa 1", 20, sender_address_norm="toa 1"),
            *parcels("tenant 2", 1, 1, sender_address_norm="toa 1"),
            *parcels("passer", 1, 1, operator_id=None, sender_key="phone:+849", sender_address_norm="toa 1"),
        ),
        payments=table(
            "payments",
            *bought_back("wash", 2, 1000, 900),
            *bought_back("refunds", 3, 1000, 100),
            *(payment(f"fund{n}", 900, ("funded", "VCB:funded"), ("b", f"MBB:f{n}")) for n in range(2)),
            *ring(),
            *(
                payment(f"sale {shop}", 5, ("x", "ACB:1"), (shop, f"VCB:{shop}"))
                for shop in ("samples", "priced", "gifts", "case")
            ),
            payment("gift", 5, ("x", "ACB:1"), ("unpaid", "VCB:unpaid")),
            payment("gift 2", 5, ("x", "ACB:1"), ("slow", "VCB:slow")),
            payment("cod", 1700, ("ghn", "ACB:ghn"), ("settled", "VCB:settled"), **carrier),
        ),
        accounts=table(
            "accounts", *({"account_id": f"MBB:f{n}", "phone_e164": f"+84funded{n}"} for n in range(2))
        ),
        operators=table(
            "operators",
            {"kind": "seller", "id": "facebook:ring1", "operator_id": "ring1"},
            {"kind": "seller", "id": "shopee:sister", "operator_id": "twins"},
        ),
        sellers=table(
            "sellers",
            {"seller_key": "facebook:ring1", "phone_e164": "+84ring1"},
            {"seller_key": "shopee:sister", "pickup_address_norm": "so 2"},
        ),
        parameters=parameters("payment_parcel_mismatch", report_from=0.0),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def test_the_same_two_buyers_get_their_money_back(found: dict[str, Row]) -> None:
    row = found["wash"]
    # All parcels go to two recipients, and 1,800 of 2,000 go back.
    assert row.value == pytest.approx(sqrt(1.0 * 0.9), abs=1e-5)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "shopee:wash", "shop"),
        ("account", "VCB:wash", "collector"),
        *(("account", f"MBB:wash{n}", "mule") for n in range(2)),
    }
    assert len(row.evidence) == 20 + 4


def test_weightless_parcels_to_a_few_name_the_straw_buyers(found: dict[str, Row]) -> None:
    assert found["hollow"].value == 1
    assert {m.id for m in found["hollow"].members if m.role == "straw_buyer"} == {
        f"+84hollow{n}" for n in range(3)
    }


def test_where_money_is_seen_and_none_goes_back_samples_are_given_away(found: dict[str, Row]) -> None:
    assert found["samples"].value == 1
    assert [e.id for e in found["samples"].explanations if e.holds] == ["money_stays"]
    assert not any(e.holds for shop in ("hollow", "wash") for e in found[shop].explanations)


def test_what_weighs_nothing_at_the_full_price_is_no_gift(found: dict[str, Row]) -> None:
    # 5 of 20 weigh nothing, and all go to one recipient.
    assert {found[shop].value for shop in ("priced", "gifts", "case")} == {0.5}
    assert not any(e.holds for e in found["priced"].explanations)
    for shop in ("gifts", "case"):
        assert [e.id for e in found[shop].explanations if e.holds] == ["money_stays"]


def test_cash_that_is_never_remitted(found: dict[str, Row]) -> None:
    assert found["unpaid"].value == 1
    assert "money_stays" not in {e.id for e in found["unpaid"].explanations if e.holds}


@pytest.mark.parametrize("shop", ["group", "refunds", "slow", "settled"])
def test_group_buying_refunds_and_slow_settlement_are_nothing(found: dict[str, Row], shop: str) -> None:
    assert found[shop].value == 0


def test_group_buying_is_named_and_stock_transfers_claim_no_sale(found: dict[str, Row]) -> None:
    assert [e.id for e in found["group"].explanations if e.holds] == ["group_buying"]
    assert "stock" not in found


def test_recipients_whom_the_seller_pays_and_who_buy_through_the_platform(found: dict[str, Row]) -> None:
    # Both recipients get 900 of the 1,000 that their parcels are worth: all sales are theirs, all repeated.
    assert found["funded"].value == pytest.approx(sqrt(0.9), abs=1e-6)
    assert {m.id for m in found["funded"].members if m.role == "mule"} == {"MBB:f0", "MBB:f1"}


@pytest.mark.parametrize(("shop", "seller"), [("ring1", "facebook:ring1"), ("ring2", "shopee:ring2")])
def test_one_shop_of_a_ring_pays_back_what_both_took(found: dict[str, Row], shop: str, seller: str) -> None:
    # 600 of 2,000 go back to each buyer, and all parcels go to two recipients.
    assert found[shop].value == pytest.approx(sqrt(0.3), abs=1e-6)
    names = {(m.id, m.role) for m in found[shop].members}
    assert names >= {(seller, "shop"), ("MBB:rb0", "mule"), ("MBB:rb1", "mule")}


def test_an_envelope_is_no_coat_and_light_goods_are_light(found: dict[str, Row]) -> None:
    assert found["empty"].value == 1
    assert found["cards"].value == 0


def test_shops_of_one_hand_send_to_one_another(found: dict[str, Row]) -> None:
    # 15 of 20 parcels go to a door of the hand, and 10 to recipients who receive four or more.
    assert found["twins"].value == pytest.approx(sqrt(0.75 * 0.5), abs=1e-6)


def test_a_door_that_two_hands_use_is_a_door_and_a_tower_is_none(found: dict[str, Row]) -> None:
    assert found["guest"].value == 1
    assert found["tenant"].value == 0
    assert "chain" not in found


def test_a_shop_with_one_light_parcel_is_not_named_beside_the_forger(found: dict[str, Row]) -> None:
    # 16 of 25 weigh nothing, and 15 go to recipients who receive five each.
    assert found["hand"].value == pytest.approx(sqrt(0.64 * 0.6), abs=1e-6)
    assert {m.id for m in found["hand"].members if m.kind == "seller"} == {"shopee:forger"}
