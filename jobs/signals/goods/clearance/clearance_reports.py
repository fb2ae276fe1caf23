"""Where an uncleared declaration tells something: clearances are reported there, and usual in its channel."""

from pyspark.sql import Column, Window
from pyspark.sql import functions as F

from jobs.signals.schema import Parameters


def clearance_is_told(office: str, old: Column, parameters: Parameters) -> Column:
    """Whether to be uncleared stands out, by the declarations that are `old` enough to be cleared.

    The office reports clearances (`cleared_share`), and of all in the same channel, where they are
    `channel_least` or more, `channel_cleared_share` are cleared: what stays open in every other red one, or
    is not reported, was not left behind.
    """
    cleared = F.when(old, F.col("cleared_at").isNotNull().cast("int"))
    channel = Window.partitionBy("channel")
    reported = F.avg(cleared).over(Window.partitionBy(office)) >= float(parameters["cleared_share"])
    few = F.count(cleared).over(channel) < int(parameters["channel_least"])
    usual = F.avg(cleared).over(channel) >= float(parameters["channel_cleared_share"])
    return F.coalesce(reported & (few | usual), F.lit(False))
