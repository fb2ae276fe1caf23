"""New accounts opened far from where the holder lives, that pass money on, several to one payee."""

from datetime import date
from functools import lru_cache

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from configs.catalogue import ROOT
from configs.settings import read_yaml
from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.payments.ledger import by_account, by_pair, ledger, of_accounts, payer
from jobs.signals.payments.population import evidence_of, measured_accounts, rank_in_population
from jobs.signals.schema import Parameters, Signal, explanation, member

SIGNAL = Signal(
    id="opened_away_from_home",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(*, payments: DataFrame, accounts: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row an account, or all such accounts that pay one private person most of what they pay.

    `value` (0..1) = share of the money that left again x n / (n + half), n the accounts that share the payee
    (1 when none does). Provinces are compared after the merger of 2025, so that a renamed home is no move.
    """
    away = accounts.where(
        (F.col("holder_type") == "individual")
        & (
            current_province(F.col("branch_province_code"))
            != current_province(F.col("current_province_code"))
        )
        & (F.datediff(F.lit(as_of), "opened_on") <= int(parameters["opened_days_max"]))
    ).select("account_id")
    out = F.when(F.col("out"), F.col("amount_vnd"))
    main = (
        F.col("out")
        & F.col("other").isNotNull()
        & ~F.col("other_context")
        & ~is_true(F.col("other_type").isin(*BUSINESS_HOLDERS))
        & (
            F.sum(out).over(by_pair())
            >= F.sum(out).over(by_account()) * float(parameters["main_payee_share"])
        )
    )
    used = (
        of_accounts(ledger(payments), away)
        .withColumn("main", is_true(main))
        .groupBy("account_id")
        .agg(
            F.max(F.when(F.col("main"), F.col("other"))).alias("payee"),
            F.sum(F.when(~F.col("out"), F.col("amount_vnd")).otherwise(0)).alias("in_vnd"),
            F.sum(F.when(F.col("out"), F.col("amount_vnd")).otherwise(0)).alias("out_vnd"),
            F.max(F.col("salary") & ~F.col("out")).alias("employed"),
            F.size(F.collect_set(payer())).alias("payers"),
            F.count(F.lit(1)).alias("payments"),
            evidence_of(F.lit(True), parameters).alias("evidence"),
        )
        .where((F.col("payers") >= int(parameters["payers_min"])) & (F.col("in_vnd") > 0))
    )
    found = _together(used, parameters)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def current_province(code: Column) -> Column:
    """The code of the 34 provinces for a code of either era; an unknown code stays as it is."""
    return F.coalesce(F.create_map(*_absorbed())[code], code)


def _absorbed() -> list[Column]:
    return [F.lit(part) for pair in _absorbed_by() for part in pair]


@lru_cache(maxsize=1)
def _absorbed_by() -> tuple[tuple[str, str], ...]:
    """(code of the 63, code of the 34 that it became part of)."""
    provinces = read_yaml(ROOT / "lexicons" / "provinces.yml")["provinces"]
    return tuple((part["code"], part["absorbed_by"]) for part in provinces if part["era"] == 63)


def _together(used: DataFrame, parameters: Parameters) -> DataFrame:
    """Accounts that share a payee as one row."""
    shared = F.count("payee").over(Window.partitionBy("payee"))
    tied = used.withColumn("shared", F.when(F.col("payee").isNotNull(), shared).otherwise(1)).withColumn(
        "subject_id", F.when(F.col("shared") > 1, F.col("payee")).otherwise(F.col("account_id"))
    )
    through = F.least(F.lit(1.0), F.sum("out_vnd") / F.sum("in_vnd"))
    number = F.count(F.lit(1))
    payee = F.when(F.max("shared") > 1, F.array(member("account", F.max("payee"), "beneficiary")))
    rows = tied.groupBy("subject_id").agg(
        F.round(through * number / (number + float(parameters["accounts_for_half"])), 6).alias("value"),
        F.sum("payments").alias("support"),
        F.sum("in_vnd").alias("value_vnd"),
        F.sort_array(F.collect_set(member("account", F.col("account_id"), "mule"))).alias("mules"),
        payee.alias("payee"),
        F.slice(
            F.array_sort(F.array_distinct(F.flatten(F.collect_list("evidence")))),
            1,
            int(parameters["evidence_limit"]),
        ).alias("evidence"),
        F.array(explanation("migrant_worker", F.sum(F.col("employed").cast("bigint")) * 2 > number)).alias(
            "explanations"
        ),
    )
    members = F.when(F.col("payee").isNull(), F.col("mules")).otherwise(F.array_union("payee", "mules"))
    return rows.select(
        "subject_id", "value", "support", "value_vnd", members.alias("members"), "evidence", "explanations"
    ).where(F.col("value") >= float(parameters["report_from"]))
