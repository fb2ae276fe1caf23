"""Articles whose lines lie at two levels: the same goods of one hand, of the same name, by two numbers.

Method: the lines of an article in the order of a number (a log) are cut where the two parts lie furthest
apart, in units of the wider part's own spread, or of the spread that articles of that code usually have where
that is more (of any code, where it has few): a few lines of goods that differ fall into two parts by chance.
An honest article has one level, however wide; one that is declared falsely now and then has two, each narrow.
"""

from pyspark.sql import Column, DataFrame, Window, WindowSpec
from pyspark.sql import functions as F

from jobs.signals.goods.prices.price_gaps import names_clearance
from jobs.signals.goods.traders import heading
from jobs.signals.schema import Parameters

_STEPS = 10_000  # a log in whole steps, so that sums do not depend on the order of the rows


def with_article(lines: DataFrame, parameters: Parameters, *traits: str) -> DataFrame:
    """Lines of a hand with `article`: its own goods of one code, name and unit, and of the same `traits`
    (columns that tell goods of a name apart).

    Used and clearance goods have no one price or weight and are left out (parameter `clearance_words`).
    """
    name = F.coalesce("goods_name", "goods_norm")
    what = [F.col("hand"), heading(F.col("hs_code"), 8), name, F.lower("unit")]
    known = F.lit(True)
    for part in what:
        known = known & part.isNotNull()
    rest = [F.coalesce(F.lower(trait), F.lit("")) for trait in traits]
    return lines.where(known & ~names_clearance(F.col("goods_norm"), parameters)).withColumn(
        "article", F.concat_ws("|", *what, *rest)
    )


def at_two_levels(lines: DataFrame, number: Column, parameters: Parameters) -> DataFrame:
    """Lines with `gap` and `low`: how far apart (log) the levels of the line's article lie, and whether the
    line is at the lower one. Both are null where the article has one level.

    Uses parameters `least_lines` (of each level), `least_gap`, `separation`, `least_spread` and
    `usual_articles` (so many of a code tell what is usual).
    """
    article = Window.partitionBy("article")
    so_far = article.orderBy("step", "record_key").rowsBetween(Window.unboundedPreceding, Window.currentRow)
    steps = lines.withColumn("step", F.round(F.log(number) * _STEPS).cast("bigint")).where(
        F.col("step").isNotNull()
    )
    counted = steps.select("*", *_sums(so_far, "below"), *_sums(article, "all")).withColumn(
        "usual", _usual_spread(parameters)
    )
    above = [F.col(f"all.{part}") - F.col(f"below.{part}") for part in ("lines", "total", "squares")]
    below = [F.col(f"below.{part}") for part in ("lines", "total", "squares")]
    least = int(parameters["least_lines"])
    gap = _mean(*above[:2]) - _mean(*below[:2])
    least_spread = F.lit(float(parameters["least_spread"]) * _STEPS)
    spread = F.greatest(_deviation(*above), _deviation(*below), F.col("usual"), least_spread)
    apart = F.when(
        (above[0] >= least)
        & (below[0] >= least)
        & (gap >= float(parameters["least_gap"]) * _STEPS)
        & (gap >= spread * float(parameters["separation"])),
        F.round(gap / spread, 4),
    )
    cut = F.when(F.col("apart").isNotNull(), F.struct("apart", "step", F.round(gap / _STEPS, 4).alias("gap")))
    return (
        counted.withColumn("apart", apart)
        .withColumn("cut", F.max(cut).over(article))
        .withColumn("gap", F.col("cut.gap"))
        .withColumn("low", F.col("step") <= F.col("cut.step"))
        .drop("below", "all", "usual", "apart", "cut")
    )


def _usual_spread(parameters: Parameters) -> Column:
    """How far (in steps) the lines of an article of the code and unit spread: the median of those that have
    lines enough for two levels, of all codes where these are few; null where all are."""
    code = Window.partitionBy(heading(F.col("hs_code"), 8), F.lower("unit"))
    everything = Window.partitionBy(F.lit(1))
    whole = [F.col(f"all.{part}") for part in ("lines", "total", "squares")]
    # The first line speaks for its article.
    told = (F.col("below.lines") == 1) & (whole[0] >= 2 * int(parameters["least_lines"]))
    spread = F.when(told, _deviation(*whole))
    enough = int(parameters["usual_articles"])
    medians = [
        F.when(F.count_if(told).over(among) >= enough, F.percentile(spread, 0.5).over(among))
        for among in (code, everything)
    ]
    return F.coalesce(*medians)


def _sums(window: WindowSpec, name: str) -> list[Column]:
    step = F.col("step")
    return [
        F.struct(
            F.count(F.lit(1)).over(window).alias("lines"),
            F.sum("step").over(window).alias("total"),
            F.sum(step * step).over(window).alias("squares"),
        ).alias(name)
    ]


def _mean(lines: Column, total: Column) -> Column:
    return F.when(lines > 0, total / lines)


def _deviation(lines: Column, total: Column, squares: Column) -> Column:
    mean = _mean(lines, total)
    return F.sqrt(F.greatest(squares / F.when(lines > 0, lines) - mean * mean, F.lit(0.0)))
