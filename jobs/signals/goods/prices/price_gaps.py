"""Declared prices or weights that lie persistently on one side of the peers': what five signals measure."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.peer_measures import Measure, among_importers, lines_with_peers, positive
from jobs.signals.goods.prices.said_of_goods import SAID_COLUMNS, with_said
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_line, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, finest_code, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

_KEPT = (
    "trader",
    *SAID_COLUMNS,
    "inspection_result",
    "customs_value_vnd",
    "duty_vnd",
    "partner_name_norm",
    "customs_office",
    "event_day",
    *TIE_COLUMNS,
)
_PARTNER_LETTERS = 24  # of a partner's name, so many are compared: what follows is its legal form


@dataclass(frozen=True)
class Side:
    """Which lines are measured, which side of the peers is suspect (-1 below, +1 above), and whether the
    numbers are prices: honest hands differ in their prices, and hardly in what a piece weighs."""

    direction: str
    sign: int
    peer_group: str
    of_prices: bool


def gap_signal(
    identifier: str, side: Side, measures: Callable[[], list[Measure]]
) -> tuple[Signal, Callable[..., DataFrame]]:
    """A signal about `measures` on one side of the peers, with the transform that measures it."""
    signal = Signal(
        id=identifier,
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
        return gap_detections(signal, side, measures(), customs_declarations, identifiers, parameters, as_of)

    return signal, transform


def gap_detections(
    signal: Signal,
    side: Side,
    measures: list[Measure],
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """One row for each group of tied traders whose lines lie far from the peers on the suspect side.

    value = the largest of four, after innocent explanations: how far the hand's usual price lies from its
    peers (goods of several kinds add up); how far its deviating lines lie, times the root of their share (a
    hand that hides them among honest lines), or a part of the same for one kind of goods; and, except for
    prices, how little chance explains that so many of its lines are far: those of one honest hand may all be
    low.
    """
    lines = declared_in_window(customs_declarations, side.direction, parameters, as_of)
    if presents := parameters.get("presents"):
        lines = lines.where(~_private_presents(str(presents)))
    scored = (
        lines_with_peers(lines, measures, _KEPT, side.sign, parameters)
        .withColumn("distance", distance(side, parameters))
        .withColumn("off", side.sign * F.col("gap") >= float(parameters["line_gap"]))
        .withColumn("stake", stake(side))
    )
    scored = with_said(_with_price(scored, lines, side, parameters), lines, parameters)
    found = against_peers(_measure_hands(scored, side, parameters), float(parameters["join_from"]))
    return tied_detections(signal, found, lines, identifiers, parameters)


def _with_price(scored: DataFrame, lines: DataFrame, side: Side, parameters: Parameters) -> DataFrame:
    """Adds `dear`: whether a piece costs more than the peers' by a good part of what it weighs more.

    Who declares fewer pieces than came to save duty has the value of those; a larger article costs more.
    """
    if side.of_prices or side.sign < 0:
        return scored.withColumn("dear", F.lit(False))
    price = F.try_divide(positive(F.col("customs_value_vnd")), positive(F.col("quantity")))
    unit = F.when(F.col("unit").isNotNull(), price)
    by_unit = among_importers([Measure("unit", unit, F.lower("unit"), by_name=True)])
    priced = lines_with_peers(lines, by_unit, (), 1, parameters)
    prices = priced.select("record_key", F.col("gap").alias("price_gap"))
    dear = F.col("price_gap") >= F.col("gap") * float(parameters["dear_part"])
    return scored.join(prices, "record_key", "left").withColumn("dear", F.coalesce(dear, F.lit(False)))


def _private_presents(words: str) -> Column:
    """Whether a private person gets presents: several things under one code, whose worth is a guess."""
    by_person = F.col("trader_key").rlike("^(cccd|passport):")
    return is_true(by_person & F.col("goods_norm").rlike(words))


def distance(side: Side, parameters: Parameters) -> Column:
    """Signed mean (geometric) of both ways to be far: against the peers' spread, and by what factor.

    Peers that agree closely would else make a small rebate look like fraud, and loose ones hide a price that
    is a tenth.
    """
    unit = float(parameters["gap_unit"])
    return F.round(side.sign * F.signum("gap") * F.sqrt(F.abs(F.col("z") * F.col("gap") / unit)), 6)


def stake(side: Side) -> Column:
    """Goods value at stake in VND: at the peers' price where the declared one is low, else as declared."""
    if side.of_prices and side.sign < 0:
        return F.round(F.col("customs_value_vnd") * F.exp(-F.col("gap"))).cast("bigint")
    return F.col("customs_value_vnd")


