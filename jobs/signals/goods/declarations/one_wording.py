"""Importers who describe their goods in the same rare words, without brand: several names, one hand.

Who fills in the papers keeps to a wording. What a whole trade writes says nothing, nor do a brand, a size or
a model, which are the goods' own words; a few that alone write the same, and buy of one seller, are told
apart from those who merely trade in the same goods.
Source: Vietnam Customs dispatch 3923/2021 (goods described without brand, size or type; companies set up one
after the other).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations
from math import fsum, log2
from statistics import median

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.firm_names import group_key
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
from jobs.signals.goods.generic_descriptions import is_generic, telling_words
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, record

SIGNAL = Signal(
    id="one_wording",
    subject="company",
    reads={"customs_declarations": "flows.declarations"},
)


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """value = log2 of the hands of a group x mean share of their lines under wordings that tie them.

    A share is of a hand's lines in one heading; where a group spans headings, each hand's largest.
    """
    lines = (
        declared_in_window(customs_declarations, "import", parameters, as_of)
        .withColumn("heading", heading(F.col("hs_code"), 4))
        .where(F.col("hand").isNotNull() & F.col("heading").isNotNull() & F.col("goods_norm").isNotNull())
    )
    names = lines.groupBy("hand").agg(F.min("trader_name_norm").alias("name"))
    of_heading = (
        lines.groupBy("heading", "hand")
        .agg(
            F.count(F.lit(1)).alias("all_lines"),
            F.collect_set("partner_name_norm").alias("sellers"),
        )
        .withColumn("hands", F.count(F.lit(1)).over(Window.partitionBy("heading")))
        .where(F.col("hands") >= int(parameters["peer_hands"]))
    )
    uses = (
        lines.withColumn("wording", _bare_wording())
        .where(F.col("wording").isNotNull())
        .groupBy("heading", "hand", "wording")
        .agg(
            F.count(F.lit(1)).alias("lines"),
            F.count_if(F.col("inspection_result") == "match").alias("matched"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
            F.collect_set("trader").alias("traders"),
            F.collect_list(record(DECLARATIONS, F.col("record_key"))).alias("evidence"),
        )
        .join(of_heading, ["heading", "hand"])
    )
    found = (
        _may_tie(uses, parameters)
        .join(names.select("hand", group_key("name").alias("group")), "hand")
        .withColumn("all", F.lit(1))
    )
    return found.groupBy("all").applyInArrow(_tied_groups(parameters), SIGNAL_DDL)


def _bare_wording() -> Column:
    """The words of a description without marks; null where a brand or a number says more of the goods.

    The 100 of "moi 100%" (all new) is no number of theirs, and a lone figure ("nhom 3", group 3) neither a
    model nor a size. Words that fit any goods are everybody's who hides them: no hand of its own
    (`vague_descriptions` tells of them).
    """
    words = F.trim(F.regexp_replace("goods_norm", "(?:[^a-z0-9]|(?<![a-z0-9])100(?![a-z0-9]))+", " "))
    telling = ~words.rlike("[0-9][a-z0-9]|[a-z][0-9]") & ~is_generic(telling_words(F.col("goods_norm")))
    return F.when(F.col("brand").isNull() & (words != "") & telling, words)


def _may_tie(uses: DataFrame, parameters: Parameters) -> DataFrame:
    """Uses of rare wordings, with the hands that use each (`users`), where the hand has enough such lines."""
    users = F.count(F.lit(1)).over(Window.partitionBy("heading", "wording"))
    rare_lines = F.sum("lines").over(Window.partitionBy("heading", "hand"))
    rare = (F.col("users") >= 2) & (F.col("users") / F.col("hands") <= float(parameters["rare_share"]))
    # No pair has more lines in common than one of it has under rare wordings.
    enough = (F.col("rare_lines") >= int(parameters["least_lines"])) & (
        F.col("rare_lines") / F.col("all_lines") >= float(parameters["least_share"])
    )
    return uses.withColumn("users", users).where(rare).withColumn("rare_lines", rare_lines).where(enough)


def _tied_groups(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    def close(uses: pa.Table) -> pa.Table:
        return as_table(rows_of_groups(uses.to_pylist(), parameters))

    return close


def rows_of_groups(uses: Iterable[Row], parameters: Parameters) -> list[Row]:
    """One row for each group of tied hands that reaches `report_from`.

    `uses`: one row for each heading, hand and rare wording: lines, matched, value_vnd, traders and evidence
    of its bare lines; users (hands that use the wording) and hands, of the heading; all_lines and sellers of
    the hand in the heading; group, the key of its name.
    """
    of_heading: dict[str, dict[str, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
    for use in uses:
        of_heading[use["heading"]][use["hand"]][use["wording"]] = use
    rings = Rings()
    common: dict[str, dict[tuple[str, str], Row]] = defaultdict(dict)
    for goods, of_hand in of_heading.items():
        for pair in _sharing(of_hand):
            one, other = (of_hand[hand] for hand in pair)
            if tied(one, other, parameters):
                rings.join(*pair)
                for hand in pair:
                    common[hand] |= {
                        (goods, wording): of_hand[hand][wording] for wording in one.keys() & other.keys()
                    }
    groups = [[list(common[hand].values()) for hand in hands] for hands in by_ring(rings, common).values()]
    values = [round(_value(group), 6) for group in groups]
    return [
        _row(group, value, values, parameters)
        for group, value in zip(groups, values, strict=True)
        if value >= float(parameters["report_from"])
    ]


def _sharing(of_hand: Mapping[str, Mapping[str, Row]]) -> set[tuple[str, str]]:
    """Pairs of hands with a wording in common."""
    users: dict[str, list[str]] = defaultdict(list)
    for hand in sorted(of_hand):
        for wording in of_hand[hand]:
            users[wording].append(hand)
    return {pair for hands in users.values() for pair in combinations(hands, 2)}


def tied(one: Mapping[str, Row], other: Mapping[str, Row], parameters: Parameters) -> bool:
    """Whether two hands with a wording in common are tied by it; `one` and `other` are their uses by wording.

    Without a common seller it takes more lines, a larger share and a rarer wording.
    """
    shared = one.keys() & other.keys()
    sides = [[side[wording] for wording in shared] for side in (one, other)]
    lines = min(sum(use["lines"] for use in side) for side in sides)
    share = min(_share(side) for side in sides)
    if not set(sides[0][0]["sellers"]).isdisjoint(sides[1][0]["sellers"]):
        return lines >= int(parameters["least_lines"]) and share >= float(parameters["least_share"])
    rarest = min(use["users"] / use["hands"] for use in sides[0])
    return (
        lines >= int(parameters["least_lines_alone"])
        and share >= float(parameters["least_share_alone"])
        and rarest <= float(parameters["rare_share_alone"])
    )


def _share(uses: Iterable[Row]) -> float:
    """The share that uses have of a hand's lines in their heading; of several headings the largest."""
    lines: Counter[tuple[str, int]] = Counter()
    for use in uses:
        lines[use["heading"], use["all_lines"]] += use["lines"]
    return max(counted / all_lines for (_, all_lines), counted in lines.items())


