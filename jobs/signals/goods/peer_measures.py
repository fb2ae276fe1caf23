"""Hold one number of a record against what other hands declare for the same goods.

Method: logs, one vote a hand (so that a large trader is not its own peer), the median of the votes as centre,
the half of them on the innocent side as scale (so that a ring on the suspect side does not widen it), and the
narrowest group of goods that is large enough. After the unit-price outliers of the EU's Joint Research Centre
(Theseus): HS8, origin and unit, then wider; and narrower, where the goods' name says what they are.
"""

from dataclasses import dataclass, replace

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import heading, micro
from jobs.signals.schema import Parameters

_HALF_TO_SIGMA = 0.6745  # from the median to a quartile of a normal distribution, in standard deviations
_DIGITS = (8, 6, 4)
_AGREED = "agreed"  # in place of a level: the code alone, which counts where its hands agree
_POINT = "struct<measure: string, level: int, peer_key: string, log_number: double>"


@dataclass(frozen=True)
class Measure:
    """A positive number of a line; `unit` separates what cannot be compared (pieces, pairs, kilograms),
    `by_name` is whether only goods of one name are alike, `or_agreed` whether those of a code are, too, where
    hardly a hand differs."""

    name: str
    number: Column
    unit: Column
    by_name: bool = False
    or_agreed: bool = False


def positive(column: Column) -> Column:
    """The number where it is above zero, else null: a zero is unusual, but has no logarithm."""
    return F.when(column > 0, column.cast("double"))


def unit_prices() -> list[Measure]:
    """Customs value per declared unit, and per kilogram: only what is low by both is cheap."""
    value = positive(F.col("customs_value_vnd"))
    by_unit = F.try_divide(value, positive(F.col("quantity")))
    by_kilogram = F.try_divide(value, positive(F.col("net_weight_kg")))
    return [
        Measure("unit", F.when(F.col("unit").isNotNull(), by_unit), F.lower("unit")),
        Measure("kilogram", by_kilogram, F.lit("kg")),
    ]


def unit_weights() -> list[Measure]:
    """Kilograms per declared unit: too high where the quantity is understated; one, where the unit is the
    kilogram. Codes hold goods of very different weight, so that only goods of one name are compared, or of a
    code whose hands agree on what a piece weighs."""
    weight = F.try_divide(positive(F.col("net_weight_kg")), positive(F.col("quantity")))
    unit = F.when(F.lower("unit").isin("kg", "kgm", "kgs", "kilogram"), "kg").otherwise(F.lower("unit"))
    weighed = F.when(F.col("unit").isNotNull(), weight)
    return [Measure("weight", weighed, unit, by_name=True, or_agreed=True)]


def among_importers(measures: list[Measure]) -> list[Measure]:
    """The same measures, where companies are compared with companies alone.

    What persons order is one piece, often cheap and weighed with its box: beside it each company's lot is a
    bulk purchase.
    """
    company = F.coalesce(F.col("trader_key").startswith("tax:"), F.lit(False))
    buyer = F.when(company, "companies").otherwise("persons")
    return [replace(measure, unit=F.concat(measure.unit, F.lit("|"), buyer)) for measure in measures]


def import_prices() -> list[Measure]:
    """Unit prices, companies' and persons' apart."""
    return among_importers(unit_prices())


def import_weights() -> list[Measure]:
    """Weights of a unit, companies' and persons' apart."""
    return among_importers(unit_weights())


def point(measure: str, level: int, peer_key: Column, number: Column) -> Column:
    """A number as it stands in one peer group; level 0 is the narrowest. Null where it cannot be compared."""
    return F.when(
        number.isNotNull() & peer_key.isNotNull(),
        F.struct(
            F.lit(measure).alias("measure"),
            F.lit(level).alias("level"),
            peer_key.alias("peer_key"),
            F.round(F.log(number), 6).alias("log_number"),
        ).cast(_POINT),
    )


