"""Every row against every rule of its feed, in one expression that names all that it breaks."""

from collections.abc import Iterable

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from configs.sources import Source
from expectations.rules import Rule

_BETWEEN = ","  # in no id of a rule


def check_rows(typed: DataFrame, source: Source, rules: Iterable[Rule]) -> DataFrame:
    """`typed` with `broken` (ids of broken rules that reject the row), `warned` (ids of those that only warn)
    and, for rejected rows, `raw_json`: the row as it came. `raw`, `raw_text` and `other_columns` are gone.
    """
    every = list(rules)
    rejecting = [rule for rule in every if rule.severity == "reject_row"]
    warning = [rule for rule in every if rule.severity != "reject_row"]
    checked = typed.withColumns({"broken": _broken(rejecting), "warned": _broken(warning)})
    as_it_came = F.to_json(
        F.struct(
            *(F.col(f"raw.{name}").alias(name) for name in source.columns),
            F.col("other_columns"),
            F.col("raw_text").alias("line"),
        )
    )
    return checked.withColumn("raw_json", F.when(F.size("broken") > 0, as_it_came)).drop(
        "raw", "raw_text", "other_columns"
    )


def _broken(rules: Iterable[Rule]) -> Column:
    """Ids of the rules that do not hold, in their order."""
    # As text first: it is generated code, and what takes nulls out of an array is not. Few rows have any.
    named = F.concat_ws(_BETWEEN, *(F.when(_fails(rule), F.lit(rule.id)) for rule in rules))
    return F.when(named == "", F.array().cast("array<string>")).otherwise(F.split(named, _BETWEEN))


def _fails(rule: Rule) -> Column:
    fails = ~F.coalesce(F.expr(rule.holds).cast("boolean"), F.lit(True))
    return fails if rule.of_withdrawals else fails & ~F.col("is_withdrawal")
