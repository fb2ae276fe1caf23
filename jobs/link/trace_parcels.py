"""Every parcel of the window with the hand that sent it."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.link.nodes import node
from jobs.runtime.job import Job, JobContext

PARCELS_DDL = """
    record_key string, carrier string, seller_key string, sender_key string, operator_id string,
    sender_phone_e164 string, sender_address_norm string, recipient_phone_e164 string,
    recipient_address_norm string, recipient_name_norm string, cod_account_id string, created_at timestamp,
    picked_up_at timestamp, delivered_at timestamp, returned_at timestamp, day date, status string,
    weight_kg double, quantity bigint, declared_value_vnd bigint, cod_amount_vnd bigint, goods_norm string,
    brand string, hs_code string, origin_country string, sender_province_code string,
    recipient_province_code string, declaration_no string, master_bill_no string, house_bill_no string,
    platform string, order_no string, service string
"""
# Off platform a parcel belongs by sender phone, COD account and pickup point; where one is a hub (a
# warehouse's phone), the next one decides.
_SENDERS = {
    "seller": "seller_key",
    "phone": "sender_phone_e164",
    "account": "cod_account_id",
    "address": "sender_address_norm",
}


def transform(*, shipments: DataFrame, operators: DataFrame, context: JobContext) -> DataFrame:
    parcels = shipments.where(
        F.col("event_day").between(F.lit(context.window_start), F.lit(context.as_of))
    ).withColumn("day", F.col("event_day"))
    for kind, column in _SENDERS.items():
        hands = operators.where(F.col("kind") == kind).select(
            F.col("id").alias(column), F.col("operator_id").alias(f"{kind}_operator")
        )
        parcels = parcels.join(hands, column, "left")
    off_platform = F.coalesce("phone_operator", "account_operator", "address_operator")
    operator = F.when(F.col("seller_key").isNotNull(), F.col("seller_operator")).otherwise(off_platform)
    return parcels.withColumns({"operator_id": operator, "sender_key": _sender_key()}).select(*_columns())


def _sender_key() -> Column:
    return F.coalesce(
        "seller_key",
        node("phone", F.col("sender_phone_e164")),
        node("address", F.col("sender_address_norm")),
        node("account", F.col("cod_account_id")),
    )


def _columns() -> list[Column]:
    fields = [column.split() for column in PARCELS_DDL.split(",")]
    return [F.col(name).cast(kind).alias(name) for name, kind in fields]


JOB = Job(
    name="trace_parcels",
    purpose="Every parcel of the window with the hand that sent it",
    grain="one row a parcel",
    reads={"shipments": "silver.shipments", "operators": "links.operators"},
    writes={"flows.parcels": PARCELS_DDL},
    transform=transform,
)
