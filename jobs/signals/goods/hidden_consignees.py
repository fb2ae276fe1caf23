"""Who receives: bills whose consignees share a phone or an address are one receiving hand, unless the
identifier is open to many (a tower, a dormitory, a forwarder's warehouse)."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.traders import member_kind, trader_member
from jobs.signals.schema import Parameters, Signal, as_signal, bounded, member

_ROUNDS = 2
_TIES = {"phone": "phone", "address": "address"}


def sameness(counts: Column) -> Column:
    """Simpson's index of an array of counts: the chance that two bills hold the same goods (0 to 1)."""
    total = F.aggregate(counts, F.lit(0).cast("bigint"), lambda sum_, count: sum_ + count)
    squares = F.aggregate(counts, F.lit(0).cast("bigint"), lambda sum_, count: sum_ + count * count)
    return F.round(F.try_divide(squares, total * total), 6)


def with_receiver(bills: DataFrame, identifiers: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `receiver`, `tie_phone` and `tie_address`: the identifiers that hold the bills together.

    An identifier holds bills together when it is no hub and either few names use it (below `open_names`) or
    what comes to it is mostly the same goods (`open_sameness`). Bills that nothing holds are left out.
    """
    tied = bills
    for column, kind in _TIES.items():
        hubs = (
            identifiers.where(F.col("hub") & (F.col("kind") == kind))
            .groupBy(F.col("id").alias(column))
            .agg(F.lit(True).alias("is_hub"))
        )
        # A missing identifier ties nothing: such a bill is a partition of its own.
        key = F.coalesce(F.col(column), F.concat(F.lit("~"), F.col("evidence.key")))
        one = Window.partitionBy("at")
        few_names = F.col("names_at") < int(parameters["open_names"])
        same_goods = F.col("alike_at") >= float(parameters["open_sameness"])
        tied = (
            tied.join(hubs, column, "left")
            .withColumn("at", key)
            .withColumn("bills_at", F.count(F.lit(1)).over(one))
            .withColumn("names_at", F.size(F.collect_set("name").over(one)))
            .withColumn("alike", F.count(F.lit(1)).over(Window.partitionBy("at", "goods")))
            .withColumn("alike_at", F.sum("alike").over(one) / (F.col("bills_at") * F.col("bills_at")))
            .withColumn(
                f"tie_{column}", F.when(F.col("is_hub").isNull() & (few_names | same_goods), F.col(column))
            )
            .drop("is_hub", "at", "bills_at", "names_at", "alike", "alike_at")
        )
    held = tied.where(F.coalesce("tie_phone", "tie_address").isNotNull())
    pair = F.concat_ws("|", F.coalesce("tie_phone", F.lit("-")), F.coalesce("tie_address", F.lit("-")))
    held = held.withColumn("pair", pair).withColumn("receiver", F.col("pair"))
    for _ in range(_ROUNDS):
        for column in _TIES:
            node = F.coalesce(F.col(f"tie_{column}"), F.col("pair"))
            held = held.withColumn("receiver", F.min("receiver").over(Window.partitionBy(node)))
    return held.drop("pair")


def shown_bill() -> Column:
    """One record that shows the conduct, with what names its members."""
    return F.struct("evidence", "name", "trader", "trader_bills", "tie_phone", "tie_address")


def receiver_detections(
    signal: Signal, found: DataFrame, parameters: Parameters, role: str = "consignee"
) -> DataFrame:
    """Close a signal about receivers.

    `found`: receiver with the columns of `against_peers`, support, value_vnd, explanations and `shown` (array
    of `shown_bill`). A trader is a member when at least half of all its bills are shown here, a phone or
    address when two names or traders share it. `role` is that of the shared phones and addresses.
    """
    # What was found is little: in one partition, no step below needs to move rows.
    records = found.repartition(1).withColumn("record", F.explode("shown")).drop("shown")
    measured = [name for name in records.columns if name != "record"]
    for column, kind in _TIES.items():
        one = Window.partitionBy("receiver", f"record.tie_{column}")
        users = F.struct(F.col("record.trader"), F.col("record.name"))
        records = records.withColumn(
            column,
            F.when(
                F.col(f"record.tie_{column}").isNotNull() & (F.size(F.collect_set(users).over(one)) >= 2),
                member(kind, F.col(f"record.tie_{column}"), role),
            ),
        )
    by_trader = records.groupBy(*measured, F.col("record.trader").alias("trader")).agg(
        F.count(F.lit(1)).alias("here"),
        F.max("record.trader_bills").alias("trader_bills"),
        F.collect_set("phone").alias("phones"),
        F.collect_set("address").alias("addresses"),
        F.collect_list("record.tie_phone").alias("phone_uses"),
        F.collect_list("record.tie_address").alias("address_uses"),
        F.collect_set("record.evidence").alias("evidence"),
    )
    acts_for = member_kind(F.col("trader")).isNotNull() & (F.col("here") * 2 >= F.col("trader_bills"))
    rows = (
        by_trader.groupBy(*measured)
        .agg(
            F.collect_set(F.when(acts_for, trader_member(F.col("trader")))).alias("traders"),
            _merged("phones"),
            _merged("addresses"),
            _merged("evidence"),
            F.array_sort(F.flatten(F.collect_list("phone_uses"))).alias("phone_uses"),
            F.array_sort(F.flatten(F.collect_list("address_uses"))).alias("address_uses"),
        )
        .withColumn("members", F.array_sort(F.array_union("traders", F.array_union("phones", "addresses"))))
        .withColumn("first_phone", _middle("phone_uses"))
        .withColumn("subject_kind", F.when(F.col("first_phone").isNotNull(), "phone").otherwise("address"))
        .withColumn("subject_id", F.coalesce("first_phone", _middle("address_uses")))
        .withColumn(
            "members",
            F.when(F.size("members") > 0, F.col("members")).otherwise(
                F.array(member(F.col("subject_kind"), F.col("subject_id"), role))
            ),
        )
        .withColumn("evidence", bounded(F.col("evidence"), int(parameters["evidence_limit"])))
    )
    return as_signal(signal, rows)


def _merged(column: str) -> Column:
    return F.array_distinct(F.flatten(F.collect_list(column))).alias(column)


def _middle(column: str) -> Column:
    """The middle of sorted uses: the one that stands on most records, when there is such a one."""
    return F.get(F.col(column), F.floor(F.size(column) / 2).cast("int"))


def with_trader_bills(bills: DataFrame) -> DataFrame:
    """Adds `trader_bills`: how many records the trader has in all (null without a trader)."""
    total = F.count(F.lit(1)).over(Window.partitionBy(F.coalesce("trader", F.col("evidence.key"))))
    return bills.withColumn("trader_bills", F.when(F.col("trader").isNotNull(), total))
