"""Foreign goods that leave as Vietnamese, lot for lot and under the same name, by one hand or two.

Who works on goods sends out something else: under another code or name, in other numbers. Here each lot that
leaves is one that came, but for a few pieces, whatever regime is declared (for trade or as materials for
export production). Who sends them out is who brought them in, or pays who did. What is declared for re-export
or keeps its origin trades openly and is left out, as is what goes back to the foreign party of a processing
contract; how many lots agree by chance is reckoned with.

Who changes the origin may change the name and the code as well. What one hand brings in from an origin that
many markets lay a duty on, and sends out in the same chapter, is looked at too: as heavy by the piece and
hardly dearer, so that nobody worked on it. More of such a lot may be missing.
Source: WCO, commercial fraud typologies (origin; transhipment).
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.chance_of_lots import Lots, Reach, chance_of_pairs, one_to_one
from jobs.signals.goods.declarations.lots_beyond_chance import (
    PAIRS_DDL,
    arrow,
    lot,
    lot_side,
    lots_beyond_chance,
    sized,
)
from jobs.signals.goods.found_rows import Row
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.traders import heading, in_window, is_one_of, micro
from jobs.signals.joins.closing import kept
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="origin_changed",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
        "payments": "flows.payments",
    },
)
_SIDE = ("leaves", "hand", "size", "day")
_PAIR = ("goods", "hand", "exporter")
_INNOCENT = ("openly_together", "inspected_and_matched")


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    payments: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = how many powers of ten lie between chance and how often lots left as Vietnamese."""
    first = as_of - timedelta(days=int(parameters["window_days"]) - 1)
    every = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )
    declared = every.where(F.col("hand").isNotNull())
    lines = kept(_and_by_chapter(_crossing(sized(declared, parameters))))
    pairs = _pairs(lines, _tied(declared, payments.where(F.col("day") >= F.lit(first))), parameters)
    # Under names of their own: these are the lines that the pairs were made of.
    sides = lines.select(*[F.col(name).alias(f"side_{name}") for name in ("goods", *_SIDE)])
    weighed = (
        pairs.groupBy("goods")
        .cogroup(sides.groupBy("side_goods"))
        .applyInArrow(_weigh(dict(parameters)), PAIRS_DDL)
    )
    importers = lines.where(~F.col("leaves")).select("hand").distinct()
    return lots_beyond_chance(SIGNAL, weighed, importers, every, identifiers, parameters, _INNOCENT)


def _crossing(lots: DataFrame) -> DataFrame:
    """Lots that come as foreign goods or leave (`leaves`) as Vietnamese ones, with words,
    piece_weight and piece_value (logarithms, in millionths)."""
    leaves = F.col("direction") == "export"
    # A model's number may be left away or made up.
    telling = F.filter(
        F.split(F.coalesce("goods_norm", F.lit("")), r"[^\p{L}\p{N}]+"),
        lambda word: (word != "") & ~word.rlike("[0-9]"),
    )
    piece = positive(F.col("quantity"))
    weight = F.log(positive(F.col("net_weight_kg")) / piece)
    value = F.log(positive(F.col("customs_value_vnd")) / piece)
    return (
        lots.where(leaves == (F.col("origin_country") == "VN"))
        .withColumn("leaves", leaves)
        .withColumn("words", telling)
        .withColumn("piece_weight", micro(weight))
        .withColumn("piece_value", micro(value))
    )


def _and_by_chapter(lines: DataFrame) -> DataFrame:
    """Each line twice: as its goods, and as goods of its chapter, where another name or code is found."""
    chapter = F.concat(F.lit("chapter "), heading(F.col("hs_code"), 2), F.lit(" "), F.lower("unit"))
    return lines.withColumn("goods", F.explode(F.array(F.col("goods"), chapter)))


def _renamed() -> Column:
    return F.col("goods").startswith("chapter ")


def _tied(declared: DataFrame, payments: DataFrame) -> DataFrame:
    """hand, exporter: each hand with itself, and with every other hand that paid it."""
    hands = declared.where(F.col("trader_key").isNotNull()).select("trader_key", "hand").distinct()
    paid = (
        payments.select("creditor_holder_key", "debtor_holder_key")
        .distinct()
        .join(hands.withColumnRenamed("trader_key", "creditor_holder_key"), "creditor_holder_key")
        .join(hands.toDF("debtor_holder_key", "exporter"), "debtor_holder_key")
        .select("hand", "exporter")
    )
    return paid.unionByName(declared.select("hand", F.col("hand").alias("exporter"))).distinct()


