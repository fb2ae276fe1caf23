"""Sales of foreign goods far above anything that was visibly bought or imported."""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.purchases import imports_of, money_of
from jobs.signals.joins.supply.foreign_goods import sold_parcels, with_foreign
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="cod_beyond_purchases",
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
    """Value 0 to 1: share of the cost of sales without a visible purchase, times the foreign share."""
    del as_of
    sent = sold_parcels(with_foreign(parcels, customs, parameters))
    sold = sent.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.sum("sold_vnd").alias("sold_vnd"),
        F.sum(F.when(F.col("foreign"), F.col("sold_vnd")).otherwise(F.lit(0))).alias("foreign_vnd"),
        F.sum(F.when(F.col("foreign"), 1).otherwise(0)).alias("support"),
    )
    enough = (F.col("parcels") >= int(parameters["parcels_least"])) & (
        F.col("sold_vnd") >= int(parameters["sold_least_vnd"])
    )
    books = (
        sold.where(enough)
        .join(money_of(payments, accounts, parameters), "subject_id")
        .join(imports_of(customs, operators), "subject_id", "left")
        .join(_makers(accounts, parameters), "subject_id", "left")
        .fillna({"imports_vnd": 0, "makes": False})
    )
    rows = reported(_measure(books, parameters), parameters)
    return close(SIGNAL, rows, *_shown(rows, sent, payments), int(parameters["evidence_limit"]))


def _makers(accounts: DataFrame, parameters: Parameters) -> DataFrame:
    """Operators with a registered trade of making or growing things themselves."""
    makes = F.coalesce(F.col("occupation").rlike(str(parameters["maker_words"])), F.lit(False))
    return accounts.groupBy(F.col("operator_id").alias("subject_id")).agg(F.bool_or(makes).alias("makes"))


def _measure(books: DataFrame, parameters: Parameters) -> DataFrame:
    """Operators whose money is not seen to leave (another bank, a missing file) are not measured."""
    revenue = F.greatest("sold_vnd", "sales_vnd")
    cost = F.col("revenue_vnd") * F.lit(float(parameters["cost_share"]))
    bought = F.col("supplies_vnd") + F.col("imports_vnd")
    gap = F.greatest(F.lit(0.0), 1 - F.try_divide(F.col("bought_vnd"), cost))
    size = F.greatest(
        F.lit(0.0), 1 - F.try_divide(F.lit(float(parameters["sold_least_vnd"])), F.col("revenue_vnd"))
    )
    seen = F.col("out_vnd") >= F.col("in_vnd") * F.lit(float(parameters["seen_share_least"]))
    by_cash = F.col("cash_vnd") >= cost * F.lit(float(parameters["cash_share_least"]))
    factor = F.when(F.col("makes"), float(parameters["factor_maker"])).otherwise(1.0) * F.when(
        F.col("by_cash"), float(parameters["factor_cash"])
    ).otherwise(1.0)
    foreign = F.try_divide("foreign_vnd", "sold_vnd")
    return (
        books.withColumn("revenue_vnd", revenue)
        .withColumn("bought_vnd", bought)
        .where(seen & (F.col("in_vnd") > 0))
        .withColumn("by_cash", by_cash)
        .select(
            "subject_id",
            F.concat(F.lit("revenue 10^"), F.floor(F.log10("revenue_vnd")).cast("string")).alias(
                "peer_group"
            ),
            F.round(gap * foreign * size * factor, 6).alias("value"),
            "support",
            F.greatest(F.col("foreign_vnd") - F.col("bought_vnd"), F.lit(0)).alias("value_vnd"),
            F.array(
                explanation("own_production", F.col("makes")),
                explanation("buys_in_cash", F.col("by_cash")),
            ).alias("explanations"),
        )
    )


def _shown(rows: DataFrame, sent: DataFrame, payments: DataFrame) -> tuple[list[DataFrame], list[DataFrame]]:
    subjects = subjects_of(rows)
    goods = sent.where("foreign").join(subjects, "subject_id", "left_semi")
    settled = payments.where(
        F.col("channel").isin("cod_settlement", "platform_payout") & F.col("creditor_account_id").isNotNull()
    ).join(
        F.broadcast(rows.select(F.col("subject_id").alias("creditor_operator"))),
        "creditor_operator",
        "left_semi",
    )
    income = settled.withColumnRenamed("creditor_operator", "subject_id")
    off_platform = goods.where(F.col("seller_key").isNull())
    members = [
        member_rows(goods, "seller", "seller_key", "shop"),
        member_rows(goods, "account", "cod_account_id", "collector"),
        member_rows(income, "account", "creditor_account_id", "collector"),
        member_rows(off_platform, "phone", "sender_phone_e164", "phone"),
    ]
    evidence = [record_rows(goods, "shipments", "record_key", 1), payment_rows(income, 2)]
    return members, evidence
