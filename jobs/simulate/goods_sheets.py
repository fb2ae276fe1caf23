"""Feeds of carriers, customs offices and platforms as text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from jobs.simulate.parameters import read
from jobs.simulate.places import code_after_merger
from jobs.simulate.sheets import Sheet, Writing, delivery_day, steady_ways, time_style, window_day
from jobs.simulate.state import CARRIERS, PLATFORMS, STATUSES, World
from jobs.simulate.texts import days, decimals, moments, padded, whole, words


def _none(count: int) -> pa.Array:
    return pa.nulls(count, pa.string())


def _codes(names: tuple[str, ...], which: np.ndarray) -> pa.Array:
    return pa.array(names).take(pa.array(np.maximum(which, 0), mask=which < 0))


def shipments(world: World, writing: Writing) -> Sheet:
    """Waybills, delivered by the carrier when their story is over, or when the world ends."""
    p, s = world.parcels, world.shops
    count = len(p)
    senders = list(CARRIERS[: world.size.carriers])
    style = time_style(senders, p["carrier"])
    shop = np.where(p["platform"] >= 0, p["shop"], -1)
    account = p["cod_account"]
    index = pa.array(np.maximum(account, 0), mask=account < 0)
    columns = {
        "carrier": _codes(CARRIERS, p["carrier"]),
        "waybill_no": padded(p["waybill"] + 1, 13, "WB"),
        "platform": _codes(PLATFORMS, p["platform"]),
        "seller_id": pa.array(s["seller_id"], pa.string()).take(pa.array(np.maximum(shop, 0), mask=shop < 0)),
        "order_no": padded(p["order"], 12),
        "sender_name": writing.name(p["sender"]),
        "sender_phone": writing.phone(p["sender"]),
        "sender_address": writing.address(p["sender"]),
        "sender_province_code": writing.province(p["sender"]),
        "recipient_name": writing.name(p["recipient"]),
        "recipient_phone": writing.phone(p["recipient"]),
        "recipient_address": writing.address(p["recipient"]),
        "recipient_province_code": writing.province(p["recipient"]),
        "goods_description": writing.phrase(p["phrase"]),
        "hs_code": whole(p["hs"], p["hs"] <= 0),
        "brand": words(p["brand"]),
        "quantity": whole(p["quantity"]),
        "weight_kg": decimals(p["kg"], 3),
        "declared_value_vnd": whole(p["declared_vnd"]),
        "cod_amount_vnd": whole(p["cod_vnd"], (p["cod_vnd"] == 0) & (p["waybill"] % 2 == 0)),
        "shipping_fee_vnd": whole(p["fee_vnd"]),
        "cod_bank": writing.account_banks.take(index),
        "cod_account": writing.account_numbers.take(index),
        "service": words(p["service"]),
        "origin_country": words(np.where((p["origin"] == "") & (p["order"] % 3 == 0), "VN", p["origin"])),
        "master_bill_no": padded(p["master"], 10, "MB"),
        "house_bill_no": padded(p["house"], 10, "HB"),
        "declaration_no": padded(p["declaration"], 12),
        "created_at": moments(p["created"], style),
        "picked_up_at": moments(p["picked"], style),
        "delivered_at": moments(p["delivered"], style),
        "returned_at": moments(p["returned"], style),
        "status": _codes(STATUSES, p["status"]),
        "record_action": _none(count),
    }
    last = np.maximum.reduce([p["created"], p["picked"], p["delivered"], p["returned"]])
    return Sheet(
        "shipments",
        ("carrier", "waybill_no"),
        columns,
        p["carrier"].copy(),
        senders,
        delivery_day(world, window_day(world, last)),
        np.arange(count),
    )


def customs_declarations(world: World, writing: Writing) -> Sheet:
    """Declaration lines, delivered by the office when they are cleared."""
    d, parties = world.declarations, world.parties
    count = len(d)
    offices = list(read("trade")["offices"][: world.size.offices])
    style = time_style(offices, d["office"])
    trader, contact, consignee = d["trader"], d["trader_contact"], d["consignee"]
    rates = read("payments")["rates_vnd"]
    rate = np.array([rates[code] for code in d["currency"]]) / rates["USD"]
    partner = np.where(d["partner"] < 0, -1, world.accounts["holder"][d["partner"]])
    country = pa.array(parties["country"], pa.string()).take(
        pa.array(np.maximum(partner, 0), mask=partner < 0)
    )
    columns = {
        "declaration_no": padded(d["declaration"], 12),
        "line_no": whole(d["line"]),
        "direction": words(d["direction"]),
        "regime": words(d["regime"]),
        "registered_at": moments(d["registered"], style),
        "cleared_at": moments(d["cleared"], style),
        "customs_office": _codes(tuple(offices), d["office"]),
        "channel": words(d["channel"]),
        "channel_history": words(d["history"]),
        "officer_code": padded(d["officer"] + 1, 5, "CC"),
        "inspection_result": words(d["inspection"]),
        "trader_name": writing.party(trader),
        "trader_id_type": words(parties["id_type"][trader]),
        "trader_id": words(parties["id_value"][trader]),
        "trader_address": writing.address(contact),
        "trader_phone": writing.phone(contact),
        "consignee_name": writing.name(consignee),
        "consignee_phone": writing.phone(consignee),
        "consignee_address": writing.address(consignee),
        "partner_name": writing.party(partner),
        "partner_country": country,
        "master_bill_no": padded(d["master"], 10, "MB"),
        "house_bill_no": padded(d["house"], 10, "HB"),
        "hs_code": padded(d["hs"], 8),
        "goods_description": writing.phrase(d["phrase"]),
        "brand": words(d["brand"]),
        "origin_country": words(d["origin"]),
        "quantity": decimals(d["quantity"], 2),
        "unit": words(d["unit"]),
        "net_weight_kg": decimals(d["kg"], 2),
        "invoice_value": decimals(d["invoice"] / rate, 2),
        "currency": words(d["currency"]),
        "customs_value_vnd": whole(d["value_vnd"]),
        "duty_vnd": whole(d["duty_vnd"]),
        "vat_vnd": whole(d["vat_vnd"]),
        "record_action": _none(count),
    }
    known = delivery_day(world, window_day(world, np.maximum(d["registered"], d["cleared"])))
    return Sheet(
        "customs_declarations",
        ("declaration_no", "line_no"),
        columns,
        d["office"].copy(),
        offices,
        known,
        np.arange(count),
    )


def sellers(world: World, writing: Writing) -> Sheet:
    """Registrations as they stood on the first day, new ones since, and each change of settlement account."""
    s, c = world.shops, world.seller_changes
    order = np.argsort(c["day"], kind="stable")
    rows = np.concatenate([np.arange(len(s)), c["shop"][order]]).astype(np.int64)
    account = np.concatenate([s["settlement"], c["settlement"][order]]).astype(np.int64)
    count = len(rows)
    owner, contact = s["owner"][rows], s["contact"][rows]
    index = pa.array(account, mask=account < 0)
    device = s["device"][rows]
    platforms = list(PLATFORMS[: world.size.platforms])
    stable = np.random.default_rng([world.seed, 9]).random((3, len(s)))[:, rows]
    columns = {
        "platform": _codes(PLATFORMS, s["platform"][rows]),
        "seller_id": words(s["seller_id"][rows]),
        "shop_name": words(s["name"][rows]),
        "owner_name": writing.party_names.pick(owner, steady_ways(stable[0], "contact_names")),
        "owner_id_type": words(np.where(stable[1] < 0.85, world.parties["id_type"][owner], "")),
        "owner_id": words(np.where(stable[1] < 0.85, world.parties["id_value"][owner], "")),
        "tax_code": words(s["tax_code"][rows]),
        "phone": writing.contact_phones.pick(contact, steady_ways(stable[2], "phones")),
        "email": words(s["email"][rows]),
        "pickup_address": writing.addresses.pick(
            world.contacts["address"][contact], writing.of_the_day(steady_ways(stable[0], "addresses"))
        ),
        "pickup_province_code": _steady_province(world, contact, stable[1] < writing.modern_share),
        "settlement_bank": writing.account_banks.take(index),
        "settlement_account": writing.account_numbers.take(index),
        "main_category": words(s["category"][rows]),
        "device_id": writing.devices.take(pa.array(np.maximum(device, 0), mask=device < 0)),
        "registered_on": days(s["registered_on"][rows]),
        "status": words(s["status"][rows]),
        "record_action": _none(count),
    }
    day = np.concatenate([np.maximum(s["registered_on"] - world.calendar.first, 0), c["day"][order]])
    return Sheet(
        "sellers",
        ("platform", "seller_id"),
        columns,
        s["platform"][rows],
        platforms,
        delivery_day(world, day),
        rows,
    )


def _steady_province(world: World, contact: np.ndarray, modern: np.ndarray) -> pa.Array:
    old = world.addresses["province"][world.contacts["address"][contact]]
    codes = [code_after_merger(str(o)) if new else str(o) for o, new in zip(old, modern, strict=True)]
    return pa.array(codes, pa.string())


def listings(world: World, writing: Writing) -> Sheet:
    """Offers, delivered by the platform on the day they appear."""
    o, s = world.listings, world.shops
    count = len(o)
    platform = s["platform"][o["shop"]]
    names = list(PLATFORMS[: world.size.platforms])
    number = padded(world.take_numbers("listings", count, 5) + 1, 11)
    columns = {
        "platform": _codes(PLATFORMS, platform),
        "listing_id": number,
        "seller_id": words(s["seller_id"][o["shop"]]),
        "listed_at": moments(o["at"], time_style(names, platform)),
        "title": writing.phrase(o["phrase"]),
        "description": writing.phrase(o["text"]),
        "brand": words(o["brand"]),
        "category": words(o["category"]),
        "price_vnd": whole(o["price_vnd"]),
        "units_sold": whole(o["sold"]),
        "image_hash": pa.array([f"{int(h):016x}" for h in o["image"]], pa.string()),
        "url": pa.array(
            [f"https://{names[f]}.example/p/{n}" for f, n in zip(platform, number.to_pylist(), strict=True)]
        ),
        "record_action": _none(count),
    }
    return Sheet(
        "listings",
        ("platform", "listing_id"),
        columns,
        platform,
        names,
        delivery_day(world, window_day(world, o["at"])),
        np.arange(count),
    )


def tips(world: World, writing: Writing) -> Sheet:
    """Reports to hotline desks."""
    t = world.tips
    count = len(t)
    desks = [
        f"duongday389-{place}"
        for place in ("hanoi", "hcm", "danang", "langson", "haiphong", "cantho")[: world.size.desks]
    ]
    desk = writing.rng.integers(0, len(desks), count)
    columns = {
        "tip_id": padded(world.take_numbers("tips", count, 4) + 1, 9, "T"),
        "received_at": moments(t["at"], time_style(desks, desk)),
        "channel": words(t["channel"]),
        "subject_kind": words(t["kind"]),
        "subject_value": words(t["value"]),
        "allegation": words(t["allegation"]),
        "province_code": words(t["province"]),
        "description": words(t["text"]),
        "record_action": _none(count),
    }
    return Sheet(
        "tips",
        ("tip_id",),
        columns,
        desk,
        desks,
        delivery_day(world, window_day(world, t["at"])),
        np.arange(count),
    )


def enforcement_actions(world: World, _: Writing) -> Sheet:
    """Decisions of agencies; those from before the window come on its first day."""
    e = world.actions
    count = len(e)
    agencies = list(read("reports")["agencies"])
    agency = np.array([agencies.index(name) for name in e["agency"]], dtype=np.int64)
    columns = {
        "decision_no": padded(world.take_numbers("decisions", count, 3) + 1, 7, "QD"),
        "decided_on": days(e["day"]),
        "agency": words(e["agency"]),
        "subject_kind": words(e["kind"]),
        "subject_value": words(e["value"]),
        "violation": words(e["violation"]),
        "outcome": words(e["outcome"]),
        "penalty_vnd": whole(e["penalty_vnd"], e["penalty_vnd"] < 0),
        "record_action": _none(count),
    }
    day = delivery_day(world, np.maximum(e["day"] - world.calendar.first, 0))
    return Sheet(
        "enforcement_actions",
        ("decision_no", "subject_kind", "subject_value"),
        columns,
        agency,
        agencies,
        day,
        np.arange(count),
    )
