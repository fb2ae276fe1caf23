"""A shop without goods whose takings circle back, against a counter, a shop that sends, one with staff."""

from collections.abc import Callable
from datetime import date
from math import sqrt
from typing import Any

import pytest
from pyspark.sql import Row

from jobs.signals.joins.payments_without_parcels import transform

SHOPS = ("front", "counter", "sends", "staff")


def paid(key: str, amount: int, debtor: str, creditor: str, words: str | None = None) -> dict[str, Any]:
    return {
        "payment_key": key,
        "amount_vnd": amount,
        "channel": "napas247",
        "debtor_account_id": debtor,
        "creditor_account_id": creditor,
        "remittance_norm": words,
    }


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
    parcels = [
        {"record_key": f"ghn:{n}", "operator_id": "op_sends", "cod_amount_vnd": 0} for n in range(20)
    ] + [{"record_key": f"ghn:c{n}", "operator_id": "op_front", "cod_amount_vnd": 100} for n in range(20)]
    rows = transform(
        parcels=table("parcels", *parcels),
        payments=table("payments", *payments),
        accounts=table("accounts"),
        operators=table(
            "operators",
            *[{"kind": "seller", "id": f"zalo:{shop}", "operator_id": f"op_{shop}"} for shop in SHOPS],
        ),
        sellers=table(
            "sellers",
            *[
                {
                    "record_key": f"zalo:{shop}",
                    "seller_key": f"zalo:{shop}",
                    "settlement_account_id": f"VCB:{shop}",
                }
                for shop in SHOPS
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
