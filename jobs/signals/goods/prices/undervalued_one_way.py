"""Imports that one customs office, or one seller's invoices, show cheaper than the trader's own other ones.

Who undervalues a share of its goods needs somebody who looks away, or a seller who writes a second invoice:
the same goods of the same trader cost what they cost others by every other way, and far less by that one. The
trader is its own peer, so that neither its quality nor its bargains explain the difference, and the others'
prices take out what kind of goods went which way. A cheaper seller may be no more than that: more is asked.
Source: WCO, commercial fraud typologies (a choice of office, double invoices); Circular 39/2015/TT-BTC as
amended by 60/2019 (doubts about a declared value: earlier imports of identical goods).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.marked_lines import found_in_order
from jobs.signals.goods.peer_measures import import_prices, line_quantity, lines_with_peers
from jobs.signals.goods.prices.price_gaps import names_clearance
from jobs.signals.goods.prices.said_of_goods import SAID_COLUMNS, with_said
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_record, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, finest_code, micro
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="undervalued_one_way",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)
_KEPT = (
    "trader",
    *SAID_COLUMNS,
    "quantity",
    "net_weight_kg",
    "inspection_result",
    "customs_value_vnd",
    "customs_office",
    "officer_code",
    "event_day",
    *TIE_COLUMNS,
)
_HEAD = ("typical", "tail", "peers", "peer_group", "explanations")
_PARTNER_LETTERS = 24  # of a seller's name, so many are compared: what follows is its legal form
_QUARTILES_TO_SIGMA = 1.349  # between the quartiles of a normal distribution, in standard deviations


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = how far (in standard errors) a hand's goods by one way lie below its own by all others.

    One kind of goods alone or all that came by several ways, whichever lies further, after innocent
    explanations; the amount is what the lines are worth at the others' price.
    """
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    scored = with_said(lines_with_peers(kept, import_prices(), _KEPT, -1, parameters), kept, parameters)
    companies = scored.where(F.col("hand").startswith("tax:") | F.col("trader").startswith("tax:"))
    compared = _compared(_by_way(companies, parameters))
    found = _by_desk(against_peers(_measure(compared, parameters), float(parameters["join_from"])))
    return tied_detections(SIGNAL, found, kept, identifiers, parameters)


