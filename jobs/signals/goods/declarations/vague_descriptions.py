"""Descriptions without brand, size or type where others of the same heading give them.

Source: Vietnam Customs dispatch 3923/2021 (goods described without brand, size or type). Weak by itself.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.generic_descriptions import is_generic, says_more, telling_words
from jobs.signals.goods.tied_traders import shown_line, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window
from jobs.signals.goods.whole_declarations import surprise
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="vague_descriptions",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = share of vague lines beyond the peers', x surprise: root of the product.

    A line is vague when it names no brand and its words fit any goods, or, by `short_weight` of a line, when
    it names no make, size, type or code and has fewer words than the median of its heading; not where at
    least `custom_hands` other companies call goods of the heading just so: that is how the trade describes
    them. How often a heading is
    described so is the mean over the other hands, one vote each: a ring with many lines is not its own
    custom. Headings where most are vague (loose cargo) are left out. Explained when most of the vague lines
    were inspected and found in order.
    """
    imports = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        F.col("direction") == "import"
    )
    goods = Window.partitionBy("heading")
    told = telling_words(F.coalesce("goods_norm", F.lower("goods_description")))
    words = F.when(F.col("told") != "", F.size(F.split("told", " "))).otherwise(0)
    # Who describes nothing follows no custom.
    company = F.when(F.col("trader_key").startswith("tax:"), F.col("hand"))
    users = F.collect_set(company).over(Window.partitionBy("heading", "told"))
    other_users = F.size("users") - F.array_contains("users", F.col("hand")).cast("int")
    custom = (F.col("told") != "") & (other_users >= int(parameters["custom_hands"]))
    shorter = ~says_more(F.col("told")) & (F.col("words") < F.col("usual_words"))
    described = (
        imports.where(F.col("hand").isNotNull())
        .withColumn("heading", heading(F.col("hs_code"), 4))
        .withColumn("told", told)
        .withColumn("words", words)
        .withColumn("usual_words", F.percentile("words", 0.5).over(goods))
        .withColumn("lines_of_heading", F.count(F.lit(1)).over(goods))
        .withColumn("users", users)
        .withColumn("custom", is_true(custom))
        .withColumn("silent", F.col("brand").isNull() & ~F.col("custom"))
        .withColumn(
            "hidden",
            F.when(F.col("silent") & is_generic(F.col("told")), 1.0)
            .when(F.col("silent") & shorter, float(parameters["short_weight"]))
            .otherwise(0.0),
        )
        .withColumn("vague", F.col("hidden") > 0)
        .where(F.col("lines_of_heading") >= int(parameters["peer_lines"]))
    )
    shown = F.when(F.col("vague"), shown_line(record(DECLARATIONS, F.col("record_key"))))
    of_heading = described.groupBy("heading", "hand").agg(
        F.count(F.lit(1)).alias("lines"),
        F.count_if("vague").alias("support"),
        F.round(F.sum("hidden"), 6).alias("hidden"),
        F.count_if(F.col("vague") & (F.col("inspection_result") == "match")).alias("matched"),
        F.sum(F.when(F.col("vague"), F.col("customs_value_vnd"))).alias("value_vnd"),
        F.collect_list(shown).alias("shown"),
    )
    share = F.round(F.col("hidden") / F.col("lines"), 6)
    others = F.count(F.lit(1)).over(goods) - 1
    votes = F.round((F.sum(share).over(goods) - share) / F.when(others > 0, others), 6)
    hands = (
        of_heading.withColumn("rate", votes)
        .where(F.col("rate") <= float(parameters["loose_goods_rate"]))
        .groupBy("hand")
        .agg(
            F.sum("lines").alias("lines"),
            F.sum("support").alias("support"),
            F.round(F.sum("hidden"), 6).alias("hidden"),
            F.round(F.sum(F.round(F.col("rate") * F.col("lines"), 6)), 6).alias("expected"),
            F.sum("matched").alias("matched"),
            F.sum("value_vnd").alias("value_vnd"),
            F.flatten(F.collect_list("shown")).alias("shown"),
        )
    )
    rate = F.col("expected") / F.col("lines")
    beyond = F.greatest(F.col("hidden") / F.col("lines") - rate, F.lit(0.0))
    unusual = F.greatest(surprise(F.col("hidden"), F.col("lines"), rate), F.lit(0.0))
    measured = hands.where(F.col("lines") >= int(parameters["least_lines"])).select(
        "hand",
        F.lit("importers").alias("peer_group"),
        F.sqrt(beyond * unusual).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(explanation("inspected_and_matched", F.col("matched") * 2 > F.col("support"))).alias(
            "explanations"
        ),
        "shown",
    )
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, imports, identifiers, parameters)
