"""From the patterns that a search finds to findings: overlapping ones are one ring, judged as a whole."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.population import FOUND_COLUMNS, found_row
from jobs.signals.schema import Parameters
from models.graph.components import connected_components
from models.graph.limits import PatternLimits
from models.graph.pattern import Pattern

Roles = Mapping[str, str]
"""Role of an account in the pattern -> role of the member, the decisive one first."""

_DAY = 86_400


@dataclass(frozen=True)
class Ring:
    """Patterns that overlap, with the transfers that show them (rows of the candidates)."""

    patterns: tuple[Pattern, ...]
    rows: pd.DataFrame
    names: "pd.Index[str]"

    def accounts(self, role: str) -> set[str]:
        """Accounts that have the role in any of the patterns."""
        return {str(self.names[number]) for pattern in self.patterns for number in pattern.role(role)}

    @property
    def conduct_share(self) -> float:
        """Share of all payments between the ring's pairs that its patterns hold; 1: they do nothing else."""
        pairs = self.rows.groupby(["debtor", "creditor"])["pair_payments"].max().sum()
        return float(len(self.rows) / pairs)


Judge = Callable[[Ring], tuple[float, dict[str, bool]]]
"""Value (0..1) of a ring, and which innocent explanations hold."""

Bystanders = Callable[[Ring], Collection[str]]
"""Accounts of a ring that stand in its evidence, and are no members."""


def nobody(ring: Ring) -> Collection[str]:  # noqa: ARG001 - the form of `Bystanders`
    """The pattern itself ties all of its accounts."""
    return ()


def many_sources(ring: Ring, sources_max: int) -> set[str]:
    """Sources, where there are more than `sources_max`: customers, stakers or victims, who pay in.

    Money of one's own comes from an account or two.
    """
    sources = _mere_sources(ring)
    return sources if len(sources) > sources_max else set()


def small_sources(ring: Ring, small_vnd: int) -> set[str]:
    """Sources that mostly pay sums up to `small_vnd`: players, borrowers, customers, victims.

    Who spreads money over layers moves more than a month's pay at a time. The same deceit takes more from
    some than from others, so that sources are judged together.
    """
    sources = _mere_sources(ring)
    paid = ring.rows.loc[ring.rows["debtor"].isin(sources), "amount_vnd"]
    return sources if paid.median() <= small_vnd else set()


def _mere_sources(ring: Ring) -> set[str]:
    """Who pays in and is paid by nobody inside the ring."""
    return ring.accounts("source") - ring.accounts("intermediary") - ring.accounts("sink")


def pattern_limits(parameters: Parameters) -> PatternLimits:
    """The limits of a search: every one of them is a parameter of the signal, by the same name."""
    return PatternLimits(**{field.name: int(parameters[field.name]) for field in fields(PatternLimits)})


def strength_of(size: int, none_at: int, for_half: float) -> float:
    """0 at `none_at`, a half at `for_half` more, towards 1: how little chance explains such a pattern."""
    more = max(0, size - none_at)
    return more / (more + for_half)


def together(strengths: Sequence[float]) -> float:
    """Several independent sightings: 1 - product of what each leaves open."""
    return 1.0 - float(np.prod([1.0 - strength for strength in sorted(strengths)]))