def _by_way(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Each line once as of its office and once as of its seller: of goods that came by several of a kind."""
    ways = F.array(
        F.struct(F.lit("office").alias("way"), F.col("customs_office").alias("by")),
        F.struct(
            F.lit("seller").alias("way"),
            F.substring("partner_name_norm", 1, _PARTNER_LETTERS).alias("by"),
        ),
    )
    several = F.size(F.collect_set("by").over(Window.partitionBy("hand", "code", "way")))
    return (
        lines.select(
            "hand",
            finest_code(F.col("hs_code")).alias("code"),
            "gap",
            "event_day",
            "officer_code",
            F.log(line_quantity()).alias("size"),
            names_clearance(F.col("goods_norm"), parameters).alias("clearance"),
            found_in_order().alias("in_order"),
            "said",
            micro(F.col("excess_quantity")).alias("excess"),
            F.round(F.col("customs_value_vnd") * F.exp(-F.col("gap"))).cast("bigint").alias("stake"),
            shown_record(record(DECLARATIONS, F.col("record_key"))).alias("shown"),
            F.explode(ways).alias("one"),
        )
        .select("*", "one.way", "one.by")
        .where(F.col("by").isNotNull() & F.col("code").isNotNull())
        .withColumn("several", several)
        .where(F.col("several").between(2, int(parameters["most_ways"])))
        .drop("one", "several")
    )


def _compared(lines: DataFrame) -> DataFrame:
    """One row a hand, way and goods (`*`: all of them): its lines by this way against those by the others."""
    ways = lines.select("hand", "code", "way", F.col("by").alias("this")).distinct()
    here = F.col("by") == F.col("this")
    quartiles = [0.25, 0.5, 0.75]
    return (
        lines.join(ways, ["hand", "code", "way"])
        .withColumn("goods", F.explode(F.array("code", F.lit("*"))))
        .groupBy("hand", "way", "this", "goods")
        .agg(
            F.count_if(here).alias("lines"),
            F.count_if(~here).alias("others"),
            F.percentile(F.when(here, F.col("gap")), quartiles).alias("low"),
            F.percentile(F.when(~here, F.col("gap")), quartiles).alias("usual"),
            F.count_distinct(F.when(here, F.col("event_day"))).alias("days"),
            (F.avg(F.when(here, micro(F.col("size")))) - F.avg(F.when(~here, micro(F.col("size"))))).alias(
                "larger"
            ),
            F.collect_list(F.when(here & (F.col("way") == "office"), F.col("officer_code"))).alias(
                "officers"
            ),
            F.count_if(here & F.col("clearance")).alias("clearance"),
            F.count_if(here & F.col("in_order")).alias("in_order"),
            F.count_if(here & F.col("said")).alias("said"),
            (F.percentile(F.when(here, F.col("excess")), 0.5) / 1_000_000).alias("excess"),
            F.sum(F.when(here, F.col("stake"))).alias("value_vnd"),
            F.collect_list(F.when(here, F.col("shown"))).alias("shown"),
        )
    )


def _measure(compared: DataFrame, parameters: Parameters) -> DataFrame:
    spread = F.greatest(_spread("low"), _spread("usual"), F.lit(float(parameters["least_spread"])))
    low, usual = F.col("low")[1], F.col("usual")[1]
    error = spread * F.sqrt(1 / F.col("lines") + 1 / F.col("others"))
    seller = F.col("way") == "seller"

    def asked(name: str) -> Column:
        return F.when(seller, float(parameters[f"seller_{name}"])).otherwise(
            float(parameters[f"office_{name}"])
        )

    apart = (
        (F.col("lines") >= int(parameters["least_lines"]))
        & (F.col("others") >= int(parameters["least_others"]))
        & (F.col("days") >= int(parameters["least_days"]))
        & (F.round(low, 6) <= -asked("gap"))
        & (F.round(usual - low, 6) >= asked("drop"))
        & (F.round(usual, 6) <= asked("usual"))
    )
    graded = F.col("clearance") * 2 >= F.col("lines")
    innocent = {
        "another_seller": seller,
        "larger_lots": F.col("larger") >= float(parameters["larger_by"]) * 1_000_000,
        "clearance_or_low_grade": graded,
        "described_otherwise": ~graded & (F.col("said") >= F.col("lines") * float(parameters["said_share"])),
        "few_pieces": F.col("excess") <= -float(parameters["few_pieces"]),
        "inspected_and_matched": F.col("in_order") >= F.col("lines") * float(parameters["matched_share"]),
    }
    value = F.when(apart, F.least((usual - low) / error, F.lit(float(parameters["most"])))).otherwise(0.0)
    for name, holds in innocent.items():
        keep = float(parameters[f"keep_{name}"])
        value = value * F.when(F.coalesce(holds, F.lit(False)), keep).otherwise(1.0)
    ways = compared.select(
        "hand",
        F.lit("importers by several offices or of several sellers").alias("peer_group"),
        F.round(value, 6).alias("value"),
        F.col("lines").alias("support"),
        F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
        F.array(*[explanation(name, holds) for name, holds in innocent.items()]).alias("explanations"),
        "shown",
        _desk(parameters).alias("desk"),
        "way",
        "this",
        "goods",
    )
    furthest = Window.partitionBy("hand").orderBy(
        F.col("value").desc(), F.col("support").desc(), "way", "this", "goods"
    )
    first = ways.withColumn("place", F.row_number().over(furthest)).where(F.col("place") == 1)
    return first.drop("place", "way", "this", "goods")


def _desk(parameters: Parameters) -> Column:
    """The officer who cleared `desk_share` of the lines by an office; null where there is none."""
    officers = F.col("officers")
    times = F.filter(
        F.array_distinct(officers),
        lambda one: (
            F.size(F.filter(officers, lambda other: other == one))
            >= F.col("lines") * float(parameters["desk_share"])
        ),
    )
    return F.get(times, F.lit(0))


def _by_desk(found: DataFrame) -> DataFrame:
    """Hands whose low prices pass one officer are one: they had the same person look away."""
    head = F.max(F.struct("value", F.col("support").alias("most"), "hand", *_HEAD)).alias("head")
    return (
        found.groupBy(F.coalesce("desk", "hand").alias("at"))
        .agg(
            head,
            F.sum("support").alias("support"),
            F.sum("value_vnd").alias("value_vnd"),
            F.flatten(F.collect_list("shown")).alias("shown"),
        )
        .select(
            "head.hand", "head.value", *[f"head.{name}" for name in _HEAD], "support", "value_vnd", "shown"
        )
    )


def _spread(name: str) -> Column:
    return (F.col(name)[2] - F.col(name)[0]) / _QUARTILES_TO_SIGMA
