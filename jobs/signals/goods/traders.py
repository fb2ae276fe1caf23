"""Traders in customs declarations: which hand declares, and how a trader is named as a member."""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters, member, record

DECLARATIONS = "customs_declarations"
# A branch's tax code is its head office's with three more digits: one company.
_HEAD_OFFICE = r"^(tax:[0-9]{10})-[0-9]{3}$"


def in_window(frame: DataFrame, as_of: date, days: float | int | str) -> DataFrame:
    """Rows whose `event_day` lies in the `days` days that end with `as_of` (both ends included)."""
    first = as_of - timedelta(days=int(days) - 1)
    return frame.where(F.col("event_day").between(F.lit(first), F.lit(as_of)))


def listed(parameters: Parameters, name: str) -> list[str]:
    """A parameter that holds words separated by commas."""
    return [word.strip() for word in str(parameters[name]).split(",") if word.strip()]


def is_one_of(column: Column, parameters: Parameters, name: str) -> Column:
    """Whether the text begins with one of the words of a list parameter. Null counts as no."""
    matches = F.lit(False)
    for word in listed(parameters, name):
        matches = matches | column.startswith(word)
    return F.coalesce(matches, F.lit(False))


def declared_in_window(
    customs_declarations: DataFrame, direction: str, parameters: Parameters, as_of: date
) -> DataFrame:
    """Lines of one direction in the signal's window, but for its `regimes_left_out`."""
    return in_window(customs_declarations, as_of, parameters["window_days"]).where(
        (F.col("direction") == direction) & ~is_one_of(F.col("regime"), parameters, "regimes_left_out")
    )


def company_of(trader: Column) -> Column:
    """The trader, or its head office where it is a branch."""
    return F.regexp_replace(trader, _HEAD_OFFICE, "$1")


def trader_kind(trader: Column) -> Column:
    """Member kind of a trader, by the form of its key; null where there is no trader."""
    return (
        F.when(trader.startswith("tax:"), "company")
        .when(trader.startswith("+"), "phone")
        .when(trader.isNotNull(), "person")
    )


def accomplice(trader: Column, record_keys: Column) -> Column:
    """A trader and its declaration lines, as `tied_detections` takes what stands with a hand."""
    return F.struct(
        F.array(member(trader_kind(trader), trader, "trader")).alias("members"),
        F.transform(record_keys, lambda key: record(DECLARATIONS, key)).alias("evidence"),
    )


def heading(hs_code: Column, digits: int) -> Column:
    """The first digits of an HS code; null when the code is shorter."""
    code = F.regexp_replace(hs_code, "[^0-9]", "")
    return F.when(F.length(code) >= digits, F.substring(code, 1, digits))


def finest_code(hs_code: Column) -> Column:
    """The HS8 code, or HS6 or the heading where no more is declared; null for less."""
    return F.coalesce(*[heading(hs_code, digits) for digits in (8, 6, 4)])


def micro(column: Column) -> Column:
    """A double as whole millionths, so that sums do not depend on the order of the rows."""
    return F.round(column * 1_000_000).cast("bigint")
