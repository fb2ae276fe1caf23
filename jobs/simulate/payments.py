"""Paying: the one door through which all money of a world moves, ordinary or not."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from jobs.simulate.ledger import Rows
from jobs.simulate.parameters import read
from jobs.simulate.state import CHANNEL, World

_ONLINE = (
    CHANNEL["napas247"],
    CHANNEL["citad"],
    CHANNEL["internal"],
    CHANNEL["qr"],
    CHANNEL["wallet"],
    CHANNEL["swift"],
)


def rounded(rng: np.random.Generator, amounts: NDArray[Any]) -> NDArray[np.float64]:
    """Whole đồng as people write them: most round to thousands or more, some exact."""
    style = rng.random(len(amounts))
    size = np.floor(np.log10(np.maximum(amounts, 10_000)))
    unit = np.where(
        style < 0.35,
        10.0 ** (size - 1),
        np.where(style < 0.7, 1000.0 * np.where(amounts > 3e6, 10, 1), np.where(style < 0.85, 1000.0, 1.0)),
    )
    return np.maximum(np.round(amounts / unit) * unit, 1000.0)


def pay(
    world: World,
    rng: np.random.Generator,
    debtor: Any,
    creditor: Any,
    at: Any,
    amount: Any,
    phrase: Any,
    *,
    channel: str = "",
    number: Any = -1,
    declaration: Any = 0,
    purpose: Any = "",
    device: Any = None,
    exact: bool = False,
) -> Rows:
    """Book payments between accounts (-1 stands for cash) and return their positions.

    ``at`` is in seconds of civil time, ``amount`` in đồng. Without a channel it is the one that banks would
    use: ``internal`` within
    a bank, ``citad`` for large sums, else ``napas247``. The device is the debtor's unless given. Moments
    beyond the window are cut off.
    """
    at = np.atleast_1d(np.asarray(at, dtype=np.int64))
    count = len(at)

    def spread(value: Any, kind: Any) -> NDArray[Any]:
        return np.broadcast_to(np.asarray(value, dtype=kind), (count,)).copy()

    debtor, creditor, amount = (
        spread(debtor, np.int64),
        spread(creditor, np.int64),
        spread(amount, np.float64),
    )
    phrase, number, declaration = (
        spread(phrase, np.int64),
        spread(number, np.int64),
        spread(declaration, np.int64),
    )
    purposes = spread(purpose, object)
    chosen = np.full(count, -1) if device is None else spread(device, np.int64)
    keep = (at >= world.calendar.start) & (at <= world.calendar.end) & (amount >= 1)
    if not exact:
        amount = rounded(rng, amount)
    bank = world.accounts["bank"]
    if channel:
        code = np.full(count, CHANNEL[channel])
    else:
        large = amount >= read("payments")["citad_from_vnd"]
        code = np.where(
            bank[debtor] == bank[creditor],
            CHANNEL["internal"],
            np.where(large, CHANNEL["citad"], CHANNEL["napas247"]),
        )
    own = world.accounts["device"][debtor]
    online = np.isin(code, _ONLINE) & (rng.random(count) < read("payments")["device_known_share"])
    chosen = np.where(online & (debtor >= 0), np.where(chosen >= 0, chosen, own), -1)
    return world.payments.add(
        at=at[keep],
        amount=np.round(amount[keep]),
        amount_vnd=np.round(amount[keep]),
        debtor=debtor[keep],
        creditor=creditor[keep],
        channel=code[keep],
        phrase=phrase[keep],
        number=number[keep],
        declaration=declaration[keep],
        purpose=purposes[keep],
        device=chosen[keep],
    )


def dollars(amount_vnd: Any) -> Any:
    """US dollars for đồng, at the rate of ``configs/simulate/payments.yml``."""
    return amount_vnd / read("payments")["rates_vnd"]["USD"]


def currencies(world: World, rng: np.random.Generator, accounts: NDArray[np.int64]) -> NDArray[Any]:
    """The currency in which trade with each foreign account holder is invoiced: dollars, or its own."""
    words = read("payments")
    countries, where = np.unique(world.accounts["country"][accounts].astype(str), return_inverse=True)
    own = np.array([words["currency_of_country"].get(str(c), "USD") for c in countries], dtype=object)[where]
    return np.where(rng.random(len(accounts)) < words["foreign_currency_share"], own, "USD").astype(object)


def remit(
    world: World,
    rng: np.random.Generator,
    debtor: Any,
    creditor: Any,
    at: Any,
    amount_usd: Any,
    phrase: Any,
    *,
    declaration: Any = 0,
    purpose: str = "",
) -> Rows:
    """Book cross-border payments by SWIFT, in dollars or in the currency of the country abroad.

    The đồng value follows the day's rate. Some banks pass no purpose code on.
    """
    words = read("payments")
    at = np.atleast_1d(np.asarray(at, dtype=np.int64))
    count = len(at)
    usd = np.maximum(np.broadcast_to(np.asarray(amount_usd, dtype=float), (count,)), 1.0)
    named = np.where(rng.random(count) < words["purpose_given_share"], purpose, "").astype(object)
    worth = np.round(usd * words["rates_vnd"]["USD"] * (1 + rng.normal(0, 0.004, count)))
    rows = pay(
        world,
        rng,
        debtor,
        creditor,
        at,
        worth,
        phrase,
        channel="swift",
        declaration=declaration,
        purpose=named,
        exact=True,
    )
    p = world.payments
    domestic = world.accounts["country"][p["debtor"][rows]] == "VN"
    currency = currencies(world, rng, np.where(domestic, p["creditor"][rows], p["debtor"][rows]))
    inside = (at >= world.calendar.start) & (at <= world.calendar.end)
    rate = np.array([words["rates_vnd"][code] for code in currency]) / words["rates_vnd"]["USD"]
    p["amount"][rows] = np.round(usd[inside] / rate, 2)
    p["currency"][rows] = currency
    return rows


def phrase(world: World, rng: np.random.Generator, kind: str, count: int) -> Rows:
    """Remittance texts of a kind, by number; ``configs/simulate/phrases.yml`` holds the wordings."""
    wordings = world.phrases.codes(list(read("phrases")[kind]))
    return wordings[rng.integers(0, len(wordings), count)]
