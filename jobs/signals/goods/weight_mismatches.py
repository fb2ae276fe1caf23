"""Parcels that weigh or count more than the import declaration they name (less, for an export).

Source: FATF/Egmont risk indicators 2021 (quantity or weight that disagree between documents); Guangzhou
Customs (order, payment and waybill compared).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, in_window, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="weight_mismatches",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    parcels: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = median log2 of the excess over packaging, x root of the share of documents that disagree.

    Where documents of everybody disagree, packaging and rounding are as they are: the excess counts beyond
    `spread_tolerance` times the middle half of all documents.
    """
    declared = in_window(customs_declarations, as_of, parameters["window_days"])
    named = _documents(declared.where(F.col("hand").isNotNull()))
    carried = _parcels(parcels)
    compared = named.join(carried, "document", "inner").withColumn("excess", _excess(parameters))
    everybody = Window.partitionBy(F.lit(1))
    middle_half = F.percentile("excess", 0.75).over(everybody) - F.percentile("excess", 0.25).over(everybody)
    usual = float(parameters["spread_tolerance"]) * middle_half
    documents = (
        compared.where(F.col("excess").isNotNull())
        .withColumn("excess", F.round(F.col("excess") - usual, 6))
        .withColumn("off", F.col("excess") >= float(parameters["least_excess"]))
    )
    shown = F.transform(F.concat("line_records", "parcel_records"), shown_record)
    hands = documents.groupBy("hand").agg(
        F.count(F.lit(1)).alias("documents"),
        F.count_if("off").alias("support"),
        F.percentile(F.when(F.col("off"), F.col("excess")), 0.5).alias("excess"),
        F.sum(F.when(F.col("off"), F.col("value_vnd"))).alias("value_vnd"),
        F.flatten(F.collect_list(F.when(F.col("off"), shown))).alias("shown"),
    )
    single = F.col("support") < int(parameters["least_documents"])
    sure = (
        F.sqrt(F.col("support") / F.col("documents"))
        * F.col("support")
        / (F.col("support") + float(parameters["prior_documents"]))
    )
    keep = F.when(single, float(parameters["keep_single_slip"])).otherwise(1.0)
    measured = hands.select(
        "hand",
        F.lit("traders with parcels by declaration").alias("peer_group"),
        F.coalesce(F.col("excess") * sure * keep, F.lit(0.0)).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("single_slip", single & (F.col("support") > 0))).alias("explanations"),
        "shown",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, declared, identifiers, parameters)


def _documents(lines: DataFrame) -> DataFrame:
    """Declarations and house bills with their declared weight (millionths of a kilogram) and quantity."""
    keys = F.array(
        F.concat(F.lit("declaration:"), F.col("declaration_no")),
        F.concat(F.lit("bill:"), F.col("house_bill_no")),
    )
    return (
        lines.withColumn("document", F.explode(F.filter(keys, lambda key: key.isNotNull())))
        .groupBy("document", "hand", "trader", "direction")
        .agg(
            F.sum(micro(F.col("net_weight_kg"))).alias("weight"),
            F.sum(micro(F.col("quantity"))).alias("quantity"),
            F.count_if(F.col("quantity").isNull()).alias("unknown"),
            F.size(F.collect_set("unit")).alias("units"),
            F.sum("customs_value_vnd").alias("value_vnd"),
            F.collect_set(record(DECLARATIONS, F.col("record_key"))).alias("line_records"),
            *[F.min(column).alias(column) for column in TIE_COLUMNS],
        )
    )


def _parcels(parcels: DataFrame) -> DataFrame:
    """What the carriers weighed and counted for each declaration or, where none is named, each house bill."""
    document = F.coalesce(
        F.concat(F.lit("declaration:"), F.col("declaration_no")),
        F.concat(F.lit("bill:"), F.col("house_bill_no")),
    )
    return (
        parcels.where(document.isNotNull())
        .groupBy(document.alias("document"))
        .agg(
            F.sum(micro(F.col("weight_kg"))).alias("parcel_weight"),
            F.sum(F.col("quantity") * 1_000_000).alias("parcel_quantity"),
            F.collect_set(record("shipments", F.col("record_key"))).alias("parcel_records"),
        )
    )


def _excess(parameters: Parameters) -> Column:
    """The larger of both excesses, as log2 beyond the tolerance; for exports what is missing."""
    sign = F.when(F.col("direction") == "export", -1).otherwise(1)

    def beyond(carried: str, declared: str, tolerance: str) -> Column:
        ratio = positive(F.col(carried)) / positive(F.col(declared))
        return F.round(sign * F.log2(ratio) - float(parameters[tolerance]), 6)

    pieces = F.when(
        (F.col("unknown") == 0) & (F.col("units") == 1),
        beyond("parcel_quantity", "quantity", "quantity_tolerance"),
    )
    return F.greatest(beyond("parcel_weight", "weight", "weight_tolerance"), pieces)
