"""Senders without a shop whose parcels strangers have to pay for, and refuse far more often than any others'.

Nobody refuses by the dozen what was ordered. An honest shop has a name, says what it sends, and has customers
who come back; who sends trifles to stolen addresses has a few words for all of them, and these name no goods.
An order number that no platform gave is the sender's own. What one sum for everything tells in
`unordered_parcels`, this tells where the sums change.
Source: derived here; warnings of the Ministry of Public Security and of carriers on unordered cash parcels.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.generic_descriptions import is_generic, telling_words
from jobs.signals.goods.senders import collecting_parcels, sender_detections, sender_names
from jobs.signals.goods.whole_declarations import surprise
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="refused_by_strangers",
    subject="phone",
    reads={"parcels": "flows.parcels", "identifiers": "links.identifiers"},
)


def transform(
    *, parcels: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value = standard deviations by which a sender's parcels come back more often than any, times the shares
    of those without a shop, of the commonest goods or of descriptions that name none (whichever is more), and
    of recipients who get but one."""
    shopless = F.col("seller_key").isNull() & F.col("platform").isNull()
    named = telling_words(F.coalesce("goods_norm", F.lit("")))
    collected = (
        collecting_parcels(parcels, parameters, as_of)
        .withColumn("shopless", shopless)
        .withColumn("vague", is_generic(named))
    )
    found = against_peers(_measure(collected, parameters), float(parameters["report_from"]))
    shown = (
        collected.where("shopless")
        .join(F.broadcast(found.select("hand")), "hand", "left_semi")
        .groupBy("hand")
        .agg(
            F.collect_list(record("shipments", F.col("record_key"))).alias("evidence"),
            F.collect_list(sender_names()).alias("names"),
        )
    )
    return sender_detections(SIGNAL, found.join(shown, "hand"), identifiers, parameters)


def _measure(collected: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a hand that collects from enough recipients, most of them for no shop."""
    by_count = Window.partitionBy("hand").orderBy(F.desc("named"), "goods_norm")
    few = (
        collected.groupBy("hand", "goods_norm")
        .agg(F.count(F.lit(1)).alias("named"))
        .withColumn("place", F.row_number().over(by_count))
        .where(F.col("place") <= int(parameters["goods_names"]))
        .groupBy("hand")
        .agg(F.sum("named").alias("alike"))
    )
    everywhere = Window.partitionBy(F.lit(0))
    hands = (
        collected.groupBy("hand")
        .agg(
            F.count(F.lit(1)).alias("support"),
            F.count_if("back").alias("back"),
            F.count_if("shopless").alias("shopless"),
            F.count_if("vague").alias("vague"),
            F.count_distinct("recipient_phone_e164").alias("recipients"),
            F.sum(F.when(~F.col("back"), F.col("cod_amount_vnd")).otherwise(0)).alias("value_vnd"),
        )
        .withColumn("rate", F.sum("back").over(everywhere) / F.sum("support").over(everywhere))
        .join(few, "hand")
    )
    shopless, alike, vague, once = (
        F.least(F.col(name) / F.col("support"), F.lit(1.0))
        for name in ("shopless", "alike", "vague", "recipients")
    )
    says_nothing = vague >= float(parameters["vague_share"])
    counts = (
        (F.col("support") >= int(parameters["parcels_least"]))
        & (shopless >= float(parameters["shopless_share"]))
        & ((alike >= float(parameters["goods_share"])) | says_nothing)
    )
    excess = F.greatest(surprise(F.col("back"), F.col("support"), F.col("rate")), F.lit(0.0))
    return hands.select(
        "hand",
        F.lit("senders of parcels to be paid for").alias("peer_group"),
        F.when(counts, F.round(excess * shopless * F.greatest(alike, vague) * once, 6))
        .otherwise(0.0)
        .alias("value"),
        "support",
        "value_vnd",
        F.array(
            explanation("regular_recipients", once <= float(parameters["regulars_share"])),
            explanation("goods_named", ~says_nothing),
        ).alias("explanations"),
    )
