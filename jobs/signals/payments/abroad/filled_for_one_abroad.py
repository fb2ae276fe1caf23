"""Private people who pay one party abroad, each with what several others have just paid in.

Who pays a school or a shop abroad pays out of pay and savings, or with a parent's money. A team of helpers is
filled by strangers and emptied the same week, and all of it goes to one account: small for each, and in no
papers.
Source: AML Law 2012 Art. 22 and 14/2022 Art. 27-28 (small credits, then sent abroad); FATF, Money Laundering
through Money Remittance and Currency Exchange Providers (2010).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.joins.closing import close, kept, member_rows, payment_rows, reported, subjects_of
from jobs.signals.payments.ledger import by_account, ledger, paid_in_at_home
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(id="filled_for_one_abroad", subject="account", reads={"payments": "flows.payments"})
_DAY = 86_400


def transform(
    *,
    payments: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a payee abroad. `value`: the people who were filled just before they paid it x the share of all
    that private people pay it. `support`: payments so filled; `value_vnd`: their sum.

    Held against all payees abroad whom private people pay without a declaration.
    """
    rows = _of_remitters(ledger(payments).where(F.col("other").isNotNull() & ~F.col("salary")))
    remitted = kept(_remittances(rows, parameters))
    found = reported(_payees(remitted, payments, parameters), parameters)
    filled = kept(remitted.where("filled").join(subjects_of(found), "subject_id"))
    members = [
        member_rows(filled, "account", "subject_id", "beneficiary"),
        member_rows(filled, "account", "account_id", "mule"),
    ]
    evidence = [payment_rows(filled), payment_rows(_fillings(rows, filled, parameters), priority=2)]
    return close(SIGNAL, found, members, evidence, int(parameters["evidence_limit"]))


def _of_remitters(rows: DataFrame) -> DataFrame:
    """The rows of private people who pay somebody abroad: few, so that looking back from each is cheap."""
    sends = is_true(F.col("holder_type") == "individual") & F.col("out") & (F.col("other_country") != "VN")
    remitters = rows.where(sends).select("account_id").distinct()
    return rows.join(F.broadcast(remitters), "account_id", "left_semi")


def _remittances(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """What private people pay to accounts abroad (`subject_id`) without a declaration; `filled`: several
    others paid in just that before."""
    before = by_account().orderBy("at_seconds").rangeBetween(-int(parameters["hold_days"]) * _DAY, -1)
    share = F.sum(F.when(paid_in_at_home(), F.col("amount_vnd"))).over(before) / F.col("amount_vnd")
    fillers = F.size(F.collect_set(F.when(paid_in_at_home(), F.col("other"))).over(before))
    told = F.avg(F.when(paid_in_at_home(), F.col("reason_stated").cast("int"))).over(before)
    filled = share.between(float(parameters["filled_least"]), float(parameters["filled_most"])) & (
        fillers >= int(parameters["fillers_least"])
    )
    return (
        rows.withColumn("filled", is_true(filled))
        .withColumn("told", is_true(told >= float(parameters["stated_share_min"])))
        .where(F.col("out") & (F.col("other_country") != "VN") & F.col("declaration_no").isNull())
        .select(
            F.col("other").alias("subject_id"),
            "account_id",
            "at_seconds",
            "amount_vnd",
            "report_keys",
            "filled",
            "told",
        )
    )


def _payees(remitted: DataFrame, payments: DataFrame, parameters: Parameters) -> DataFrame:
    """Each payee abroad whom private people pay, measured; too few who were filled are 0."""
    known = payments.groupBy(F.col("creditor_account_id").alias("subject_id")).agg(
        F.count_distinct("debtor_account_id").alias("clients")
    )
    share = F.col("support") / F.col("payments")
    several = F.col("remitters") >= int(parameters["remitters_least"])
    told = F.col("told") >= F.col("support") * float(parameters["stated_share_min"])
    return (
        remitted.groupBy("subject_id")
        .agg(
            F.count_distinct(F.when(F.col("filled"), F.col("account_id"))).alias("remitters"),
            F.count(F.lit(1)).alias("payments"),
            F.count_if("filled").alias("support"),
            F.count_if(F.col("filled") & F.col("told")).alias("told"),
            F.coalesce(F.sum(F.when(F.col("filled"), F.col("amount_vnd"))), F.lit(0)).alias("value_vnd"),
        )
        .join(known, "subject_id", "left")
        .select(
            "subject_id",
            F.lit("payees abroad of private people").alias("peer_group"),
            F.when(several, F.round(F.col("remitters") * share, 6)).otherwise(0.0).alias("value"),
            "support",
            "value_vnd",
            F.array(
                explanation("known_platform", F.col("clients") >= int(parameters["platform_clients_least"])),
                explanation("stated_reason", told),
            ).alias("explanations"),
        )
    )


def _fillings(rows: DataFrame, filled: DataFrame, parameters: Parameters) -> DataFrame:
    """The payments into the remitters' accounts that filled them: subject_id, report_keys."""
    sent = filled.groupBy("subject_id", "account_id").agg(F.collect_list("at_seconds").alias("sent_at"))
    hold = int(parameters["hold_days"]) * _DAY
    at = F.col("at_seconds")
    return (
        rows.where(paid_in_at_home())
        .join(F.broadcast(sent), "account_id")
        .where(F.exists("sent_at", lambda left: (left - at).between(1, hold)))
        .select("subject_id", "report_keys")
    )
