"""Goods brought in free of duty on the promise that they leave again: what nothing accounts for.

Young stock is not measured, nor an exit that is such a lot again by its goods and quantity; a change of use
that was declared (and taxed) counts as accounted for. Goods change their weight and their value as they are
worked: what either accounts for is accounted for, but the weight of goods that are worth less by the kilogram
than the cheapest that came in accounts for nothing: they are not made of those. Who acts for a principal
abroad is paid by it; buyers at home who pay such a one again and again took the goods. Where they pay much of
what came in, as much is missing, whatever else leaves. And where they pay much of what all that came in,
young stock and old, exceeds all that left, the balance of papers and payments tells: no lot has to age, and
further exports excuse nothing. Who sends worked goods out under the regimes for them settles its accounts
there: ordinary exports beside them are goods of its own, and its peers are others who do. Who never sends out
anything may hand its goods to somebody who exports them.
"""

from collections.abc import Callable
from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.duty_free.duty_free_income import BUYERS, income_of_importers
from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import positive
from jobs.signals.goods.tied_traders import shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, is_one_of, listed, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record


def unaccounted_goods(identifier: str, peer_group: str) -> tuple[Signal, Callable[..., DataFrame]]:
    """A signal about goods under its parameter `entry_regimes`, with the transform that measures it."""
    signal = Signal(
        id=identifier,
        subject="company",
        reads={
            "customs_declarations": "flows.declarations",
            "payments": "flows.payments",
            "identifiers": "links.identifiers",
        },
    )

    def transform(
        *,
        customs_declarations: DataFrame,
        payments: DataFrame,
        identifiers: DataFrame,
        parameters: Parameters,
        as_of: date,
    ) -> DataFrame:
        """value (0 to 1) = share of the aged goods that is not accounted for, beyond the peers' share and as
        far as few of them leave as much, and nearer to 1 where buyers at home pay; or the share of all goods
        that they pay, where that is more and at least `sold_least`."""
        kept = in_window(customs_declarations, as_of, parameters["lookback_days"])
        lines = with_entries(kept, parameters, as_of)
        income = income_of_importers(payments, lines.where(F.col("entry")), parameters, as_of)
        lines = without_young(lines, parameters, as_of)
        measured = _measure(peer_group, lines, income, parameters, as_of)
        found = against_peers(measured, float(parameters["join_from"]))
        return tied_detections(signal, found, kept, identifiers, parameters)

    return signal, transform


