"""Groups of accounts that deal with each other for a few days only, and in sums that are large for them.

A relation is all that one account paid another. Ordinary life is full of relations that last for days (a
purchase, a gift, a loan), but those of one account are scattered over the year and its sums vary. So how many
further brief relations, as large and as repeated as this one, an account has within days of another is
reckoned from its own rate (Poisson); a group that grows by such steps has the product of their chances.
Nothing is said of its shape: fans, layers, cycles and random walks (Altman et al. 2023) are all groups that
chance does not make.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.graph.components import connected_components

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BriefRules:
    """What is brief, and what hangs together.

    `brief_seconds`: from the first to the last payment of a brief relation. `gap_seconds`: between two
    relations of an account that hang together. `amount_vnd_min`: of a relation that may be part of a group.
    `step_chance_max`: a relation hangs on an account only when so many such are expected there by chance, at
    most. `accounts_max`: a larger group hangs together by ordinary trade, and is split by stricter steps.
    """

    brief_seconds: int
    gap_seconds: int
    amount_vnd_min: int
    step_chance_max: float
    accounts_max: int


class BriefGroup(NamedTuple):
    """Positions of relations that hang together, and log10 of how many such groups chance makes here."""

    relations: tuple[int, ...]
    log10_chance: float


def find_brief_groups(relations: pd.DataFrame, rules: BriefRules) -> list[BriefGroup]:
    """Groups of at least two brief relations, the least likely first.

    Args:
        relations: one row a pair, numbered 0, 1, ...: `debtor`, `creditor` (account), `first`, `last`
            (seconds), `payments` (count), `amount_vnd` (sum).
        rules: see `BriefRules`.
    """
    brief = relations[relations["last"] - relations["first"] <= rules.brief_seconds]
    if len(brief) < 2:
        return []
    steps = _Steps.of(relations, brief, rules)
    found = [
        BriefGroup(tuple(sorted(int(name) for name in steps.names[group])), steps.log10_chance(group))
        for group in _hanging_together(steps, np.arange(len(steps.names)), rules, rules.step_chance_max)
    ]
    return sorted(found, key=lambda group: (group.log10_chance, group.relations))


@dataclass(frozen=True)
class _Steps:
    """Brief relations that may be part of a group: arrays of one length.

    `names`: positions among all relations. `share`: of all brief relations that are as large and repeated.
    `by_debtor`, `by_creditor`: the chance that the account has another such relation within the gap.
    `degree`: brief relations of each account; `total`: of all.
    """

    names: Ints
    debtor: Ints
    creditor: Ints
    first: Ints
    last: Ints
    share: Floats
    by_debtor: Floats
    by_creditor: Floats
    degree: Ints
    total: int

    @classmethod
    def of(cls, relations: pd.DataFrame, brief: pd.DataFrame, rules: BriefRules) -> "_Steps":
        accounts = pd.Index(sorted({*relations["debtor"], *relations["creditor"]}))
        large = brief[brief["amount_vnd"] >= rules.amount_vnd_min]
        debtor, creditor = accounts.get_indexer(large["debtor"]), accounts.get_indexer(large["creditor"])
        degree = np.bincount(accounts.get_indexer(brief["debtor"]), minlength=len(accounts))
        degree += np.bincount(accounts.get_indexer(brief["creditor"]), minlength=len(accounts))
        # Large for both of its accounts: were their ranks independent, both are so high with this chance.
        ranks = [
            relations.groupby(side)["amount_vnd"].rank(method="max", ascending=False)
            / relations.groupby(side)["amount_vnd"].transform("size")
            for side in ("debtor", "creditor")
        ]
        size = pd.concat(ranks, axis=1).max(axis=1)[large.index].to_numpy() ** 2
        counts = np.sort(brief["payments"].to_numpy())
        repeated = 1 - np.searchsorted(counts, large["payments"].to_numpy()) / len(counts)
        share = size * repeated
        seconds = max(int(relations["last"].max() - relations["first"].min()), rules.gap_seconds)
        expected = degree * rules.gap_seconds / seconds
        return cls(
            names=large.index.to_numpy(),
            debtor=debtor,
            creditor=creditor,
            first=large["first"].to_numpy(),
            last=large["last"].to_numpy(),
            share=share,
            by_debtor=-np.expm1(-expected[debtor] * share),
            by_creditor=-np.expm1(-expected[creditor] * share),
            degree=degree,
            total=len(brief),
        )

    def log10_chance(self, group: Ints) -> float:
        """log10 of how many groups like this one chance makes: it grows by its least likely steps first.

        The first relation is one of `total`; each other is a step from an account that the group has. One
        between two accounts that the group has must also find that very account (the configuration model).
        """
        order = sorted(group.tolist(), key=lambda row: (self.share[row], self.names[row]))
        start, left = order[0], order[1:]
        reached = {self.debtor[start], self.creditor[start]}
        log10 = np.log10(self.total * self.share[start])
        while left:
            chance, row = min((self._step(row, reached), row) for row in left)
            log10 += np.log10(chance)
            reached |= {self.debtor[row], self.creditor[row]}
            left.remove(row)
        return float(log10)

    def _step(self, row: int, reached: set[int]) -> float:
        debtor, creditor = self.debtor[row], self.creditor[row]
        if debtor in reached and creditor in reached:
            from_debtor = self.by_debtor[row] * self.degree[creditor]
            from_creditor = self.by_creditor[row] * self.degree[debtor]
            return float(min(from_debtor, from_creditor) / self.total)
        if debtor in reached:
            return float(self.by_debtor[row])
        return float(self.by_creditor[row]) if creditor in reached else np.inf


def _hanging_together(
    steps: _Steps, among: Ints, rules: BriefRules, step_chance_max: float
) -> Iterator[Ints]:
    """Rows of `steps` that hang together by an account within the gap; too large groups by stricter steps."""
    left, right = _links(steps, among, rules.gap_seconds, step_chance_max)
    nodes, labels = connected_components(left, right)
    groups: dict[int, list[int]] = {}
    for node, label in zip(nodes.tolist(), labels.tolist(), strict=True):
        groups.setdefault(label, []).append(node)
    for members in groups.values():
        rows = np.array(sorted(members))
        if len(Counter([*steps.debtor[rows], *steps.creditor[rows]])) <= rules.accounts_max:
            yield rows
        else:
            yield from _hanging_together(steps, rows, rules, step_chance_max / 10)


def _links(
    steps: _Steps, among: Ints, gap_seconds: int, step_chance_max: float
) -> tuple[Sequence[int], Sequence[int]]:
    """Pairs of rows that follow each other at one account, where both are steps that chance hardly makes."""
    ends = [(steps.debtor, steps.by_debtor), (steps.creditor, steps.by_creditor)]
    rare = [among[chance[among] <= step_chance_max] for _, chance in ends]
    table = pd.DataFrame(
        {
            "account": np.concatenate([account[rows] for (account, _), rows in zip(ends, rare, strict=True)]),
            "row": np.concatenate(rare),
        }
    )
    table["first"], table["last"] = steps.first[table["row"]], steps.last[table["row"]]
    table = table.sort_values(["account", "first", "row"], kind="stable")
    until = table.groupby("account")["last"].cummax().to_numpy()[:-1]
    account, first, row = (table[name].to_numpy() for name in ("account", "first", "row"))
    linked = (account[1:] == account[:-1]) & (first[1:] - until <= gap_seconds)
    return row[:-1][linked].tolist(), row[1:][linked].tolist()
