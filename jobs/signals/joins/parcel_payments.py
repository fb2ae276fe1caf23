"""Which payment pays for which parcel: by the order number that it names, or by the recipient at the time."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters

_RARELY_BY_RECIPIENTS = ("cod_settlement", "platform_payout", "cash_deposit", "cash_withdrawal")
# A shorter order number may be anything.
_LETTERS = 7


def _plain(column: str) -> Column:
    """An order number as people write it: letters and digits, without leading zeros; null when too short."""
    bare = F.regexp_replace(F.regexp_replace(F.lower(column), "[^a-z0-9]", ""), "^0+", "")
    return F.when(F.length(bare) >= _LETTERS, bare)


def with_order(parcels: DataFrame) -> DataFrame:
    """Parcels whose order number is long enough to be known again, with `order`."""
    return parcels.withColumn("order", _plain("order_no")).where(F.col("order").isNotNull())


def words_with_number(payments: DataFrame, *columns: str) -> DataFrame:
    """(`columns`, order): one row a payment and word of its remark that may be an order number."""
    return (
        payments.where(F.col("remittance_norm").rlike("[0-9]"))
        .select(*columns, F.explode(F.array_distinct(F.split("remittance_norm", "[^a-z0-9]+"))).alias("word"))
        .select(*columns, F.regexp_replace("word", "^0+", "").alias("order"))
        .where((F.length("order") >= _LETTERS) & F.col("order").rlike("[0-9]"))
    )


def paid_by_order(parcels: DataFrame, payments: DataFrame) -> DataFrame:
    """(record_key, paid_vnd, report_keys): payments that name the order of a parcel.

    An order in several parcels shares what was paid by their declared values, so that no price counts twice.
    """
    orders = (
        with_order(parcels)
        .groupBy("order")
        .agg(F.collect_list(F.struct("record_key", "declared_value_vnd")).alias("boxes"))
    )
    tokens = words_with_number(payments, "amount_vnd", "report_keys")
    # The boxes come after the sums: the first of many lists holds the memory of all of them.
    paid = (
        tokens.join(orders.select("order"), "order", "left_semi")
        .groupBy("order")
        .agg(
            F.sum("amount_vnd").alias("amount_vnd"),
            F.flatten(F.collect_list("report_keys")).alias("report_keys"),
        )
        .join(orders, "order")
    )
    whole = F.aggregate(
        "boxes", F.lit(0.0), lambda total, box: total + F.coalesce(box["declared_value_vnd"], F.lit(0))
    )
    each = F.coalesce(F.try_divide(F.col("box.declared_value_vnd"), F.col("whole")), 1 / F.size("boxes"))
    return paid.select(
        "report_keys", "amount_vnd", whole.alias("whole"), "boxes", F.explode("boxes").alias("box")
    ).select(
        F.col("box.record_key").alias("record_key"),
        F.round(F.col("amount_vnd") * each).cast("bigint").alias("paid_vnd"),
        "report_keys",
    )


def _identities(name: str, phone: str) -> Column:
    """Who somebody is, in the ways that a bank and a waybill both know; a given name alone is nobody."""
    full = F.col(name).contains(" ")
    return F.filter(
        F.array(
            F.when(full, F.concat(F.lit("n:"), F.col(name))),
            F.when(F.col(phone).isNotNull(), F.concat(F.lit("p:"), F.col(phone))),
        ),
        lambda identity: identity.isNotNull(),
    )


def paid_by_recipients(
    parcels: DataFrame, payments: DataFrame, accounts: DataFrame, parameters: Parameters
) -> DataFrame:
    """Pairs of a parcel (`hand`, `record_key`, `price_vnd`) and a payment by its recipient in those days.

    One row a pair with the payment's columns, `known_phone` (the payer's account has the recipient's phone,
    not only the name) and `near` (the amount is the parcel's price, give or take `amount_tolerance`).
    """
    before, after = int(parameters["paid_days_before"]), int(parameters["paid_days_after"])
    width = before + after + 1
    epoch = F.to_date(F.lit("2000-01-01"))
    phones = accounts.where(F.col("phone_e164").isNotNull()).select(
        F.col("account_id").alias("debtor_account_id"), F.col("phone_e164").alias("payer_phone")
    )
    paid = (
        payments.where(
            F.col("debtor_account_id").isNotNull()
            & F.col("creditor_account_id").isNotNull()
            & ~F.coalesce("debtor_hub", F.lit(False))
            & ~F.col("channel").isin(*_RARELY_BY_RECIPIENTS)
        )
        .select(
            "payment_key",
            "report_keys",
            F.col("day").alias("paid_on"),
            "amount_vnd",
            "debtor_account_id",
            "debtor_name_norm",
            "debtor_holder_key",
            "creditor_account_id",
            "creditor_operator",
            "creditor_hub",
        )
        .join(phones, "debtor_account_id", "left")
        .withColumn("identity", F.explode(_identities("debtor_name_norm", "payer_phone")))
        .withColumn("span", F.floor(F.date_diff("paid_on", epoch) / width))
        .drop("payer_phone", "debtor_name_norm")
    )
    first, last = F.date_sub("day", before), F.date_add("day", after)
    sent = parcels.select(
        "hand",
        "record_key",
        "price_vnd",
        "day",
        F.explode(_identities("recipient_name_norm", "recipient_phone_e164")).alias("identity"),
        F.explode(
            F.array_distinct(
                F.array(F.floor(F.date_diff(first, epoch) / width), F.floor(F.date_diff(last, epoch) / width))
            )
        ).alias("span"),
    )
    tolerance = float(parameters["amount_tolerance"])
    off = F.abs(F.col("amount_vnd") - F.col("price_vnd"))
    return (
        paid.join(sent, ["identity", "span"])
        .where(F.col("paid_on").between(F.date_sub("day", before), F.date_add("day", after)))
        .withColumn("known_phone", F.col("identity").startswith("p:"))
        .withColumn(
            "near", F.coalesce(off <= F.col("price_vnd") * tolerance, F.lit(False)) & (F.col("price_vnd") > 0)
        )
    )
