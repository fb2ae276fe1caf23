"""Parcels of foreign goods by senders who never imported and have no domestic supplier."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.purchases import imports_of, money_of
from jobs.signals.joins.supply.foreign_goods import sold_parcels, with_foreign
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="undeclared_foreign_goods",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "customs": "flows.declarations",
    },
)


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    customs: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value 0 to 1: share of parcels with foreign goods that no declaration, import or supplier explains."""
    del as_of
    declared = F.col("declaration_no").isNotNull()
    sent = kept(
        sold_parcels(with_foreign(parcels, customs, parameters))
        .withColumn("undeclared", F.col("foreign") & ~declared)
        .select(
            "subject_id",
            "record_key",
            "seller_key",
            "sender_phone_e164",
            "cod_account_id",
            "sold_vnd",
            "undeclared",
        )
    )
    goods = (
        sent.groupBy("subject_id")
        .agg(
            F.count(F.lit(1)).alias("parcels"),
            F.sum(F.when(F.col("undeclared"), 1).otherwise(0)).alias("support"),
            F.sum(F.when(F.col("undeclared"), F.col("sold_vnd")).otherwise(F.lit(0))).alias("value_vnd"),
        )
        .where(F.col("parcels") >= int(parameters["parcels_least"]))
        .join(money_of(payments, accounts, parameters), "subject_id", "left")
        .join(imports_of(customs, operators), "subject_id", "left")
        .fillna(0)
    )
    rows = reported(_measure(goods, parameters), parameters)
    shown = sent.where("undeclared").join(subjects_of(rows), "subject_id", "left_semi")
    off_platform = shown.where(F.col("seller_key").isNull())
    members = [
        member_rows(shown, "seller", "seller_key", "shop"),
        member_rows(off_platform, "phone", "sender_phone_e164", "phone"),
        member_rows(shown, "account", "cod_account_id", "collector"),
    ]
    evidence = [record_rows(shown, "shipments", "record_key")]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _measure(goods: DataFrame, parameters: Parameters) -> DataFrame:
    cost = F.col("value_vnd") * F.lit(float(parameters["cost_share"]))
    bought = F.try_divide(F.col("supplies_vnd") + F.col("imports_vnd"), cost)
    uncovered = F.greatest(F.lit(0.0), 1 - F.coalesce(bought, F.lit(0.0)))
    share = F.col("support") / F.col("parcels")
    certainty = F.greatest(F.lit(0.0), 1 - F.lit(float(parameters["parcels_doubt"])) / F.col("parcels"))
    unseen = F.col("out_vnd") < F.col("in_vnd") * F.lit(float(parameters["seen_share_least"]))
    blind = unseen | (F.col("in_vnd") == 0)
    factor = F.when(blind, float(parameters["factor_unseen"])).otherwise(1.0)
    return goods.select(
        "subject_id",
        F.concat(F.lit("parcels 10^"), F.floor(F.log10("parcels")).cast("string")).alias("peer_group"),
        F.round(share * uncovered * certainty * factor, 6).alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("purchases_not_visible", blind),
            explanation(
                "domestic_supplier", F.coalesce(bought, F.lit(0.0)) >= float(parameters["supplied_least"])
            ),
        ).alias("explanations"),
    )
