"""Parcels that weigh or count more than the import declaration they name (less, for an export).

Source: FATF/Egmont risk indicators 2021 (quantity or weight that disagree between documents); Guangzhou
Customs (order, payment and waybill compared).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.consignees.receiving_places import shops_at_phones
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, in_window, is_one_of, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, member, record

SIGNAL = Signal(
    id="weight_mismatches",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    parcels: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = median log2 of the excess over packaging, x root of the share of documents that disagree.

    A document disagrees by the weight or the pieces of all its parcels, or by the weight of one piece. Where
    documents of everybody disagree, packaging and rounding are as they are: each excess counts beyond
    `spread_tolerance` times the middle half of all documents.
    """
    declared = in_window(customs_declarations, as_of, parameters["window_days"])
    named = _documents(declared.where(F.col("hand").isNotNull()))
    few = F.size("shops") <= int(parameters["outlet_phone_shops"])
    carried = _parcels(parcels, shops_at_phones(sellers).where(few))
    compared = named.join(carried, "document", "inner")
    ways = [way.alias(f"by_{number}") for number, way in enumerate(_excesses(parameters))]
    beyond = [_beyond_usual(f"by_{number}", parameters) for number in range(len(ways))]
    documents = (
        compared.select("*", *ways)
        .withColumn("excess", F.round(F.greatest(*beyond), 6))
        .where(F.col("excess").isNotNull())
        .withColumn("off", F.col("excess") >= float(parameters["least_excess"]))
    )
    shown = F.transform(F.concat("line_records", "parcel_records"), shown_record)
    hands = documents.groupBy("hand").agg(
        F.count(F.lit(1)).alias("documents"),
        F.count_if("off").alias("support"),
        F.percentile(F.when(F.col("off"), F.col("excess")), 0.5).alias("excess"),
        F.sum(F.when(F.col("off"), F.col("value_vnd"))).alias("value_vnd"),
        F.flatten(F.collect_list(F.when(F.col("off"), shown))).alias("shown"),
        F.flatten(F.collect_list(F.when(F.col("off"), F.col("outlets")))).alias("outlets"),
        F.sum(F.when(F.col("off"), F.size("parcel_records"))).alias("parcels"),
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
        _outlets("outlets", "parcels", float(parameters["outlet_share"])).alias("accomplices"),
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, declared, identifiers, parameters)


def _outlets(column: str, parcels: str, share: float) -> Column:
    """The shops that send or receive so much of what the documents brought in, as `accomplices`: they see it
    weighed."""
    outlets = F.col(column)

    def has_much(shop: Column) -> Column:
        return F.size(F.filter(outlets, lambda other: other == shop)) >= F.col(parcels) * share

    members = F.transform(
        F.filter(F.array_distinct(outlets), has_much), lambda shop: member("seller", shop, "shop")
    )
    evidence = F.array().cast("array<struct<feed: string, key: string>>")
    return F.array(F.struct(members.alias("members"), evidence.alias("evidence")))


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
            F.min("unit").alias("unit"),
            F.size(F.collect_set("hs_code")).alias("codes"),
            F.sum("customs_value_vnd").alias("value_vnd"),
            F.collect_set(record(DECLARATIONS, F.col("record_key"))).alias("line_records"),
            *[F.min(column).alias(column) for column in TIE_COLUMNS],
        )
    )


def _parcels(parcels: DataFrame, at_phones: DataFrame) -> DataFrame:
    """What the carriers weighed and counted for each declaration or, where none is named, each house bill."""
    document = F.coalesce(
        F.concat(F.lit("declaration:"), F.col("declaration_no")),
        F.concat(F.lit("bill:"), F.col("house_bill_no")),
    )
    both = F.concat(F.array("seller_key"), F.coalesce("shops", F.array()))
    outlets = F.array_distinct(F.array_compact(both))
    whole = (F.col("weight_kg") > 0) & (F.col("quantity") > 0)
    return (
        parcels.where(document.isNotNull())
        .join(F.broadcast(at_phones), F.col("recipient_phone_e164") == F.col("phone"), "left")
        .groupBy(document.alias("document"))
        .agg(
            F.sum(micro(F.col("weight_kg"))).alias("parcel_weight"),
            F.sum(F.col("quantity") * 1_000_000).alias("parcel_quantity"),
            F.count_if(whole).alias("piece_parcels"),
            F.sum(F.when(whole, micro(F.col("weight_kg")))).alias("piece_weight"),
            F.sum(F.when(whole, F.col("quantity") * 1_000_000)).alias("piece_quantity"),
            F.collect_set(record("shipments", F.col("record_key"))).alias("parcel_records"),
            F.flatten(F.collect_list(outlets)).alias("outlets"),
        )
    )


def _beyond_usual(excess: str, parameters: Parameters) -> Column:
    everybody = Window.partitionBy(F.lit(1))
    middle_half = F.percentile(excess, 0.75).over(everybody) - F.percentile(excess, 0.25).over(everybody)
    return F.col(excess) - float(parameters["spread_tolerance"]) * middle_half


def _excesses(parameters: Parameters) -> list[Column]:
    """Weight and pieces of all parcels, and the weight of one piece, as log2 beyond the tolerance.

    Of exports what is missing counts. A piece is compared where the document is of one kind of goods: the
    parcels that name it need not be all of it.
    """
    sign = F.when(F.col("direction") == "export", -1).otherwise(1)

    def beyond(carried: Column, declared: Column, tolerance: str) -> Column:
        return F.round(
            sign * F.log2(positive(carried) / positive(declared)) - float(parameters[tolerance]), 6
        )

    # What is declared by the kilogram or the metre is sent in boxes.
    by_measure = is_one_of(F.col("unit"), parameters, "measures")
    counted = (F.col("unknown") == 0) & (F.col("units") == 1) & ~by_measure
    by_weight = beyond(F.col("parcel_weight"), F.col("weight"), "weight_tolerance")
    by_pieces = beyond(F.col("parcel_quantity"), F.col("quantity"), "quantity_tolerance")
    declared = F.col("weight") / positive(F.col("quantity"))
    weighed = F.col("piece_weight") / positive(F.col("piece_quantity"))
    by_piece = beyond(weighed, declared, "piece_tolerance")
    alike = counted & (F.col("codes") == 1) & (F.col("piece_parcels") >= int(parameters["piece_parcels"]))
    return [by_weight, F.when(counted, by_pieces), F.when(alike, by_piece)]
