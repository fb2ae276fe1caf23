"""A private person pays for goods abroad, without a declaration, with what others have just paid in.

Who buys for the own shop pays out of savings or takings that come and go; here what was paid in within days
covers the remittance, neither much less nor much more, and the remark names goods, an invoice, a contract.
Somebody else's goods are paid so: those of an importer who declares a part of the price, or nothing.
Source: Vietnam Customs dispatch 3923/2021 and press cases (remittances without goods); FATF/Egmont risk
indicators for trade-based money laundering, 2021 (payment by unrelated third parties).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import by_account, ledger, paid_in_at_home
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member

SIGNAL = Signal(
    id="goods_paid_privately",
    subject="account",
    reads={
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "customs_declarations": "flows.declarations",
    },
)
_DAY = 86_400


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    customs_declarations: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row an account of a person, with those who pay in much of what goes abroad.

    `value` (0..1): the share of what is paid abroad for goods that was paid in before, times n / (n + 1) for
    n remittances that were. `support`: those remittances; `value_vnd`: their sum.
    """
    rows = ledger(payments).where(F.col("other").isNotNull() & ~F.col("salary"))
    remittances = kept(_remittances(rows, parameters))
    importers = customs_declarations.where(F.col("direction") == "import").select(
        F.col("trader_key").alias("holder_key"), F.lit(True).alias("imports")
    )
    own = accounts.join(importers.distinct(), "holder_key").select(
        F.col("account_id").alias("subject_id"), "imports"
    )
    found = (
        _remitters(remittances, parameters)
        .join(_funders(rows, remittances, parameters), "subject_id")
        .join(own, "subject_id", "left")
        .select(
            "subject_id",
            "value",
            "support",
            "value_vnd",
            F.concat(F.array(member("account", F.col("subject_id"), "operator")), "funders").alias("members"),
            bounded(F.concat("remitted", "paid_in"), int(parameters["evidence_limit"])).alias("evidence"),
            F.array(explanation("own_imports", is_true(F.col("imports")))).alias("explanations"),
        )
    )
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _remittances(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """What persons pay abroad for goods without a declaration; `covered`: others paid in just that before."""
    hold = int(parameters["hold_days"]) * _DAY
    before = by_account().orderBy("at_seconds").rangeBetween(-hold, -1)
    paid_in = F.sum(F.when(paid_in_at_home(), F.col("amount_vnd"))).over(before)
    for_goods = is_true(F.col("remittance_norm").rlike(str(parameters["goods_words"])))
    share = paid_in / F.col("amount_vnd")
    covered = share.between(float(parameters["covered_least"]), float(parameters["covered_most"]))
    return (
        rows.where(is_true(F.col("holder_type") == "individual"))
        .withColumn("covered", is_true(covered))
        .where(F.col("out") & (F.col("other_country") != "VN") & F.col("declaration_no").isNull() & for_goods)
        .select("account_id", "at_seconds", "amount_vnd", "covered", "report_keys")
    )


def _remitters(remittances: DataFrame, parameters: Parameters) -> DataFrame:
    covered = F.when(F.col("covered"), F.col("amount_vnd"))
    times = F.col("support")
    return (
        remittances.groupBy(F.col("account_id").alias("subject_id"))
        .agg(
            F.count_if("covered").alias("support"),
            F.coalesce(F.sum(covered), F.lit(0)).alias("value_vnd"),
            F.sum("amount_vnd").alias("abroad_vnd"),
            evidence_of(F.lit(True), parameters).alias("remitted"),
        )
        .withColumn("value", F.round(F.col("value_vnd") / F.col("abroad_vnd") * times / (times + 1), 6))
        .where(F.col("value") >= float(parameters["report_from"]))
    )


def _funders(rows: DataFrame, remittances: DataFrame, parameters: Parameters) -> DataFrame:
    """subject_id, funders (members), paid_in (records): who paid in before covered remittances, and what.

    A funder pays in before several of them: among many customers some always paid just before.
    """
    hold = int(parameters["hold_days"]) * _DAY
    sent = (
        remittances.where("covered")
        .groupBy("account_id")
        .agg(F.collect_list("at_seconds").alias("sent_at"), F.sum("amount_vnd").alias("covered_vnd"))
    )
    at = F.col("at_seconds")
    fair = F.col("paid_vnd") >= F.col("covered_vnd") * float(parameters["funder_share"])
    again = F.size("served_at") >= int(parameters["funder_remittances"])
    funder = F.when(fair & again, member("account", F.col("other"), "depositor"))
    return (
        rows.where(paid_in_at_home())
        .join(sent, "account_id")
        .withColumn("served_at", F.filter("sent_at", lambda left: (left - at).between(1, hold)))
        .where(F.size("served_at") > 0)
        .groupBy(F.col("account_id").alias("subject_id"), "other")
        .agg(
            F.sum("amount_vnd").alias("paid_vnd"),
            F.max("covered_vnd").alias("covered_vnd"),
            F.array_distinct(F.flatten(F.collect_list("served_at"))).alias("served_at"),
            evidence_of(F.lit(True), parameters).alias("paid_in"),
        )
        .groupBy("subject_id")
        .agg(
            F.sort_array(F.collect_list(funder)).alias("funders"),
            F.flatten(F.collect_list(F.when(fair, F.col("paid_in")))).alias("paid_in"),
        )
    )
