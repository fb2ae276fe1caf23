"""Second catalogue, money: merchant fronts, two-step relays, loan apps, cash hops, small remittances,
invoice mills.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from jobs.simulate.calendar import DAY, HOUR
from jobs.simulate.cases import Case, scheme
from jobs.simulate.commerce import main_accounts
from jobs.simulate.payments import dollars, pay, phrase, remit


@scheme("merchant_front")
def merchant_front(case: Case) -> Iterator[None]:
    """Stakes or fees dressed up as purchases: round sums by QR to small merchants, day and night, emptied
    at dawn.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    merchants = case.accounts(case.people(draw.whole("merchants")), draw.real("fresh_share"))
    runner = int(case.accounts(case.people(1))[0])
    case.join("account", merchants, "merchant")
    case.join("account", runner, "collector")
    yield
    sums = rng.choice([50_000, 100_000, 200_000, 300_000, 500_000, 1_000_000], 3, replace=False)
    for merchant in merchants:
        count = draw.whole("credits")
        day = rng.integers(case.start, case.stop + 1, count)
        late = rng.random(count) < draw.real("night_share")
        hour = np.where(late, rng.integers(0, 6, count), rng.integers(7, 24, count))
        at = (w.calendar.first + day) * DAY + hour * HOUR + rng.integers(0, HOUR, count)
        amount = np.where(
            rng.random(count) < draw.real("round_share"),
            rng.choice(sums, count),
            rng.integers(20, 600, count) * 1000,
        )
        payer = case.accounts(case.passers_by(count))
        came = pay(w, rng, payer, merchant, at, amount, phrase(w, rng, "qr", count), channel="qr", exact=True)
        case.left("bank_transactions", came)
        taken = w.payments["at"][came] // DAY - w.calendar.first
        for one in np.unique(taken):
            total = w.payments["amount"][came[taken == one]].sum() * draw.real("passed_on")
            dawn = np.array(
                [(w.calendar.first + one + 1) * DAY + int(rng.uniform(0, draw.real("delay_hours")) * HOUR)]
            )
            case.left(
                "bank_transactions", pay(w, rng, merchant, runner, dawn, total, phrase(w, rng, "family", 1))
            )
        case.worth(w.payments["amount"][came].sum())


