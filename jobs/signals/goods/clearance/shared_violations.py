"""Traders found in violation over goods that come from the same foreign seller, or by the same contact.

Source: derived here (one operator behind several names keeps its seller and its broker); FATF/Egmont risk
indicators 2021. Lines that an agency condemned are few: where those of two traders agree in something rare,
it is seldom chance. What a later decision cleared does not count.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from math import log2

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import (
    Members,
    Rings,
    Row,
    as_table,
    by_ring,
    records,
    signal_row,
    trader_kind,
)
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, against_peers, no_explanations, record
from models.links.agreement import agreeing_pairs

SIGNAL = Signal(
    id="shared_violations",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "actions": "silver.enforcement_actions",
    },
)
_ACTIONS = "enforcement_actions"


def transform(
    *,
    customs_declarations: DataFrame,
    actions: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2 of one more than the declarations in violation of a group of tied hands."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"])
    confirmed = F.broadcast(_confirmed(actions, as_of, parameters))
    lines = kept.where(F.col("hand").isNotNull()).join(confirmed, "declaration_no", "left")
    condemned = F.col("decisions").isNotNull() | (F.col("inspection_result") == "violation")
    marked = lines.withColumn("condemned", F.coalesce(condemned, F.lit(False)))
    hands = marked.groupBy("hand").agg(
        F.count_distinct(F.when(F.col("condemned"), F.col("declaration_no"))).alias("support"),
        F.coalesce(F.sum(F.when(F.col("condemned"), F.col("customs_value_vnd"))), F.lit(0)).alias(
            "value_vnd"
        ),
    )
    found = against_peers(
        hands.select(
            "*",
            F.lit("traders").alias("peer_group"),
            F.log2(1 + F.col("support")).alias("value"),
            no_explanations().alias("explanations"),
        ),
        float(parameters["join_from"]),
    )
    shown = _shown(marked, kept, int(parameters["goods_digits"]))
    everything = F.lit(1).alias("all")
    close = _tie(parameters)
    return found.join(shown, "hand").select("*", everything).groupBy("all").applyInArrow(close, SIGNAL_DDL)


def _confirmed(actions: DataFrame, as_of: date, parameters: Parameters) -> DataFrame:
    """declaration_no, decisions (record keys): declarations condemned, and not cleared since."""
    first = F.date_sub(F.lit(as_of), int(parameters["window_days"]))
    confirmed, cleared = F.col("outcome") == "confirmed", F.col("outcome") == "cleared"
    decided = actions.where(
        (F.col("subject_kind") == "declaration") & F.col("decided_on").between(first, F.lit(as_of))
    )
    return (
        decided.groupBy(F.coalesce("subject_id", "subject_value").alias("declaration_no"))
        .agg(
            F.sort_array(F.collect_set(F.when(confirmed, F.col("record_key")))).alias("decisions"),
            F.max(F.when(confirmed, F.col("decided_on"))).alias("confirmed_on"),
            F.max(F.when(cleared, F.col("decided_on"))).alias("cleared_on"),
        )
        .where(F.col("confirmed_on").isNotNull())
        .where(F.coalesce(F.col("cleared_on") < F.col("confirmed_on"), F.lit(True)))
        .select("declaration_no", "decisions")
    )


def _circumstances(goods_digits: int) -> Column:
    """What a line names: its seller abroad, that seller's goods, and who stands at home for it.

    A seller of many goods whom many buy from says little, the one thing it sells to few of them much.
    """
    seller = F.col("partner_name_norm")
    named = [
        ("seller", seller),
        ("seller:goods", F.concat(seller, F.lit("|"), heading(F.col("hs_code"), goods_digits))),
        ("contact", F.col("trader_phone_e164")),
        ("consignee", F.col("consignee_phone_e164")),
    ]
    uses = [F.struct(F.lit(name).alias("circumstance"), value.alias("value")) for name, value in named]
    return F.filter(F.array(*uses), lambda use: use["value"].isNotNull())


def _shown(marked: DataFrame, lines: DataFrame, goods_digits: int) -> DataFrame:
    """hand, traders, evidence, uses (circumstance, value and its tail): what the condemned lines name."""
    each = F.explode(_circumstances(goods_digits)).alias("use")
    every = lines.select(each).groupBy("use").count()
    of_circumstance = Window.partitionBy("use.circumstance")
    rarer = of_circumstance.orderBy("count").rangeBetween(Window.unboundedPreceding, Window.currentRow)
    total = F.sum("count").over(of_circumstance)
    tails = every.withColumn(
        "tail", F.sum(F.col("count") * F.col("count")).over(rarer) / (total * total)
    ).select("use", "tail")
    condemned = marked.where("condemned")
    uses = (
        condemned.select("hand", each)
        .distinct()
        .join(tails, "use")
        .groupBy("hand")
        .agg(F.collect_list(F.struct("use.circumstance", "use.value", "tail")).alias("uses"))
    )
    decided = F.transform(F.coalesce("decisions", F.array().cast("array<string>")), _decision)
    evidence = F.concat(F.array(record(DECLARATIONS, F.col("record_key"))), decided)
    return (
        condemned.groupBy("hand")
        .agg(
            F.collect_set("trader").alias("traders"),
            F.flatten(F.collect_list(evidence)).alias("evidence"),
        )
        .join(uses, "hand")
    )


def _decision(key: Column) -> Column:
    return record(_ACTIONS, key)


def _tie(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    false_share, limit = float(parameters["tie_false_share"]), int(parameters["evidence_limit"])
    repeated_from = int(parameters["repeated_from"])

    def close(found: pa.Table) -> pa.Table:
        return as_table(tied_rows(found.to_pylist(), false_share, repeated_from, limit))

    return close


def tied_rows(found: list[Row], false_share: float, repeated_from: int, evidence_limit: int) -> list[Row]:
    """One row for each group of hands that agreements tie; a hand that agrees with nobody has none.

    Who was found in violation in `repeated_from` declarations or more seldom was so by mistake: pairs of such
    are judged apart.
    """
    hands = {row["hand"]: row for row in found}
    named: dict[str, dict[str, dict[str, float]]] = {hand: defaultdict(dict) for hand in hands}
    for hand, row in hands.items():
        for use in row["uses"]:
            named[hand][use["circumstance"]][use["value"]] = use["tail"]
    rings = Rings()
    tied = set()
    again = {hand for hand, row in hands.items() if row["support"] >= repeated_from}
    for one, other in agreeing_pairs(named, false_share, again):
        rings.join(one, other)
        tied |= {one, other}
    rows = []
    for ring in by_ring(rings, tied).values():
        head = max(ring, key=lambda hand: (hands[hand]["support"], hand))
        members = Members()
        for trader in sorted({trader for hand in ring for trader in hands[hand]["traders"]}):
            members.add(trader_kind(trader) or "", trader, "sanctioned")
        support = sum(hands[hand]["support"] for hand in ring)
        measured = hands[head] | {
            "value": round(log2(1 + support), 6),
            "support": support,
            "value_vnd": sum(hands[hand]["value_vnd"] for hand in ring),
        }
        subject = min(hands[head]["traders"])
        evidence = records((one for hand in ring for one in hands[hand]["evidence"]), evidence_limit)
        rows.append(signal_row(SIGNAL.id, measured, (trader_kind(subject) or "", subject), members, evidence))
    return rows
