"""Foreign goods that leave as Vietnamese, as much as came and never before it.

Those count that leave for a market which lays a duty on their true origin, or under the model that they came
under: whoever makes something of what comes has another name for it.

Lots may be split and put together, so that none leaves as it came; the balance still shows that nothing was
made here. Several traders who do so with the same goods are one trade.

One may bring in what another sends out. Of goods that hardly anybody exports, what a seller abroad sends here
and what an exporter sends to a buyer are held against each other as well, whoever brought them in. Of any
goods, so are an importer and an exporter whose trade in them begins and ends together, while that of others
went on before: the one is a second name of the other.
Source: WCO, commercial fraud typologies (origin; transhipment).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.declarations.one_trade import one_trade, shown_trader
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.traders import heading, in_window, is_one_of, listed
from jobs.signals.joins.closing import kept
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

SIGNAL = Signal(
    id="relabelled_origins", subject="company", reads={"customs_declarations": "flows.declarations"}
)
_ARTICLE = ("hand", "goods")
_TRADED = ("hand", "first", "last", "sum")
# Letters and then a number; sizes and contents begin with their number.
_MODEL = r"\b[a-z]{1,4}[0-9]{2,}[a-z0-9]*\b"


def transform(*, customs_declarations: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """One row for the traders of one kind of goods, with the largest value of theirs.

    value (0 to 1) = min(left / came, 1) x n / (n + prior), n = lots that left.
    """
    lots = _crossing(in_window(customs_declarations, as_of, parameters["window_days"]), parameters)
    every = _with_others(lots, parameters).unionByName(_side_by_side(lots, parameters))
    found = against_peers(_measure(every, parameters), float(parameters["join_from"]))
    return one_trade(SIGNAL, _once(found), parameters)


def _crossing(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Lots of foreign goods, and of the same goods that leave as Vietnamese.

    Adds trader, goods (code, unit), leaves, signed (the quantity, less than 0 where it leaves), avoids_duty
    (came from an origin under duty, or left for a market that lays one) and models (words such as hd568).
    """
    quantity = positive(F.col("quantity"))
    code = heading(F.col("hs_code"), int(parameters["goods_digits"]))
    leaves = F.col("direction") == "export"
    under_duty = F.col("origin_country").isin(listed(parameters, "origins_under_duty"))
    with_duty = F.col("partner_country").isin(listed(parameters, "markets_with_duty"))
    return (
        lines.where(~is_one_of(F.col("regime"), parameters, "regimes_left_out"))
        .where(leaves == (F.col("origin_country") == "VN"))
        .withColumn("avoids_duty", F.when(leaves, with_duty).otherwise(under_duty))
        .withColumn(
            "models", F.regexp_extract_all(F.coalesce("goods_norm", F.lit("")), F.lit(_MODEL), F.lit(0))
        )
        .withColumn("goods", F.concat(code, F.lit(" "), F.lower("unit")))
        .withColumn("leaves", leaves)
        .withColumn("signed", F.when(leaves, -quantity).otherwise(quantity))
        .where(F.col("goods").isNotNull() & F.col("signed").isNotNull() & F.col("hand").isNotNull())
    )


def _with_others(lots: DataFrame, parameters: Parameters) -> DataFrame:
    """The lots, and once more those of each seller and exporter of goods that hardly anybody exports, as far
    as they avoid a duty.

    Adds `least_lots`, of each way: an accident agrees easily between two hands, and hardly with many lots; of
    many ways that could agree, one does so by accident, so goods with more of them tell nothing.
    """
    leaves, seller = F.col("leaves"), F.col("partner_name_norm")
    least = F.lit(int(parameters["least_lots"])).alias("least_lots")
    columns = [F.col(name) for name in lots.columns]
    few = (
        lots.where(leaves)
        .groupBy("goods")
        .agg(F.count_distinct("hand").alias("exporters"))
        .where(F.col("exporters") < int(parameters["many_exporters"]))
        .select("goods")
    )
    rare = kept(lots.where("avoids_duty").join(F.broadcast(few), "goods").select(*columns))
    between = ["goods", "seller", "exporter", "buyer"]
    enough = int(parameters["least_lots_between"])
    sellers = _often(rare.where(~leaves), {"seller": seller}, enough)
    exporters = _often(rare.where(leaves), {"exporter": F.col("hand"), "buyer": seller}, enough)
    tried = F.count(F.lit(1)).over(Window.partitionBy("goods"))
    ways = (
        sellers.join(F.broadcast(exporters), "goods")
        .withColumn("tried", tried)
        .where(F.col("tried") <= int(parameters["ways_most"]))
        .select(*between)
    )
    came = rare.where(~leaves).withColumn("seller", seller).join(F.broadcast(ways), ["goods", "seller"])
    left = (
        rare.where(leaves)
        .withColumns({"exporter": F.col("hand"), "buyer": seller})
        .join(F.broadcast(ways), ["goods", "exporter", "buyer"])
    )
    way = F.concat_ws("|", "seller", "exporter", "buyer").alias("hand")
    anew = [way if name == "hand" else F.col(name) for name in lots.columns]
    through = [*anew, F.lit(enough).alias("least_lots")]
    return lots.select(*columns, least).union(came.select(*through)).union(left.select(*through))


