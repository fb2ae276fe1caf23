"""Published accounts carry the letters of the bank itself, or those that most payments give it."""

from types import SimpleNamespace

from pyspark.sql import SparkSession

from jobs.score.rank_networks import delivered_letters, in_delivered_letters
from tests.frames import frame_of_tuples


def run_on(spark: SparkSession, registered: list[tuple[str, str]], payments: list[tuple[str, ...]]):
    tables = {
        "silver.bank_accounts": frame_of_tuples(spark, "bank_code string, account_id string", registered),
        "silver.bank_transactions": frame_of_tuples(
            spark,
            "debtor_bank string, debtor_account_id string, creditor_bank string, creditor_account_id string",
            payments,
        ),
    }
    return SimpleNamespace(lake=SimpleNamespace(read=tables.__getitem__))


def test_the_register_of_a_bank_stands_before_what_others_call_it(spark: SparkSession) -> None:
    payments = [("BIDV", "BID:1", "AGR", "VBA:2")] * 3 + [("BIDV", "BID:1", None, None)]
    run = run_on(spark, [("VBARD", "VBA:2"), ("VCB", "VCB:3")], payments)
    assert delivered_letters(run) == {"BID": "BIDV", "VBA": "VBARD"}


def test_only_accounts_are_renamed() -> None:
    members = [{"kind": "account", "id": "BID:1"}, {"kind": "seller", "id": "BID:1"}]
    renamed = in_delivered_letters({"members": members}, {"BID": "BIDV"})
    assert [member["id"] for member in renamed["members"]] == ["BIDV:1", "BID:1"]
