"""Tips of citizens and businesses that name a member of an operator."""

from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.earlier_cases.named_subjects import named_members
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="tips_on_members",
    subject="operator",
    reads={
        "tips": "silver.tips",
        "actions": "silver.enforcement_actions",
        "operators": "links.operators",
        "sellers": "silver.sellers",
        "listings": "silver.listings",
        "parcels": "flows.parcels",
    },
)


def transform(
    *,
    tips: DataFrame,
    actions: DataFrame,
    operators: DataFrame,
    sellers: DataFrame,
    listings: DataFrame,
    parcels: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of one more than the independent tips, each by the trust in its channel.

    Tips of one day, channel and province, or with the same words, are one: a campaign must not add up.
    """
    recent = tips.where(
        F.col("event_day").between(F.date_sub(F.lit(as_of), int(parameters["tip_days"])), F.lit(as_of))
    )
    named = kept(
        named_members(recent, operators, sellers, listings, parcels).join(
            recent.select("record_key", "event_day", "channel", "province_code", "allegation", "description"),
            "record_key",
        )
    )
    cleared = (
        named_members(actions.where(F.col("outcome") == "cleared"), operators)
        .join(actions.select("record_key", "decided_on"), "record_key")
        .groupBy("operator_id")
        .agg(F.max("decided_on").alias("cleared_on"))
    )
    rows = reported(_measure(named, cleared, parameters), parameters)
    shown = named.join(subjects_of(rows), named["operator_id"] == F.col("subject_id"))
    members = [member_rows(shown, F.col("kind"), "id", "reported")]
    return close(
        SIGNAL, rows, members, [record_rows(shown, "tips", "record_key")], int(parameters["evidence_limit"])
    )


def _trust(parameters: Parameters) -> Column:
    column = F.lit(float(parameters["trust_unknown"]))
    for channel in ("in_person", "letter", "phone", "email", "web"):
        column = F.when(F.col("channel") == channel, float(parameters[f"trust_{channel}"])).otherwise(column)
    return column


def _measure(named: DataFrame, cleared: DataFrame, parameters: Parameters) -> DataFrame:
    place = F.coalesce("province_code", F.lit(""))
    words = F.coalesce(F.lower("description"), F.col("record_key"))
    slots = (
        named.groupBy(
            "operator_id", "event_day", F.coalesce("channel", F.lit("")).alias("slot"), place.alias("place")
        )
        .agg(F.max(_trust(parameters)).alias("trust"), F.min(words).alias("words"))
        .groupBy("operator_id", "words")
        .agg(F.max("trust").alias("trust"), F.min("event_day").alias("day"), F.min("slot").alias("slot"))
    )
    heard = slots.groupBy("operator_id").agg(
        F.round(F.sum("trust"), 6).alias("trusted"),
        F.count(F.lit(1)).alias("support"),
        F.date_diff(F.max("day"), F.min("day")).alias("days"),
        F.size(F.collect_set("slot")).alias("channels"),
        F.max("day").alias("last_day"),
    )
    campaign = (
        (F.col("support") >= int(parameters["campaign_tips_least"]))
        & (F.col("days") <= int(parameters["campaign_days_most"]))
        & (F.col("channels") == 1)
    )
    acquitted = F.coalesce(F.col("cleared_on") >= F.col("last_day"), F.lit(False))
    factor = F.when(campaign, float(parameters["factor_campaign"])).otherwise(1.0) * F.when(
        acquitted, float(parameters["factor_cleared"])
    ).otherwise(1.0)
    return heard.join(cleared, "operator_id", "left").select(
        F.col("operator_id").alias("subject_id"),
        F.lit("operators with tips").alias("peer_group"),
        F.round(F.log2(1 + F.col("trusted")) * factor, 6).alias("value"),
        "support",
        F.lit(0).cast("bigint").alias("value_vnd"),
        F.array(explanation("campaign_of_a_rival", campaign), explanation("cleared_since", acquitted)).alias(
            "explanations"
        ),
    )
