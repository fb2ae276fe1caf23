"""A shop without goods whose takings circle back or leave as cash, against shops that sell or send."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.orders.payments_without_parcels import transform

SHOPS = ("front", "counter", "sends", "staff")
# Shop: (payers of 100 each on day 10, holder, cash drawn, on which day, paid to whom, how much).
TAKING = {
    "gone": (25, "individual", 1500, 11, "TCB:boss", 500),
    "gone_too": (15, "individual", 750, 11, "TCB:boss", 300),
    "few": (14, "individual", 1400, 11, "TCB:boss", 0),
    "some_cash": (25, "individual", 750, 11, "TCB:supplier", 1500),
    "household": (25, "household_business", 1500, 11, "TCB:supplier", 500),
    "earlier_cash": (25, "individual", 1500, 9, "TCB:supplier", 500),
    "keeps": (25, "individual", 1500, 11, "TCB:supplier", 200),
    "mixed": (20, "individual", 2000, 11, "TCB:supplier", 0),
    "mixed_till": (20, "household_business", 0, 11, "TCB:supplier", 1500),
}


def paid(
    key: str, amount: int, debtor: str, creditor: str | None, words: str | None = None
) -> dict[str, Any]:
    return {
        "payment_key": key,
        "amount_vnd": amount,
        "channel": "napas247",
        "debtor_account_id": debtor,
        "creditor_account_id": creditor,
        "remittance_norm": words,
    }


def took(shop: str) -> list[dict[str, Any]]:
    """What a shop of `TAKING` is paid, draws in cash and pays onward."""
    payers, holder, cash, day, payee, onward = TAKING[shop]
    account = f"VCB:{shop}"
    came = [
        {
            **paid(f"{shop}{n}", 100, f"MBB:{shop}{n}", account, "dat coc don hang"),
            "at": datetime(2026, 3, 10, tzinfo=UTC),
            "creditor_holder_type": holder,
        }
        for n in range(payers)
    ]
    drawn = paid(f"{shop}_cash", cash, account, None) | {
        "at": datetime(2026, 3, day, tzinfo=UTC),
        "channel": "cash_withdrawal",
    }
    return [*came, drawn, paid(f"{shop}_onward", onward, account, payee)]


@pytest.fixture(scope="module")
def found(table: Callable[..., Any], parameters: Callable[..., Any]) -> dict[str, Row]:
    payments = [
        paid(f"{shop}{n}", 100, f"MBB:{shop}{n}", f"VCB:{shop}", "tien hang")
        for shop in SHOPS
        for n in range(20)
    ]
    # The front pays its agent 1,000, who pays 80 each to ten of its payers; and rent, which is no agent.
    payments += [paid("agent", 1000, "VCB:front", "TCB:agent")]
    payments += [paid(f"win{n}", 80, "TCB:agent", f"MBB:front{n}") for n in range(10)]
    payments += [paid("rent", 300, "VCB:front", "TCB:landlord", "tien nha")]
    # A worker is paid and pays a colleague who bought there; the counter's supplier pays none of its payers.
    payments += [paid("wage", 1000, "VCB:staff", "TCB:worker"), paid("lunch", 80, "TCB:worker", "MBB:staff1")]
    payments += [paid("goods", 900, "VCB:counter", "TCB:supplier")]
    # Rents that people pay to the owner of the front are not for goods.
    payments += [paid(f"let{n}", 5000, f"MBB:tenant{n}", "VCB:front", "tien nha thang 2") for n in range(5)]
    payments += [payment for shop in TAKING for payment in took(shop)]
    parcels = [
        {"record_key": f"ghn:{n}", "operator_id": "op_sends", "cod_amount_vnd": 0} for n in range(20)
    ] + [{"record_key": f"ghn:c{n}", "operator_id": "op_front", "cod_amount_vnd": 100} for n in range(20)]
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments", *payments),
        accounts=table("accounts"),
        operators=table(
            "operators",
            *[
                {"kind": "seller", "id": f"zalo:{shop}", "operator_id": f"op_{shop.removesuffix('_till')}"}
                for shop in (*SHOPS, *TAKING)
            ],
        ),
        sellers=table(
            "sellers",
            *[
                {
                    "record_key": f"zalo:{shop}",
                    "seller_key": f"zalo:{shop}",
                    "settlement_account_id": f"VCB:{shop}",
                }
                for shop in (*SHOPS, *TAKING)
            ],
        ),
        parameters=parameters("payments_without_parcels", report_from=0.0),
        as_of=date(2026, 3, 31),
    ).collect()
    return {row["subject_id"]: row for row in rows}


def test_takings_that_an_agent_pays_back_to_the_payers(found: dict[str, Row]) -> None:
    row = found["op_front"]
    # 800 of 2,000 come back. Parcels paid at the door answer no transfer.
    assert row["value"] == pytest.approx(20 / 40 * (0.3 + 0.7 * sqrt(0.4)), abs=1e-6)
    assert (row["support"], row["value_vnd"]) == (20, 2000)
    assert {(m["kind"], m["id"], m["role"]) for m in row["members"]} == {
        ("seller", "zalo:front", "shop"),
        ("account", "VCB:front", "collector"),
        ("account", "TCB:agent", "mule"),
    }
    feeds = [record["feed"] for record in row["evidence"]]
    assert (feeds.count("bank_transactions"), feeds.count("sellers")) == (20 + 1 + 10, 1)
    assert not [e for e in row["explanations"] if e["holds"]]


@pytest.mark.parametrize("shop", ["counter", "staff"])
def test_a_counter_is_explained_and_a_colleague_is_no_agent(found: dict[str, Row], shop: str) -> None:
    assert found[f"op_{shop}"]["value"] == pytest.approx(20 / 40 * 0.3, abs=1e-6)
    assert [e["id"] for e in found[f"op_{shop}"]["explanations"] if e["holds"]] == ["sells_at_the_counter"]
    assert "TCB:worker" not in {m["id"] for m in found[f"op_{shop}"]["members"]}


def test_payments_that_parcels_answer_are_nothing(found: dict[str, Row]) -> None:
    assert found["op_sends"]["value"] == 0


def test_takings_that_leave_as_cash(found: dict[str, Row]) -> None:
    row = found["op_gone"]
    # 1,500 of 2,500 are drawn, and 2,000 of 2,500 leave; just half and 1,050 of 1,500 at the second shop.
    assert row["value"] == pytest.approx(25 / 45, abs=1e-6)
    assert found["op_gone_too"]["value"] == pytest.approx(15 / 35, abs=1e-6)
    assert not [e for e in row["explanations"] if e["holds"]]
    assert {record["key"] for record in row["evidence"]} >= {"gone_cash", "gone_onward"}


def test_shops_emptied_in_cash_join_through_whom_they_pay(found: dict[str, Row]) -> None:
    for shop in ("gone", "gone_too"):
        assert {(m["kind"], m["id"], m["role"]) for m in found[f"op_{shop}"]["members"]} == {
            ("seller", f"zalo:{shop}", "shop"),
            ("account", f"VCB:{shop}", "collector"),
            ("account", "TCB:boss", "mule"),
        }
    # One such shop and honest ones pay the supplier.
    assert "TCB:supplier" not in {m["id"] for row in found.values() for m in row["members"]}


@pytest.mark.parametrize("shop", ["some_cash", "household", "earlier_cash", "keeps"])
def test_an_honest_shop_draws_some_cash(found: dict[str, Row], shop: str) -> None:
    # 0.3 in cash; the till of a business; cash of before the takings; 0.68 of all that came has left.
    assert found[f"op_{shop}"]["value"] == pytest.approx(25 / 45 * 0.3, abs=1e-6)
    assert [e["id"] for e in found[f"op_{shop}"]["explanations"] if e["holds"]] == ["sells_at_the_counter"]


def test_only_what_comes_into_the_emptied_account_counts_whole(found: dict[str, Row]) -> None:
    assert found["op_mixed"]["value"] == pytest.approx(40 / 60 * (0.3 + 0.7 * 0.5), abs=1e-6)
    assert "op_few" not in found