def _side_by_side(lots: DataFrame, parameters: Parameters) -> DataFrame:
    """The lots of each importer and exporter of the same goods whose trade in them begins and ends together,
    as far as most lots of both avoid a duty. Adds `least_lots`; the goods bear the pair, a trade of its own.

    Who trades all year begins with everybody: theirs begins well after the first lots that are known.
    """
    least, share = int(parameters["least_lots_beside"]), float(parameters["telling_share"])
    first = lots.groupBy().agg(F.min("event_day").alias("known_from"))
    traded = (
        lots.groupBy("goods", "hand", "leaves")
        .agg(
            F.min("event_day").alias("first"),
            F.max("event_day").alias("last"),
            F.abs(F.sum("signed")).alias("sum"),
            F.count(F.lit(1)).alias("lots"),
            F.count_if("avoids_duty").alias("telling"),
        )
        .where((F.col("lots") >= least) & (F.col("telling") >= F.col("lots") * share))
    )
    came = traded.where(~F.col("leaves")).crossJoin(F.broadcast(first))
    came = came.where(F.date_diff("first", "known_from") >= int(parameters["settled_days"]))
    left = traded.where("leaves").select("goods", *[F.col(n).alias(f"left_{n}") for n in _TRADED])
    together = F.lit(True)
    for end in ("first", "last"):
        days = F.date_diff(F.col(f"left_{end}"), F.col(end))
        together = together & days.between(0, int(parameters["days_beside"]))
    pairs = (
        came.join(left, "goods")
        .where((F.col("hand") != F.col("left_hand")) & together)
        .where(F.col("left_sum") >= F.col("sum") * float(parameters["share_least"]))
        .where(F.col("left_sum") <= F.col("sum") * float(parameters["share_most"]))
        .select("goods", F.col("hand").alias("importer"), F.col("left_hand").alias("exporter"))
    )
    party = F.when(F.col("leaves"), F.col("exporter")).otherwise(F.col("importer"))
    way = F.concat_ws("|", "importer", "exporter")
    anew = {"hand": way, "goods": F.concat_ws("|", F.col("goods"), way)}
    return (
        lots.join(F.broadcast(pairs), "goods")
        .where(F.col("hand") == party)
        .select(*[anew.get(n, F.col(n)).alias(n) for n in lots.columns], F.lit(least).alias("least_lots"))
    )


def _once(found: DataFrame) -> DataFrame:
    """Without pairs whose traders all stand in the trade of the goods anyhow."""
    beside = F.col("goods").contains("|")
    trade = Window.partitionBy(F.substring_index("goods", "|", 1))
    others = F.flatten(F.collect_list(F.when(~beside, F.col("shown.trader"))).over(trade))
    alone = F.size(F.array_except("shown.trader", others)) > 0
    return found.withColumn("alone", alone).where(~beside | F.col("alone")).drop("alone")


def _often(lots: DataFrame, parties: dict[str, Column], enough: int) -> DataFrame:
    """Goods and parties with enough lots."""
    known = lots.withColumns(parties).groupBy("goods", *parties).agg(F.count(F.lit(1)).alias("lots"))
    return known.where(F.col("lots") >= enough).drop("lots").na.drop()


def _measure(lots: DataFrame, parameters: Parameters) -> DataFrame:
    # What comes and leaves on one day came first.
    article = Window.partitionBy(*_ARTICLE)
    until_then = article.orderBy("event_day").rangeBetween(Window.unboundedPreceding, 0)
    came = F.flatten(F.collect_list(F.when(~F.col("leaves"), F.col("models"))).over(article))
    leaves, value = F.col("leaves"), F.col("customs_value_vnd")
    hands = (
        lots.withColumn("stock", F.sum("signed").over(until_then))
        .withColumn("same_model", F.arrays_overlap("models", came))
        .groupBy(*_ARTICLE)
        .agg(
            F.sum(F.when(~leaves, F.col("signed"))).alias("came"),
            F.sum(F.when(leaves, -F.col("signed"))).alias("left"),
            F.count_if(~leaves).alias("lots_came"),
            F.count_if(leaves).alias("lots_left"),
            F.min("stock").alias("least_stock"),
            F.sum(F.when(~leaves, value)).alias("cost"),
            F.sum(F.when(leaves, value)).alias("value_vnd"),
            F.count_if(leaves & found_in_order()).alias("matched"),
            F.count_if("avoids_duty").alias("avoids_duty"),
            F.count_if(leaves & F.col("same_model")).alias("same_model"),
            F.collect_list(shown_trader()).alias("shown"),
            F.max("least_lots").alias("least_lots"),
        )
        .where(F.least("lots_came", "lots_left") >= F.col("least_lots"))
        .withColumn("share", F.round(F.col("left") / F.col("came"), 6))
    )
    share = float(parameters["telling_share"])
    telling = (F.col("avoids_duty") >= (F.col("lots_came") + F.col("lots_left")) * share) | (
        F.col("same_model") >= F.col("lots_left") * share
    )
    balanced = (
        telling
        & F.col("share").between(float(parameters["share_least"]), float(parameters["share_most"]))
        & (F.col("least_stock") >= -F.col("came") * float(parameters["short_share"]))
    )
    sure = F.col("lots_left") / (F.col("lots_left") + float(parameters["prior_lots"]))
    dearer = F.log(positive(F.col("value_vnd")) / F.col("left") / (positive(F.col("cost")) / F.col("came")))
    innocent = {
        "worked_on_here": F.coalesce(dearer >= float(parameters["dearer_by"]), F.lit(False)),
        "inspected_and_matched": F.col("matched") >= F.col("lots_left") * float(parameters["matched_share"]),
    }
    return hands.select(
        *_ARTICLE,
        F.lit("importers who send the same goods out").alias("peer_group"),
        F.when(balanced, F.round(F.least("share", F.lit(1.0)) * sure, 6)).otherwise(0.0).alias("value"),
        F.col("lots_left").alias("support"),
        "value_vnd",
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )
