"""Which accounts a firm's whole name says are a declarant's."""

from typing import Any

import pytest
from pyspark.sql import SparkSession

from configs.links.rules import tie_rules
from jobs.link.firm_accounts import firm_accounts
from tests.frames import frame
from tests.jobs.link.conftest import SILVER

_FIRM, _OTHER = "cty tnhh tm an phat", "cty cp khai minh"


@pytest.fixture
def holders(spark: SparkSession) -> Any:
    def run(payments: list[dict[str, Any]], registered: tuple[str, ...] = ()) -> dict[str, tuple[Any, ...]]:
        declared = [
            {"trader_key": "tax:0101234567", "trader_name_norm": _FIRM},
            {"trader_key": "tax:0107654321", "trader_name_norm": _OTHER},
            {"trader_key": "tax:0200000001", "trader_name_norm": "cty tnhh hai ten"},
            {"trader_key": "tax:0200000002", "trader_name_norm": "cty tnhh hai ten"},
            {"trader_key": "cccd:001", "trader_name_norm": "tran van an"},
        ]
        keyed = [{"record_key": f"V:{place}", **row} for place, row in enumerate(payments)]
        found = firm_accounts(
            frame(spark, SILVER["bank_accounts"], [{"account_id": one} for one in registered]),
            frame(spark, SILVER["bank_transactions"], keyed),
            frame(spark, SILVER["customs_declarations"], declared),
        )
        return {row["account_id"]: tuple(row)[1:] for row in found.collect()}

    return run


def _paid(account: str | None, name: str | None, **more: Any) -> dict[str, Any]:
    return {"creditor_account_id": account, "creditor_name_norm": name, **more}


def test_the_account_is_the_declarants_whose_name_every_payment_gives(holders: Any) -> None:
    received = _paid("VCB:1", _FIRM)
    paid = {"debtor_account_id": "VCB:1", "debtor_name_norm": _FIRM} | _paid("VCB:2", _OTHER)
    unnamed = _paid("VCB:1", None)

    assert holders([received, paid, unnamed]) == {
        "VCB:1": ("tax:0101234567", 2, "V:0", "V:1"),
        "VCB:2": ("tax:0107654321", 1, "V:1", "V:1"),
    }


def test_a_name_that_is_not_one_declarants_says_nothing(holders: Any) -> None:
    assert (
        holders(
            [
                _paid("VCB:1", "cty tnhh hai ten"),  # two tax codes
                _paid("VCB:2", "tran van an"),  # a person's
                _paid("VCB:3", "cty tnhh tm an phat moi"),
                _paid("VCB:4", _FIRM),
                _paid("VCB:4", _OTHER),
                _paid("VCB:5", _FIRM, creditor_country="CN"),
                _paid(None, _FIRM),
            ]
        )
        == {}
    )


def test_what_a_register_holds_stays_as_it_says(holders: Any) -> None:
    assert set(holders([_paid("VCB:1", _FIRM), _paid("VCB:2", _FIRM)], registered=("VCB:1",))) == {"VCB:2"}


def test_a_name_on_more_accounts_than_a_firm_has_is_several_firms(holders: Any) -> None:
    most = tie_rules().firm_accounts_max
    assert len(holders([_paid(f"VCB:{n}", _FIRM) for n in range(most)])) == most
    assert holders([_paid(f"VCB:{n}", _FIRM) for n in range(most + 1)]) == {}
