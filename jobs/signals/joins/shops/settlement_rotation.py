"""A seller whose cash on delivery goes to accounts of one holder after another."""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="settlement_rotation",
    subject="operator",
    reads={
        "parcels": "flows.parcels",
        "accounts": "links.accounts",
        "sellers": "silver.sellers",
        "payments": "flows.payments",
    },
)


def transform(
    *,
    parcels: DataFrame,
    accounts: DataFrame,
    sellers: DataFrame,
    payments: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of the holders that take turns, times the share of the cash that they receive.

    Counted for one shop, or for one operator off platform: shops of a chain may well have an account each.
    Holders take turns where parcel after parcel goes to one of them and then to the next; where they mingle,
    those whose days overlap stand side by side and count less.
    """
    del as_of
    at_door = parcels.where((F.col("cod_amount_vnd") > 0) & F.col("cod_account_id").isNotNull())
    cash = at_door.withColumn("unit", F.coalesce("seller_key", _only_shop(), "operator_id"))
    uses = kept(_uses(cash, accounts, sellers, parameters))
    spells = kept(_spells(uses, _turn_taking(cash, uses), parameters))
    units = _units(spells, parameters)
    measured = units.groupBy("subject_id").agg(
        F.lit("sellers with cash on delivery").alias("peer_group"),
        F.max("value").alias("value"),
        F.sum("extra_holders").alias("support"),
        F.sum("strange_vnd").alias("value_vnd"),
        F.array(explanation("bank_changed_once", F.max("extra_holders") == 1)).alias("explanations"),
    )
    rows = reported(measured, parameters)
    turning = spells.where("turns").join(subjects_of(rows), "subject_id", "left_semi")
    rotating = spells.join(turning.select("unit").distinct(), "unit", "left_semi")
    return close(
        SIGNAL,
        rows,
        *_shown(rotating, cash, payments, float(parameters["phone_share_least"])),
        int(parameters["evidence_limit"]),
    )


def _only_shop() -> Column:
    """The shop of an operator that has no other: what goes beside the platform is paid to the same hands."""
    of_operator = Window.partitionBy(F.coalesce("operator_id", "record_key"))
    first, last = F.min("seller_key").over(of_operator), F.max("seller_key").over(of_operator)
    return F.when(first == last, first)


def _uses(cash: DataFrame, accounts: DataFrame, sellers: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a unit and account that receives its cash often enough: days, cash, `holder`."""
    holders = accounts.select(F.col("account_id").alias("cod_account_id"), "holder_key")
    owners = sellers.select(F.col("seller_key").alias("unit"), "owner_key", "tax_key")
    return (
        cash.groupBy("unit", "cod_account_id")
        .agg(
            F.max(F.coalesce("operator_id", "unit")).alias("subject_id"),
            F.count(F.lit(1)).alias("parcels"),
            F.sum("cod_amount_vnd").alias("cod_vnd"),
            F.min("day").alias("first_day"),
            F.max("day").alias("last_day"),
            F.max("seller_key").alias("seller_key"),
        )
        .where(F.col("unit").isNotNull() & (F.col("parcels") >= int(parameters["parcels_of_account_least"])))
        .join(holders, "cod_account_id", "left")
        .join(owners, "unit", "left")
        .withColumn("holder", F.coalesce("holder_key", "cod_account_id"))
    )


def _turn_taking(cash: DataFrame, uses: DataFrame) -> DataFrame:
    """Per unit with several accounts: `turn_taking`, how far its holders follow one another.

    The share of parcels that go to the holder of the parcel before, between what chance gives (0) and all
    (1). One parcel more to a holder of earlier days changes it little. What a holder sends on one day counts
    once, since senders who share a counter hand in batches. Null where all go to one holder.
    """
    several = uses.withColumn("accounts", F.count(F.lit(1)).over(Window.partitionBy("unit")))
    sent = cash.join(
        several.where("accounts > 1").select("unit", "cod_account_id", "holder"), ["unit", "cod_account_id"]
    )
    days = sent.groupBy("unit", "holder", "day").agg(
        F.min(F.struct("created_at", "record_key")).alias("first")
    )
    before = F.lag("holder").over(Window.partitionBy("unit").orderBy("first"))
    parcels = F.col("parcels")
    by_holder = (
        days.withColumn("same", F.col("holder") == before)
        .groupBy("unit", "holder")
        .agg(F.count(F.lit(1)).alias("parcels"), F.count_if("same").alias("same"))
    )
    pairs = F.sum(parcels) - 1
    same = F.sum("same") / pairs
    by_chance = F.sum(parcels * (parcels - 1)) / (F.sum(parcels) * pairs)
    return by_holder.groupBy("unit").agg(
        F.round(F.try_divide(same - by_chance, 1 - by_chance), 6).alias("turn_taking")
    )


def _spells(uses: DataFrame, turn_taking: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a unit and account holder: days, cash, and whether it `turns` up beside the ordinary one."""
    by_holder = uses.groupBy("unit", "subject_id", "holder").agg(
        F.max("seller_key").alias("seller_key"),
        F.sort_array(F.collect_set("cod_account_id")).alias("account_ids"),
        F.sum("parcels").alias("parcels"),
        F.sum("cod_vnd").alias("cod_vnd"),
        F.min("first_day").alias("first_day"),
        F.max("last_day").alias("last_day"),
        F.max(
            F.col("holder").eqNullSafe(F.col("owner_key")) | F.col("holder").eqNullSafe(F.col("tax_key"))
        ).alias("is_owner"),
    )
    # The owner's account is the ordinary one; without it, the account that takes most.
    unit = Window.partitionBy("unit")
    ordinary = unit.orderBy(F.desc("is_owner"), F.desc("cod_vnd"), "holder")
    in_turn = unit.orderBy("first_day", "holder")
    before = in_turn.rowsBetween(Window.unboundedPreceding, -1)
    after = in_turn.rowsBetween(1, Window.unboundedFollowing)
    days = F.date_diff("last_day", "first_day") + 1
    overlap = F.greatest(
        F.date_diff(F.max("last_day").over(before), "first_day") + 1,
        F.date_diff("last_day", F.min("first_day").over(after)) + 1,
        F.lit(0),
    )
    mingled = F.coalesce(F.col("turn_taking") < float(parameters["turns_least"]), F.lit(True))
    overlaps = F.coalesce(overlap > days * F.lit(float(parameters["overlap_most"])), F.lit(False))
    return (
        by_holder.join(turn_taking, "unit", "left")
        .withColumn("turns", F.row_number().over(ordinary) > 1)
        .withColumn("side_by_side", mingled & overlaps)
    )


def _units(spells: DataFrame, parameters: Parameters) -> DataFrame:
    """Every shop (or operator off platform) with enough cash, and how far its cash wanders."""
    # Off platform, senders who use one counter or warehouse may look like one: each has an account all along.
    beside = F.when(
        F.col("seller_key").isNull(), float(parameters["weight_side_by_side_off_platform"])
    ).otherwise(float(parameters["weight_side_by_side"]))
    weight = F.when(F.col("side_by_side"), beside).otherwise(1.0)
    per_unit = (
        spells.groupBy("unit", "subject_id")
        .agg(
            F.sum("parcels").alias("parcels"),
            F.sum("cod_vnd").alias("cod_vnd"),
            F.sum(F.when(F.col("turns"), F.col("cod_vnd")).otherwise(F.lit(0))).alias("strange_vnd"),
            F.sum(F.when(F.col("turns"), 1).otherwise(0)).alias("extra_holders"),
            F.round(F.sum(F.when(F.col("turns"), weight).otherwise(0.0)), 6).alias("turning"),
        )
        .where(F.col("parcels") >= int(parameters["parcels_least"]))
    )
    once = F.when(F.col("extra_holders") == 1, float(parameters["factor_once"])).otherwise(1.0)
    share = F.try_divide("strange_vnd", "cod_vnd")
    return per_unit.withColumn("value", F.round(F.log2(1 + F.col("turning")) * share * once, 6))


def _shown(
    rotating: DataFrame, cash: DataFrame, payments: DataFrame, share_least: float
) -> tuple[list[DataFrame], list[DataFrame]]:
    through = rotating.select(
        "subject_id", "unit", "seller_key", "turns", F.explode("account_ids").alias("cod_account_id")
    )
    role = F.when(F.col("turns"), "mule").otherwise("collector")
    sent = cash.join(through.select("subject_id", "unit", "cod_account_id"), ["unit", "cod_account_id"])
    settled = payments.where(F.col("channel") == "cod_settlement").join(
        through.where("turns")
        .select("subject_id", F.col("cod_account_id").alias("creditor_account_id"))
        .distinct(),
        "creditor_account_id",
    )
    unit = Window.partitionBy("unit")
    off_platform = (
        sent.where(F.col("seller_key").isNull() & F.col("sender_phone_e164").isNotNull())
        .groupBy("subject_id", "unit", "sender_phone_e164")
        .agg(F.count(F.lit(1)).alias("parcels"))
        .withColumn("all_parcels", F.sum("parcels").over(unit))
        .where(F.col("parcels") >= F.col("all_parcels") * F.lit(share_least))
    )
    members = [
        member_rows(through, "seller", "seller_key", "shop"),
        member_rows(through, "account", "cod_account_id", role),
        member_rows(off_platform, "phone", "sender_phone_e164", "phone"),
    ]
    return members, [record_rows(sent, "shipments", "record_key", 1), payment_rows(settled, 2)]
