"""Every declaration line with the hand behind its trader, told once for all signals that ask."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.goods_names import goods_name
from jobs.runtime.job import Job, JobContext

DECLARATIONS_DDL = """
    record_key string, declaration_no string, line_no bigint, direction string, regime string,
    registered_at timestamp, cleared_at timestamp, event_day date, customs_office string, channel string,
    channel_history string, officer_code string, inspection_result string, trader_id string,
    trader_key string, trader string, hand string, trader_name_norm string, trader_phone_e164 string,
    trader_address_norm string, consignee_name_norm string, consignee_phone_e164 string,
    consignee_address_norm string, partner_name_norm string, partner_country string, master_bill_no string,
    house_bill_no string, hs_code string, goods_description string, goods_norm string, goods_name string,
    brand string, origin_country string, quantity double, unit string, net_weight_kg double,
    customs_value_vnd bigint, duty_vnd bigint, vat_vnd bigint
"""

# What is said of a declaration as a whole, whichever of its lines says it.
_OF_THE_WHOLE = (
    "trader_key",
    "trader_phone_e164",
    "trader_address_norm",
    "consignee_name_norm",
    "consignee_phone_e164",
    "consignee_address_norm",
    "partner_name_norm",
    "partner_country",
    "master_bill_no",
    "house_bill_no",
    "officer_code",
)


def transform(*, customs_declarations: DataFrame, operators: DataFrame, context: JobContext) -> DataFrame:
    """Lines up to the run's day, with `trader` (its key, or its phone where no identifier was declared),
    `hand` (the operator behind the trader, or the trader itself when no link is known) and `goods_name`.

    What one line leaves out of the whole declaration, its other lines tell, where they agree. A line that
    names only the phone of one known trader is that trader's; lines without any trader identifier have
    neither.
    """
    holders = F.collect_set(F.when(F.col("kind") != "phone", F.col("id"))).over(
        Window.partitionBy("operator_id")
    )
    owners = (
        operators.where(F.col("kind").isin("person", "company", "phone"))
        .withColumn("holder", F.when(F.size(holders) == 1, holders[0]))
        .groupBy(F.col("id").alias("trader"))
        .agg(F.min(F.struct("operator_id", "holder")).alias("owner"))
    )
    return (
        customs_declarations.where(F.col("event_day") <= F.lit(context.as_of))
        .withColumns({column: _told_by_all(column) for column in _OF_THE_WHOLE})
        .withColumn("trader", F.coalesce("trader_key", "trader_phone_e164"))
        .join(owners, "trader", "left")
        .withColumn("hand", F.coalesce("owner.operator_id", "trader"))
        .withColumn("trader", F.coalesce("trader_key", "owner.holder", "trader"))
        .withColumn("goods_name", goods_name(F.col("goods_norm"), F.col("brand")))
        .select(*_columns())
    )


def _told_by_all(column: str) -> Column:
    """The line's own value, or the only one that the declaration's lines have."""
    lines = Window.partitionBy("declaration_no")
    least, most = F.min(column).over(lines), F.max(column).over(lines)
    return F.coalesce(F.col(column), F.when(least == most, least))


def _columns() -> list[Column]:
    return [F.col(column.split()[0]) for column in DECLARATIONS_DDL.split(",")]


JOB = Job(
    name="trace_declarations",
    purpose="Every declaration line with the hand behind its trader",
    grain="one row a declaration line",
    reads={"customs_declarations": "silver.customs_declarations", "operators": "links.operators"},
    writes={"flows.declarations": DECLARATIONS_DDL},
    transform=transform,
)
