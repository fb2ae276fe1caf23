"""Levels of the law above which payments are reported, by the day of the payment."""

from pyspark.sql import Column
from pyspark.sql import functions as F

from configs.law import load_law


def level_on(law: str, day: Column) -> Column:
    """The level of that law on that day, in whole units of the law; null before there was one."""
    level = F.lit(None).cast("bigint")
    for fact in load_law()[law].facts:
        until = F.lit(True) if fact.valid_to is None else day <= F.lit(fact.valid_to)
        level = F.when((day >= F.lit(fact.valid_from)) & until, F.lit(int(fact.value))).otherwise(level)
    return level
