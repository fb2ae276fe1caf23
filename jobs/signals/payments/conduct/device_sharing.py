"""One hand at one or several e-banking devices that operates the accounts of several unrelated holders."""

from datetime import date

import pandas as pd
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true, remark_tells
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import FEED
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import (
    Parameters,
    Signal,
    against_peers,
    as_signal,
    bounded,
    explanation,
    member,
    record,
)

SIGNAL = Signal(
    id="device_sharing",
    subject="device",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a device, or several that one hand uses (`_merged`): the first of them is the subject. An
    account counts when the device made most of its payments, several times, or when it pays through the
    device a payee whom other households pay through it: an operator's hand, whatever the accounts do by
    themselves.

    `value` (0..1) = (h - 1) / (h - 1 + half), h the distinct households behind the accounts: holders who
    share an address are one. A device with more than `holders_max` is a counter or a kiosk: not measured.
    Times the share of such devices that is more than the ordinary sharing of this population makes, and times
    `apart_weight` when three accounts or more neither pay one another nor agree on a payee: they may only be
    near.
    """
    made = ledger(payments).where(F.col("out") & F.col("device_id").isNotNull())
    holders = accounts.select("account_id", "holder_key", "holder_type", "holder_name_norm", "address_norm")
    receivers = accounts.select(F.col("account_id").alias("payee"), _holder().alias("payee_holder"), "payers")
    used_by = made.select("device_id", "account_id").distinct().join(holders, "account_id", "left")
    merged = _merged(used_by.withColumn("holder", _holder()), parameters)
    to_payees = (
        made.join(F.broadcast(merged), "device_id", "left")
        .withColumn("subject_id", F.coalesce("first_device", "device_id"))
        .groupBy("subject_id", "account_id", F.when(~F.col("other_context"), F.col("other")).alias("payee"))
        .agg(
            F.count(F.lit(1)).alias("uses"),
            F.sum("amount_vnd").alias("amount_vnd"),
            F.flatten(F.collect_list("report_keys")).alias("keys"),
            F.max(_pays_taxes()).alias("pays_taxes"),
            F.collect_set("device_id").alias("devices"),
        )
        .join(holders, on="account_id", how="left")
        .withColumn("holder", _holder())
        .withColumn("household", F.coalesce("address_norm", "holder"))
        .join(receivers, on="payee", how="left")
    )
    # Between two accounts of one holder money only changes pockets.
    paid = F.when(~is_true(F.col("payee_holder") == F.col("holder")), F.col("payee"))
    together = F.size(F.collect_set("household").over(Window.partitionBy("subject_id", "payee")))
    # A payee whom everybody pays (a shop, a school) is no sign of one hand.
    agreed = (together >= int(parameters["agreeing_households_min"])) & (
        together >= F.col("payers") * float(parameters["agreeing_share_min"])
    )
    used = (
        to_payees.withColumn("agreed_payee", F.when(is_true(agreed), F.col("payee")))
        .groupBy("account_id", "subject_id", "holder", "household", "holder_type", "holder_name_norm")
        .agg(
            F.sum("uses").alias("uses"),
            F.sum("amount_vnd").alias("amount_vnd"),
            F.flatten(F.collect_list("keys")).alias("keys"),
            F.collect_set("agreed_payee").alias("payees"),
            F.collect_set(paid).alias("all_payees"),
            F.max("pays_taxes").alias("pays_taxes"),
            F.flatten(F.collect_list("devices")).alias("devices"),
        )
        .withColumn("all_uses", F.sum("uses").over(Window.partitionBy("account_id")))
    )
    mainly = (F.col("uses") >= int(parameters["uses_min"])) & (
        F.col("uses") >= F.col("all_uses") * float(parameters["main_device_share"])
    )
    held = used.where(mainly | (F.size("payees") > 0))
    business = is_true(F.col("holder_type").isin(*BUSINESS_HOLDERS))
    devices = held.groupBy("subject_id").agg(
        F.size(F.collect_set("holder")).alias("holders"),
        F.size(F.collect_set("household")).alias("households"),
        F.size(F.collect_set(F.split("holder_name_norm", " ")[0])).alias("surnames"),
        F.sum(business.cast("bigint")).alias("businesses"),
        F.sum(F.col("pays_taxes").cast("bigint")).alias("taxpayers"),
        F.count(F.lit(1)).alias("operated"),
        F.sum("uses").alias("support"),
        F.sum("amount_vnd").alias("value_vnd"),
        F.sort_array(F.collect_set("account_id")).alias("operated_ids"),
        F.sort_array(F.array_distinct(F.flatten(F.collect_list("payees")))).alias("payees"),
        F.array_distinct(F.flatten(F.collect_list("all_payees"))).alias("all_payees"),
        F.sort_array(F.array_distinct(F.flatten(F.collect_list("devices")))).alias("devices"),
        bounded(
            F.transform(F.array_distinct(F.flatten(F.collect_list("keys"))), lambda key: record(FEED, key)),
            int(parameters["evidence_limit"]),
        ).alias("evidence"),
    )
    shared = devices.where(F.col("holders") <= int(parameters["holders_max"])).withColumn(
        "unrelated", F.least("holders", "households") - 1
    )
    half = float(parameters["holders_for_half"])
    coordinated = (F.size("payees") > 0) | F.arrays_overlap("all_payees", "operated_ids")
    weight = F.when(coordinated, 1.0).otherwise(float(parameters["apart_weight"]))
    strength = F.col("unrelated") / (F.col("unrelated") + half) * F.col("beyond")
    # One hand pays a few of its own; who pays more than its own accounts pays customers, the winners of bets.
    payees = F.array_except("payees", "operated_ids")
    hands = F.when(F.size(payees) <= F.size("operated_ids"), payees).otherwise(
        F.array().cast("array<string>")
    )
    measured = (
        shared.withColumn("beyond", _beyond_ordinary())
        .withColumn("value", F.round(strength * F.when(F.col("unrelated") > 1, weight).otherwise(1.0), 6))
        .withColumn("peer_group", F.lit("device"))
        .withColumn(
            "members",
            F.concat(
                F.transform("devices", lambda name: member("device", name, "device")),
                F.transform("operated_ids", lambda name: member("account", name, "mule")),
                F.transform(hands, lambda name: member("account", name, "collector")),
            ),
        )
        .withColumn(
            "explanations",
            F.array(
                explanation(
                    "bookkeeper",
                    (F.col("businesses") * 5 >= F.col("operated") * 4)
                    | (F.col("taxpayers") * 2 >= F.col("operated")),
                ),
                explanation(
                    "same_household",
                    (F.col("households") == 1)
                    | ((F.col("surnames") == 1) & (F.col("holders") <= int(parameters["family_max"]))),
                ),
            ),
        )
    )
    return as_signal(SIGNAL, against_peers(measured, float(parameters["report_from"])))


def _merged(used_by: DataFrame, parameters: Parameters) -> DataFrame:
    """device_id and first_device: devices through which accounts of `common_holders` or more pay alike, and
    what hangs together so.

    A counter or a kiosk (`holders_max`) merges nothing: its customers meet at the next one, too.
    """
    least = int(parameters["common_holders"])
    of_device = Window.partitionBy("device_id")
    shared = (
        used_by.withColumn("holders", F.size(F.collect_set("holder").over(of_device)))
        .where(F.col("holders").between(least, int(parameters["holders_max"])))
        .select("device_id", "account_id", "holder")
    )
    others = shared.select(F.col("device_id").alias("other_device"), "account_id")
    pairs = (
        shared.join(others, "account_id")
        .where(F.col("device_id") < F.col("other_device"))
        .groupBy("device_id", "other_device")
        .agg(F.size(F.collect_set("holder")).alias("common"))
        .where(F.col("common") >= least)
    )

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        rings = rings_of(frame["device_id"], frame["other_device"])
        rows = [(device, min(ring)) for ring in rings for device in sorted(ring)]
        return pd.DataFrame(rows, columns=["device_id", "first_device"])

    return pairs.groupBy().applyInPandas(named, schema="device_id string, first_device string")


def _holder() -> Column:
    """Who holds the account: on one device, accounts of one name are one person's."""
    return F.coalesce("holder_key", "holder_name_norm", "account_id")


def _pays_taxes() -> Column:
    """Whether the payment is one of taxes: an honest business's, never a mule's."""
    return remark_tells("tax")


def _beyond_ordinary() -> Column:
    """Of the devices with so many `unrelated` users, or more, the share that is more than ordinary sharing
    makes; 1 below three.

    Where relatives and colleagues share devices, each further user is less common than the one before by one
    factor: what two and three users show is carried on (a geometric tail).
    """
    everybody = Window.partitionBy(F.lit(0))
    from_here = everybody.orderBy(F.col("unrelated").desc()).rangeBetween(
        Window.unboundedPreceding, Window.currentRow
    )
    twos, threes = (F.count_if(F.col("unrelated") == extra).over(everybody) for extra in (1, 2))
    factor = F.least(threes / F.greatest(twos, F.lit(1)), F.lit(0.9))
    expected = twos * F.pow(factor, F.col("unrelated") - 1) / (1 - factor)
    beyond = F.greatest(F.lit(0.0), 1 - expected / F.count(F.lit(1)).over(from_here))
    return F.when(F.col("unrelated") > 2, F.round(beyond, 6)).otherwise(1.0)
