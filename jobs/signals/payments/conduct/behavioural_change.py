"""Accounts that of a sudden pay in cash, draw it, or send money abroad, time and again within days.

Who lives of cash, or has relatives abroad, does so all the time. An account that is used so for two weeks,
and neither before nor after, and through which a good part of all its money goes in those weeks, is put to
another use.
Source: Oztas et al., SAML-D (2023), behavioural change, structuring, deposit and send; AML Law 14/2022,
Art. 28.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.signals.payments.collection.bursts import largest_bursts
from jobs.signals.payments.ledger import by_account, days_in_window, ledger
from jobs.signals.payments.population import evidence_of, rank_in_population
from jobs.signals.schema import Parameters, Signal, bounded, explanation, member

SIGNAL = Signal(id="behavioural_change", subject="account", reads={"payments": "flows.payments"})
_CONDUCT = ("account_id", "conduct")
_DAY = 86_400


def transform(*, payments: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row an account, by its most sudden conduct: `cash_in`, `cash_out` or private remittances `abroad`.

    value = (n - 1) x log10(days in the window / days that the burst lasts, at least one): how unlikely it is
    that n payments come so close together by chance. A burst has `payments_least`, `burst_share` of all such
    payments of the account, and `turnover_share` of all that it moved; remittances go to `payees_most`.
    Members: the holder, and the one account that got `handed_on_share` of the cash that was paid in.
    """
    rows = _conducts(ledger(payments), parameters)
    least = int(parameters["payments_least"])
    done = rows.where(F.col("conduct").isNotNull())
    bursts = largest_bursts(done, _CONDUCT, float(parameters["burst_days"]), least)
    window = F.broadcast(days_in_window(payments, as_of))
    sudden = _sudden(bursts.crossJoin(window), parameters)
    found = _described(sudden, _handed_on(sudden, rows, parameters), parameters)
    population = done.groupBy(*_CONDUCT).count().where(F.col("count") >= least)
    measured = population.groupBy(F.col("account_id").alias("subject_id")).agg(
        F.min("conduct").alias("peer_group")
    )
    return rank_in_population(SIGNAL, found, measured, parameters)


def _conducts(rows: DataFrame, parameters: Parameters) -> DataFrame:
    """The ledger with `conduct` (null: another one) and `turnover_vnd` of the account."""
    purposes = str(parameters["documented_purposes"]).split()
    papers = F.col("declaration_no").isNotNull() | is_true(F.col("purpose_code").isin(*purposes))
    private = F.col("holder_type").isin("individual", "household_business")
    abroad = F.col("out") & (F.col("other_country") != "VN") & ~F.col("other_context") & ~papers & private
    conduct = (
        F.when(F.col("cash") & F.col("out"), "cash_out")
        .when(F.col("cash"), "cash_in")
        .when(F.col("other").isNotNull() & abroad, "abroad")
    )
    return rows.withColumn("conduct", conduct).withColumn(
        "turnover_vnd", F.sum("amount_vnd").over(by_account())
    )


def _sudden(bursts: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account and conduct that stands out."""
    lasted = F.greatest((F.max("at_seconds") - F.min("at_seconds")) / _DAY, F.lit(1.0))
    told = bursts.groupBy(*_CONDUCT).agg(
        F.first("holder_type").alias("holder_type"),
        F.first("turnover_vnd").alias("turnover_vnd"),
        F.first("in_all").alias("in_all"),
        F.count(F.lit(1)).alias("support"),
        F.count_if("reason_stated").alias("stated"),
        F.count_if(remark_tells("takings")).alias("takings"),
        F.sum("amount_vnd").alias("value_vnd"),
        F.count_distinct("other").alias("payees"),
        F.min("at_seconds").alias("since"),
        F.max("at_seconds").alias("until"),
        F.log10(F.first("window_days") / lasted).alias("closeness"),
        evidence_of(F.lit(True), parameters).alias("evidence"),
    )
    return told.withColumn(
        "value", F.round((F.col("support") - 1) * F.greatest("closeness", F.lit(0.0)), 6)
    ).where(
        (F.col("support") >= F.col("in_all") * float(parameters["burst_share"]))
        & (F.col("value_vnd") >= F.col("turnover_vnd") * float(parameters["turnover_share"]))
        & (F.col("payees") <= int(parameters["payees_most"]))
        & (F.col("value") >= float(parameters["report_from"]))
    )


def _handed_on(sudden: DataFrame, rows: DataFrame, parameters: Parameters) -> DataFrame:
    """account_id, beneficiary: who got so much of the cash that was paid in, until days after its last."""
    patience = int(float(parameters["patience_days"]) * _DAY)
    cash = sudden.where(F.col("conduct") == "cash_in").select(
        "account_id", "since", "until", F.col("value_vnd").alias("cash_vnd")
    )
    paid_on = rows.where(F.col("out") & F.col("other").isNotNull() & ~F.col("other_context"))
    within = F.col("at_seconds").between(F.col("since"), F.col("until") + patience)
    return (
        paid_on.join(F.broadcast(cash), "account_id")
        .where(within)
        .groupBy("account_id", "other")
        .agg(
            F.sum("amount_vnd").alias("got_vnd"),
            F.first("cash_vnd").alias("cash_vnd"),
            evidence_of(F.lit(True), parameters).alias("handed_on"),
        )
        .where(F.col("got_vnd") >= F.col("cash_vnd") * float(parameters["handed_on_share"]))
        .withColumn("most", F.max(F.struct("got_vnd", "other")).over(Window.partitionBy("account_id")))
        .where(F.col("other") == F.col("most.other"))
        .select(
            "account_id", F.lit("cash_in").alias("conduct"), F.col("other").alias("beneficiary"), "handed_on"
        )
    )


def _described(sudden: DataFrame, handed_on: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account (`FOUND_DDL`).

    daily_takings
        Cash that a company or household business pays in, or that some remarks call takings.
    stated_reason
        Most remarks state an everyday reason: school, hospital, upkeep.
    """
    first = Window.partitionBy("account_id").orderBy(F.col("value").desc(), "conduct")
    stated = F.col("stated") >= F.col("support") * float(parameters["stated_share_min"])
    business = is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    named = F.col("takings") >= F.col("support") * float(parameters["takings_share"])
    takings = (F.col("conduct") == "cash_in") & (business | named)
    return (
        sudden.withColumn("place", F.row_number().over(first))
        .where(F.col("place") == 1)
        .join(F.broadcast(handed_on), list(_CONDUCT), "left")
        .select(
            F.col("account_id").alias("subject_id"),
            "value",
            "support",
            "value_vnd",
            _members().alias("members"),
            bounded(
                F.concat("evidence", F.coalesce("handed_on", F.slice("evidence", 1, 0))),
                int(parameters["evidence_limit"]),
            ).alias("evidence"),
            F.array(explanation("daily_takings", takings), explanation("stated_reason", stated)).alias(
                "explanations"
            ),
        )
    )


def _members() -> Column:
    holder = F.array(member("account", F.col("account_id"), "holder"))
    beneficiary = F.array(member("account", F.col("beneficiary"), "beneficiary"))
    return F.when(F.col("beneficiary").isNull(), holder).otherwise(F.concat(holder, beneficiary))
