"""Imported parcels whose buyers pay far more than was declared to customs, parcel by parcel."""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import kept, reported
from jobs.signals.joins.orders.parcel_gaps import (
    close_hands,
    gaps_of_hands,
    judged_gaps,
    of_who_is_paid,
    priced_by_order,
    priced_by_recipient,
)
from jobs.signals.joins.shops.sending_shops import known_accounts, sending_hand, shops_of
from jobs.signals.joins.trade import digits
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="parcels_paid_above_declared",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "sellers": "silver.sellers",
        "customs": "flows.declarations",
    },
)


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    customs: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: doublings of the usual ratio of price to declared value, times root(share of such parcels)."""
    del as_of
    shops = kept(shops_of(sellers, operators))
    imported = kept(_imported(parcels, customs))
    own = known_accounts(imported, shops, accounts, operators)
    seen = priced_by_recipient(priced_by_order(imported, payments), payments, accounts, own, parameters)
    paid = seen.withColumn("paid_account_id", F.coalesce("cod_account_id", "recipient_paid_account_id"))
    priced = kept(of_who_is_paid(paid, operators))
    goods = F.substring("declared_hs", 1, int(parameters["goods_digits"]))
    judged = kept(judged_gaps(priced, goods, parameters))
    innocent = {
        "freight_and_margin": F.col("depth") < float(parameters["margin_most"]),
        "a_few_parcels": F.col("support") * 4 < F.col("parcels"),
    }
    measured = gaps_of_hands(judged, "senders of imported parcels", innocent, parameters)
    return close_hands(SIGNAL, reported(measured, parameters), judged, shops, parameters)


def _imported(parcels: DataFrame, customs: DataFrame) -> DataFrame:
    """Parcels with a sender and an import declaration, and the part of the declared value that is theirs."""
    declared = (
        customs.where((F.col("direction") == "import") & digits("declaration_no").isNotNull())
        .groupBy(digits("declaration_no").alias("number"))
        .agg(
            F.sum(
                F.col("customs_value_vnd")
                + F.coalesce("duty_vnd", F.lit(0))
                + F.coalesce("vat_vnd", F.lit(0))
            ).alias("whole_vnd"),
            F.max_by("hs_code", "customs_value_vnd").alias("declared_hs"),
            F.sort_array(F.collect_set("record_key")).alias("line_keys"),
        )
        .where(F.col("whole_vnd") > 0)
    )
    together = Window.partitionBy("number")
    part = F.coalesce(
        F.try_divide("declared_value_vnd", F.sum("declared_value_vnd").over(together)),
        1 / F.count(F.lit(1)).over(together),
    )
    return (
        parcels.withColumn("number", digits("declaration_no"))
        .where(F.col("number").isNotNull())
        .join(declared, "number")
        .withColumn("declared_vnd", F.col("whole_vnd") * part)
        .withColumn("hand", sending_hand())
        .where(F.col("hand").isNotNull() & (F.col("declared_vnd") > 0))
    )