def _measure_hands(lines: DataFrame, side: Side, parameters: Parameters) -> DataFrame:
    caution = float(parameters["prior_lines"])
    together = float(parameters["level_correlation"])
    cleared = names_clearance(F.col("goods_norm"), parameters)
    far = F.col("off") & (F.col("distance") >= float(parameters["line_distance"]))
    kinds_of_goods = lines.groupBy("hand", finest_code(F.col("hs_code")).alias("finest_code")).agg(
        F.count(F.lit(1)).alias("lines"),
        micro(F.percentile("distance", 0.5)).alias("level"),
        F.count_if(far).alias("far"),
        micro(F.percentile(F.when(far, F.col("distance")), 0.5)).alias("depth"),
        F.count_if("off").alias("support"),
        F.count_if(F.col("off") & cleared).alias("clearance"),
        F.count_if(F.col("off") & F.col("said")).alias("said"),
        F.count_if(F.col("off") & F.col("dear")).alias("dear"),
        F.count_if(F.col("off") & bears_duty(side, parameters)).alias("dutied"),
        F.count_if(F.col("off") & (F.col("inspection_result") == "match")).alias("matched"),
        micro(F.percentile(F.when(F.col("off"), F.col("excess_quantity")), 0.5)).alias("excess"),
        *_sides_of_lines(side),
        F.sum(F.when(F.col("off"), F.col("stake"))).alias("value_vnd"),
        F.collect_list(F.when(F.col("off"), shown_line(record(DECLARATIONS, F.col("record_key"))))).alias(
            "shown"
        ),
    )

    kinds_of_goods = kinds_of_goods.withColumn("kind_surprise", _surprise_in_kind(parameters))

    def mean(part: str, weight: str) -> Column:
        return F.try_divide(F.sum(F.col(part) * F.col(weight)), F.sum(weight)) / 1_000_000

    hands = kinds_of_goods.groupBy("hand").agg(
        F.sum("lines").alias("lines"),
        F.sum(F.col("lines") * F.col("lines")).alias("squares"),
        mean("level", "lines").alias("level"),
        F.sum("far").alias("far"),
        mean("depth", "far").alias("depth"),
        F.sum("support").alias("support"),
        F.sum("clearance").alias("clearance"),
        F.sum("said").alias("said"),
        F.sum("dear").alias("dear"),
        F.sum("dutied").alias("dutied"),
        F.sum("matched").alias("matched"),
        mean("excess", "support").alias("excess"),
        *[F.flatten(F.collect_list(name)).alias(name) for name in _sides(side)],
        F.sum("value_vnd").alias("value_vnd"),
        F.flatten(F.collect_list("shown")).alias("shown"),
        F.max(_of_one_kind(parameters, caution)).alias("one_kind"),
        F.max("kind_surprise").alias("kind_surprise"),
        F.count(F.lit(1)).alias("kinds_of_goods"),
    )
    if side.of_prices:
        persistent = F.lit(0.0)
    else:
        # Of the far lines of all hands, those not measured for having too few lines as well.
        everybody = Window.partitionBy(F.lit(0))
        base = F.sum("far").over(everybody) / F.sum("lines").over(everybody)
        hands = hands.withColumn("base", F.greatest(base, F.lit(float(parameters["least_base"]))))
        doubt = F.col("far") / (F.col("far") + float(parameters["persistence_prior_lines"]))
        # Of the hand's kinds of goods one is always the least likely.
        in_kind = F.greatest(F.col("kind_surprise") - F.log10("kinds_of_goods"), F.lit(0.0))
        surprise = F.greatest(_surprise(F.col("far"), F.col("lines"), F.col("base")), in_kind)
        persistent = F.sqrt(surprise) * doubt
    # So many kinds of goods, evenly spread, would weigh the same; their levels agree in part anyway.
    kinds = F.col("lines") * F.col("lines") / F.col("squares")
    level = F.col("level") * F.sqrt(kinds / (1 + together * (kinds - 1)))
    steady = level * F.col("lines") / (F.col("lines") + caution)
    mixed = F.coalesce("depth", F.lit(0.0)) * F.sqrt(F.col("far") / F.col("lines"))
    mixed = mixed * F.col("far") / (F.col("far") + caution)
    graded = (F.col("clearance") * 2 >= F.col("support")) & (F.col("clearance") > 0)
    said = F.col("said") >= F.col("support") * float(parameters["said_share"])
    innocent = {
        **quantity_explains(side, parameters),
        **duty_explains(side),
        **_sides_explain(side, parameters),
        "clearance_or_low_grade": graded,
        "described_otherwise": said & ~(graded & F.lit(side.of_prices and side.sign < 0)),
        "inspected_and_matched": F.col("matched") >= F.col("support") * float(parameters["matched_share"]),
    }
    value = F.greatest(steady, mixed, persistent, F.coalesce("one_kind", F.lit(0.0)), F.lit(0.0))
    for name, holds in innocent.items():
        keep = float(parameters[f"keep_{name}"])
        value = value * F.when(F.coalesce(holds, F.lit(False)) & (F.col("support") > 0), keep).otherwise(1.0)
    return hands.where(F.col("lines") >= int(parameters["least_lines"])).select(
        "hand",
        F.lit(side.peer_group).alias("peer_group"),
        F.when(F.col("support") > 0, value).otherwise(0.0).alias("value"),
        "support",
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
    )


