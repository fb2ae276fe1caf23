"""Goods brought in duty-free, for processing or for a time, and parcels here of goods of the same kind.

What is imported for processing, or temporarily, is free of duty because it leaves again. Cuttings and rejects
may be sold; so may goods of the kind on which the importer pays duty as well, and what it makes.
Source: Decree 134/2016/NĐ-CP, Art. 10, 12 and 13 (the exemption ends with another use).
"""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.generic_descriptions import is_generic, telling_words
from jobs.signals.goods.traders import company_of, in_window, is_one_of
from jobs.signals.joins.supply.foreign_goods import sold_parcels
from jobs.signals.schema import Parameters, explanation


def _lead(parameters: Parameters) -> Column:
    """The noun with which goods begin, behind the words that measure them: `vai` of `cuon vai polyester`."""
    bare = F.regexp_replace("goods_norm", rf"^(({parameters['measure_words']}) )+", "")
    return F.nullif(F.element_at(F.split(bare, " "), 1), F.lit(""))


def declared_goods(customs: DataFrame, parameters: Parameters, as_of: date, *columns: str) -> DataFrame:
    """Lines of companies with `subject_id`, `columns`, `lead`, and what becomes of the goods: `duty_free`,
    `taxed` or their own `product`."""
    imported = F.col("direction") == "import"
    return (
        in_window(customs, as_of, parameters["lookback_days"])
        .where(F.col("trader_key").startswith("tax:"))
        .select(
            company_of(F.col("trader_key")).alias("subject_id"),
            "trader_key",
            "record_key",
            *columns,
            _lead(parameters).alias("lead"),
            (imported & is_one_of(F.col("regime"), parameters, "regimes")).alias("duty_free"),
            (imported & is_one_of(F.col("regime"), parameters, "taxed_regimes")).alias("taxed"),
            (~imported & is_one_of(F.col("regime"), parameters, "product_regimes")).alias("product"),
        )
    )


def telling_parcels(parcels: DataFrame) -> DataFrame:
    """Parcels sold (`sold_parcels`) that say what they hold."""
    return sold_parcels(parcels).where(
        ~F.coalesce(is_generic(telling_words(F.col("goods_norm"))), F.lit(True))
    )


def with_same(sent: DataFrame, lines: DataFrame, parameters: Parameters) -> DataFrame:
    """`sent` of the importers `subject_id`, with `lead` and `same`: of a kind that came in duty-free."""
    brought = lines.where("duty_free").select("subject_id", "lead").distinct()
    scrap = F.col("goods_norm").rlike(rf"\b({parameters['scrap_words']})\b")
    return (
        sent.withColumn("lead", _lead(parameters))
        .join(F.broadcast(brought.withColumn("named", F.lit(True))), ["subject_id", "lead"], "left")
        .withColumn("same", F.coalesce("named", F.lit(False)) & ~scrap)
    )


def share_of_same(sent: DataFrame, lines: DataFrame, peer_group: str, parameters: Parameters) -> DataFrame:
    """One row an importer: parcels of the kinds that came in duty-free (`with_same`) as a share (0 to 1) of
    all, and of `parcels_prior` more."""
    leads = sent.where("same").select("subject_id", "lead").distinct()
    kinds = (
        lines.join(F.broadcast(leads), ["subject_id", "lead"], "left_semi")
        .groupBy("subject_id")
        .agg(F.max("taxed").alias("taxed"), F.max("product").alias("product"))
    )
    same = F.col("same")
    return (
        sent.groupBy("subject_id")
        .agg(
            F.count_if(same).alias("support"),
            F.count(F.lit(1)).alias("parcels"),
            F.sum(F.when(same, F.col("sold_vnd"))).alias("value_vnd"),
        )
        .where((F.col("support") == 0) | (F.col("support") >= int(parameters["parcels_least"])))
        .join(F.broadcast(kinds), "subject_id", "left")
        .select(
            "subject_id",
            F.lit("company").alias("subject_kind"),
            F.lit(peer_group).alias("peer_group"),
            F.round(F.col("support") / (F.col("parcels") + int(parameters["parcels_prior"])), 6).alias(
                "value"
            ),
            "support",
            F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
            F.array(
                explanation("duty_paid_on_others", F.col("taxed")),
                *([explanation("own_product", F.col("product"))] if parameters["product_regimes"] else []),
            ).alias("explanations"),
        )
    )
