"""Money that hides behind trade papers (domain.md: C, F)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from jobs.simulate.calendar import DAY
from jobs.simulate.cases import Case, scheme
from jobs.simulate.commerce import main_accounts
from jobs.simulate.payments import dollars, pay, phrase, remit
from jobs.simulate.trade import declare, settle_trade


@scheme("vat_refund_export")
def vat_refund_export(case: Case) -> Iterator[None]:
    """Exports at several times their price, and the same money going round between suppliers to prove the
    purchases.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    exporter, suppliers = case.firms(1, "exporter"), case.firms(draw.whole("suppliers"))
    case.join("party", exporter, "exporter")
    case.join("account", main_accounts(w, exporter), "exporter")
    ring = main_accounts(w, suppliers)
    case.join("account", ring, "supplier")
    count = draw.whole("exports")
    at = np.minimum(case.moments(count, "office"), w.calendar.end - 7200)
    inflated = rng.random(count) < draw.real("inflated_share")
    level = np.where(inflated, draw.real("price_factor") * np.exp(rng.normal(0, 0.15, count)), 1.0)
    rows = declare(
        w,
        rng,
        exporter[0],
        at,
        rng.choice([0, 2, 3, 9], count),
        direction="export",
        regime="B11",
        partner=case.partners(1, ["CN"])[0],
        price_factor=level,
        channel="green",
    )
    case.left("customs_declarations", rows[inflated])
    case.worth(w.declarations["value_vnd"][rows[inflated]].sum() * 0.1)
    yield
    settle_trade(w, rng, rows[~inflated])
    case.left("bank_transactions", settle_trade(w, rng, rows[inflated]))
    account = int(main_accounts(w, exporter)[0])
    for begin in case.moments(draw.whole("rounds"), "office"):
        amount, at_time = float(draw.whole("round_vnd")), np.array([begin])
        route = [account, *rng.permutation(ring).tolist(), account]
        for here, there in pairwise(route):
            case.left(
                "bank_transactions", pay(w, rng, here, there, at_time, amount, phrase(w, rng, "supplier", 1))
            )
            amount *= 1 - rng.uniform(0, draw.real("loss_share"))
            at_time = case.later(at_time, 1, draw.real("delay_hours"))


@scheme("false_declaration_remittance")
def false_declaration_remittance(case: Case) -> Iterator[None]:
    """Money leaves for goods that never came: declarations that do not exist, belong to others, or were
    paid already.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    firms = case.firms(draw.whole("firms"))
    accounts = case.accounts(firms)
    case.join("account", accounts, "remitter")
    partners = case.partners(3, ["HK", "CN", "SG"])[: draw.whole("beneficiaries")]
    real = np.empty(0, dtype=np.int64)
    if draw.chance("has_real"):
        at = np.minimum(case.moments(draw.whole("real_declarations"), "office"), w.calendar.end - 7200)
        real = declare(
            w, rng, rng.choice(firms, len(at)), at, rng.integers(0, 8, len(at)), partner=partners[0]
        )
    yield
    count = draw.whole("payments")
    d = w.declarations
    others = np.flatnonzero((d["direction"] == "import") & ~np.isin(d["trader"], firms))
    way = rng.random(count)
    share = draw.real("invented_share")
    used = w.take_numbers("declarations", draw.whole("numbers")) + 100_000_000_000
    named = rng.choice(used, count)
    if len(real):
        again = way > (1 + share) / 2
        named[again] = rng.choice(d["declaration"][real], int(again.sum()))
    elsewhere = (way > share) & (way <= (1 + share) / 2)
    foreign = rng.choice(others, min(len(others), draw.whole("numbers")), replace=False)
    named[elsewhere] = rng.choice(d["declaration"][foreign], int(elsewhere.sum()))
    at = case.moments(count, "office")
    amount = np.exp(rng.normal(np.log(dollars(draw.whole("amount_vnd"))), 0.4, count))
    sent = remit(
        w,
        rng,
        rng.choice(accounts, count),
        rng.choice(partners, count),
        at,
        amount,
        phrase(w, rng, "abroad", count),
        declaration=named,
        purpose="GDDS",
    )
    case.left("bank_transactions", sent)
    case.worth(w.payments["amount_vnd"][sent].sum())
    feeders = case.accounts(case.people(draw.whole("feeders")))
    case.join("account", feeders, "feeder")
    source = rng.choice(feeders, len(sent))
    before = w.payments["at"][sent] - rng.integers(3600, int(draw.real("fed_days") * DAY), len(sent))
    case.left(
        "bank_transactions",
        pay(
            w,
            rng,
            source,
            w.payments["debtor"][sent],
            before,
            w.payments["amount_vnd"][sent] * rng.uniform(0.9, 1.1, len(sent)),
            phrase(w, rng, "business", len(sent)),
        ),
    )