def line_points(measures: list[Measure]) -> list[Column]:
    """The points of a line of `lines_with_peers`, by unit: HS8 with the goods' name and brand, or the name
    alone, or the name but for a number at its end (a power, a size), then HS8 with origin, then HS6, then the
    heading; by name, then HS8 where its hands agree.

    A code holds earphones and loudspeakers; their name says which, where enough hands use it.
    """
    origin = F.coalesce("origin_country", F.lit("?"))
    code = {digits: F.col(f"code_{digits}") for digits in _DIGITS}
    named = F.concat(code[8], F.lit("|"), F.col("goods_name"))
    unnumbered = F.regexp_replace("goods_name", r" [0-9]{2,}$", "")
    sized = F.when(unnumbered != F.col("goods_name"), F.concat(code[8], F.lit("|"), unnumbered))
    # Goods that are named without a number are the same peers, however they are called here.
    by_name = [F.concat(named, F.lit("|"), F.lower("brand")), named, F.coalesce(sized, named)]
    wider = [F.concat(code[8], F.lit("|"), origin), code[6], code[4]]

    def levels(measure: Measure) -> list[tuple[int | str, Column]]:
        keys = list(enumerate(by_name if measure.by_name else by_name + wider))
        return [*keys, *([(_AGREED, code[8])] if measure.or_agreed else [])]

    return [
        point(
            measure.name,
            place,
            F.concat(F.lit(f"{level}|{measure.name}|"), key, F.lit("|"), measure.unit),
            measure.number,
        )
        for measure in measures
        for place, (level, key) in enumerate(levels(measure))
    ]


def line_quantity() -> Column:
    """What a bulk discount depends on: the quantity, or the weight where none is declared."""
    return F.coalesce(positive(F.col("quantity")), positive(F.col("net_weight_kg")))


def with_peers(
    rows: DataFrame,
    points: list[Column],
    names: list[str],
    quantity: Column,
    kept: tuple[str, ...],
    sign: int,
    parameters: Parameters,
) -> DataFrame:
    """One row a record that has peers: record_key, hand, the `kept` columns, and four more.

    `gap` is the log of the number over the peers' median (after the quantity effect, the least suspect of
    the measures), `z` the same in units of the peers' scale, `peer_group` the narrowest group with enough
    peers, and `excess_quantity` the log of the quantity over the peers' mean. `names` are the measures of the
    `points`, `sign` is the suspect side. Uses parameters `peer_hands`, `peer_lines`, `least_scale`,
    `scale_prior_hands`, `quantity_effect_limit`, and where a measure is compared in a code whose hands agree,
    `agreed_hands` and `agreed_width`.
    """
    held = rows.where(F.col("hand").isNotNull())
    compared = (
        held.select(
            "record_key",
            "hand",
            F.round(F.log(quantity), 6).alias("log_quantity"),
            F.explode(F.array(*points)).alias("point"),
        )
        .where(F.col("point").isNotNull())
        .select("record_key", "hand", "log_quantity", "point.*")
        # For both passes, and for the signal of the other side: Spark knows the same plan again.
        .persist()
    )
    stats = F.broadcast(_peer_statistics(compared, sign, parameters))
    excess = F.round(F.col("log_quantity") - F.col("centre_quantity"), 6)
    gap = F.round(F.col("log_number") - F.col("centre") - F.coalesce(F.col("slope") * excess, F.lit(0.0)), 6)
    scored = compared.join(stats, "peer_key").select(
        "record_key",
        "measure",
        "level",
        F.struct(
            gap.alias("gap"),
            F.round(gap / F.col("scale"), 6).alias("z"),
            F.col("peer_key"),
            excess.alias("excess"),
        ).alias("scored"),
    )
    best = [
        F.min_by("scored", F.when(F.col("measure") == name, F.col("level"))).alias(f"by_{name}")
        for name in names
    ]
    picked = scored.groupBy("record_key").agg(*best)

    def weakest(part: str) -> Column:
        """Of several measures the least suspect: a low price is low by piece and by kilogram."""
        known = F.filter(
            F.array(*[sign * F.col(f"by_{name}.{part}") for name in names]), lambda one: one.isNotNull()
        )
        return F.round(sign * F.array_min(known), 6).alias(part)

    first = F.coalesce(*[F.col(f"by_{name}") for name in names])
    # The kept columns are wide: they travel once a record, not once a point.
    return (
        held.select("record_key", "hand", *kept)
        .join(picked, "record_key")
        .select(
            "record_key",
            "hand",
            *kept,
            weakest("gap"),
            weakest("z"),
            first["peer_key"].alias("peer_group"),
            first["excess"].alias("excess_quantity"),
        )
    )