def _surprise_in_kind(parameters: Parameters) -> Column:
    """How little chance makes so many of the hand's lines of one kind of goods far, by what the other hands
    declare of that kind: among many kinds, some of which differ for everybody, a false one would be lost."""
    everybody, of_kind = Window.partitionBy(F.lit(0)), Window.partitionBy("finest_code")
    prior = float(parameters.get("kind_prior_lines", 0))
    if not prior:
        return F.lit(0.0)
    usual = F.sum("far").over(everybody) / F.sum("lines").over(everybody)
    others_far = F.sum("far").over(of_kind) - F.col("far")
    others = F.sum("lines").over(of_kind) - F.col("lines")
    base = F.greatest((others_far + prior * usual) / (others + prior), F.lit(float(parameters["least_base"])))
    return _surprise(F.col("far"), F.col("lines"), base)


def _of_one_kind(parameters: Parameters, caution: float) -> Column:
    """How far the deviating lines of one kind of goods lie, times the root of their share of that kind.

    Who deals in other goods as well hides the false ones among these. A part of it counts (`one_kind_part`,
    none by default): of several kinds one is always the furthest.
    """
    far, lines = F.col("far"), F.col("lines")
    depth = F.col("depth") / 1_000_000 * F.sqrt(far / lines) * far / (far + caution)
    measured = (lines >= int(parameters["least_lines"])) & (far > 0)
    return F.when(measured, depth * float(parameters.get("one_kind_part", 0)))