def stated_reason(rows: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether most of the payments state an everyday reason (`jobs.link.everyday_payments`)."""
    return bool(rows["reason_stated"].mean() >= float(parameters["stated_share_min"]))


def modest_sums(rows: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether no account gets more than `modest_vnd` of it in all: what friends and relatives lend, repay and
    collect among themselves."""
    return bool(rows.groupby("creditor")["amount_vnd"].sum().max() <= int(parameters["modest_vnd"]))


def kept_among_people(rows: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether no company takes part, and nearly all remarks that say anything are of private matters
    (`says_kept_private`).

    Relatives pass on a loan, or school money, whatever its size. A circle of fronts names goods, gifts and
    rent as well.
    """
    said = rows["says_kept_private"].dropna().astype(bool)
    companies = (rows["debtor_type"] == "company") | (rows["creditor_type"] == "company")
    return bool(
        len(said) and said.mean() >= float(parameters["private_remarks_share"]) and not companies.any()
    )


def by_trade(rows: pd.DataFrame, centres: Collection[str], parameters: Parameters) -> bool:
    """Whether all centres are companies or household businesses, which take and pay by trade.

    A shop takes from persons and pays its suppliers, a cooperative takes from buyers and pays its members. A
    business that passes on from persons to persons (`private_share` of what comes, and of what goes) does not
    trade with that money.
    """
    gathered, scattered = rows[rows["creditor"].isin(centres)], rows[rows["debtor"].isin(centres)]
    private = min(
        (gathered["debtor_type"] == "individual").mean(), (scattered["creditor_type"] == "individual").mean()
    )
    business = gathered["creditor_type"].isin(BUSINESS_HOLDERS).all()
    return bool(business and private < float(parameters["private_share"]))


def equal_rounds(rows: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether the payments are the rounds of a savings club (hụi).

    In a round several pay one account the same sum, give or take a fee, within days; the next one follows
    after `club_days` at least.
    """
    apart_seconds = float(parameters["club_days"]) * _DAY
    ordered = rows.sort_values(["creditor", "at_seconds"])
    since = ordered.groupby("creditor")["at_seconds"].diff()
    number = (since.isna() | (since >= apart_seconds)).cumsum()
    usual = ordered.groupby(number)["amount_vnd"].transform("median")
    one_sum = (ordered["amount_vnd"] - usual).abs() <= usual * float(parameters["club_amount_spread"])
    by_round = (
        ordered[one_sum]
        .groupby(number[one_sum])
        .agg(
            payers=("debtor", "nunique"),
            payments=("payment_key", "nunique"),
            first=("at_seconds", "min"),
            last=("at_seconds", "max"),
        )
    )
    short = by_round["last"] - by_round["first"] < apart_seconds
    several = by_round["payers"] >= int(parameters["club_payers_min"])
    rounds = by_round[short & several].sort_values("first")
    apart = (rounds["first"].diff().dropna() >= apart_seconds).all()
    covered = rounds["payments"].sum() >= float(parameters["club_share_min"]) * len(rows)
    return len(rounds) > 1 and bool(apart and covered)


def of_one_sum(rows: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether nearly all of several payments are of one and the same sum: the shares of a savings club, on
    whatever days they are paid in. Who passes money on keeps a part, or divides it.

    Much the same sum will do where so many pay so many of each other (`club_pairs_share` of all pairs):
    shares in other currencies, or less an interest that the round allots.
    """
    amounts = rows["amount_vnd"]
    several, most = len(rows) >= int(parameters["one_sum_least"]), float(parameters["one_sum_share"])
    same = amounts.value_counts(normalize=True).max() >= most
    usual = amounts.median()
    much_the_same = ((amounts - usual).abs() <= usual * float(parameters["club_sum_spread"])).mean() >= most
    members = len(set(rows["debtor"]) | set(rows["creditor"]))
    pairs = len(rows[["debtor", "creditor"]].drop_duplicates())
    mutual = pairs >= members * (members - 1) * float(parameters["club_pairs_share"])
    club = much_the_same and mutual and members >= int(parameters["club_members_least"])
    return bool(several and (same or club))


def left_with_them(rows: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether most of the money is what one account pays at least `advanced_least` others, who hand on to one
    other account no more than `handed_on_most` of it: advances and what is left of them, grants, gifts.

    Who carries money for others keeps a fee; who stakes and wins pays first and is paid afterwards.
    """
    paid = rows.groupby(["debtor", "creditor"], as_index=False).agg(
        amount_vnd=("amount_vnd", "sum"), first=("at_seconds", "min")
    )
    ways = paid.merge(paid, left_on="creditor", right_on="debtor", suffixes=("", "_on"))
    ways = ways[(ways["creditor_on"] != ways["debtor"]) & (ways["first_on"] >= ways["first"])]
    pairs = ways.groupby(["debtor", "creditor_on"]).agg(
        between=("creditor", "nunique"), paid=("amount_vnd", "sum"), on=("amount_vnd_on", "sum")
    )
    kept = (pairs["between"] >= int(parameters["advanced_least"])) & (
        pairs["on"] <= pairs["paid"] * float(parameters["handed_on_most"])
    )
    moved = pairs.loc[kept, "paid"] + pairs.loc[kept, "on"]
    return bool(moved.max() * 2 > rows["amount_vnd"].sum())


def numbered(frame: pd.DataFrame) -> tuple[pd.DataFrame, "pd.Index[str]"]:
    """Candidates in the integer form that the searches take, and the account names behind the numbers."""
    names = pd.Index(sorted(set(frame["debtor"]) | set(frame["creditor"])))
    table = pd.DataFrame(
        {
            "debtor": names.get_indexer(frame["debtor"]),
            "creditor": names.get_indexer(frame["creditor"]),
            "at": frame["at_seconds"].to_numpy(),
            "amount": frame["amount_vnd"].to_numpy(),
            "payment": np.arange(len(frame), dtype=np.int64),
        }
    )
    return table, names


def assemble_patterns(
    frame: pd.DataFrame,
    search: Callable[[pd.DataFrame, PatternLimits], Sequence[Pattern]],
    judge: Judge,
    roles: Roles,
    parameters: Parameters,
    bystanders: Bystanders = nobody,
) -> pd.DataFrame:
    """Search the candidates and describe each ring as one row (`FOUND_COLUMNS`).

    The subject is the account that most of the money reaches. Rings beyond `ring_accounts_max` are ordinary
    trade that hangs together, and left out.
    """
    if frame.empty:
        return pd.DataFrame(columns=FOUND_COLUMNS)
    ordered = frame.sort_values(["at_seconds", "payment_key"], ignore_index=True)
    ordered["pair_payments"] = ordered.groupby(["debtor", "creditor"])["payment_key"].transform("size")
    for side in ("debtor", "creditor"):
        ordered[f"{side}_payments"] = ordered.groupby(side)["payment_key"].transform("size")
    table, names = numbered(ordered)
    found = []
    for patterns in overlapping(
        search(table, pattern_limits(parameters)), int(parameters["shared_accounts"])
    ):
        positions = sorted({row for pattern in patterns for row in pattern.payments})
        ring = Ring(tuple(patterns), ordered.iloc[positions], names)
        row = _describe(ring, judge, roles, parameters, bystanders(ring))
        everybody = {account for role in roles for account in ring.accounts(role)}
        small = len(everybody) <= int(parameters["ring_accounts_max"])
        if small and row["value"] >= float(parameters["report_from"]):
            found.append(row)
    merged = pd.DataFrame(found, columns=FOUND_COLUMNS)
    # Two rings may meet in one account; a subject stands once in a signal.
    strongest = merged.sort_values(["value", "value_vnd"], ascending=False, kind="stable")
    return strongest.drop_duplicates("subject_id")


def overlapping(patterns: Sequence[Pattern], shared_accounts: int) -> list[list[Pattern]]:
    """Patterns that share a payment, or at least `shared_accounts` accounts, put together."""
    left: list[int] = []
    right: list[int] = []
    by_payment: dict[int, int] = {}
    by_account: dict[int, list[int]] = {}
    accounts = [frozenset(a for _, ids in pattern.accounts for a in ids) for pattern in patterns]
    for number, pattern in enumerate(patterns):
        left.append(number)
        right.append(number)
        for payment in pattern.payments:
            left.append(by_payment.setdefault(payment, number))
            right.append(number)
        seen: dict[int, int] = {}
        for account in accounts[number]:
            for other in by_account.get(account, ()):
                seen[other] = seen.get(other, 0) + 1
            by_account.setdefault(account, []).append(number)
        for other, shared in seen.items():
            if shared >= shared_accounts:
                left.append(other)
                right.append(number)
    nodes, ring = connected_components(left, right)
    rings: dict[int, list[Pattern]] = {}
    for number, name in zip(nodes.tolist(), ring.tolist(), strict=True):
        rings.setdefault(name, []).append(patterns[number])
    return list(rings.values())


def _describe(
    ring: Ring, judge: Judge, roles: Roles, parameters: Parameters, bystanders: Collection[str]
) -> dict[str, Any]:
    value, explanations = judge(ring)
    members = ring.rows[~ring.rows["creditor"].isin(set(bystanders))]
    received = (ring.rows if members.empty else members).groupby("creditor")["amount_vnd"].sum()
    subject = min(received.index, key=lambda name: (-received[name], name))
    role_of: dict[str, str] = {}
    for role, name in roles.items():
        # An account with several roles in the patterns keeps the one that stands first in `roles`.
        role_of = dict.fromkeys(ring.accounts(role), name) | role_of
    return found_row(
        subject=subject,
        value=value,
        value_vnd=max(pattern.amount_vnd for pattern in ring.patterns),
        members=[
            ("account", account, name) for account, name in role_of.items() if account not in bystanders
        ],
        rows=ring.rows,
        explanations=explanations,
        evidence_limit=int(parameters["evidence_limit"]),
    )
