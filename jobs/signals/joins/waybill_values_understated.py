"""Parcels without a customs declaration whose sender tells the carrier far less than is paid for them.

Most senders write what they collect, and some one sum on everything, for the carrier's insurance. Who writes
a fraction of the price, another on each parcel, keeps turnover or goods out of sight.
Source: Guangzhou Customs (order, payment and waybill compared).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import heading
from jobs.signals.joins.closing import kept, reported
from jobs.signals.joins.parcel_gaps import (
    close_hands,
    gaps_of_hands,
    judged_gaps,
    of_who_is_paid,
    priced_by_order,
)
from jobs.signals.joins.sending_shops import sending_hand, shops_of
from jobs.signals.joins.trade import digits
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="waybill_values_understated",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "operators": "links.operators",
        "sellers": "silver.sellers",
    },
)


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: doublings of the usual ratio of price to declared value, times root(share of such parcels)."""
    del as_of
    shops = kept(shops_of(sellers, operators))
    priced = kept(of_who_is_paid(_priced(parcels, payments), operators))
    goods = F.coalesce(heading(F.col("hs_code"), int(parameters["goods_digits"])), F.col("goods_norm"))
    judged = kept(judged_gaps(priced, goods, parameters))
    one_sum = Window.partitionBy("subject_id", "declared_vnd")
    innocent = {"one_flat_sum": F.col("alike") >= F.col("parcels") * float(parameters["flat_share"])}
    measured = gaps_of_hands(
        judged.withColumn("of_one_sum", F.count(F.lit(1)).over(one_sum)),
        "senders of parcels without a customs declaration",
        innocent,
        parameters,
        F.max("of_one_sum").alias("alike"),
    )
    return close_hands(SIGNAL, reported(measured, parameters), judged, shops, parameters)


def _priced(parcels: DataFrame, payments: DataFrame) -> DataFrame:
    """Parcels with a sender and a value declared to the carrier alone, whose price is seen: cash on delivery,
    or a payment for the order."""
    declared = parcels.withColumn("hand", sending_hand()).where(
        digits("declaration_no").isNull() & F.col("hand").isNotNull() & (F.col("declared_value_vnd") > 0)
    )
    return (
        priced_by_order(declared, payments)
        .where(F.col("paid_vnd") > 0)
        .withColumns(
            {
                "declared_vnd": F.col("declared_value_vnd"),
                "paid_account_id": F.col("cod_account_id"),
                "line_keys": F.array().cast("array<string>"),
            }
        )
    )
