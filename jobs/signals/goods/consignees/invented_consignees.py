"""Phones that receive under many names at addresses that take turns: receivers who do not exist.

A family shares a phone under two or three names, a dormitory or tower gives each name a phone of its own, and
a courier's own phone goes with names and addresses that come once. To a shop's phone may come what its
customers ordered: they pay the shop, as a name that is lent does not. Source: Vietnam Customs dispatch
3923/2021 (many consignees on one phone or address, false consignees, several receipts a day).
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.consignees.import_bills import import_bills, one_a_bill
from jobs.signals.goods.consignees.paying_customers import paying_customers
from jobs.signals.goods.consignees.receiving_places import (
    given_name,
    joined_phones,
    own_declarants,
    place_of,
    shops_at_phones,
    with_own_place,
)
from jobs.signals.goods.found_rows import (
    Members,
    Row,
    as_table,
    most_used,
    records,
    signal_row,
    trader_kind,
)
from jobs.signals.goods.traders import DECLARATIONS
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal

SIGNAL = Signal(
    id="invented_consignees",
    subject="phone",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
        "payments": "flows.payments",
    },
)


def transform(
    *,
    customs_declarations: DataFrame,
    parcels: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    payments: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value (0 to 1) = names beyond one a phone x volume x (several places, phones that interchange, same
    goods)."""
    bills = with_own_place(
        one_a_bill(import_bills(customs_declarations, parcels, parameters, as_of)), identifiers
    )
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "phone")).select(F.col("id").alias("phone"))
    contacts = customs_declarations.select(F.col("trader_phone_e164").alias("phone")).distinct()
    named = bills.where(F.col("phone").isNotNull() & F.col("trader").isNotNull())
    phones = (
        named.groupBy("phone")
        .agg(
            F.size(F.collect_set(F.element_at(F.split("name", " "), -1))).alias("names"),
            F.collect_list(
                F.struct(
                    "bill",
                    "event_day",
                    "trader",
                    "trader_name",
                    "address",
                    "own_place",
                    "name",
                    "goods",
                    "bill_vnd",
                    "records",
                )
            ).alias("bills"),
        )
        .where(F.col("names") >= 2)
        # A trader's own phone is a contact, not a receiver; several traders on one are another signal.
        .join(contacts.unionByName(hubs), "phone", "left_anti")
        .join(shops_at_phones(sellers), "phone", "left")
        .join(_customers(named, sellers, payments), "phone", "left")
        .select("phone", "bills", "shops", "customers", F.lit(1).alias("all"))
    )
    declared = named.groupBy("trader").agg(
        F.count(F.lit(1)).alias("total"),
        F.count_distinct("phone").alias("receivers"),
        F.lit(1).alias("all"),
    )
    return (
        phones.groupBy("all")
        .cogroup(declared.groupBy("all"))
        .applyInArrow(_close(dict(parameters)), SIGNAL_DDL)
    )


def _customers(named: DataFrame, sellers: DataFrame, payments: DataFrame) -> DataFrame:
    """(phone, customers): in whose names goods come to a shop's phone, of those who pay the shop."""
    shops = sellers.select(
        F.col("phone_e164").alias("subject_id"),
        F.col("settlement_account_id").alias("account"),
        F.col("owner_key").alias("owner"),
    )
    arrived = named.select(F.col("phone").alias("subject_id"), F.col("name").alias("trader_name")).distinct()
    reached = shops.join(F.broadcast(arrived.select("subject_id").distinct()), "subject_id", "left_semi")
    return (
        paying_customers(payments, reached)
        .join(F.broadcast(arrived), ["subject_id", "trader_name"], "left_semi")
        .groupBy(F.col("subject_id").alias("phone"))
        .agg(F.collect_set("trader_name").alias("customers"))
    )


@dataclass(frozen=True)
class Around:
    """Who stands around the phones: of each trader its bills and the phones that it declares for, the shops
    that register a phone, and who of its receivers pays those shops."""

    totals: dict[str, int]
    receivers: dict[str, int]
    shops: dict[str, list[str]]
    customers: dict[str, list[str]]


def _close(parameters: dict[str, Any]) -> Callable[[pa.Table, pa.Table], pa.Table]:
    def close(phones: pa.Table, declared: pa.Table) -> pa.Table:
        traders, found = declared.to_pylist(), phones.to_pylist()
        around = Around(
            totals={row["trader"]: row["total"] for row in traders},
            receivers={row["trader"]: row["receivers"] for row in traders},
            shops={row["phone"]: row["shops"] or [] for row in found},
            customers={row["phone"]: row["customers"] or [] for row in found},
        )
        return as_table(farm_rows({row["phone"]: row["bills"] for row in found}, around, parameters))

    return close


