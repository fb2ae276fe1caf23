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
    id="waybill_values_understated",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "payments": "flows.payments",
        "accounts": "links.accounts",
        "operators": "links.operators",
        "sellers": "silver.sellers",
    },
)


def transform(
    *,
    parcels: DataFrame,
    payments: DataFrame,
    accounts: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: doublings of the usual ratio of price to declared value, times root(share of such parcels)."""
    del as_of
    shops = kept(shops_of(sellers, operators))
    declared = _declared(parcels)
    # What private people get from those to whom they send parcels is not for the parcels alone.
    registered = shops.select("hand").distinct()
    own = known_accounts(declared, shops, accounts, operators).join(registered, "hand", "left_semi")
    seen = priced_by_recipient(priced_by_order(declared, payments), payments, accounts, own, parameters)
    # Recipients pay into accounts of others; who takes the cash of the carrier sells.
    sold = of_who_is_paid(seen.withColumn("paid_account_id", F.col("cod_account_id")), operators)
    paid = F.coalesce("cod_account_id", "recipient_paid_account_id")
    priced = kept(sold.withColumn("paid_account_id", paid))
    goods = F.coalesce(heading(F.col("hs_code"), int(parameters["goods_digits"])), F.col("goods_norm"))
    judged = kept(judged_gaps(priced, goods, parameters))
    one_sum = Window.partitionBy("subject_id", "declared_vnd")
    innocent = {
        "one_flat_sum": F.col("alike") >= F.col("parcels") * float(parameters["flat_share"]),
        # What a buyer pays who comes again may be for more than the parcel; cash at the door is for it alone.
        "few_buyers": F.col("buyers").between(1, int(parameters["few_buyers_most"])) & (F.col("cash") == 0),
    }
    measured = gaps_of_hands(
        judged.withColumn("of_one_sum", F.count(F.lit(1)).over(one_sum)),
        "senders of parcels without a customs declaration",
        innocent,
        parameters,
        F.max("of_one_sum").alias("alike"),
        F.count_distinct(F.when(F.col("far"), F.col("recipient"))).alias("buyers"),
        F.count_if(F.col("far") & (F.size("report_keys") == 0)).alias("cash"),
    )
    return close_hands(SIGNAL, reported(measured, parameters), judged, shops, parameters)


def _declared(parcels: DataFrame) -> DataFrame:
    """Parcels with a sender and a value declared to the carrier alone."""
    return (
        parcels.withColumn("hand", sending_hand())
        .where(digits("declaration_no").isNull() & F.col("hand").isNotNull())
        .where(F.col("declared_value_vnd") > 0)
        .withColumns(
            {"declared_vnd": F.col("declared_value_vnd"), "line_keys": F.array().cast("array<string>")}
        )
    )
