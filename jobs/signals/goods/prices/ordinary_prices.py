"""Whether companies that look like one business under several names pay what others pay for such goods.

Names are borrowed to escape something, mostly a part of the duty: the goods are declared low under a name
that will not answer for it. Sister companies, successors and neighbours declare what their goods cost.
"""

from collections.abc import Iterable
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import Row
from jobs.signals.goods.peer_measures import import_prices, lines_with_peers
from jobs.signals.goods.traders import declared_in_window, micro
from jobs.signals.schema import Parameters

ORDINARY_PRICES = "ordinary_prices"


def price_levels(
    customs_declarations: DataFrame, by: Column, parameters: Parameters, as_of: date
) -> DataFrame:
    """by, priced (import lines of companies that have peers), level: how far (log, millionths) the middle one
    of them lies from the peers' price.

    Uses parameters `unpriced_regimes`, `priced_days` and those of `with_peers`: the lines and the peers of
    `undervalued_imports`, so that Spark knows the same plan again.
    """
    priced = {
        **parameters,
        "regimes_left_out": parameters["unpriced_regimes"],
        "window_days": parameters["priced_days"],
    }
    lines = declared_in_window(customs_declarations, "import", priced, as_of)
    scored = lines_with_peers(lines, import_prices(), ("trader",), -1, parameters)
    companies = scored.where(F.col("trader").startswith("tax:"))
    return companies.groupBy(by.alias("by")).agg(
        F.count(F.lit(1)).alias("priced"), micro(F.percentile("gap", 0.5)).alias("level")
    )


def ordinary_prices(rows: Iterable[Row], parameters: Parameters) -> bool:
    """Whether the companies' prices (`priced` and `level` of each) lie no further below the peers' than
    `ordinary_within`; they need `ordinary_lines` that have peers."""
    middle = _middle_level(rows, parameters)
    return middle is not None and middle >= -float(parameters["ordinary_within"])


def low_prices(rows: Iterable[Row], parameters: Parameters) -> bool:
    """Whether the companies' prices lie `low_from` (log) below the peers', on `ordinary_lines` at least."""
    middle = _middle_level(rows, parameters)
    return middle is not None and middle <= -float(parameters["low_from"])


def _middle_level(rows: Iterable[Row], parameters: Parameters) -> float | None:
    """The companies' levels (log), weighed by their lines; null where too few lines have peers."""
    known = [(row["priced"], row["level"]) for row in rows if row.get("priced")]
    lines = sum(priced for priced, _ in known)
    if lines < int(parameters["ordinary_lines"]):
        return None
    return float(sum(priced * level for priced, level in known) / lines / 1_000_000)
