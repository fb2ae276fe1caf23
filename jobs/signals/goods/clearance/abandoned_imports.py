"""Imports that are declared and never cleared, again and again: goods left behind once they are looked at.

What many leave at an office that stands still (a storm, a strike) is not held against them, and a lot that
another takes to another office was not left behind: that is `channel_shopping`.
Source: Vietnam Customs dispatch 3923/2021 (goods abandoned or moved to a quieter office).
"""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.clearance.clearance_reports import clearance_is_told
from jobs.signals.goods.clearance.declaration_rates import rate_detections
from jobs.signals.goods.clearance.standstills import standstills
from jobs.signals.goods.traders import heading, in_window
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="abandoned_imports",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)

_CHANNELS = ("green", "yellow", "red")
_GREEN = _CHANNELS.index("green") + 1
"""Its position, counted from one as Spark counts."""


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Importers whose declarations stay uncleared beyond `patience_days`, where that is told."""
    lines = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        F.col("direction") == "import"
    )
    old = F.col("event_day") <= F.lit(as_of - timedelta(days=int(parameters["patience_days"])))
    anew = _declared_anew(lines, parameters)
    still = standstills(lines, parameters).select(
        F.col("customs_office").alias("office"), "event_day", F.lit(True).alias("still")
    )
    declarations = (
        whole_declarations(lines)
        .where(old)
        .withColumn("told", clearance_is_told("office", F.lit(True), parameters))
        .where("told")
        .join(anew, "declaration_no", "left")
        .join(_moved(lines, parameters), "declaration_no", "left")
        .join(still, ["office", "event_day"], "left")
    )
    hit = F.col("cleared_at").isNull() & F.col("still").isNull() & F.col("moved").isNull()
    innocent = {"declared_anew": F.col("anew")}
    return rate_detections(
        SIGNAL, declarations, hit, F.lit("importers"), lines, identifiers, parameters, innocent
    )


def _moved(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """declaration_no, moved: uncleared ones of which a lot, just so many of one seller's goods, another
    trader soon cleared at another office."""
    lot = ["partner_name_norm", "heading", "unit", "quantity"]
    keeps = ["registered_at", "customs_office", "trader"]
    goods = lines.withColumn("heading", heading(F.col("hs_code"), 4)).where(
        F.col("quantity") >= int(parameters["lot_units_least"])
    )
    left = goods.where(F.col("cleared_at").isNull()).select("declaration_no", *lot, *keeps)
    cleared = goods.where(F.col("cleared_at").isNotNull()).select(
        *lot, *[F.col(column).alias(f"{column}_anew") for column in keeps]
    )
    soon = F.col("registered_at") + F.expr(f"interval {int(parameters['anew_days'])} days")
    return (
        left.join(cleared, lot)
        .where((F.col("registered_at_anew") > F.col("registered_at")) & (F.col("registered_at_anew") <= soon))
        .where(F.col("customs_office_anew") != F.col("customs_office"))
        .where(F.col("trader_anew") != F.col("trader"))
        .select("declaration_no", F.lit(True).alias("moved"))
        .distinct()
    )


def _declared_anew(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """declaration_no, anew: uncleared ones of which a line was soon declared again and cleared.

    The same trader, within `anew_days`, as much by number and weight or more (from `anew_tolerance` less to
    `anew_more` more), and looked at no less: at the same office in no easier channel, or anywhere with the
    goods inspected (red). Or no fewer under the same bill at the same office, where officers looked at the
    papers (no green). A mistake was put right, and nothing was left behind or hidden.
    """
    same = ["trader", "unit"]
    keeps = ["registered_at", "quantity", "net_weight_kg", "customs_office", "bill"]
    strict = F.array_position(F.array(*map(F.lit, _CHANNELS)), F.col("channel")).alias("strict")
    billed = lines.withColumn("bill", F.coalesce("house_bill_no", "master_bill_no"))
    left = billed.where(F.col("cleared_at").isNull()).select("declaration_no", strict, *keeps, *same)
    cleared = billed.where(F.col("cleared_at").isNotNull()).select(
        *same,
        *[F.col(column).alias(f"{column}_anew") for column in keeps],
        strict.alias("strict_anew"),
    )
    least, most = 1 - float(parameters["anew_tolerance"]), 1 + float(parameters["anew_more"])
    soon = F.col("registered_at") + F.expr(f"interval {int(parameters['anew_days'])} days")

    def no_less(column: str) -> Column:
        return F.col(f"{column}_anew").between(F.col(column) * least, F.col(column) * most)

    inspected = F.col("strict_anew") == len(_CHANNELS)
    at_one_office = F.col("customs_office_anew") == F.col("customs_office")
    as_much = no_less("quantity") & no_less("net_weight_kg") & (F.col("strict_anew") >= F.col("strict"))
    one_bill = (F.col("bill_anew") == F.col("bill")) & at_one_office
    no_fewer = (F.col("quantity_anew") >= F.col("quantity") * least) & (F.col("strict_anew") > _GREEN)
    return (
        left.join(cleared, same)
        .where((F.col("registered_at_anew") > F.col("registered_at")) & (F.col("registered_at_anew") <= soon))
        .where((as_much & (at_one_office | inspected)) | (one_bill & no_fewer))
        .select("declaration_no", F.lit(True).alias("anew"))
        .distinct()
    )