def _value(group: Sequence[Sequence[Row]]) -> float:
    """`group`: for each hand, its uses of the wordings that tie it."""
    return log2(len(group)) * fsum(_share(uses) for uses in group) / len(group)


def _row(group: list[list[Row]], value: float, values: list[float], parameters: Parameters) -> Row:
    common = [use for uses in group for use in uses]
    traders = sorted({trader for use in common for trader in use["traders"]})
    members = Members()
    for trader in traders:
        members.add(trader_kind(trader) or "", trader, "trader")
    names = {use["group"] for use in common}
    lines = sum(use["lines"] for use in common)
    matched = sum(use["matched"] for use in common)
    innocent = {
        "one_group_of_companies": len(names) == 1 and None not in names,
        "inspected_and_matched": matched / lines >= float(parameters["matched_share"]),
    }
    measured = {
        "peer_group": "importers with a rare wording in common",
        "value": value,
        "typical": round(median(values), 6),
        "tail": round(sum(other >= value for other in values) / len(values), 9),
        "peers": len(values),
        "support": lines,
        "value_vnd": sum(use["value_vnd"] for use in common),
        "explanations": [{"id": name, "holds": holds} for name, holds in innocent.items()],
    }
    evidence = records((one for use in common for one in use["evidence"]), int(parameters["evidence_limit"]))
    return signal_row(SIGNAL.id, measured, (trader_kind(traders[0]) or "", traders[0]), members, evidence)
