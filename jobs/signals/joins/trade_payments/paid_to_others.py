"""Importers who pay somebody else than the seller that their declarations name.

Money for goods goes to who sold them, or to a financier who says so. An account that takes the price of
several sellers' goods, or of several importers' purchases, and sells nothing itself, collects for somebody
who stands in no paper. Where it pays people here, again and again, much of what importers pay it, they are
who it collects for.
Source: FATF/Egmont Group risk indicators 2021 (payments to third parties unrelated to the trade; funds that
return to where they came from).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
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
        "customs": "flows.declarations",
        "payments": "flows.payments",
        "operators": "links.operators",
    },
)


def transform(
    *, customs: DataFrame, payments: DataFrame, operators: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """One row a foreign account. Value: log2 of one more than the payments for goods that others sold and
    those to people here, less where a financier is paid.

    An account that takes money under names that do not agree is nobody's in particular: it counts as another
    than the seller whatever name a payment gives it.
    """
    del as_of
    outward = kept(outward_payments(payments).where(F.col("creditor_account_id").isNotNull()))
    judged = kept(_judged(outward, declarations(customs, operators), parameters))
    back = kept(_paid_back(payments, outward, parameters))
    measured = _measure(judged.join(_seller_accounts(judged), "partner_name_norm"), back, parameters)
    rows = reported(measured, parameters)
    shown = judged.where("other").join(subjects_of(rows), "subject_id")
    # Whom it serves are the people that it pays; the importers may know nothing of them.
    paying = shown.join(back, "subject_id", "left_anti")
    served = back.join(subjects_of(rows), "subject_id")
    members = [
        # Whose declaration a stranger names may know nothing of it.
        member_rows(paying.where("own"), holder_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(paying, "account", "debtor_account_id", "operator"),
        member_rows(paying.where(~F.col("sells")), "account", "subject_id", "beneficiary"),
        member_rows(served, "account", "subject_id", "beneficiary"),
        member_rows(served, "account", "creditor_account_id", "collector"),
        member_rows(served, "person", "creditor_holder_key", "collector"),
    ]
    lines = shown.select("subject_id", "line_keys").distinct()
    evidence = [
        payment_rows(shown, 1),
        payment_rows(served, 1),
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


def _paid_back(payments: DataFrame, outward: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a foreign account and a private account here that it pays: report_keys, creditor_holder_key.

    Again and again, and all together a fair share of what the foreign account is paid from here: a wage or a
    gift of an employee abroad, sent through a bank's account, is neither.
    """
    paid = outward.groupBy(F.col("creditor_account_id").alias("subject_id")).agg(
        F.sum("amount_vnd").alias("paid_vnd")
    )
    whole = Window.partitionBy("subject_id")
    return (
        payments.where(is_true(F.col("creditor_holder_type") == "individual"))
        .where(F.coalesce("creditor_country", F.lit("VN")) == "VN")
        .withColumnRenamed("debtor_account_id", "subject_id")
        .join(F.broadcast(paid), "subject_id")
        .groupBy("subject_id", "paid_vnd", "creditor_account_id")
        .agg(
            F.max("creditor_holder_key").alias("creditor_holder_key"),
            F.count(F.lit(1)).alias("times"),
            F.sum("amount_vnd").alias("back_vnd"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .where(F.col("times") >= int(parameters["back_payments_least"]))
        .withColumn("all_back_vnd", F.sum("back_vnd").over(whole))
        .where(F.col("all_back_vnd") >= F.col("paid_vnd") * float(parameters["back_share_least"]))
    )


def _measure(judged: DataFrame, back: DataFrame, parameters: Parameters) -> DataFrame:
    other = F.col("other")
    accounts = judged.groupBy("subject_id").agg(
        F.count_if(other).alias("others"),
        F.coalesce(F.sum(F.when(other, F.col("amount_vnd"))), F.lit(0)).alias("value_vnd"),
        F.count_distinct(F.when(other, F.col("trader"))).alias("traders"),
        F.count_distinct(F.when(other, F.col("partner_name_norm"))).alias("partners"),
        F.max(F.when(other, F.col("accounts"))).alias("accounts"),
        F.bool_or("sells").alias("sells"),
        F.bool_or(other & F.col("financed")).alias("financed"),
    )
    returned = back.groupBy("subject_id").agg(
        F.sum("times").alias("back_times"), F.sum("back_vnd").alias("back_vnd")
    )
    accounts = (
        accounts.join(returned, "subject_id", "left")
        .fillna({"back_times": 0, "back_vnd": 0})
        .withColumn("support", F.col("others") + F.col("back_times"))
    )
    # Whoever it is, a seller has no reason to pay people here.
    alone = F.col("back_times") == 0
    one_seller = (F.col("partners") == 1) & alone
    often = F.col("others") >= int(parameters["only_account_payments_least"])
    factor = F.when(F.col("financed"), float(parameters["factor_financed"])).otherwise(1.0)
    paid_for_others = F.col("others") > 0
    few = F.col("traders") < int(parameters["agent_traders_least"])
    return accounts.select(
        "subject_id",
        F.lit("foreign accounts that are paid for imports").alias("peer_group"),
        F.when(few & paid_for_others, F.log2(1 + F.col("support")) * factor).otherwise(0.0).alias("value"),
        "support",
        (F.col("value_vnd") + F.col("back_vnd")).alias("value_vnd"),
        F.array(
            explanation("factoring_or_treasury", F.col("financed")),
            explanation("one_sellers_account", one_seller),
            explanation("only_account", one_seller & (F.col("accounts") == 1) & often),
            explanation("seller_of_others", F.col("sells") & alone),
        ).alias("explanations"),
    )
