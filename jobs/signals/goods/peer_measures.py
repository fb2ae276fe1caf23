"""Hold one number of a declaration line against what other hands declare for the same goods.

Method: logs, medians of one vote a hand (so that a large trader is not its own peer), the quartile range of
those votes as scale, and the narrowest group of goods that is large enough. After the unit-price outliers of
the EU's Joint Research Centre (Theseus): HS8, origin and unit, then wider.
"""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import heading
from jobs.signals.schema import Parameters

_QUARTILES_TO_SIGMA = 1.349  # width of the middle half of a normal distribution, in standard deviations


@dataclass(frozen=True)
class Measure:
    """A positive number of a line; `unit` separates what cannot be compared (pieces, pairs, kilograms)."""

    name: str
    number: Column
    unit: Column


def positive(column: Column) -> Column:
    """The number where it is above zero, else null: a zero is unusual, but has no logarithm."""
    return F.when(column > 0, column.cast("double"))


def unit_prices() -> list[Measure]:
    """Customs value per declared unit, and per kilogram: both low is stronger than one."""
    value = positive(F.col("customs_value_vnd"))
    by_unit = F.try_divide(value, positive(F.col("quantity")))
    by_kilogram = F.try_divide(value, positive(F.col("net_weight_kg")))
    return [
        Measure("unit", F.when(F.col("unit").isNotNull(), by_unit), F.lower("unit")),
        Measure("kilogram", by_kilogram, F.lit("kg")),
    ]


def unit_weights() -> list[Measure]:
    """Kilograms per declared unit: too high where the quantity is understated."""
    weight = F.try_divide(positive(F.col("net_weight_kg")), positive(F.col("quantity")))
    by_piece = F.col("unit").isNotNull() & ~F.lower("unit").isin("kg", "kgm", "kgs", "kilogram")
    return [Measure("weight", F.when(by_piece, weight), F.lower("unit"))]


def with_peers(
    lines: DataFrame, measures: list[Measure], kept: tuple[str, ...], parameters: Parameters
) -> DataFrame:
    """One row a line that has peers: record_key, hand, the `kept` columns, and four more.

    `gap` is the log of the number over the peers' median (after the quantity effect, mean of the measures),
    `z` the same in units of the peers' scale, `peer_group` the narrowest group with enough peers, and
    `excess_quantity` the log of the quantity over the peers'. Uses parameters `peer_hands`, `peer_lines`,
    `least_scale`, `quantity_effect_limit`.
    """
    scored = scored_against_peers(_compared(lines, measures, kept), parameters)
    fields = F.struct("gap", "z", "peer_key", "excess")
    names = [measure.name for measure in measures]
    best = [F.min_by(fields, F.when(F.col("measure") == name, F.col("level"))).alias(name) for name in names]
    picked = scored.groupBy("record_key", "hand", *kept).agg(*best)
    count = sum((F.col(name).isNotNull().cast("int") for name in names), F.lit(0))

    def mean(part: str) -> Column:
        total = sum((F.coalesce(F.col(f"{name}.{part}"), F.lit(0.0)) for name in names), F.lit(0.0))
        return F.round(total / count, 6).alias(part)

    first = F.coalesce(*[F.col(name) for name in names])
    return picked.select(
        "record_key",
        "hand",
        *kept,
        mean("gap"),
        mean("z"),
        first["peer_key"].alias("peer_group"),
        first["excess"].alias("excess_quantity"),
    )


def _compared(lines: DataFrame, measures: list[Measure], kept: tuple[str, ...]) -> DataFrame:
    """A row for each line, measure and width of the peer group (level 0 is the narrowest)."""
    origin = F.coalesce(F.col("origin_country"), F.lit("?"))
    code = {digits: heading(F.col("hs_code"), digits) for digits in (8, 6, 4)}
    groups = [
        (F.concat_ws("|", code[8], origin), code[8]),
        (F.concat_ws("|", code[6], origin), code[6]),
        (code[6], code[6]),
        (code[4], code[4]),
    ]
    rows = [
        F.when(
            measure.number.isNotNull() & present.isNotNull(),
            F.struct(
                F.lit(measure.name).alias("measure"),
                F.lit(level).alias("level"),
                F.concat_ws("|", F.lit(str(level)), key, measure.unit, F.lit(measure.name)).alias("peer_key"),
                F.round(F.log(measure.number), 6).alias("log_number"),
            ),
        )
        for measure in measures
        for level, (key, present) in enumerate(groups)
    ]
    quantity = F.coalesce(positive(F.col("quantity")), positive(F.col("net_weight_kg")))
    return (
        lines.where(F.col("hand").isNotNull())
        .select(
            "record_key",
            "hand",
            *kept,
            F.round(F.log(quantity), 6).alias("log_quantity"),
            F.explode(F.filter(F.array(*rows), lambda row: row.isNotNull())).alias("compared"),
        )
        .select("record_key", "hand", *kept, "log_quantity", "compared.*")
    )


def scored_against_peers(levels: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds gap, z and excess where the peer group has enough hands and lines. One shuffle, by peer group."""
    group, voter = Window.partitionBy("peer_key"), Window.partitionBy("peer_key", "hand")
    first = F.row_number().over(voter.orderBy("record_key")) == 1
    votes = (
        levels.withColumn("lines", F.count(F.lit(1)).over(group))
        .withColumn("vote", F.when(first, F.percentile("log_number", 0.5).over(voter)))
        .withColumn("vote_quantity", F.when(first, F.percentile("log_quantity", 0.5).over(voter)))
        .withColumn("hands", F.count("vote").over(group))
        .where(F.col("hands") >= int(parameters["peer_hands"]))
        .where(F.col("lines") >= int(parameters["peer_lines"]))
    )
    slope = F.round(
        F.try_divide(
            F.covar_pop("vote", "vote_quantity").over(group), positive(F.var_pop("vote_quantity").over(group))
        ),
        3,
    )
    known = (
        votes.withColumn("quartiles", F.percentile("vote", [0.25, 0.5, 0.75]).over(group))
        .withColumn("slope", F.coalesce(slope, F.lit(0.0)))
        .withColumn(
            "excess", F.round(F.col("log_quantity") - F.percentile("vote_quantity", 0.5).over(group), 6)
        )
    )
    limit = float(parameters["quantity_effect_limit"])
    effect = F.least(F.greatest("slope", F.lit(-limit)), F.lit(0.0)) * F.coalesce("excess", F.lit(0.0))
    scale = F.greatest(
        (F.col("quartiles")[2] - F.col("quartiles")[0]) / _QUARTILES_TO_SIGMA,
        F.lit(float(parameters["least_scale"])),
    )
    return known.withColumn(
        "gap", F.round(F.col("log_number") - F.col("quartiles")[1] - effect, 6)
    ).withColumn("z", F.round(F.col("gap") / scale, 6))