def quantity_explains(side: Side, parameters: Parameters) -> dict[str, Column]:
    """Much is cheap and little is dear, beyond the usual effect of quantity on a price; what costs more
    where it weighs more is a larger article. A few pieces that are cheap save nobody a duty: samples are."""
    if not side.of_prices and side.sign > 0:
        return {"dear_as_heavy": F.col("dear") * 2 >= F.col("support")}
    if not side.of_prices:
        return {}
    excess = float(parameters["quantity_excess"])
    if side.sign < 0:
        few = F.col("excess") <= -float(parameters["few_pieces"])
        return {"bulk_purchase": F.col("excess") >= excess, "few_pieces": few}
    return {"small_purchase": F.col("excess") <= -excess}


def _dear_imports(side: Side) -> bool:
    return side.direction == "import" and side.of_prices and side.sign > 0


def bears_duty(side: Side, parameters: Parameters) -> Column:
    """Whether a dear import bears a duty of `duty_rate` of its value, so that its price costs who pays it."""
    if not _dear_imports(side):
        return F.lit(False)
    return F.coalesce(
        F.col("duty_vnd") >= F.col("customs_value_vnd") * float(parameters["duty_rate"]), F.lit(False)
    )


def duty_explains(side: Side) -> dict[str, Column]:
    """Who moves money out by dear imports chooses goods that bear no duty; of others each đồng is taxed."""
    return {"duty_on_the_price": F.col("dutied") * 2 >= F.col("support")} if _dear_imports(side) else {}


def _sides(side: Side) -> dict[str, Column]:
    """What is asked of a hand's far lines: who is the partner, and for dear ones where and when they came."""
    if side.sign < 0:
        return {}
    partner = {"partners": F.substring("partner_name_norm", 1, _PARTNER_LETTERS)}
    if not side.of_prices:
        return partner
    if side.direction == "export":
        return {**partner, "offices": F.col("customs_office")}
    return {**partner, "days": F.col("event_day")}


def _sides_of_lines(side: Side) -> list[Column]:
    return [F.collect_list(F.when(F.col("off"), column)).alias(name) for name, column in _sides(side).items()]


def _sides_explain(side: Side, parameters: Parameters) -> dict[str, Column]:
    """Who moves money by dear goods, or gets more pieces than are declared, needs a partner who plays along:
    what several ask is what such goods cost or weigh. Who invents exports knows one office that looks away,
    and who moves money by imports does so more than once.
    """
    asked = _sides(side)
    told = {}
    if "partners" in asked:
        most = _most_frequent("partners", int(parameters["sides_known_least"]))
        told["several_partners"] = most <= float(parameters["partner_share"])
    if "offices" in asked:
        most = _most_frequent("offices", int(parameters["sides_known_least"]))
        told["several_offices"] = most <= float(parameters["office_share"])
    if "days" in asked:
        told["one_shipment"] = (F.col("support") > 1) & (F.size(F.array_distinct("days")) == 1)
    return told


def _most_frequent(name: str, known_least: int) -> Column:
    """The share that the most frequent entry of a list has; null where it has less than `known_least`."""
    every = F.col(name)
    times = F.transform(
        F.array_distinct(every), lambda one: F.size(F.filter(every, lambda other: other == one))
    )
    return F.when(F.size(every) >= known_least, F.array_max(times) / F.size(every))


def _surprise(far: Column, lines: Column, base: Column) -> Column:
    """-log10 of the chance of so many far lines, at most (Chernoff's bound of the binomial tail)."""
    share = far / lines
    rest = F.when(far < lines, (1 - share) * F.log((1 - share) / (1 - base))).otherwise(0.0)
    bound = lines * (share * F.log(share / base) + rest) / math.log(10)
    return F.when(share > base, bound).otherwise(0.0)


def names_clearance(text: Column, parameters: Parameters) -> Column:
    """Whether the description names clearance, low grade or used goods (parameter `clearance_words`)."""
    words = "|".join(word.strip() for word in str(parameters["clearance_words"]).split(","))
    return F.coalesce(text.rlike(rf"\b({words})\b"), F.lit(False))