def _peer_statistics(points: DataFrame, sign: int, parameters: Parameters) -> DataFrame:
    """Centre, scale and quantity effect of each peer group with enough hands and lines."""
    votes = points.groupBy("peer_key", "hand").agg(
        F.count(F.lit(1)).alias("lines"),
        (F.sum(micro(F.col("log_number"))) / F.count(F.lit(1)) / 1_000_000).alias("vote"),
        (F.sum(micro(F.col("log_quantity"))) / F.count("log_quantity") / 1_000_000).alias("quantity"),
    )
    slope = F.round(F.try_divide(F.covar_pop("vote", "quantity"), positive(F.var_pop("quantity"))), 3)
    limit = float(parameters["quantity_effect_limit"])
    quantiles = F.percentile("vote", [0.25, 0.5, 0.75, 0.1, 0.9])
    low, middle, high, tenth, ninetieth = (F.col("quantiles")[place] for place in range(5))
    half = middle - low if sign > 0 else high - middle
    # Six hands say little about how far prices spread: groups of the same width lend each other theirs.
    alike = Window.partitionBy(F.substring_index("peer_key", "|", 2))
    prior = float(parameters["scale_prior_hands"])
    own, usual = F.col("own_scale"), F.col("usual_scale")
    pooled = F.sqrt((F.col("hands") * own * own + prior * usual * usual) / (F.col("hands") + prior))
    return (
        votes.groupBy("peer_key")
        .agg(
            F.count(F.lit(1)).alias("hands"),
            F.sum("lines").alias("lines"),
            quantiles.alias("quantiles"),
            F.avg("quantity").alias("centre_quantity"),
            slope.alias("slope"),
        )
        .where(F.col("hands") >= int(parameters["peer_hands"]))
        .where(F.col("lines") >= int(parameters["peer_lines"]))
        .where(~F.startswith("peer_key", F.lit(_AGREED)) | _agreed(ninetieth - tenth, parameters))
        .withColumn("own_scale", half / _HALF_TO_SIGMA)
        .withColumn("usual_scale", F.percentile("own_scale", 0.5).over(alike))
        .select(
            "peer_key",
            F.round(middle, 6).alias("centre"),
            F.round(F.greatest(pooled, F.lit(float(parameters["least_scale"]))), 6).alias("scale"),
            F.round("centre_quantity", 6).alias("centre_quantity"),
            F.least(F.greatest(F.coalesce("slope", F.lit(0.0)), F.lit(-limit)), F.lit(0.0)).alias("slope"),
        )
    )


def _agreed(width: Column, parameters: Parameters) -> Column:
    """Whether many hands declare much the same, but for a tenth of them on either side."""
    if "agreed_hands" not in parameters:
        return F.lit(False)
    return (F.col("hands") >= int(parameters["agreed_hands"])) & (width <= float(parameters["agreed_width"]))


def lines_with_peers(
    lines: DataFrame, measures: list[Measure], kept: tuple[str, ...], sign: int, parameters: Parameters
) -> DataFrame:
    """`with_peers` for declaration lines with `hand`."""
    names = [measure.name for measure in measures]
    # Named first, so that they are cut once a line and not once a point.
    codes = {f"code_{digits}": heading(F.col("hs_code"), digits) for digits in _DIGITS}
    lines = lines.withColumns(codes)
    return with_peers(lines, line_points(measures), names, line_quantity(), kept, sign, parameters)