def _pairs(lines: DataFrame, tied: DataFrame, parameters: Parameters) -> DataFrame:
    """goods, hand, exporter, lots: tied pairs with enough lots each, and which of these may be the same."""
    own = (
        lines.groupBy("goods", "hand", "leaves")
        .agg(F.count(F.lit(1)).alias("lots"))
        .where(F.col("lots").between(int(parameters["least_lots"]), int(parameters["most_lots"])))
    )
    brought = own.where(~F.col("leaves")).select("goods", "hand")
    sent = own.where("leaves").select("goods", F.col("hand").alias("exporter"))
    pairs = (
        brought.join(tied, "hand")
        .join(sent, ["goods", "exporter"])
        .where(~_renamed() | (F.col("hand") == F.col("exporter")))
        .select(*_PAIR)
    )
    side = lot_side("words", "piece_weight", "piece_value", "regime", "origin_country", "partner_name_norm")
    came = lines.where(~F.col("leaves")).select("goods", "hand", side.alias("brought"))
    left = lines.where("leaves").select("goods", F.col("hand").alias("exporter"), side.alias("sent"))
    agreeing = pairs.join(came, ["goods", "hand"]).join(left, ["goods", "exporter"]).where(_same(parameters))
    lots = agreeing.groupBy(*_PAIR).agg(F.collect_list(lot()).alias("lots"))
    return pairs.join(lots, list(_PAIR), "left")


def _same(parameters: Parameters) -> Column:
    """Whether what is `sent` may be what was `brought`: soon after, but for a few pieces, in weight and name.

    A Vietnamese name begins with what the thing is; that it is half-finished, or its brand, comes after.
    What the foreign party of a processing contract sends to be worked on or tested goes back to it openly.
    """
    days = F.col("sent.day") - F.col("brought.day")
    smaller_by = F.col("brought.size") - F.col("sent.size")

    def within(reach: Reach) -> Column:
        return days.between(0, reach.days) & smaller_by.between(-reach.smaller, reach.larger)

    heavier_by = F.abs(F.col("sent.piece_weight") - F.col("brought.piece_weight"))
    words = F.least(F.size("sent.words"), F.size("brought.words"), F.lit(int(parameters["name_words"])))
    back_to_principal = (
        is_one_of(F.col("brought.regime"), parameters, "processing_entries")
        & is_one_of(F.col("sent.regime"), parameters, "processing_exits")
        & F.col("sent.partner_name_norm").eqNullSafe(F.col("brought.partner_name_norm"))
    )
    called_alike = F.slice("sent.words", F.lit(1), words) == F.slice("brought.words", F.lit(1), words)
    as_heavy = F.coalesce(heavier_by <= round(float(parameters["weight_log"]) * 1e6), F.lit(True))
    under_its_name = within(_reach(parameters)) & (words > 0) & called_alike
    # Of a Vietnamese name nothing is known but that it is another: the price tells whether it was worked on.
    under_another = (
        within(_reach(parameters, "renamed"))
        & is_one_of(F.col("brought.origin_country"), parameters, "origins_under_duty")
        & (F.col("sent.piece_value") - F.col("brought.piece_value") < float(parameters["dearer_by"]) * 1e6)
    )
    return as_heavy & ~back_to_principal & F.when(_renamed(), under_another).otherwise(under_its_name)


def _reach(parameters: Parameters, of: str = "lost") -> Reach:
    larger, smaller, scale = (round(float(parameters[f"{name}_log"]) * 1e6) for name in (of, "same", "scale"))
    return Reach(larger, smaller, int(parameters["days_until_export"]), scale)


def _weigh(parameters: dict[str, Any]) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """The pairs of one kind of goods: those with enough lots, one to one, with their chance."""
    least, schema = int(parameters["least_lots"]), arrow(PAIRS_DDL)
    reaches = {renamed: _reach(parameters, "renamed" if renamed else "lost") for renamed in (False, True)}

    def weigh(pairs: pa.Table, sides: pa.Table) -> pa.Table:
        leaves = sides["side_leaves"].to_numpy()
        hand, size, day = (sides[f"side_{name}"].to_numpy() for name in _SIDE[1:])
        every = Lots(size, day)
        rows: list[Row] = []
        for pair in pairs.to_pylist():
            reach = reaches[pair["goods"].startswith("chapter ")]
            rows.append({"looked_at": 1})
            if len(pair["lots"] or ()) < least:
                continue
            matched = one_to_one([(lot["brought"], lot["sent"]) for lot in pair["lots"]])
            if len(matched) < least:
                continue
            brought, sent = (
                every.of(side)
                for side in (~leaves & (hand == pair["hand"]), leaves & (hand == pair["exporter"]))
            )
            chance = chance_of_pairs(len(matched), brought, sent, every.of(~leaves), every.of(leaves), reach)
            lots = [lot for lot in pair["lots"] if (lot["brought"], lot["sent"]) in matched]
            rows.append({"hand": pair["hand"], "chance": chance, "lots": lots})
        return pa.Table.from_pylist(rows, schema=schema)

    return weigh