def with_entries(lines: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Adds `entry`: came in free of duty, and `brought_in`: long enough ago."""
    entry = _enters(parameters)
    aged = F.col("event_day") <= F.lit(last_aged_day(parameters, as_of))
    return lines.withColumn("entry", entry).withColumn("brought_in", F.col("entry") & aged)


def _enters(parameters: Parameters) -> Column:
    """Whether a line brings goods in free of duty: under a regime for that, or as a short stay."""
    free = is_one_of(F.col("regime"), parameters, "entry_regimes") | _stays_shortly(parameters)
    return free & (F.col("direction") == "import")


def _stays_shortly(parameters: Parameters) -> Column:
    """Whether goods came for what is soon over (a fair, a trial), under a regime for all temporary goods."""
    words = "|".join(listed(parameters, "short_stay_words"))
    if not words:
        return F.lit(False)
    said = F.coalesce(F.col("goods_norm").rlike(rf"\b({words})\b"), F.lit(False))
    return said & is_one_of(F.col("regime"), parameters, "short_stay_regimes")


def last_aged_day(parameters: Parameters, as_of: date) -> date:
    """The last day whose goods should have left again."""
    return as_of - timedelta(days=int(parameters["leeway_days"]))


def lots_that_left(came: DataFrame, left: DataFrame, goods_digits: int) -> DataFrame:
    """hand, brought, sent: an exit in goods and quantity of a lot that its hand brought in is that lot.

    Where several are equal, the first to come is the first to leave.
    """
    side = F.struct(
        "record_key",
        F.col("event_day").alias("day"),
        "net_weight_kg",
        "customs_value_vnd",
        found_in_order().alias("in_order"),
        shown_record(record(DECLARATIONS, F.col("record_key"))).alias("shown"),
    )
    same = ["hand", "goods", "unit", "quantity"]

    def lots(lines: DataFrame, name: str) -> DataFrame:
        goods = heading(F.col("hs_code"), goods_digits).alias("goods")
        turn = F.row_number().over(Window.partitionBy(*same).orderBy(f"{name}.day", f"{name}.record_key"))
        sides = lines.select("hand", goods, F.lower("unit").alias("unit"), "quantity", side.alias(name))
        return sides.withColumn("turn", turn)

    return (
        lots(came, "brought")
        .join(lots(left, "sent"), [*same, "turn"])
        .where(F.col("sent.day") >= F.col("brought.day"))
        .select("hand", "brought", "sent")
    )


def without_young(lines: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """The lines without exits of lots that are not measured: young ones, and those without a weight."""
    came, left = lines.where(_enters(parameters)), lines.where(F.col("direction") == "export")
    unmeasured = (
        lots_that_left(came, left, int(parameters["goods_digits"]))
        .where(
            (F.col("brought.day") > F.lit(last_aged_day(parameters, as_of)))
            | F.col("brought.net_weight_kg").isNull()
        )
        .select(F.col("sent.record_key").alias("record_key"))
    )
    return lines.join(unmeasured, "record_key", "left_anti")


def _measure(
    peer_group: str, lines: DataFrame, income: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """One row a hand, with the columns that `tied_detections` takes."""
    leaving = F.col("direction") == "export"
    if parameters["exit_regimes"]:
        leaving &= is_one_of(F.col("regime"), parameters, "exit_regimes")
    lines = _without_own_goods(lines, leaving, parameters)
    taxed = is_one_of(F.col("regime"), parameters, "change_of_use_regimes") & (F.col("direction") == "import")
    late = F.col("event_day") > F.lit(as_of - timedelta(days=int(parameters["recent_days"])))
    weight = micro(F.coalesce("net_weight_kg", F.lit(0.0)))
    hands = (
        lines.where(F.col("hand").isNotNull())
        .withColumn("too_cheap", _too_cheap(parameters))
        .groupBy("hand")
        .agg(
            F.sum(F.when(F.col("brought_in"), weight)).alias("weight_in"),
            F.count_if("brought_in").alias("support"),
            F.count_distinct(F.when(F.col("brought_in"), F.col("declaration_no"))).alias("declarations"),
            F.sum(F.when(taxed | (leaving & ~F.col("too_cheap")), weight)).alias("weight_out"),
            F.sum(F.when(leaving & late, weight)).alias("late_out"),
            F.sum(F.when(leaving | taxed, F.col("customs_value_vnd"))).alias("value_out"),
            F.count_if(leaving).alias("exits"),
            F.max("works").alias("works"),
            F.sum(F.when(F.col("brought_in"), F.col("customs_value_vnd"))).alias("value_vnd"),
            F.sum(F.when(F.col("brought_in"), F.col("customs_value_vnd"))).alias("value_aged"),
            F.sum(F.when(F.col("entry"), F.col("customs_value_vnd"))).alias("value_in"),
            F.collect_list(
                F.when(F.col("brought_in"), shown_record(record(DECLARATIONS, F.col("record_key"))))
            ).alias("shown"),
            F.sum(
                F.when(
                    F.col("brought_in")
                    & is_one_of(F.col("hs_code"), parameters, "lasting_chapters")
                    & ~_stays_shortly(parameters),
                    F.col("customs_value_vnd"),
                )
            ).alias("value_lasting"),
            F.count_if("entry").alias("entries"),
            F.count_distinct(F.when(F.col("entry"), F.col("declaration_no"))).alias("entry_declarations"),
            F.collect_list(
                F.when(F.col("entry"), shown_record(record(DECLARATIONS, F.col("record_key"))))
            ).alias("shown_entries"),
        )
        .join(income, "hand", "left")
    )
    hands = (
        _where_most_is_sold(hands, parameters)
        .where(F.col("support") >= int(parameters["least_lines"]))
        .where(F.col("declarations") >= int(parameters["least_declarations"]))
        .where(F.col("weight_in") > 0)
    )
    expected = F.col("weight_in") * (1 - float(parameters["waste_share"]))
    by_weight = F.coalesce("weight_out", F.lit(0)) / expected
    # What leaves is worth the work as well: held against what the work usually adds.
    by_value = F.try_divide(F.coalesce("value_out", F.lit(0)), F.col("value_aged") * _usual_gain(parameters))
    # Buyers pay for young stock as well: what they pay is held against all that came in.
    sold = F.least(F.coalesce(_sold(), F.lit(0.0)), F.lit(1.0))
    sold_much = F.col("sold") >= float(parameters["sold_least"])
    left_open = F.greatest(1 - F.greatest(by_weight, by_value), F.lit(0.0))
    missing = F.greatest(left_open, F.when(sold_much, F.col("sold")).otherwise(0.0))
    lasting = F.coalesce(
        F.col("value_lasting") >= F.col("value_aged") * float(parameters["lasting_share"]), F.lit(False)
    )
    # Machines serve here until their contract ends: what their importers leave open says nothing of others.
    usual, alike = _left_open_by_peers(parameters)
    few, most = float(parameters["alike_few"]), float(parameters["alike_most"])
    rare = F.greatest(F.least((most - alike) / (most - few), F.lit(1.0)), F.lit(0.0))
    still_exporting = ~F.col("mostly_sold") & (
        F.coalesce("late_out", F.lit(0)) >= F.col("weight_in") * float(parameters["still_exporting_share"])
    )
    beyond = F.greatest(F.try_divide(F.col("missing") - F.col("usual"), 1 - F.col("usual")), F.lit(0.0))
    beyond = F.when(sold_much, F.col("missing")).otherwise(beyond)
    prior = F.when(sold_much, float(parameters["prior_lines_sold"])).otherwise(
        float(parameters["prior_lines"])
    )
    sure = F.col("support") / (F.col("support") + prior)
    abroad = F.coalesce(
        (F.col("from_abroad") > 0)
        & (F.col("from_abroad") >= F.col("received") * float(parameters["abroad_share"])),
        F.lit(False),
    )
    bought = F.size(F.coalesce("accomplices", F.array().cast(BUYERS))) > 0
    through_others = (
        F.lit(bool(parameters["worked_exit_regimes"])) & (F.col("exits") == 0) & ~abroad & ~bought
    )
    kept_share = (
        F.when(still_exporting, float(parameters["keep_still_exporting"]))
        .when(through_others, float(parameters["keep_exports_through_others"]))
        .when(abroad, float(parameters["keep_paid_from_abroad"]))
        .otherwise(1.0)
    )
    # Buyers at home tell it from those who leave as much open.
    told_apart = (
        F.when(F.col("mostly_sold"), 1.0).when(bought, float(parameters["sold_apart"])).otherwise(0.0)
    )
    base = F.coalesce(beyond, F.lit(0.0)) * F.greatest("rare", told_apart) * sure * kept_share
    raised = F.when(bought, float(parameters["sold_raise"])).otherwise(0.0)
    return (
        hands.withColumn("lasting", lasting)
        .withColumn("sold", F.round(sold, 6))
        .withColumn("missing", F.round(missing, 6))
        .withColumn("usual", F.round(usual, 6))
        .withColumn("rare", F.round(rare, 6))
        .select(
            "hand",
            F.lit(peer_group).alias("peer_group"),
            (base + raised * base * (1 - base)).alias("value"),
            "support",
            (F.col("value_vnd") * F.col("missing")).cast("bigint").alias("value_vnd"),
            F.array(
                explanation("still_exporting", still_exporting),
                explanation("exports_through_others", through_others),
                explanation("paid_from_abroad", abroad & ~still_exporting),
                explanation("equipment", F.col("lasting")),
            ).alias("explanations"),
            "shown",
            "accomplices",
        )
    )


def _without_own_goods(lines: DataFrame, leaving: Column, parameters: Parameters) -> DataFrame:
    """Adds `works`: the hand sends worked goods out under the regimes for them. Its ordinary exports go."""
    worked = leaving & is_one_of(F.col("regime"), parameters, "worked_exit_regimes")
    works = F.coalesce(F.max(worked).over(Window.partitionBy("hand")), F.lit(False))
    ordinary = leaving & is_one_of(F.col("regime"), parameters, "ordinary_exit_regimes")
    return lines.withColumn("works", works).where(~(F.col("works") & ordinary))


def _too_cheap(parameters: Parameters) -> Column:
    """Whether goods are worth less by the kilogram than a part (`least_worth`) of what the cheapest tenth of
    the hand's duty-free goods is."""
    price = F.try_divide(positive(F.col("customs_value_vnd")), positive(F.col("net_weight_kg")))
    cheapest = F.percentile(F.when(F.col("entry"), price), 0.1).over(Window.partitionBy("hand"))
    return F.coalesce(price < cheapest * float(parameters["least_worth"]), F.lit(False))


def _usual_gain(parameters: Parameters) -> Column:
    """How many times the value that came in usually leaves where enough work; never less than once."""
    group = Window.partitionBy("works")
    enough = F.count(F.lit(1)).over(group) >= int(parameters["peers_for_usual"])
    gained = F.try_divide(F.coalesce("value_out", F.lit(0)), F.col("value_aged"))
    usual = F.percentile(gained, 0.5).over(group)
    return F.greatest(F.when(F.col("works") & enough, usual), F.lit(1.0))


def _left_open_by_peers(parameters: Parameters) -> tuple[Column, Column]:
    """What others usually leave open, and how many of them as much: of those who work where enough do."""
    least = int(parameters["peers_for_usual"])

    def among(*peers: str) -> tuple[Column, Column, Column]:
        group = Window.partitionBy(*peers)
        count = F.count(F.lit(1)).over(group)
        as_open = F.cume_dist().over(group.orderBy(F.desc(F.round("missing", 2))))
        return count >= least, F.percentile("missing", 0.5).over(group), (as_open * count - 1) / (count - 1)

    enough, usual, alike = among("lasting")
    enough_work, usual_work, alike_work = among("lasting", "works")
    by_work = F.col("works") & enough_work
    return (
        F.when(by_work, usual_work).when(enough, usual).otherwise(0.0),
        F.when(by_work, alike_work).when(enough, alike).otherwise(0.0),
    )


def _sold() -> Column:
    return F.try_divide(F.col("sold_vnd"), F.col("value_in"))


def _where_most_is_sold(hands: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `mostly_sold`; there, support, declarations, value_vnd and shown are those of all that came in."""
    missing = 1 - F.coalesce(F.try_divide(F.col("value_out"), F.col("value_in")), F.lit(0.0))
    most = (missing >= float(parameters["balance_least"])) & (
        _sold() >= missing * float(parameters["balance_sold_least"])
    )
    whole = {
        "support": "entries",
        "declarations": "entry_declarations",
        "value_vnd": "value_in",
        "shown": "shown_entries",
    }
    marked = hands.withColumn("mostly_sold", F.coalesce(most, F.lit(False)))
    return marked.withColumns(
        {
            name: F.when(F.col("mostly_sold"), F.col(of_all)).otherwise(F.col(name))
            for name, of_all in whole.items()
        }
    )
