"""The transfers that a pattern could be made of, cheap to find, so that the search itself is bounded."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.payments.ledger import by_account, by_pair, ledger
from jobs.signals.schema import Parameters

_WHOLE_BP = 10_000


def transfers(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Transfers between accounts of different people, no hub among them, from `amount_vnd_min` on, no pay.

    debtor, creditor, their holder types, at_seconds, amount_vnd, `pair_payments` (payments of this debtor to
    this creditor in the window), payment_key, report_keys; and what the search is bounded by:
    `feeds_before`, `takes_after`: whether as much came in to the debtor, or left the creditor, within the
    holding time; `gathers`, `scatters`: distinct payers and payees of debtor and creditor.
    """
    hold = int(parameters["hold_seconds_max"])
    amount = F.col("amount_vnd")
    earlier = by_account().orderBy("at_seconds").rangeBetween(-hold, Window.currentRow)
    later = by_account().orderBy("at_seconds").rangeBetween(Window.currentRow, hold)
    came_in = F.sum(F.when(~F.col("out"), amount).otherwise(0)).over(earlier)
    left = F.sum(F.when(F.col("out"), amount).otherwise(0)).over(later)
    fed = came_in * (_WHOLE_BP + int(parameters["added_max_bp"])) >= amount * _WHOLE_BP
    taken = left * _WHOLE_BP >= amount * (_WHOLE_BP - int(parameters["retained_max_bp"]))
    rows = (
        ledger(payments)
        .where(
            F.col("other").isNotNull()
            & ~F.col("other_context")
            & ~F.col("salary")
            & (amount >= int(parameters["amount_vnd_min"]))
        )
        .withColumn("payers", F.size(F.collect_set(F.when(~F.col("out"), F.col("other"))).over(by_account())))
        .withColumn("payees", F.size(F.collect_set(F.when(F.col("out"), F.col("other"))).over(by_account())))
        .withColumn("pair_payments", F.count(F.when(F.col("out"), True)).over(by_pair()))
        .withColumn("fits", F.when(F.col("out"), fed).otherwise(taken))
    )
    return (
        rows.groupBy("payment_key")
        .agg(
            _of(out=True, column="account_id").alias("debtor"),
            _of(out=False, column="account_id").alias("creditor"),
            _of(out=True, column="holder_type").alias("debtor_type"),
            _of(out=False, column="holder_type").alias("creditor_type"),
            F.max("at_seconds").alias("at_seconds"),
            F.max("amount_vnd").alias("amount_vnd"),
            _of(out=True, column="pair_payments").alias("pair_payments"),
            F.max("report_keys").alias("report_keys"),
            _of(out=True, column="fits").alias("feeds_before"),
            _of(out=False, column="fits").alias("takes_after"),
            *[
                _of(out=out, column=column).alias(f"{side}_{column}")
                for side, out in (("debtor", True), ("creditor", False))
                for column in ("payers", "payees")
            ],
        )
        .where(F.col("debtor").isNotNull() & F.col("creditor").isNotNull())
    )


def could_hold_both(side: str, parameters: Parameters) -> Column:
    """Whether the account on `side` has enough payers and payees to gather and scatter."""
    least = int(parameters["branches_min"])
    return (F.col(f"{side}_payers") >= least) & (F.col(f"{side}_payees") >= least)


def _of(*, out: bool, column: str) -> Column:
    chosen = F.col("out") if out else ~F.col("out")
    return F.max(F.when(chosen, F.col(column)))
