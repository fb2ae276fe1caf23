"""Shops that pay whoever gets several of their parcels, against wages, own money, chance and customers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.buyers_paid_by_shop import transform

# Of 100 people ten bear one name: of each two, 10 x 9 / (100 x 99) have one name.
SAME_NAME = 1 / 110
BUYERS = ("an", "binh", "chi")
CROWD = (*BUYERS, *(f"payee{n}" for n in range(8)))


def paid(hand: str, payee: str, times: int = 1, **more: Any) -> list[dict[str, Any]]:
    """So many payments of 100 from the account of a hand to that of a stranger."""
    return [
        {
            "payment_key": f"{hand}>{payee}:{n}",
            "day": date(2026, 2, 1 + n),
            "amount_vnd": 100,
            "debtor_account_id": f"VCB:{hand}",
            "debtor_holder_key": f"cccd:{hand}",
            "debtor_holder_type": "individual",
            "debtor_operator": f"op:{hand}",
            "creditor_account_id": f"VCB:{payee}",
            "creditor_holder_key": f"cccd:{payee}",
            "creditor_holder_type": "individual",
            **more,
        }
        for n in range(times)
    ]


def sent(hand: str, name: str, times: int = 2, **more: Any) -> list[dict[str, Any]]:
    """So many parcels of a hand's shop that one person got."""
    return [
        {
            "record_key": f"{hand}>{name}:{n}",
            "operator_id": f"op:{hand}",
            "seller_key": f"shopee:{hand}",
            "status": "delivered",
            "recipient_name_norm": name,
            **more,
        }
        for n in range(times)
    ]


def people() -> list[dict[str, Any]]:
    """A hundred people, ten of one name; and a company, which is none of them."""
    payees = [{"account_id": f"VCB:{name}", "holder_name_norm": name} for name in (*CROWD, "wholesaler")]
    alike = [{"account_id": f"VCB:hung{n}", "holder_name_norm": "hung"} for n in range(10)]
    others = [{"account_id": f"VCB:other{n}", "holder_name_norm": f"other{n}"} for n in range(79)]
    rows = [{"holder_type": "individual", **row} for row in (*payees, *alike, *others)]
    rows[len(CROWD)]["holder_type"] = "company"
    return rows


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    parcels = [
        *sent("farm", "an", 3, declared_value_vnd=100, cod_amount_vnd=200),
        *sent("farm", "binh", seller_key=None, sender_phone_e164="+8490"),
        *sent("farm", "chi", cod_account_id="VCB:farm"),
        *(row for n in range(9) for row in sent("farm", f"customer{n}", 1)),
        # As many are paid, and each got one parcel, or a second one that came back.
        *(row for name in BUYERS for row in sent("honest", name, 1)),
        *sent("honest", "an", 1, record_key="back", status="returned"),
        *(
            row
            for hand in ("employer", "family", "own", "hub", "stranger", "child")
            for row in sent(hand, "an", 3)
        ),
        *sent("buys", "wholesaler", 3),
        # Three of eleven whom it pays are among the ten who got several parcels.
        *(row for name in BUYERS for row in sent("crowd", name)),
        *(row for n in range(7) for row in sent("crowd", f"regular{n}")),
        # Two of 21 parcels, and two of 20.
        *sent("large", "an"),
        *(row for n in range(19) for row in sent("large", f"customer{n}", 1)),
        *(row for hand in ("shown", "mixed", "often") for row in sent(hand, "an", 3)),
        # 3,000 were bought; 500 and 600 are paid back.
        *(row for hand in ("regular", "cheap") for row in sent(hand, "an", 3, declared_value_vnd=1000)),
        *sent("small", "an"),
        *(row for n in range(18) for row in sent("small", f"customer{n}", 1)),
        # Two of six parcels, and two of five.
        *(row for hand in ("village", "half") for row in sent(hand, "an")),
        *(row for n in range(4) for row in sent("village", f"customer{n}", 1)),
        *(row for n in range(3) for row in sent("half", f"customer{n}", 1)),
    ]
    payments = [
        *paid("farm", "an", 2),
        *paid("farm", "binh"),
        # The owner's other account.
        *paid("farm", "chi", debtor_account_id="VCB:owner"),
        *paid("farm", "other0"),
        # Beside it one pays all its buyers, again and again; another two; others (below) all of them once.
        *(row for name in BUYERS for row in paid("helper", name, 2, debtor_operator=None)),
        *(row for name in BUYERS[:2] for row in paid("friend", name, 3, debtor_operator=None)),
        *(row for name in BUYERS for row in paid("honest", name)),
        *paid("child", "an", 3, remittance_norm="gui bo me"),
        *paid("employer", "an", 3, debtor_holder_type="company", purpose_code="SALA"),
        *paid("family", "an", creditor_operator="op:family"),
        *paid("own", "an", creditor_holder_key="cccd:own"),
        *paid("hub", "an", creditor_hub=True),
        *paid("stranger", "an", debtor_operator=None),
        *paid("buys", "wholesaler", creditor_holder_type="company"),
        *(row for name in CROWD for row in paid("crowd", name)),
        *paid("large", "an"),
        *paid("small", "an", 2),
        *(row for hand in ("village", "half") for row in paid(hand, "an")),
        *paid("regular", "an", 5),
        *paid("cheap", "an", 6),
        # A fee for showing samples, and one beside which the price of an order is paid back.
        *(row for name in BUYERS for row in paid("shown", name, 2, remittance_norm="booking video thang 2")),
        *paid("mixed", "an", 1, remittance_norm="phi review"),
        *paid("mixed", "an", 1, payment_key="mixed>an:back", remittance_norm="hoan tien"),
        *paid("often", "an", 3, remittance_norm="phi review"),
    ]
    sellers = [
        {"record_key": "register:farm", "seller_key": "shopee:farm"},
        {"record_key": "register:phone", "seller_key": "lazada:farm", "phone_e164": "+8490"},
        {"record_key": "register:idle", "seller_key": "tiki:farm", "phone_e164": "+8499"},
    ]
    operators = [
        {"kind": "seller", "id": row["seller_key"], "operator_id": "op:farm", "degree": 3} for row in sellers
    ]
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments", *payments),
        accounts=table("accounts", *people()),
        operators=table("operators", *operators),
        sellers=table("sellers", *sellers),
        parameters=parameters("buyers_paid_by_shop", report_from=0.1),
        as_of=date(2026, 3, 31),
    )
    return {row.subject_id: row for row in rows.collect()}


