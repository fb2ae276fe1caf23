"""Several trading companies with different names on one phone or address, each active for a short time.

Source: Vietnam Customs dispatch 3923/2021 (hired directors, companies that do not operate at their address).
"""

from datetime import date, timedelta

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.consignees.hidden_consignees import (
    receiver_detections,
    shown_bill,
    with_receiver,
    with_trader_bills,
)
from jobs.signals.goods.consignees.import_bills import market
from jobs.signals.goods.prices.ordinary_prices import ORDINARY_PRICES, price_levels
from jobs.signals.goods.traders import DECLARATIONS, company_of, heading, in_window
from jobs.signals.schema import Parameters, Signal, against_peers, explanation, record

SIGNAL = Signal(
    id="nominee_traders",
    subject="phone",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *, customs_declarations: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value (0 to 1) = how many companies x (short lives, one after the other, the same goods).

    Few lines count for less.
    """
    lines = in_window(customs_declarations, as_of, parameters["lookback_days"])
    bills = lines.where(F.col("trader_key").isNotNull()).select(
        record(DECLARATIONS, F.col("record_key")).alias("evidence"),
        "event_day",
        F.col("trader_key").alias("trader"),
        F.col("trader_phone_e164").alias("phone"),
        F.col("trader_address_norm").alias("address"),
        F.regexp_replace(
            "trader_name_norm", r"^(cong ty|cty)( tnhh| co phan| cp| mtv| mot thanh vien)*", ""
        ).alias("name"),
        F.coalesce(heading(F.col("hs_code"), 4), F.col("goods_norm")).alias("goods"),
        F.col("partner_name_norm").alias("supplier"),
        F.lit(None).cast("string").alias("seller"),
        market(F.col("regime"), F.col("trader_key")).alias("market"),
        F.col("customs_value_vnd").alias("amount_vnd"),
    )
    tied = with_trader_bills(with_receiver(bills, identifiers, parameters), parameters)
    levels = price_levels(customs_declarations, company_of(F.col("trader")), parameters, as_of)
    found = against_peers(_measure(tied, levels, parameters, as_of), float(parameters["report_from"]))
    return receiver_detections(SIGNAL, found, parameters, role="phone")


def _measure(tied: DataFrame, levels: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    recent = as_of - timedelta(days=int(parameters["window_days"]) - 1)
    company = company_of(F.col("trader"))
    compared = tied.withColumn("company", company).withColumnRenamed("alike", "sameness")
    companies = compared.groupBy("receiver", "sameness", "company").agg(
        F.min("event_day").alias("first_day"),
        F.max("event_day").alias("last_day"),
        F.min("name").alias("name"),
        F.min("phone").alias("phone"),
        F.count(F.lit(1)).alias("all_lines"),
        F.count_if(F.col("event_day") >= F.lit(recent)).alias("lines"),
        F.sum(F.when(F.col("event_day") >= F.lit(recent), F.col("amount_vnd"))).alias("value_vnd"),
        F.collect_list(F.when(F.col("event_day") >= F.lit(recent), shown_bill())).alias("shown"),
    )
    life = F.datediff("last_day", "first_day") + 1
    stopped = F.datediff(F.lit(as_of), F.col("last_day")) >= int(parameters["idle_days"])
    short = (
        (life <= int(parameters["short_life_days"]))
        & (stopped | (F.col("first_day") > F.lit(recent + timedelta(days=int(parameters["idle_days"])))))
        & (
            _chance_of_life(life, F.col("all_lines"), F.col("known_days"))
            <= float(parameters["life_chance_max"])
        )
    )
    everybody = Window.partitionBy(F.lit(0))
    known_days = F.datediff(F.lit(as_of), F.min("first_day").over(everybody)) + 1
    groups = (
        companies.withColumn("known_days", known_days)
        .join(levels.withColumnRenamed("by", "company"), "company", "left")
        .groupBy("receiver", "sameness")
        .agg(
            F.count(F.lit(1)).alias("companies"),
            F.size(F.collect_set("name")).alias("names"),
            F.size(F.collect_set("phone")).alias("phones"),
            F.count_if(short).alias("short"),
            F.sum(life).alias("active_days"),
            (F.datediff(F.max("last_day"), F.min("first_day")) + 1).alias("span_days"),
            F.sum("priced").alias("priced"),
            F.sum(F.col("priced") * F.col("level")).alias("levels"),
            F.sum("lines").alias("support"),
            F.coalesce(F.sum("value_vnd"), F.lit(0)).alias("value_vnd"),
            F.flatten(F.collect_list("shown")).alias("shown"),
        )
    )
    others = F.col("companies") - 1
    crowd = others / (others + float(parameters["half_companies"]))
    # One at a time: the lives together are no longer than the span from the first to the last day.
    in_turn = F.least(F.col("span_days") / F.col("active_days"), F.lit(1.0))
    value = crowd * (
        float(parameters["weight_open"])
        + float(parameters["weight_short"]) * F.col("short") / F.col("companies")
        + float(parameters["weight_in_turn"]) * in_turn
        + float(parameters["weight_sameness"]) * F.col("sameness")
    )
    innocent = {
        "one_group_of_companies": F.col("names") <= int(parameters["own_names"]),
        # Clients of a broker trade in goods of their own, side by side.
        "broker_phone": (F.col("companies") >= int(parameters["broker_clients"]))
        & (F.col("sameness") < float(parameters["broker_sameness"]))
        & (F.col("short") < float(parameters["broker_short_share"]) * F.col("companies")),
        "industrial_park": F.col("phones") >= float(parameters["own_phone_share"]) * F.col("companies"),
    }
    dearer = F.col("levels") / F.col("priced") / 1_000_000 >= -float(parameters["ordinary_within"])
    innocent_of_all = {
        **innocent,
        ORDINARY_PRICES: (F.col("priced") >= int(parameters["ordinary_lines"])) & dearer,
    }
    # A few declarations of a few companies look like anything.
    value = value * F.col("support") / (F.col("support") + float(parameters["prior_lines"]))
    for name, holds in innocent.items():
        value = value * F.when(holds, float(parameters[f"keep_{name}"])).otherwise(1.0)
    return groups.where(F.col("support") > 0).select(
        "receiver",
        F.lit("trader phones and addresses").alias("peer_group"),
        value.alias("value"),
        "support",
        "value_vnd",
        F.array(*[explanation(name, holds) for name, holds in innocent_of_all.items()]).alias("explanations"),
        "shown",
    )


def _chance_of_life(life: Column, lines: Column, days: Column) -> Column:
    """The chance that so many lines, scattered over `days`, lie within `life` days of each other.

    A company that declares twice a year is not short-lived because both fell into one month (the range of a
    uniform sample).
    """
    share = F.least(life / days, F.lit(1.0))
    return lines * F.pow(share, lines - 1) - (lines - 1) * F.pow(share, lines)
