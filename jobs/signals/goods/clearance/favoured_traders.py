"""Traders whom one officer clears green far more often than goods, officer and trader would explain.

Source: dispatch 3986/VPCP-V.I, point 4 (those who cover up, abet or shield); binomial surprise by cell. The
officer is context and stands in the evidence, never among the members.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.clearance.officer_desks import nothing_lowered, with_lowered_channels
from jobs.signals.goods.tied_traders import shown_declaration, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, in_window
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

SIGNAL = Signal(
    id="favoured_traders",
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
    """value = surprise of the green share at one officer, raised when the trader seeks that officer out."""
    declared = in_window(customs_declarations, as_of, parameters["window_days"])
    declarations = with_lowered_channels(
        _with_expectation(whole_declarations(declared), parameters), float(parameters["prior_office"])
    )
    cells = _cells(declarations, parameters)
    best = F.row_number().over(Window.partitionBy("hand").orderBy(F.desc("value"), F.desc("green"), "desk"))
    strongest = cells.withColumn("place", best).where(F.col("place") == 1)
    measured = strongest.withColumn("peer_group", F.lit("traders by officer"))
    found = against_peers(measured, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, declared, identifiers, parameters)


def _with_expectation(declarations: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds desk (office and officer), favoured (cleared green) and expected (green rate of the chapter)."""
    prior = float(parameters["prior_declarations"])
    chapter = Window.partitionBy("direction", "chapter")
    everything = Window.partitionBy("direction")
    known = (
        declarations.where(F.col("channel").isNotNull())
        .withColumn("desk", F.concat_ws("/", "office", "officer"))
        .withColumn("chapter", F.substring("hs6", 1, 2))
        .withColumn("favoured", F.col("channel") == "green")
    )
    base = F.avg(F.col("favoured").cast("int")).over(everything)
    green = F.count_if("favoured").over(chapter)
    count = F.count(F.lit(1)).over(chapter)
    return known.withColumn("base", F.round(base, 6)).withColumn(
        "expected", F.round((green + prior * F.col("base")) / (count + prior), 6)
    )


def _cells(declarations: DataFrame, parameters: Parameters) -> DataFrame:
    """Each trader at each desk: green share against goods, the desk's other traders, the trader elsewhere."""
    expected = F.sum(F.round(F.col("expected") * 1_000_000).cast("bigint")) / 1_000_000
    cells = declarations.groupBy("hand", "office", "desk").agg(
        F.count(F.lit(1)).alias("here"),
        F.count_if("favoured").alias("green"),
        F.sum("lowered").alias("lowered"),
        F.max("lowered_rate").alias("lowered_rate"),
        expected.alias("expected"),
        F.sum(F.when(F.col("favoured"), F.col("value_vnd"))).alias("value_vnd"),
        F.flatten(F.collect_list(F.when(F.col("favoured"), shown_declaration(DECLARATIONS)))).alias("shown"),
    )
    desk, hand = Window.partitionBy("desk"), Window.partitionBy("hand")
    place = Window.partitionBy("office")
    lenience = (F.col("green") - F.col("expected")) / F.col("here")
    # The median over the desk's traders: a favoured minority does not pass for the desk's custom.
    cells = (
        cells.withColumn("desk_shift", F.round(F.percentile(lenience, 0.5).over(desk), 6))
        .withColumn("desk_traders", F.count(F.lit(1)).over(desk))
        .withColumn("desk_share", F.sum("here").over(desk) / F.sum("here").over(place))
        .withColumn("in_office", F.sum("here").over(Window.partitionBy("hand", "office")))
        .withColumn("elsewhere", F.sum("here").over(hand) - F.col("here"))
        .withColumn("green_elsewhere", F.sum("green").over(hand) - F.col("green"))
        .withColumn("expected_elsewhere", F.sum("expected").over(hand) - F.col("expected"))
    )
    prior = float(parameters["prior_elsewhere"])
    own_shift = (F.col("green_elsewhere") - F.col("expected_elsewhere")) / (F.col("elsewhere") + prior)
    ceiling = float(parameters["highest_rate"])
    rate = F.least(
        F.greatest(
            F.col("expected") / F.col("here")
            + F.when(F.col("desk_traders") >= int(parameters["desk_traders"]), F.col("desk_shift")).otherwise(
                0.0
            )
            + own_shift,
            F.lit(1 - ceiling),
        ),
        F.lit(ceiling),
    )
    green = (F.col("green") - F.col("here") * rate) / F.sqrt(F.col("here") * rate * (1 - rate))
    share = F.least(F.col("desk_share"), F.lit(ceiling))
    sought = (F.col("here") - F.col("in_office") * share) / F.sqrt(
        F.col("in_office") * share * (1 - share) + 1
    )
    raised = 1 + float(parameters["sought_weight"]) * F.least(
        F.greatest(sought, F.lit(0.0)), F.lit(float(parameters["sought_limit"]))
    )
    # The strongest of several desks stands out by chance as well: so far does the best of them on average.
    desks = F.count_if(F.col("here") >= int(parameters["least_declarations"])).over(hand)
    by_chance = F.sqrt(2 * F.log(F.greatest(desks, F.lit(1))))
    sure = F.col("here") / (F.col("here") + float(parameters["caution_declarations"]))
    always_green = (F.col("elsewhere") >= int(parameters["least_declarations"])) & (
        F.col("green_elsewhere") / F.greatest(F.col("elsewhere"), F.lit(1)) >= ceiling
    )
    value = F.greatest(F.greatest(green, F.lit(0.0)) * raised * sure - by_chance, F.lit(0.0))
    cells = cells.withColumn("value", F.round(value, 6))
    return cells.where(F.col("here") >= int(parameters["least_declarations"])).select(
        "hand",
        "desk",
        "green",
        "value",
        F.col("green").alias("support"),
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(
            explanation("priority_trader", always_green),
            explanation("only_officer", F.col("desk_share") >= ceiling),
            explanation(
                "channels_of_the_system",
                nothing_lowered("lowered", "here", F.col("lowered_rate"), parameters),
            ),
        ).alias("explanations"),
        "shown",
    )