def holding(row: Row) -> list[str]:
    return [e.id for e in row.explanations if e.holds]


def test_three_who_got_several_parcels_are_paid(found: dict[str, Row]) -> None:
    row = found["op:farm"]
    # Four payees, three who got several parcels.
    assert row.value == pytest.approx(3 - 4 * 3 * SAME_NAME, abs=1e-6)
    assert (row.support, row.value_vnd) == (3 + 2 + 2, 400)
    assert {(m.kind, m.id, m.role) for m in row.members} == {
        ("seller", "shopee:farm", "shop"),
        ("seller", "lazada:farm", "shop"),
        ("account", "VCB:farm", "operator"),
        ("account", "VCB:owner", "operator"),
        ("account", "VCB:helper", "operator"),
        *(("account", f"VCB:{name}", "straw_buyer") for name in BUYERS),
    }
    assert {(e.feed, e.key) for e in row.evidence} == {
        *(("shipments", f"farm>an:{n}") for n in range(3)),
        *(("shipments", f"farm>{name}:{n}") for name in ("binh", "chi") for n in range(2)),
        *(("bank_transactions", f"farm>{payment}") for payment in ("an:0", "an:1", "binh:0", "chi:0")),
        *(("bank_transactions", f"helper>{name}:{n}") for name in BUYERS for n in range(2)),
    }
    assert holding(row) == []


def test_who_got_one_parcel_may_be_any_customer(found: dict[str, Row]) -> None:
    assert "op:honest" not in found


@pytest.mark.parametrize("hand", ["employer", "family", "own", "hub", "stranger", "child", "buys"])
def test_wages_own_money_hubs_strangers_and_companies_are_left_out(found: dict[str, Row], hand: str) -> None:
    assert f"op:{hand}" not in found


def test_names_that_agree_by_chance_count_for_less(found: dict[str, Row]) -> None:
    # Eleven payees and ten who got several parcels: one pair by chance.
    assert found["op:crowd"].value == pytest.approx(3 - 11 * 10 * SAME_NAME, abs=1e-6)


def test_who_gets_a_small_part_of_the_parcels_may_be_a_relative(found: dict[str, Row]) -> None:
    assert holding(found["op:large"]) == ["known_to_the_shop"]
    assert holding(found["op:small"]) == []
    assert found["op:large"].value == found["op:small"].value == pytest.approx(1 - SAME_NAME, abs=1e-6)


def test_a_neighbour_who_is_lent_a_sum_orders_there_too(found: dict[str, Row]) -> None:
    assert holding(found["op:village"]) == ["known_to_the_shop"]
    assert holding(found["op:half"]) == []


def test_a_fee_for_showing_samples_buys_no_orders(found: dict[str, Row]) -> None:
    assert "op:shown" not in found
    # Of what is paid otherwise, or again and again, the words say nothing.
    assert found["op:mixed"].value == found["op:often"].value == pytest.approx(1 - SAME_NAME, abs=1e-6)


def test_who_gets_a_small_part_of_the_price_back_bought_the_goods(found: dict[str, Row]) -> None:
    assert holding(found["op:regular"]) == ["small_part_of_price"]
    assert holding(found["op:cheap"]) == []
