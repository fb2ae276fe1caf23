"""Import lines and cross-border parcels as one table of house bills with their consignee."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, trader_kind
from jobs.signals.schema import Parameters, record

PARCELS = "shipments"
_COLUMNS = (
    "evidence",
    "declared",
    "bill",
    "batch",
    "event_day",
    "trader",
    "trader_name",
    "trader_phone",
    "phone",
    "address",
    "name",
    "goods",
    "supplier",
    "seller",
    "market",
    "amount_vnd",
)


def import_bills(
    customs_declarations: DataFrame, parcels: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """One row a source record: evidence, declared, bill, batch, event_day, trader, trader_name,
    trader_phone, phone, address, name, goods, supplier, seller (the shop whose parcel it is), market,
    amount_vnd and `bill_vnd` (the whole house bill).

    The consignee is the declared one, or the trader where no consignee stands in the declaration. A parcel
    counts when it comes from abroad and names a bill or a declaration; a bill seen in both feeds is one bill,
    and its declared value is that of the declaration.
    """
    lines = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        F.col("direction") == "import"
    )
    own = F.coalesce("consignee_phone_e164", "consignee_address_norm", "consignee_name_norm").isNull()
    declared = lines.select(
        record(DECLARATIONS, F.col("record_key")).alias("evidence"),
        F.lit(True).alias("declared"),
        F.coalesce("house_bill_no", "declaration_no").alias("bill"),
        F.coalesce("master_bill_no", F.col("event_day").cast("string")).alias("batch"),
        "event_day",
        "trader",
        F.col("trader_name_norm").alias("trader_name"),
        F.col("trader_phone_e164").alias("trader_phone"),
        F.when(own, F.col("trader_phone_e164")).otherwise(F.col("consignee_phone_e164")).alias("phone"),
        F.when(own, F.col("trader_address_norm")).otherwise(F.col("consignee_address_norm")).alias("address"),
        F.coalesce("consignee_name_norm", "trader_name_norm").alias("name"),
        F.coalesce(heading(F.col("hs_code"), 4), F.col("goods_norm")).alias("goods"),
        F.col("partner_name_norm").alias("supplier"),
        F.lit(None).cast("string").alias("seller"),
        market(F.col("regime"), F.col("trader")).alias("market"),
        F.col("customs_value_vnd").alias("amount_vnd"),
    )
    carried = (
        parcels.withColumn("event_day", F.col("day"))
        .where(crossing())
        .select(
            record(PARCELS, F.col("record_key")).alias("evidence"),
            F.lit(False).alias("declared"),
            F.coalesce("house_bill_no", "declaration_no", "record_key").alias("bill"),
            F.coalesce("master_bill_no", F.col("day").cast("string")).alias("batch"),
            "event_day",
            F.lit(None).cast("string").alias("trader"),
            F.lit(None).cast("string").alias("trader_name"),
            F.lit(None).cast("string").alias("trader_phone"),
            F.col("recipient_phone_e164").alias("phone"),
            F.col("recipient_address_norm").alias("address"),
            F.col("recipient_name_norm").alias("name"),
            F.coalesce(heading(F.col("hs_code"), 4), F.col("goods_norm")).alias("goods"),
            F.lit(None).cast("string").alias("supplier"),
            F.col("seller_key").alias("seller"),
            F.lit(PARCELS).alias("market"),
            F.coalesce("declared_value_vnd", F.lit(0)).alias("amount_vnd"),
        )
    )
    one_bill = Window.partitionBy("bill")
    by_declaration = F.sum(F.when(F.col("declared"), F.col("amount_vnd"))).over(one_bill)
    by_parcel = F.sum("amount_vnd").over(one_bill)
    return (
        declared.select(*_COLUMNS)
        .unionByName(in_window(carried, as_of, parameters["window_days"]).select(*_COLUMNS))
        .where(F.coalesce("phone", "address").isNotNull())
        .withColumn("bill_vnd", F.coalesce(by_declaration, by_parcel))
    )


def crossing() -> Column:
    """Whether a parcel comes from abroad and names a bill or a declaration."""
    papers = F.coalesce("house_bill_no", "master_bill_no", "declaration_no")
    return (F.coalesce("origin_country", F.lit("VN")) != "VN") & papers.isNotNull()


def market(regime: Column, trader: Column) -> Column:
    """Who buys alike by nature: people, or companies, under one regime.

    What people order comes from a few shops abroad, whoever declares it.
    """
    return F.concat_ws("|", regime, F.coalesce(trader_kind(trader), F.lit("unknown")))


def one_a_bill(bills: DataFrame) -> DataFrame:
    """One row a house bill: what its declaration says (a parcel where none is there), and all its records."""
    said = F.struct("batch", "event_day", "trader", "trader_name", "phone", "address", "name", "goods")
    return (
        bills.groupBy("bill")
        .agg(
            F.max_by(said, F.struct("declared", "evidence")).alias("said"),
            F.max("bill_vnd").alias("bill_vnd"),
            F.collect_set("evidence").alias("records"),
        )
        .select("bill", "said.*", "bill_vnd", "records")
    )
