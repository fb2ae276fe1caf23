"""Accounts that deal with each other for a few days only, in sums that are large for them."""

from datetime import date
from typing import Any

import pandas as pd
from pyspark.sql import DataFrame

from configs.lexicons import load_lexicon
from jobs.link.everyday_payments import BUSINESS_HOLDERS
from jobs.signals.payments.candidate_transfers import transfers
from jobs.signals.payments.pattern_rings import equal_rounds, left_with_them, stated_reason
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.schema import Parameters, Signal
from models.graph.brief_relations import BriefRules, find_brief_groups

SIGNAL = Signal(
    id="brief_relations",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_PAIR = ["debtor", "creditor"]


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a group of brief relations that hang together (`models.graph.brief_relations`).

    `value`: of groups like it chance makes 10^-value in this world. The subject is the account that most of
    the money reaches. Others who only pay, or only are paid, are outlying members.
    """
    candidates = transfers(payments, parameters, "debtor_name_norm", "creditor_name_norm")

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_groups(frame, parameters)

    found = candidates.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def describe_groups(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The transfers of `frame` as groups, one row each (`FOUND_COLUMNS`)."""
    ordered = frame.sort_values(["at_seconds", "payment_key"], ignore_index=True)
    relations = (
        ordered.groupby(_PAIR)
        .agg(
            first=("at_seconds", "min"),
            last=("at_seconds", "max"),
            payments=("payment_key", "size"),
            amount_vnd=("amount_vnd", "sum"),
        )
        .reset_index()
    )
    rules = BriefRules(
        brief_seconds=int(parameters["brief_seconds"]),
        gap_seconds=int(parameters["gap_seconds"]),
        gap_seconds_min=int(parameters["gap_seconds_min"]),
        amount_vnd_min=int(parameters["relation_vnd_min"]),
        step_chance_max=float(parameters["step_chance_max"]),
        accounts_max=int(parameters["ring_accounts_max"]),
    )
    groups = [
        group
        for group in find_brief_groups(relations, rules)
        if -group.log10_chance >= float(parameters["report_from"])
    ]
    numbered = pd.DataFrame(
        [
            (*pair, number)
            for number, group in enumerate(groups)
            for pair in _pairs(relations, group.relations)
        ],
        columns=[*_PAIR, "group"],
    )
    rows_of = dict(iter(ordered.merge(numbered, on=_PAIR).groupby("group")))
    found = [
        _describe(rows_of[number], -group.log10_chance, parameters) for number, group in enumerate(groups)
    ]
    # Two groups, weeks apart, may pay one account; a subject stands once in a signal, with the stronger.
    return pd.DataFrame(found, columns=FOUND_COLUMNS).drop_duplicates("subject_id")


def _pairs(relations: pd.DataFrame, positions: tuple[int, ...]) -> list[tuple[str, str]]:
    return list(relations.loc[list(positions), _PAIR].itertuples(index=False, name=None))


def _describe(rows: pd.DataFrame, value: float, parameters: Parameters) -> dict[str, Any]:
    received = rows.groupby("creditor")["amount_vnd"].sum()
    subject = min(received.index, key=lambda name: (-received[name], name))
    pays, is_paid = set(rows["debtor"]), set(rows["creditor"])
    role_of = dict.fromkeys(pays, "payer") | dict.fromkeys(is_paid, "payee")
    role_of |= dict.fromkeys(pays & is_paid, "mule") | ({} if subject in pays else {subject: "beneficiary"})
    return found_row(
        subject=subject,
        value=value,
        value_vnd=int(received[subject]),
        members=[("account", name, role) for name, role in role_of.items()],
        rows=rows,
        explanations=explain(rows, parameters),
        evidence_limit=int(parameters["evidence_limit"]),
    )


def explain(rows: pd.DataFrame, parameters: Parameters) -> dict[str, bool]:
    """What may explain a group.

    event_gifts
        One account is paid, by each payer once, in sums up to `gift_vnd_max`: a wedding, a funeral, Tết.
    trade
        A company or household business is a party to every payment: customers, suppliers, contractors.
    savings_club, stated_reason
        `equal_rounds`; most remarks state an everyday reason.
    advances
        One account pays people who hand the smaller part on to another (`left_with_them`).
    family_support
        One account is paid, by people who bear its holder's surname: a house, an illness, a wedding.
    everyday_sums
        Most payments are of less than a month's wage: what neighbours, colleagues and small traders pay each
        other. Money that is laundered goes in larger sums, or just below the ten million that need a face.
    """
    gathered = rows["creditor"].nunique() == 1
    business = rows["debtor_type"].isin(BUSINESS_HOLDERS) | rows["creditor_type"].isin(BUSINESS_HOLDERS)
    surnames = load_lexicon("names")["surname_shares"]["shares_percent"]
    one, other = (rows[f"{side}_name_norm"].str.split(n=1).str[0] for side in ("debtor", "creditor"))
    return {
        "advances": left_with_them(rows, parameters),
        "event_gifts": gathered
        and rows["debtor"].is_unique
        and rows["amount_vnd"].max() <= int(parameters["gift_vnd_max"]),
        "trade": bool(business.all()),
        "savings_club": equal_rounds(rows, parameters),
        "stated_reason": stated_reason(rows, parameters),
        "everyday_sums": bool(rows["amount_vnd"].median() < int(parameters["everyday_vnd"])),
        "family_support": gathered and bool((one.isin(surnames) & (one == other)).all()),
    }
