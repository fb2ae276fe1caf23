"""Master bills that hold many low-value house bills for a few phones under many names.

Who consolidates for the public has another receiver on nearly every house bill. A declarant whose master
bills go again and again to the same few phones packs one receiver's goods as personal orders. Source:
Vietnam Customs dispatch 3923/2021 (house bills split under a master bill).
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.consignees.import_bills import import_bills, one_a_bill
from jobs.signals.goods.consignees.receiving_places import given_name, place_of
from jobs.signals.goods.found_rows import Members, Row, as_table, records, signal_row, trader_kind
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, against_peers

SIGNAL = Signal(
    id="narrow_master_bills",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
    },
)


def transform(
    *, customs_declarations: DataFrame, parcels: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value (0 to 1) = bills beyond one a receiver x (share of the bills, names beyond the phones)."""
    bills = one_a_bill(import_bills(customs_declarations, parcels, parameters, as_of))
    low = bills.where(F.col("bill_vnd") < int(parameters["low_value_vnd"])).withColumn(
        "receiver", F.coalesce("phone", F.concat(F.lit("~"), F.coalesce("name", "bill")))
    )
    masters = (
        low.where(F.col("trader").isNotNull())
        .groupBy("trader", "batch")
        .agg(
            F.count(F.lit(1)).alias("bills"),
            F.size(F.collect_set("receiver")).alias("receivers"),
            F.collect_list(
                F.struct("batch", "phone", "address", "name", "bill_vnd", "event_day", "records")
            ).alias("held"),
        )
    )
    beyond = F.col("bills") - F.col("receivers")
    narrow = (F.col("bills") >= int(parameters["least_bills"])) & (
        beyond >= F.col("bills") * float(parameters["narrow_share"])
    )
    declarants = masters.groupBy("trader").agg(
        F.sum(F.when(narrow, beyond)).alias("beyond"),
        F.sum(F.when(narrow, F.col("bills"))).alias("support"),
        F.flatten(F.collect_list(F.when(narrow, F.col("held")))).alias("held"),
    )
    size = F.col("beyond") / (F.col("beyond") + float(parameters["half_beyond"]))
    measured = declarants.withColumn("peer_group", F.lit("declarants")).withColumn(
        "value", F.coalesce(size, F.lit(0.0))
    )
    found = against_peers(measured, float(parameters["report_from"]))
    return (
        found.select("*", F.lit(1).alias("all")).groupBy("all").applyInArrow(_close(parameters), SIGNAL_DDL)
    )


def _close(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    chosen = dict(parameters)

    def close(found: pa.Table) -> pa.Table:
        rows = (narrow_row(row, chosen) for row in found.to_pylist())
        return as_table(row for row in rows if row["value"] >= float(chosen["report_from"]))

    return close


def narrow_row(found: dict[str, Any], parameters: dict[str, Any]) -> Row:
    """The row of one declarant: `value` so far is the size alone."""
    held: Sequence[Row] = found["held"]
    by_phone: dict[str, list[Row]] = defaultdict(list)
    for bill in held:
        if bill["phone"]:
            by_phone[bill["phone"]].append(bill)
    names = {name for bill in held if (name := given_name(bill["name"]))}
    places = {place for bill in held if (place := place_of(bill["address"]))}
    others = max(len(names) - 1, 0)
    spread = others / (others + float(parameters["half_names"]))
    share = found["beyond"] / found["support"]
    innocent = {
        "own_orders": len(names) <= int(parameters["own_names"]),
        # A courier's own number on everybody's bill: each name once, each at a place of its own.
        "courier_phone": len(names) >= int(parameters["open_names"])
        and len(held) < float(parameters["once_bills"]) * len(names)
        and len(places) >= float(parameters["own_place_share"]) * len(names),
    }
    value = found["value"] * (
        float(parameters["weight_open"])
        + float(parameters["weight_share"]) * share
        + float(parameters["weight_names"]) * spread
    )
    for name, holds in innocent.items():
        value *= float(parameters[f"keep_{name}"]) if holds else 1.0
    members = Members()
    trader = (trader_kind(found["trader"]) or "company", found["trader"])
    members.add(*trader, "declarant")
    for phone, bills in by_phone.items():
        if len(bills) >= 2:
            members.add("phone", phone, "consignee")
    users = Counter(
        address
        for address, _ in {(bill["address"], bill["name"]) for bill in held if bill["phone"] in by_phone}
        if address
    )
    for address, count in users.items():
        if count >= 2:
            members.add("address", address, "consignee")
    measured = found | {
        "value": round(value, 6),
        "value_vnd": sum(bill["bill_vnd"] or 0 for bill in held),
        "explanations": [{"id": name, "holds": holds} for name, holds in innocent.items()],
    }
    evidence = records((one for bill in held for one in bill["records"]), int(parameters["evidence_limit"]))
    return signal_row(SIGNAL.id, measured, trader, members, evidence)
