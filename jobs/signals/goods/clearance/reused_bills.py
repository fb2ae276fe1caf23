"""One bill behind several declarations: of different traders, of the same cargo again, of weeks far apart.

Source: Vietnam Customs dispatch 3923/2021 and press cases (reused and false papers). A house bill stands for
one consignment of one consignee. Who clears it in lots declares different weights, soon after one another.
A master bill stands for one arrival, after which goods are to be declared within thirty days (Law on Customs
2014, article 25): a consolidation has many companies on it, all within days. What leaves again may name the
bill under which it came, lot for lot.
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.clearance.shared_papers import days_apart, distinct, with_others
from jobs.signals.goods.marked_lines import marked_detections
from jobs.signals.goods.tied_traders import shown_declaration
from jobs.signals.goods.traders import DECLARATIONS, company_of, in_window, is_one_of
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="reused_bills",
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
    """value as `marked_detections` gives it, of declarations that name a bill."""
    kept = in_window(customs_declarations, as_of, parameters["window_days"]).where(
        ~is_one_of(F.col("regime"), parameters, "transfer_regimes")
    )
    cleared = whole_declarations(kept).where(F.col("cleared_at").isNotNull())
    marked = _marked(_with_arrival(cleared, parameters), parameters).select(
        "hand",
        "mark",
        (F.col("inspection") == 1).alias("in_order"),
        "value_vnd",
        shown_declaration(DECLARATIONS).alias("shown"),
        "others",
    )
    return marked_detections(SIGNAL, marked, kept, identifiers, parameters)


def _with_arrival(declarations: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `house` (whether it names a house bill) and `arrival`: the bill under which the goods came once.

    That is the master bill where no two house bills stand under it, else the house bill; a carrier's bill
    written twice is no house bill. Text with hardly a digit ("none") names no arrival. `bill` becomes the
    house bill, else the arrival; without it no row stays.
    """
    # Declarations without a master bill are not one heap, but each alone.
    under = Window.partitionBy("direction", F.coalesce("master", F.concat(F.lit("~"), "declaration_no")))
    house = F.when(~F.col("bill").eqNullSafe(F.col("master")), F.col("bill"))
    direct = F.col("master").isNotNull() & (distinct("bill", under) <= 1)
    digits = F.length(F.regexp_replace("arrival", "[^0-9]", ""))
    return (
        _without_bills_of_entry(declarations)
        .withColumn("bill", house)
        .withColumn("arrival", F.when(direct, F.col("master")).otherwise(F.col("bill")))
        .withColumn("arrival", F.when(digits >= int(parameters["arrival_digits"]), F.col("arrival")))
        .withColumn("house", F.col("bill").isNotNull())
        .withColumn("bill", F.coalesce("bill", "arrival"))
        .where(F.col("bill").isNotNull())
        .withColumn("arrival", F.coalesce("arrival", F.concat(F.lit("~"), "declaration_no")))
    )


def _without_bills_of_entry(declarations: DataFrame) -> DataFrame:
    """The declarations; bills of a company's own imports that its exports name are no bills of exports."""
    company = company_of(F.col("trader"))
    imported = F.col("direction") == "import"
    for bill in ("bill", "master"):
        of_bill = Window.partitionBy(company, F.coalesce(bill, F.concat(F.lit("~"), "declaration_no")))
        came = F.max(imported).over(of_bill)
        declarations = declarations.withColumn(bill, F.when(imported | ~came, F.col(bill)))
    return declarations


def _marked(declarations: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `mark` and `others`: what else stands on the declaration's bill.

    Used again: a house bill of several companies; a weight that the same company declared on the bill long
    before or after (a correction follows within days); an arrival weeks apart, or of several companies in
    several regions later than goods are carried on. One company in one region may have drawn from a bonded
    store, which weighs less. What leaves is loaded at once: a bill without house bills is one exporter's, and
    none of several companies on several days; a number mistyped once weighs less too. A bill that many
    companies name is no bill.
    """
    company = company_of(F.col("trader"))
    bill = Window.partitionBy("direction", "bill")
    cargo = Window.partitionBy("direction", "bill", company, "hs6", F.round("weight_kg"))
    arrival = Window.partitionBy("direction", "arrival")
    on_bill, on_arrival = distinct(company, bill), distinct(company, arrival)
    most = int(parameters["companies_max"])
    again = F.col("weight_kg").isNotNull() & (days_apart(cargo) >= int(parameters["correction_days"]))
    regions = distinct(F.substring("office", 1, int(parameters["region_digits"])), arrival)
    moved = (regions >= 2) & (days_apart(arrival) >= int(parameters["carried_on_days"]))
    late = (days_apart(arrival) >= int(parameters["arrival_days"])) | ((on_arrival >= 2) & moved)
    twice = late & (on_arrival <= most)
    loaded = (
        (F.col("direction") == "export")
        & ~F.col("house")
        & on_arrival.between(2, most)
        & (days_apart(arrival) >= int(parameters["loaded_days"]))
    )
    certain = (
        (F.col("house") & on_bill.between(2, most))
        | ((on_bill == 1) & again)
        | (twice & ((on_arrival >= 2) | (regions >= 2)))
    )
    mark = F.when(certain, 1.0).when(twice | loaded, float(parameters["stored_mark"])).otherwise(0.0)
    marked = declarations.withColumn("mark", mark).withColumn(
        "paper", F.when(twice, F.col("arrival")).otherwise(F.col("bill"))
    )
    return with_others(marked, "paper")
