"""Money that passes through: mules with a collector, scatter-gather, cycles, layers (domain.md: A, F, P)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from jobs.simulate.cases import Case, scheme
from jobs.simulate.payments import dollars, pay, phrase, remit


@scheme("mule_pass_through")
def mule_pass_through(case: Case) -> Iterator[None]:
    """Payers send to mules; each mule forwards nearly all within hours to a collector, who takes it abroad
    or out in cash.
    """
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("mules") + 1)
    accounts = case.accounts(people, draw.real("fresh_share"))
    mules, collector = accounts[1:], int(accounts[0])
    case.open_away(mules, draw.real("opened_away"))
    case.join("account", collector, "collector")
    case.join("account", mules, "mule")
    yield
    count = draw.whole("credits_per_mule") * len(mules)
    mule = rng.choice(mules, count)
    at = case.moments(count)
    amount = np.exp(rng.normal(np.log(draw.whole("credit_vnd")), 0.6, count))
    payer = case.accounts(case.passers_by(count))
    entered = case.left(
        "bank_transactions",
        pay(
            w,
            rng,
            payer,
            mule,
            at,
            amount,
            phrase(w, rng, "direct" if draw.chance("as_sales") else "family", count),
        ),
    )
    kept = rng.uniform(0, draw.real("kept_share"), len(entered))
    onward = w.payments["amount"][entered] * (1 - kept)
    own_use = rng.random(len(entered)) < draw.real("own_use_share")
    forward = entered[~own_use]
    left = case.later(w.payments["at"][forward], 0.1, draw.real("delay_hours"))
    out = case.left(
        "bank_transactions",
        pay(
            w,
            rng,
            w.payments["creditor"][forward],
            collector,
            left,
            onward[~own_use],
            phrase(w, rng, "family", len(forward)),
        ),
    )
    case.worth(w.payments["amount"][out].sum())
    _take_away(case, collector, out)


def _take_away(case: Case, collector: int, arrived: np.ndarray) -> None:
    """The collector empties the account every few days: abroad, in cash, or to a firm."""
    w, rng = case.world, case.rng
    order = arrived[np.argsort(w.payments["at"][arrived])]
    batches = np.array_split(order, max(1, len(order) // int(rng.integers(4, 15))))
    way = int(rng.integers(3))
    target = case.partners(1) if way == 0 else case.accounts(case.firms(1)) if way == 2 else np.array([-1])
    for batch in batches:
        total, at = (
            w.payments["amount"][batch].sum() * rng.uniform(0.85, 0.99),
            case.later(w.payments["at"][batch[-1:]], 1, 40),
        )
        if way == 0:
            case.left(
                "bank_transactions",
                remit(w, rng, collector, target, at, dollars(total), phrase(w, rng, "abroad", 1)),
            )
        elif way == 1:
            case.left(
                "bank_transactions",
                pay(w, rng, collector, -1, at, total, phrase(w, rng, "cash", 1), channel="cash_withdrawal"),
            )
        else:
            case.left(
                "bank_transactions", pay(w, rng, collector, target, at, total, phrase(w, rng, "supplier", 1))
            )


@scheme("scatter_gather")
def scatter_gather(case: Case) -> Iterator[None]:
    """One source to many accounts to one sink, in rounds."""
    w, rng, draw = case.world, case.rng, case.ranges
    people = case.people(draw.whole("middle") + 2)
    accounts = case.accounts(people, draw.real("fresh_share"))
    source, sink, middle = int(accounts[0]), int(accounts[1]), accounts[2:]
    case.join("account", source, "source")
    case.join("account", sink, "collector")
    case.join("account", middle, "mule")
    yield
    for begin in np.sort(case.moments(draw.whole("rounds"))):
        used = middle[rng.random(len(middle)) < draw.real("used_share")]
        used = used if len(used) >= 3 else middle
        amount = draw.whole("leg_vnd") * np.exp(rng.normal(0, draw.real("amount_sigma"), len(used)))
        at = begin + rng.integers(0, int(draw.real("scatter_hours") * 3600) + 60, len(used))
        out = case.left(
            "bank_transactions", pay(w, rng, source, used, at, amount, phrase(w, rng, "family", len(used)))
        )
        keep = rng.uniform(0, draw.real("kept_share"), len(out))
        back = case.later(w.payments["at"][out], 0.3, draw.real("delay_hours"))
        case.left(
            "bank_transactions",
            pay(
                w,
                rng,
                w.payments["creditor"][out],
                sink,
                back,
                w.payments["amount"][out] * (1 - keep),
                phrase(w, rng, "family", len(out)),
            ),
        )
        case.worth(w.payments["amount"][out].sum())


@scheme("money_cycle")
def money_cycle(case: Case) -> Iterator[None]:
    """Money goes round a ring of accounts and comes back, a little less each time, to feign turnover."""
    w, rng, draw = case.world, case.rng, case.ranges
    ring = case.accounts(
        case.firms(draw.whole("ring")) if draw.chance("firms") else case.people(draw.whole("ring"))
    )
    case.join("account", ring, "ring")
    yield
    texts = "business" if rng.random() < 0.5 else "family"
    for begin in np.sort(case.moments(draw.whole("rounds"), "office")):
        amount, at = float(draw.whole("amount_vnd")), np.array([begin])
        for i in range(len(ring)):
            parts = 2 if rng.random() < draw.real("split_share") else 1
            cut = np.array([rng.uniform(0.3, 0.7)]) if parts == 2 else np.array([1.0])
            shares = np.array([cut[0], 1 - cut[0]]) if parts == 2 else cut
            when = at + rng.integers(0, 1800, parts)
            rows = case.left(
                "bank_transactions",
                pay(
                    w,
                    rng,
                    ring[i],
                    ring[(i + 1) % len(ring)],
                    when,
                    amount * shares,
                    phrase(w, rng, texts, parts),
                ),
            )
            if i == 0:
                case.worth(w.payments["amount"][rows].sum())
            amount *= 1 - rng.uniform(0, draw.real("loss_share"))
            at = case.later(at, 0.5, draw.real("delay_hours"))


@scheme("layered_stack")
def layered_stack(case: Case) -> Iterator[None]:
    """Money runs through layers of accounts, from every account of a layer to several of the next."""
    w, rng, draw = case.world, case.rng, case.ranges
    layers = [
        case.accounts(case.people(draw.whole("width")), draw.real("fresh_share"))
        for _ in range(draw.whole("layers"))
    ]
    for depth, layer in enumerate(layers):
        case.join(
            "account", layer, "source" if depth == 0 else "collector" if depth == len(layers) - 1 else "mule"
        )
    yield
    for begin in np.sort(case.moments(draw.whole("rounds"))):
        held = np.full(len(layers[0]), float(draw.whole("amount_vnd"))) * np.exp(
            rng.normal(0, 0.3, len(layers[0]))
        )
        at = np.full(len(layers[0]), begin)
        for here, there in pairwise(layers):
            links = rng.random((len(here), len(there))) < draw.real("density")
            links[np.arange(len(here)), rng.integers(0, len(there), len(here))] = True
            source, target = np.nonzero(links)
            share = rng.uniform(0.5, 1, len(source))
            share /= np.bincount(source, weights=share, minlength=len(here))[source]
            when = case.later(at[source], 0.3, draw.real("delay_hours"))
            amount = held[source] * share * (1 - rng.uniform(0, draw.real("kept_share"), len(source)))
            rows = case.left(
                "bank_transactions",
                pay(w, rng, here[source], there[target], when, amount, phrase(w, rng, "family", len(source))),
            )
            if here is layers[0]:
                case.worth(w.payments["amount"][rows].sum())
            held = np.bincount(target, weights=amount, minlength=len(there))
            at = np.array(
                [when[target == j].max() if (target == j).any() else begin for j in range(len(there))]
            )


@scheme("gather_scatter")
def gather_scatter(case: Case) -> Iterator[None]:
    """Many accounts to one, and from it within hours to as many others."""
    w, rng, draw = case.world, case.rng, case.ranges
    sources, targets = draw.whole("sources"), draw.whole("targets")
    accounts = case.accounts(case.people(sources + targets + 1), draw.real("fresh_share"))
    hub, feeding, fed = int(accounts[0]), accounts[1 : 1 + sources], accounts[1 + sources :]
    case.join("account", hub, "collector")
    case.join("account", feeding, "source")
    case.join("account", fed, "mule")
    yield
    for begin in np.sort(case.moments(draw.whole("rounds"))):
        at = begin + rng.integers(0, int(draw.real("gather_hours") * 3600) + 60, len(feeding))
        amount = draw.whole("leg_vnd") * np.exp(rng.normal(0, 0.35, len(feeding)))
        texts = phrase(w, rng, "family", len(feeding))
        came = case.left("bank_transactions", pay(w, rng, feeding, hub, at, amount, texts))
        if len(came) == 0:
            continue
        held = w.payments["amount"][came].sum() * (1 - rng.uniform(0, draw.real("kept_share")))
        share = rng.dirichlet(np.full(len(fed), 5.0)) * held
        left = case.later(np.full(len(fed), at.max()), 0.3, draw.real("delay_hours"))
        case.left("bank_transactions", pay(w, rng, hub, fed, left, share, phrase(w, rng, "family", len(fed))))
        case.worth(w.payments["amount"][came].sum())
