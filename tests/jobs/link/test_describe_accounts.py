"""Accounts, their counterparties, and which of them are hubs."""

from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from configs.links.rules import hub_rules
from jobs.link.count_identifiers import IDENTIFIERS_DDL
from jobs.link.describe_accounts import ACCOUNTS_DDL, transform
from jobs.link.gather_usages import USAGES_DDL
from jobs.link.resolve_identities import OPERATORS_DDL
from jobs.runtime.job import JobContext, check_schema
from tests.frames import frame
from tests.jobs.link.conftest import SILVER

LIMITS = hub_rules().counterparties_max


def paid(account: str, payers: int, **more: Any) -> list[dict[str, Any]]:
    """One account that so many others pay."""
    return [{"creditor_account_id": account, "debtor_account_id": f"P:{n}", **more} for n in range(payers)]


@pytest.fixture
def described(spark: SparkSession, context: JobContext) -> dict[str, Row]:
    register = [
        {
            "account_id": "R:person",
            "holder_type": "individual",
            "holder_name_norm": "an",
            "holder_key": "cccd:1",
        },
        {"account_id": "R:company", "holder_type": "company"},
        {"account_id": "R:small", "holder_type": "company"},
        {"account_id": "R:carrier", "holder_type": "carrier"},
        {"account_id": "R:state", "holder_type": "company", "holder_name_norm": "kho bac nha nuoc ha noi"},
        {
            "account_id": "R:namesake",
            "holder_type": "individual",
            "holder_name_norm": "bao hiem xa hoi ha noi",
        },
    ]
    payments = [
        *paid("R:person", LIMITS.company + 1),
        *paid("R:person", 3),
        *paid("R:company", LIMITS.company + 1),
        *paid("R:small", LIMITS.company - 1),
        *paid("X:abroad", LIMITS.foreign + 1, creditor_country="CN", creditor_name_norm="yiwu trading"),
        *paid("X:unknown", LIMITS.foreign + 1),
        {**dict(paid("X:firm", 1)[0]), "creditor_name_norm": "cty tnhh an phat"},
        {**dict(paid("R:company", 1)[0]), "creditor_name_norm": "hkd an phat"},
        {"debtor_account_id": "R:person", "creditor_account_id": "R:person"},
        {"debtor_account_id": "R:person", "creditor_account_id": "R:small"},
        {"debtor_account_id": "R:person", "creditor_account_id": None},
    ]
    days = [
        {"record_key": str(number), "event_day": context.as_of, **row} for number, row in enumerate(payments)
    ]
    firm = {"entity_id": "X:firm", "role": "held_by", "feed": "bank_transactions"}
    used = [
        {"party": "cccd:2", "kind": "account", "id": "S:cod", "role": "cod_account"},
        {"party": "tax:0101234567", "kind": "owner", "id": "tax:0101234567", **firm},
    ]
    shared = [{"kind": "account", "id": "S:cod", "users": 99, "hub": True, "hub_reason": "many_users"}]
    hands = [{"kind": "account", "id": "R:person", "operator_id": "op_person", "degree": 1}]
    made = transform(
        accounts=frame(spark, SILVER["bank_accounts"], register),
        payments=frame(spark, SILVER["bank_transactions"], days),
        usages=frame(spark, USAGES_DDL, used),
        identifiers=frame(spark, IDENTIFIERS_DDL, shared),
        operators=frame(spark, OPERATORS_DDL, hands),
        context=context,
    )
    rows = check_schema("links.accounts", made, ACCOUNTS_DDL).collect()
    assert len({row["account_id"] for row in rows}) == len(rows)
    return {row["account_id"]: row for row in rows}


def test_accounts_are_described(described: dict[str, Row]) -> None:
    hubs = {name: row["hub_reason"] for name, row in described.items() if row["hub"]}
    assert hubs == {
        "R:company": "company",
        "R:carrier": "carrier",
        "R:state": "public_body",
        "X:abroad": "foreign",
        "S:cod": "many_users",
    }
    person = described["R:person"]
    # Repeated payers count once, the account itself and cash not at all.
    assert (person["payers"], person["payees"]) == (LIMITS.company + 1, 1)
    assert (person["bank"], person["registered"], person["operator_id"]) == ("R", True, "op_person")
    abroad = described["X:abroad"]
    assert (abroad["registered"], abroad["holder_name_norm"]) == (False, "yiwu trading")
    assert described["S:cod"]["payers"] == 0
    # Where no register says who holds an account its name does, and abroad not even that.
    types = {
        name: described[name]["holder_type"] for name in ("X:firm", "R:company", "X:abroad", "X:unknown")
    }
    assert types == {"X:firm": "company", "R:company": "company", "X:abroad": None, "X:unknown": None}
    # A firm's account that no register holds is the declarant's whose name it bears.
    firm = described["X:firm"]
    assert (firm["registered"], firm["holder_key"]) == (False, "tax:0101234567")
    assert described["X:unknown"]["holder_key"] is None
    operators = [row["operator_id"] for row in described.values()]
    assert len(set(operators)) == len(operators)
