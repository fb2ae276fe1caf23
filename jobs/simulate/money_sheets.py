"""Bank feeds as text: the account register and payments."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jobs.simulate.parameters import read
from jobs.simulate.places import code_after_merger
from jobs.simulate.sheets import Sheet, Writing, delivery_day, time_style, window_day
from jobs.simulate.state import BANKS, CHANNELS, PERSON, World
from jobs.simulate.texts import days, moments, padded, whole, words

_BEFORE_2018_09 = 17_775  # 2018-09-01, when mobile prefixes changed


def bank_accounts(world: World, writing: Writing) -> Sheet:
    """The register: everyone's accounts as they stood on the first day, and those opened since."""
    a, p = world.accounts, world.parties
    rows = np.flatnonzero(a["registered"] & (a["opened"] <= world.calendar.last))
    holder = a["holder"][rows]
    kind = p["kind"][holder]
    contact = p["contact"][holder]
    in_trade = np.isin(holder, world.shops["owner"]) & (
        np.random.default_rng([world.seed, 5]).random(len(p))[holder] < 0.35
    )
    names = np.array(
        ["individual", "company", "carrier", "platform", "payment_intermediary", "company"], dtype=object
    )[kind]
    names = np.where((kind == PERSON) & in_trade, "household_business", names)
    banks = [b for b in BANKS if b in set(a["bank"][rows])]
    sender = np.array([banks.index(b) for b in a["bank"][rows]])
    old = (a["opened"][rows] < _BEFORE_2018_09) & (writing.rng.random(len(rows)) < 0.5)
    way = np.where(old, 4, writing.ways(len(rows), "phones"))
    old_code = a["branch"][rows]
    codes, where = np.unique(old_code, return_inverse=True)
    branch = np.array([f"{c:02d}" for c in codes], dtype=object)[where]
    today = np.array([code_after_merger(f"{c:02d}") for c in codes], dtype=object)[where]
    modern = np.array([bool(len(b) % 2) ^ (b < "M") for b in banks])[sender] & (writing.modern_share > 0)
    work = np.where(kind == PERSON, p["occupation"][holder], "")
    columns = {
        "bank_code": writing.account_banks.take(pa.array(rows)),
        "account_no": writing.account_numbers.take(pa.array(rows)),
        "holder_name": writing.party(holder),
        "holder_type": words(names),
        "holder_id_type": words(p["id_type"][holder]),
        "holder_id": words(p["id_value"][holder]),
        "phone": writing.contact_phones.pick(contact, way),
        "address": writing.address(contact),
        "province_code": writing.province(contact),
        "branch_province_code": words(np.where(modern, today, branch)),
        "opened_on": days(a["opened"][rows]),
        "status": words(a["status"][rows]),
        "occupation": words(work),
        "declared_monthly_turnover_vnd": whole(a["turnover_vnd"][rows], a["turnover_vnd"][rows] < 0),
        "record_action": words(np.full(len(rows), "", dtype=object)),
    }
    day = delivery_day(world, np.maximum(a["opened"][rows] - world.calendar.first, 0))
    return Sheet("bank_accounts", ("bank_code", "account_no"), columns, sender, banks, day, rows)


def bank_transactions(world: World, writing: Writing) -> Sheet:
    """Payments; a share of transfers between two domestic banks is reported by both, each under its own
    number.
    """
    t, a = world.payments, world.accounts
    count = len(t)
    debtor, creditor = t["debtor"], t["creditor"]
    bank_of = {name: i for i, name in enumerate(BANKS)}
    bank = np.array([bank_of.get(b, -1) for b in a["bank"]] + [-1])
    from_bank, to_bank = bank[debtor], bank[creditor]
    reporter = np.where(from_bank >= 0, from_bank, to_bank)
    twice = np.flatnonzero(
        (from_bank >= 0)
        & (to_bank >= 0)
        & (from_bank != to_bank)
        & (writing.rng.random(count) < read("payments")["both_banks_report_share"])
    )
    origin = np.concatenate([np.arange(count), twice])
    reporter = np.concatenate([reporter, to_bank[twice]])
    second = np.arange(len(origin)) >= count
    at = t["at"][origin] + np.where(second, writing.rng.integers(0, 4, len(origin)), 0)
    at = np.minimum(at, (t["at"][origin] // 86_400) * 86_400 + 86_399)
    foreign = t["currency"][origin] != "VND"
    cents = np.round(t["amount"][origin] * 100).astype(np.int64)
    amount = whole(t["amount"][origin])
    if foreign.any():
        exact = pa.array([f"{c // 100}.{c % 100:02d}" for c in cents[foreign]], pa.string())
        amount = pc.replace_with_mask(amount, pa.array(foreign), exact)
    debtor, creditor = debtor[origin], creditor[origin]
    device = np.where(second, -1, t["device"][origin])
    number = t["number"][origin]
    text = writing.phrase(t["phrase"][origin])
    text = pc.if_else(
        pa.array(number >= 0),
        pc.binary_join_element_wise(pc.fill_null(text, "ck"), whole(np.maximum(number, 0)), " "),
        text,
    )
    country = pa.array(a["country"], pa.string())

    def side(account: np.ndarray) -> tuple[pa.Array, pa.Array, pa.Array, pa.Array]:
        index = pa.array(np.maximum(account, 0), mask=account < 0)
        place = country.take(index)
        place = pc.if_else(
            pc.and_(pc.equal(place, "VN"), pa.array(writing.rng.random(len(account)) < 0.6)),
            pa.scalar(None, pa.string()),
            place,
        )
        holder = np.where(account < 0, -1, a["holder"][account])
        return (
            writing.account_numbers.take(index),
            writing.account_banks.take(index),
            writing.party(holder),
            place,
        )

    d_account, d_bank, d_name, d_country = side(debtor)
    c_account, c_bank, c_name, c_country = side(creditor)
    names = np.array(BANKS[: world.size.banks])
    columns = {
        "bank_code": pa.array(names, pa.string()).take(pa.array(reporter)),
        "transaction_id": padded(world.take_numbers("transactions", len(origin), 6) + 1, 13, "FT"),
        "booked_at": moments(at, time_style(list(names), reporter)),
        "amount": amount,
        "currency": words(t["currency"][origin]),
        "amount_vnd": whole(t["amount_vnd"][origin], ~foreign),
        "debtor_account": d_account,
        "debtor_bank": d_bank,
        "debtor_name": d_name,
        "debtor_country": d_country,
        "creditor_account": c_account,
        "creditor_bank": c_bank,
        "creditor_name": c_name,
        "creditor_country": c_country,
        "channel": pa.array(CHANNELS).take(pa.array(t["channel"][origin])),
        "remittance_info": text,
        "purpose_code": words(t["purpose"][origin]),
        "declaration_no": padded(t["declaration"][origin], 12),
        "device_id": writing.devices.take(pa.array(np.maximum(device, 0), mask=device < 0)),
        "record_action": words(np.full(len(origin), "", dtype=object)),
    }
    return Sheet(
        "bank_transactions",
        ("bank_code", "transaction_id"),
        columns,
        reporter,
        list(names),
        delivery_day(world, window_day(world, at)),
        origin,
    )