@scheme("two_step_relay")
def two_step_relay(case: Case) -> Iterator[None]:
    """Each mule splits what comes in among several second mules at other banks, who meet again at a firm."""
    w, rng, draw = case.world, case.rng, case.ranges
    first = case.accounts(case.people(draw.whole("first")), draw.real("fresh_share"))
    second = case.accounts(case.people(draw.whole("second")), draw.real("fresh_share"))
    firm = int(main_accounts(w, case.firms(1))[0])
    case.join("account", np.concatenate([first, second]), "mule")
    case.join("account", firm, "collector")
    yield
    count = draw.whole("credits_each") * len(first)
    into, at = rng.choice(first, count), case.moments(count)
    amount = np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.5, count))
    payer = case.accounts(case.passers_by(count))
    came = case.left(
        "bank_transactions", pay(w, rng, payer, into, at, amount, phrase(w, rng, "family", count))
    )
    parts = draw.whole("parts")
    each = np.repeat(came, parts)
    share = rng.dirichlet(np.full(parts, 4.0), len(came)).ravel() * (
        1 - rng.uniform(0, draw.real("kept_share"), len(each))
    )
    left = case.later(w.payments["at"][each], 0.3, draw.real("delay_hours"))
    target = rng.choice(second, len(each))
    texts = phrase(w, rng, "family", len(each))
    out = pay(w, rng, w.payments["creditor"][each], target, left, w.payments["amount"][each] * share, texts)
    case.left("bank_transactions", out)
    for mule in second:
        held = out[w.payments["creditor"][out] == mule]
        held = held[np.argsort(w.payments["at"][held])]
        for group in np.array_split(held, max(1, len(held) // draw.whole("gathered"))):
            if len(group):
                when = case.later(w.payments["at"][group[-1:]], 1, draw.real("delay_hours"))
                total = w.payments["amount"][group].sum() * rng.uniform(0.93, 1.0)
                case.left(
                    "bank_transactions", pay(w, rng, mule, firm, when, total, phrase(w, rng, "supplier", 1))
                )
    case.worth(w.payments["amount"][came].sum())


@scheme("loan_app_collection")
def loan_app_collection(case: Case) -> Iterator[None]:
    """An unlicensed lender takes repayments on a private account for a week or two, then on the next one."""
    w, rng, draw = case.world, case.rng, case.ranges
    accounts = case.accounts(case.people(draw.whole("accounts")), draw.real("fresh_share"))
    abroad = case.partners(1, [str(rng.choice(["CN", "HK", "KH", "SG"]))])
    case.join("account", accounts, "collector")
    yield
    length = max(3, (case.stop - case.start) // len(accounts))
    rates = draw.whole("rate_vnd") * np.array([1.0, 1.5, 2.0])
    for turn, account in enumerate(accounts):
        begin = case.start + turn * length
        count = draw.whole("repayments")
        at = np.sort(
            w.calendar.times(
                rng, count, "life", begin, min(begin + length + draw.whole("overlap_days"), case.stop)
            )
        )
        amount = rng.choice(rates, count) * np.where(
            rng.random(count) < 0.2, rng.uniform(1.0, 1.2, count), 1.0
        )
        payer = case.accounts(case.passers_by(count))
        texts = phrase(w, rng, str(rng.choice(["loan_gift", "family"])), count)
        came = case.left("bank_transactions", pay(w, rng, payer, account, at, amount, texts))
        for group in np.array_split(came, max(1, len(came) // draw.whole("per_transfer"))):
            if len(group):
                when = case.later(w.payments["at"][group[-1:]], 2, draw.real("delay_hours"))
                total = dollars(w.payments["amount"][group].sum() * rng.uniform(0.8, 0.97))
                case.left(
                    "bank_transactions",
                    remit(w, rng, account, abroad, when, total, phrase(w, rng, "abroad", 1)),
                )
        case.worth(w.payments["amount"][came].sum())


@scheme("cash_hop")
def cash_hop(case: Case) -> Iterator[None]:
    """Money is drawn in cash under the level in one place and paid in under the level elsewhere, to break
    the trail.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("pairs") * 2 + 1)
    accounts = case.accounts(people, draw.real("fresh_share"))
    final, half = int(accounts[0]), (len(accounts) - 1) // 2
    sending, taking = accounts[1 : 1 + half], accounts[1 + half :]
    case.join("account", sending, "withdrawer")
    case.join("account", taking, "depositor")
    case.join("account", final, "collector")
    yield
    for source, target in zip(sending, taking, strict=False):
        for day in np.unique(rng.integers(case.start, case.stop + 1, draw.whole("days"))):
            total = draw.whole("day_total_vnd")
            feed = case.accounts(case.passers_by(3))
            when = w.calendar.at(rng, np.full(3, max(day - 1, 0)), "life")
            texts = phrase(w, rng, "business", 3)
            case.left(
                "bank_transactions", pay(w, rng, feed, source, when, rng.dirichlet([4, 4, 4]) * total, texts)
            )
            drawn = w.calendar.at(rng, np.array([day]), "office")
            out = pay(w, rng, source, -1, drawn, total, phrase(w, rng, "cash", 1), channel="cash_withdrawal")
            parts = draw.whole("parts")
            later = case.later(np.full(parts, drawn[0]), 1, draw.real("delay_hours"))
            share = rng.dirichlet(np.full(parts, 6.0)) * total * rng.uniform(0.95, 1.0)
            put = pay(w, rng, -1, target, later, share, phrase(w, rng, "cash", parts), channel="cash_deposit")
            case.left("bank_transactions", np.concatenate([out, put]))
            on = case.later(later.max()[None], 2, draw.real("delay_hours") * 2)
            case.left(
                "bank_transactions",
                pay(w, rng, target, final, on, share.sum() * 0.98, phrase(w, rng, "family", 1)),
            )
            case.worth(total)


@scheme("small_remittances")
def small_remittances(case: Case) -> Iterator[None]:
    """One purse pays a crowd, and each of them sends just under the reporting level of cross-border
    transfers abroad.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    crowd = case.accounts(case.people(draw.whole("senders")), draw.real("fresh_share"))
    purse = int(case.accounts(case.people(1))[0])
    abroad = case.partners(draw.whole("beneficiaries"))
    case.join("account", purse, "source")
    case.join("account", crowd, "remitter")
    yield
    for sender in crowd:
        at = np.sort(case.moments(draw.whole("transfers_each"), "office"))
        usd = rng.uniform(draw.real("lowest_usd"), 999, len(at))
        fund = pay(
            w,
            rng,
            purse,
            sender,
            at - rng.integers(HOUR, int(draw.real("funded_days") * DAY), len(at)),
            usd * 26_500,
            phrase(w, rng, "family", len(at)),
        )
        sent = remit(
            w, rng, sender, rng.choice(abroad, len(at)), at, usd, phrase(w, rng, "tuition_abroad", len(at))
        )
        case.left("bank_transactions", np.concatenate([fund, sent]))
        case.worth(w.payments["amount_vnd"][sent].sum())


@scheme("invoice_mill")
def invoice_mill(case: Case) -> Iterator[None]:
    """Firms pay for invoices without goods; the mill pays their directors back, less its fee."""
    w, rng, draw = case.world, case.rng, case.ranges
    mills = main_accounts(w, case.firms(draw.whole("mills")))
    clients = case.firms(draw.whole("clients"))
    directors = case.people(len(clients))
    w.parties["director"][clients] = directors
    private = case.accounts(directors)
    case.join("account", mills, "invoice_mill")
    case.join("account", main_accounts(w, clients), "client")
    case.join("account", private, "director")
    yield
    for client, account in zip(main_accounts(w, clients), private, strict=True):
        at = case.moments(draw.whole("invoices_each"), "office")
        amount = np.exp(rng.normal(np.log(draw.whole("invoice_vnd")), 0.5, len(at)))
        mill = rng.choice(mills, len(at))
        paid = pay(w, rng, client, mill, at, amount, phrase(w, rng, "business", len(at)))
        back = case.later(w.payments["at"][paid], 2, draw.real("delay_hours"))
        share = 1 - rng.uniform(0.02, draw.real("fee_share"), len(paid))
        texts = phrase(w, rng, "family", len(paid))
        returned = pay(
            w, rng, w.payments["creditor"][paid], account, back, w.payments["amount"][paid] * share, texts
        )
        case.left("bank_transactions", np.concatenate([paid, returned]))
        case.worth(w.payments["amount"][paid].sum())
