"""Importers who pay somebody else than the seller that their declarations name.

Money for goods goes to who sold them, or to a financier who says so. An account that takes the price of
several sellers' goods, or of several importers' purchases, and sells nothing itself, collects for somebody
who stands in no paper.
Source: FATF/Egmont Group risk indicators 2021 (payments to third parties unrelated to the trade).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.link.firm_names import same_group, same_name
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.trade import declarations, holder_kind, named_payments, outward_payments
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="paid_to_others",
    subject="account",
    reads={
        "customs": "silver.customs_declarations",
        "payments": "flows.payments",
        "operators": "links.operators",
    },
)


def transform(
    *, customs: DataFrame, payments: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """One row a foreign account. Value: log2 of one more than the payments for goods that others sold, less
    where a financier is paid.

    An account that takes money under names that do not agree is nobody's in particular: it counts as another
    than the seller whatever name a payment gives it.
    """
    del as_of
    outward = kept(outward_payments(payments).where(F.col("creditor_account_id").isNotNull()))
    judged = kept(_judged(outward, declarations(customs, operators), parameters))
    rows = reported(
        _measure(judged.join(_seller_accounts(judged), "partner_name_norm"), parameters), parameters
    )
    shown = judged.where("other").join(subjects_of(rows), "subject_id")
    members = [
        # Whose declaration a stranger names may know nothing of it.
        member_rows(shown.where("own"), holder_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(shown, "account", "debtor_account_id", "operator"),
        member_rows(shown.where(~F.col("sells")), "account", "subject_id", "beneficiary"),
    ]
    lines = shown.select("subject_id", "line_keys").distinct()
    evidence = [
        payment_rows(shown, 1),
        record_rows(lines, "customs_declarations", F.explode("line_keys"), 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _judged(outward: DataFrame, declared: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments that name a declaration, by whom they pay: subject_id (account), other, sells, financed."""
    names = outward.groupBy("creditor_account_id").agg(
        F.min("creditor_name_norm").alias("first_name"), F.max("creditor_name_norm").alias("last_name")
    )
    fits = same_name("creditor_name_norm", "partner_name_norm")
    # A name may be cut short by a bank.
    several = ~same_name("first_name", "last_name") & ~F.col("last_name").startswith(F.col("first_name"))
    # Kept before anything is asked of it: comparing names would move into the joins, pair by pair.
    compared = kept(
        named_payments(outward, declared)
        .join(names, "creditor_account_id")
        .withColumn("fits", F.when(fits.isNotNull(), fits & ~is_true(several)))
        .withColumn("own_group", is_true(same_group("creditor_name_norm", "trader_name_norm")))
    )
    judged = (
        compared.where(F.col("fits").isNotNull() & F.col("trader").isNotNull() & ~F.col("own_group"))
        .drop("own_group")
        .withColumnRenamed("creditor_account_id", "subject_id")
    )
    sellers = judged.where("fits").select("subject_id", F.lit(True).alias("sells")).distinct()
    return (
        judged.join(sellers, "subject_id", "left")
        .withColumn("sells", is_true(F.col("sells")))
        .withColumn("other", ~F.col("fits"))
        .withColumn("financed", is_true(F.col("creditor_name_norm").rlike(str(parameters["finance_words"]))))
    )


def _seller_accounts(judged: DataFrame) -> DataFrame:
    """Per seller that declarations name, the `accounts` that are paid for its goods, by whatever name."""
    return judged.groupBy("partner_name_norm").agg(F.count_distinct("subject_id").alias("accounts"))


def _measure(judged: DataFrame, parameters: Parameters) -> DataFrame:
    other = F.col("other")
    accounts = judged.groupBy("subject_id").agg(
        F.count_if(other).alias("support"),
        F.coalesce(F.sum(F.when(other, F.col("amount_vnd"))), F.lit(0)).alias("value_vnd"),
        F.count_distinct(F.when(other, F.col("trader"))).alias("traders"),
        F.count_distinct(F.when(other, F.col("partner_name_norm"))).alias("partners"),
        F.max(F.when(other, F.col("accounts"))).alias("accounts"),
        F.bool_or("sells").alias("sells"),
        F.bool_or(other & F.col("financed")).alias("financed"),
    )
    one_seller = F.col("partners") == 1
    often = F.col("support") >= int(parameters["only_account_payments_least"])
    factor = F.when(F.col("financed"), float(parameters["factor_financed"])).otherwise(1.0)
    return accounts.where(F.col("traders") < int(parameters["agent_traders_least"])).select(
        "subject_id",
        F.lit("foreign accounts that are paid for imports").alias("peer_group"),
        (F.log2(1 + F.col("support")) * factor).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("factoring_or_treasury", F.col("financed")),
            explanation("one_sellers_account", one_seller),
            explanation("only_account", one_seller & (F.col("accounts") == 1) & often),
            explanation("seller_of_others", F.col("sells")),
        ).alias("explanations"),
    )
