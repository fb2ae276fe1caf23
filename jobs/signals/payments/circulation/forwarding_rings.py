"""From judged forwards to rings: who hangs together, who collects, and which innocent reasons hold."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.collection.funnels import COLLECTED
from jobs.signals.payments.population import FOUND_COLUMNS, found_row
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters

_DAYS_A_MONTH = 30
_DAY = 86_400


def assemble_rings(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """One row a ring (`FOUND_COLUMNS`).

    `frame` has the passages of `strong_passages` with `home`, `holder` and `business` of the account (null
    where the register does not hold it), `address_norm`, `holder_type`, `declared_monthly_turnover_vnd` and
    `opened_seconds` of the payee, and `window_days`.
    """
    frame = frame.assign(holder=frame["holder"].fillna(frame["account_id"]))
    edges = frame[frame["edge"]]
    found = []
    for accounts in rings_of(edges["account_id"], edges["other"]):
        found.append(_ring(frame[frame["account_id"].isin(accounts)], parameters))
    return pd.DataFrame(found, columns=FOUND_COLUMNS)


def _ring(rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any]:
    edges = rows[rows["edge"]]
    mules = set(edges["account_id"])
    received = edges.groupby("other")["amount_vnd"].sum()
    order = sorted(received.index, key=lambda account: (account in mules, -received[account], account))
    subject = order[0]
    collectors = {subject, *(account for account in order if account not in mules)}
    # Who forwards from two accounts of its own is one mule.
    strengths = edges.groupby("holder")["strength"].max().sort_index()
    doubt = 1.0
    for strength in strengths:
        doubt *= 1.0 - float(parameters["mule_weight"]) * strength
    members = [("account", account, "collector") for account in collectors]
    members += [("account", account, "mule") for account in mules - collectors]
    taken = edges[edges["other"].isin(collectors)]
    return found_row(
        subject=subject,
        value=1.0 - doubt,
        value_vnd=int(taken["amount_vnd"].sum()),
        members=members,
        rows=rows,
        explanations=_explanations(rows, edges, mules - collectors, collectors, parameters),
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _explanations(
    rows: pd.DataFrame, edges: pd.DataFrame, mules: set[str], collectors: set[str], parameters: Parameters
) -> dict[str, bool]:
    """Which hold.

    family
        All who forward live with a collector, and they are at most `family_max`.
    employees
        A collector pays wages to most of those who forward to it (takings handed in).
    declared_business
        The collectors are businesses whose declared turnover covers what they received.
    savings_club
        Most accounts forward few different amounts, however much came in, and at a slow rhythm.
    settlement_agent
        One account, fed by carriers, platforms or other hubs, pays several: it settles for shops.
    collecting_agents
        The collectors are businesses, and what was paid in for a stated purpose (a bill, a fee) is passed on
        under that purpose, or nearly all of it with words of what payers wrote: an agent who says for which
        customer, ticket or goods it is. Mules break it: goods come in, a gift goes out.
    contract_advances
        Businesses pay in and settled businesses are paid, both for a stated purpose: advances of a contract.
    collected_for_business
        The collectors are businesses, and most of what they get names what is collected for them: takings,
        cash on delivery, rent, bills.
    bought_on
        People who come back pay in, and most of what is passed on is for goods, to others than those who pay:
        stalls of a market that settle with the wholesaler what their customers owed.
    group_order
        Most of what is passed on says that orders were gathered for one shop.
    takings_paid_on
        Most of what is passed on was paid in as cash, by businesses or for goods that the remarks name, and
        businesses are paid with it: takings of shops that buy their goods.
    steady_counterparties
        Most of the money comes from payers who come back after `steady_days`.
    modest_sums
        One holder forwards, in a month no more than `modest_monthly_vnd`: a household's money.
    """
    to_collectors = edges[edges["other"].isin(collectors)]
    homes = set(to_collectors["address_norm"].dropna())
    at_home = set(edges.loc[edges["home"].isin(homes), "account_id"])
    paid = set(edges.loc[edges["employer"], "account_id"])
    feeds = rows[~rows["main"]]
    back = _come_back(feeds, mules, int(parameters["steady_days"]))
    for_goods = _naming(to_collectors, ("order", "supply"))
    settled = feeds.loc[feeds["other_context"], "amount_vnd"].sum() * 2 > feeds["amount_vnd"].sum()
    return {
        "declared_business": all(_declared(part) for _, part in to_collectors.groupby("other")),
        "employees": _most(paid & mules, mules),
        "family": mules <= at_home and len(mules) <= int(parameters["family_max"]),
        "savings_club": _most(_in_instalments(edges, parameters) & mules, mules),
        "collecting_agents": _businesses(to_collectors)
        and (
            _most_vnd(_under_its_purpose(rows, to_collectors))
            or _most_vnd(
                _in_words_of_payers(rows, to_collectors, int(parameters["agent_words_min"])),
                float(parameters["agent_share_min"]),
            )
        ),
        "contract_advances": _businesses(to_collectors)
        and _settled(to_collectors, int(parameters["settled_days_min"]))
        and _most_vnd(feeds.assign(holds=feeds["other_business"] & feeds["purpose"].notna()))
        and _most_vnd(to_collectors.assign(holds=to_collectors["purpose"].notna())),
        "collected_for_business": _businesses(to_collectors) and _most_vnd(_naming(to_collectors, COLLECTED)),
        "bought_on": _most_vnd(back.assign(holds=back["holds"] & ~back["other_business"].astype(bool)))
        and not feeds["other"].isin(collectors).any()
        and _most_vnd(for_goods),
        "group_order": _most_vnd(_naming(to_collectors, ("gathered_orders",))),
        "takings_paid_on": _businesses(to_collectors)
        and (bool(edges["business"].fillna(False).all()) or _most_vnd(for_goods))
        and _most_vnd(feeds.assign(holds=feeds["other"].isna())),
        "steady_counterparties": _most_vnd(back),
        "modest_sums": edges.loc[edges["account_id"].isin(mules), "holder"].nunique() == 1
        and _monthly_vnd(to_collectors) <= int(parameters["modest_monthly_vnd"]),
        "settlement_agent": bool(settled)
        and len(mules) == 1
        and len(collectors) >= int(parameters["settled_shops_min"]),
    }


def _businesses(received: pd.DataFrame) -> bool:
    return bool(received["holder_type"].isin(BUSINESS_HOLDERS).all())


def _naming(forwards: pd.DataFrame, lists: Iterable[str]) -> pd.DataFrame:
    """`forwards` with `holds`: its purpose has a word of these lists of everyday remarks."""
    lexicon = load_lexicon("innocent_remarks")
    words = "|".join(word for name in lists for word in lexicon[name])
    return forwards.assign(holds=forwards["purpose"].fillna("").str.contains(rf"\b(?:{words})\b"))


def _settled(received: pd.DataFrame, days_min: int) -> bool:
    """Whether each account was open so long before it first received."""
    age = received["at_seconds"] - received["opened_seconds"]
    return bool((age.groupby(received["other"]).min() >= days_min * _DAY).all())


def _under_its_purpose(rows: pd.DataFrame, forwards: pd.DataFrame) -> pd.DataFrame:
    """`forwards` with `holds`: its purpose stands on a credit of the same account, too."""
    feeds = rows[~rows["main"]]
    stated = set(zip(feeds["account_id"], feeds["purpose"], strict=True))
    pairs = zip(forwards["account_id"], forwards["purpose"], strict=True)
    named = forwards["purpose"].notna()
    return forwards.assign(holds=named & pd.Series([pair in stated for pair in pairs], index=forwards.index))


def _in_words_of_payers(rows: pd.DataFrame, forwards: pd.DataFrame, words_min: int) -> pd.DataFrame:
    """`forwards` with `holds`: so many words of its purpose stood on credits of the account before it."""
    heard = _words(rows[~rows["main"]]).groupby(["account_id", "word"], as_index=False)["at_seconds"].min()
    repeated = _words(forwards).merge(heard, on=["account_id", "word"], suffixes=("", "_heard"))
    repeated = repeated[repeated["at_seconds_heard"] <= repeated["at_seconds"]]
    times = repeated.drop_duplicates(["payment_key", "word"]).groupby("payment_key").size()
    return forwards.assign(holds=forwards["payment_key"].map(times).fillna(0) >= words_min)


def _words(payments: pd.DataFrame) -> pd.DataFrame:
    """One row a word of a purpose; no numbers, single letters and words that any payment may have."""
    words = payments[["account_id", "payment_key", "at_seconds"]].assign(
        word=payments["purpose"].str.findall(r"\b[a-z]{2,}\b")
    )
    words = words.explode("word").dropna(subset="word")
    return words[~words["word"].isin(load_lexicon("innocent_remarks")["of_any_payment"])]


def _come_back(feeds: pd.DataFrame, mules: set[str], days: int) -> pd.DataFrame:
    """`feeds` with `holds`: an outside payer, no hub, who paid this account so many days apart."""
    pair = feeds.groupby(["account_id", "other"])["at_seconds"]
    apart = pair.transform("max") - pair.transform("min") >= days * _DAY
    return feeds.assign(holds=apart & ~feeds["other_context"] & ~feeds["other"].isin(mules))


def _most_vnd(judged: pd.DataFrame, share: float = 0.5) -> bool:
    """Whether `holds` is true for more than this share of the money."""
    return bool(judged.loc[judged["holds"], "amount_vnd"].sum() > share * judged["amount_vnd"].sum())


def _in_instalments(edges: pd.DataFrame, parameters: Parameters) -> set[str]:
    """Accounts whose forwards repeat an amount and leave days between them."""
    sent = edges.groupby("account_id").agg(
        forwards=("amount_vnd", "size"),
        amounts=("amount_vnd", "nunique"),
        first=("at_seconds", "min"),
        last=("at_seconds", "max"),
    )
    equal = sent["amounts"] * int(parameters["forwards_an_equal_amount"]) <= sent["forwards"]
    slow = sent["last"] - sent["first"] >= sent["forwards"] * float(parameters["instalment_days"]) * _DAY
    return set(sent.index[equal & slow])


def _declared(received: pd.DataFrame) -> bool:
    first = received.iloc[0]
    declared = first["declared_monthly_turnover_vnd"]
    return bool(
        first["holder_type"] in BUSINESS_HOLDERS and pd.notna(declared) and declared >= _monthly_vnd(received)
    )


def _monthly_vnd(received: pd.DataFrame) -> float:
    """What was received, a month of the window."""
    return float(received["amount_vnd"].sum() * _DAYS_A_MONTH / received["window_days"].iloc[0])


def _most(some: Iterable[str], all_of: set[str]) -> bool:
    return 2 * len(set(some)) > len(all_of)