def farm_rows(uses: dict[str, list[Row]], around: Around, parameters: dict[str, Any]) -> list[Row]:
    """The rows of the signal: `uses` holds the bills of each phone with two names or more."""
    least = int(parameters["least_names"])
    seeds = [phone for phone, bills in uses.items() if len(_names(bills)) >= least]
    rings = joined_phones(uses, seeds, float(parameters["names_share"]), int(parameters["name_phones_most"]))
    measured = [
        _measure({phone: uses[phone] for phone in ring}, around, parameters)
        for ring in rings.values()
        if not set(seeds).isdisjoint(ring)
    ]
    values = sorted((row["value"] for row in measured), reverse=True)
    rows = []
    for row in measured:
        if row["value"] < float(parameters["report_from"]):
            continue
        row |= {
            "typical": values[len(values) // 2],
            "tail": round(sum(value >= row["value"] for value in values) / len(values), 9),
            "peers": max(len(values), sum(around.receivers.values())),
        }
        rows.append(_row(row, around, parameters))
    return rows


def _names(bills: Sequence[Row]) -> set[str]:
    return {name for bill in bills if (name := given_name(bill["name"]))}


def _simpson(counts: Counter[str]) -> float:
    """The chance that two drawn at random are alike."""
    return sum(count * count for count in counts.values()) / counts.total() ** 2


def _places_in_turn(uses: dict[str, list[Row]]) -> float:
    """Places beyond one behind a phone, as many as would hold its bills evenly, over all bills.

    A stray bill elsewhere is no second place; branches of a forwarder, one phone at one place each, take no
    turns.
    """
    beyond, known = 0.0, 0
    for bills in uses.values():
        places = Counter(place for bill in bills if (place := place_of(bill["address"])))
        if places:
            beyond += places.total() * (1 / _simpson(places) - 1)
            known += places.total()
    return beyond / known if known else 0.0


def _measure(uses: dict[str, list[Row]], around: Around, parameters: dict[str, Any]) -> dict[str, Any]:
    bills = [bill for phone in sorted(uses) for bill in uses[phone]]
    names = _names(bills)
    places = {place for bill in bills if (place := place_of(bill["address"]))}
    same = _simpson(Counter(bill["goods"] for bill in bills))
    beyond = max(len(names) - len(uses), 0)
    spread = _places_in_turn(uses)
    value = (
        beyond
        / (beyond + float(parameters["half_names"]))
        * len(bills)
        / (len(bills) + float(parameters["half_bills"]))
        * (
            float(parameters["weight_open"])
            + float(parameters["weight_places"]) * spread / (spread + 1)
            + float(parameters["weight_phones"]) * (1 - 1 / len(uses))
            + float(parameters["weight_sameness"]) * same
        )
    )
    once = len(bills) < float(parameters["once_bills"]) * len(names)
    scattered = len(places) >= float(parameters["own_place_share"]) * len(names)
    innocent = {
        # A reception desk, or a neighbour who orders for all: one place, all kinds of goods.
        "reception_or_group_order": spread < float(parameters["desk_spread"])
        and same < float(parameters["desk_sameness"]),
        "courier_phone": len(names) >= int(parameters["open_names"]) and once and scattered,
    }
    received = {bill["name"] for bill in bills if bill["name"]}
    paying = {name for phone in uses for name in around.customers.get(phone, [])}
    of_shop = len(paying) >= float(parameters["customers_share"]) * len(received)
    for name, holds in innocent.items():
        value *= float(parameters[f"keep_{name}"]) if holds else 1.0
    return {
        "uses": uses,
        "bills": bills,
        "value": round(value, 6),
        "peer_group": "phones that receive import bills",
        "support": len(bills),
        "value_vnd": sum(bill["bill_vnd"] or 0 for bill in bills),
        "explanations": [
            {"id": name, "holds": holds} for name, holds in {**innocent, "buys_for_others": of_shop}.items()
        ],
    }


def _row(measured: dict[str, Any], around: Around, parameters: dict[str, Any]) -> Row:
    bills = measured["bills"]
    members = Members()
    for phone in measured["uses"]:
        members.add("phone", phone, "consignee")
        shops = around.shops.get(phone, [])
        # A phone that many shops register is a call centre's or a platform's.
        if len(shops) <= int(parameters["shops_at_phone_most"]):
            for shop in shops:
                members.add("seller", shop, "shop")
    at_address = Counter({(bill["own_place"], bill["name"]) for bill in bills if bill["own_place"]})
    shared = Counter(address for address, _ in at_address)
    for address, users in shared.items():
        if users >= 2:
            members.add("address", address, "consignee")
    for trader in _in_their_own_names(bills):
        members.add("person", trader, "consignee")
    for trader in _declarants(bills, around, parameters):
        members.add(trader_kind(trader) or "company", trader, "declarant")
    subject = most_used({phone: len(of_phone) for phone, of_phone in measured["uses"].items()})
    evidence = records((one for bill in bills for one in bill["records"]), int(parameters["evidence_limit"]))
    return signal_row(SIGNAL.id, measured, ("phone", subject), members, evidence)


def _in_their_own_names(bills: Sequence[Row]) -> list[str]:
    """People who declare what comes to the phone in their names as their own."""
    return sorted(
        {
            bill["trader"]
            for bill in bills
            if trader_kind(bill["trader"]) == "person"
            and (name := given_name(bill["trader_name"]))
            and name == given_name(bill["name"])
        }
    )


def _declarants(bills: Sequence[Row], around: Around, parameters: dict[str, Any]) -> list[str]:
    everything = sum(around.totals.values())
    share, lift = float(parameters["declarant_share"]), float(parameters["declarant_lift"])
    own = own_declarants((bill["trader"] for bill in bills), around.totals, everything, share, lift)
    return sorted({*own, *_under_other_names(bills, around.receivers, parameters)})


def _under_other_names(
    bills: Sequence[Row], receivers: dict[str, int], parameters: dict[str, Any]
) -> list[str]:
    """Traders of several lines whose consignee bears another name than theirs, but for brokers.

    None where they are many: so many do not act for one receiver.
    """
    lines: Counter[str] = Counter()
    for bill in bills:
        trader_name = given_name(bill["trader_name"])
        if trader_name and given_name(bill["name"]) != trader_name:
            lines[bill["trader"]] += sum(one["feed"] == DECLARATIONS for one in bill["records"])
    found = sorted(
        trader
        for trader, count in lines.items()
        if count >= int(parameters["declarant_lines_least"])
        and receivers[trader] < int(parameters["broker_receivers"])
    )
    return found if len(found) <= int(parameters["declarants_most"]) else []
