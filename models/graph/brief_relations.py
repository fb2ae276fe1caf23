"""Groups of accounts that deal with each other for a few days only, and in sums that are large for them.

A relation is all that one account paid another. Ordinary life is full of relations that last for days (a
purchase, a gift, a loan), but those of one account are scattered over the year and its sums vary. So the
chance that an account has a further brief relation, as large and as repeated as this one, so soon is reckoned
from its own rate (Poisson), and a group that grows by such steps from the product of their chances (Fisher
1925). Nothing is said of its shape: fans, layers, cycles and random walks (Altman et al. 2023) are all groups
that chance does not make.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import gamma

from models.graph.components import connected_components

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BriefRules:
    """What is brief, and what hangs together.

    `brief_seconds`: from the first to the last payment of a brief relation. `gap_seconds`: two relations of
    an account that hang together are at most so far apart; `gap_seconds_min`: nearer proves no more.
    `amount_vnd_min`: of a relation that may be part of a group. `step_chance_max`: a relation hangs on
    another only where chance brings one so soon this often, at most. `accounts_max`: a larger group hangs
    together by ordinary trade, and is split by stricter steps.
    """

    brief_seconds: int
    gap_seconds: int
    gap_seconds_min: int
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
        BriefGroup(tuple(sorted(int(name) for name in steps.names[rows])), log10_chance)
        for rows, log10_chance in _hanging_together(steps, rules)
    ]
    return sorted(found, key=lambda group: (group.log10_chance, group.relations))


# Relations are held against others of the account that are at least as rare as one of these shares.
_RARITIES = 0.5 ** np.arange(8)


@dataclass(frozen=True)
class _Steps:
    """Brief relations that may be part of a group: arrays of one length.

    `names`: positions among all relations. `share`: of all brief relations that are as large and repeated.
    `began`, `ended`: in seconds of a clock that stands still while nobody begins a brief relation (nights,
    holidays) and hurries when all do. `degree`: brief relations of each account; `total`: of all; `seconds`:
    of the whole period.
    """

    names: Ints
    debtor: Ints
    creditor: Ints
    first: Ints
    last: Ints
    began: Floats
    ended: Floats
    share: Floats
    degree: Ints
    total: int
    seconds: int

    @classmethod
    def of(cls, relations: pd.DataFrame, brief: pd.DataFrame, rules: BriefRules) -> "_Steps":
        accounts = pd.Index(sorted({*relations["debtor"], *relations["creditor"]}))
        large = brief[brief["amount_vnd"] >= rules.amount_vnd_min]
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
        seconds = max(int(relations["last"].max() - relations["first"].min()), rules.gap_seconds)
        begun = np.sort(brief["first"].to_numpy())
        began, ended = (
            np.searchsorted(begun, large[side]).astype(np.float64) * seconds / len(begun)
            for side in ("first", "last")
        )
        return cls(
            names=large.index.to_numpy(),
            debtor=accounts.get_indexer(large["debtor"]),
            creditor=accounts.get_indexer(large["creditor"]),
            first=large["first"].to_numpy(),
            last=large["last"].to_numpy(),
            began=began,
            ended=ended,
            share=size * repeated,
            degree=degree,
            total=len(brief),
            seconds=seconds,
        )

    def links(self, rules: BriefRules) -> pd.DataFrame:
        """Pairs of rows that follow each other at one account (`left`, `right`, `account`), with the `chance`
        of a further one so soon: the smallest over `_RARITIES`.
        """
        entries = pd.DataFrame(
            {
                "account": np.concatenate([self.debtor, self.creditor]),
                "row": np.tile(np.arange(len(self.names)), 2),
            }
        )
        for name in ("first", "last", "began", "ended", "share"):
            entries[name] = getattr(self, name)[entries["row"]]
        entries = entries.sort_values(["account", "first", "row"], kind="stable")
        found = pd.concat([self._links(entries[entries["share"] <= r], r, rules) for r in _RARITIES])
        order = ["left", "right", "account"]
        return found.sort_values([*order, "chance"]).drop_duplicates(order, ignore_index=True)

    def _links(self, entries: pd.DataFrame, rarity: float, rules: BriefRules) -> pd.DataFrame:
        by_account = entries.groupby("account")
        before = by_account[["last", "ended"]].cummax().groupby(entries["account"]).shift()
        gap = np.maximum(entries["began"] - before["ended"], rules.gap_seconds_min)
        expected = self.degree[entries["account"]] * rarity * gap / self.seconds
        links = pd.DataFrame(
            {
                "left": by_account["row"].shift(fill_value=-1),
                "right": entries["row"],
                "account": entries["account"],
                "chance": -np.expm1(-expected),
            }
        )
        return links[
            (links["left"] >= 0)
            & (links["left"] != links["right"])  # a payment to oneself
            & (entries["first"] - before["last"] <= rules.gap_seconds)
            & (links["chance"] <= rules.step_chance_max)
        ]

    def log10_chance(self, rows: Ints, links: pd.DataFrame, step_chance_max: float) -> float:
        """log10 of how many groups like this one chance makes: it grows by its least likely steps first.

        The first relation is one of `total`. That all other steps are so unlikely is Fisher's product of
        chances, each of which was below `step_chance_max` to be looked at. A step to an account that the
        group has already must also find that very account (the configuration model).
        """
        of_row: dict[int, list[tuple[float, int, int]]] = defaultdict(list)
        for left, right, account, chance in links.itertuples(index=False):
            of_row[left].append((chance, right, account))
            of_row[right].append((chance, left, account))
        start = min(rows.tolist(), key=lambda row: (self.share[row], self.names[row]))
        log10 = np.log10(self.total * self.share[start])
        taken, reached = {start}, {int(self.debtor[start]), int(self.creditor[start])}
        heap = list(of_row[start])
        heapq.heapify(heap)
        surprise = 0.0
        while heap:
            chance, row, account = heapq.heappop(heap)
            if row in taken:
                continue
            taken.add(row)
            surprise += np.log(step_chance_max / chance)
            other = int(self.debtor[row] + self.creditor[row] - account)
            if other in reached:
                log10 += np.log10(min(1.0, self.degree[other] / self.total))
            reached.add(other)
            for link in of_row[row]:
                heapq.heappush(heap, link)
        further = len(taken) - 1
        log10 += further * np.log10(step_chance_max) + gamma.logsf(surprise, further) / np.log(10)
        return float(log10)


def _hanging_together(steps: _Steps, rules: BriefRules) -> Iterator[tuple[Ints, float]]:
    """Rows of `steps` that hang together, with their chance; too large groups by stricter steps."""
    pending = [(steps.links(rules), rules.step_chance_max)]
    while pending:
        links, step_chance_max = pending.pop()
        links = links[links["chance"] <= step_chance_max]
        nodes, labels = connected_components(links["left"], links["right"])
        group_of = dict(zip(nodes.tolist(), labels.tolist(), strict=True))
        for _, linked in links.groupby(links["left"].map(group_of)):
            rows = np.unique(linked[["left", "right"]])
            if len(np.union1d(steps.debtor[rows], steps.creditor[rows])) <= rules.accounts_max:
                yield rows, steps.log10_chance(rows, linked, step_chance_max)
            else:
                pending.append((linked, step_chance_max / 10))
