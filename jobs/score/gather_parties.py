"""Who paid whom in the payments that detections name: gathered here, judged in `networks.bystanders`."""

from collections.abc import Iterable

from pyspark.sql import functions as F

from jobs.runtime.steps import Run
from models.networks.bystanders import Parties
from models.weighing.detections import Member, Record

_FEED = "bank_transactions"


def gather_parties(run: Run, records: Iterable[Record]) -> dict[Record, Parties]:
    """Debtor, creditor and amount of each record that pays a known account, or is a withdrawal."""
    keys = sorted({(record.key,) for record in records if record.feed == _FEED})
    if not keys:
        return {}
    named = F.broadcast(run.lake.frame(keys, "key string"))
    found = (
        run.lake.read("flows.payments")
        .select(
            F.explode("report_keys").alias("key"),
            "debtor_account_id",
            "creditor_account_id",
            "amount_vnd",
            "payment_key",
        )
        .where(F.col("debtor_account_id").isNotNull())
        .where(F.col("creditor_account_id").isNotNull() | (F.col("channel") == "cash_withdrawal"))
        .join(named, on="key")
        .toArrow()
    )
    columns = (found.column(name).to_pylist() for name in found.column_names)
    return {
        Record(_FEED, key): Parties(
            Member("account", debtor), Member("account", creditor) if creditor else None, amount, payment
        )
        for key, debtor, creditor, amount, payment in zip(*columns, strict=True)
    }
