"""What a pattern search returns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, with the payments that show it.

    kind
        `chain`, `cycle`, `fan_in`, `fan_out`, `gather_scatter`, `scatter_gather`, `bipartite` or `stack`.
    anchor
        The account that it is told from: first account (chain, cycle), centre (fans, gather-scatter), source
        (scatter-gather), smallest source (bipartite), smallest intermediary (stack).
    accounts
        (role, node ids in ascending order; of chains and cycles in payment order). Hubs play no role.
    payments
        Row ids in time order, each once.
    amount_vnd
        The amount that went through it (each module says how it is counted).
    start, end
        Seconds of the first and the last payment.
    size
        Payments in a chain or cycle; distinct counterparties at the peak of a fan; the smaller side of a
        gather-scatter; intermediaries of a scatter-gather; accounts of a bipartite set; payment layers of a
        stack.
    hubs
        Hub accounts that its payments touch: context, never members.
    """

    kind: str
    anchor: int
    accounts: tuple[tuple[str, tuple[int, ...]], ...]
    payments: tuple[int, ...]
    amount_vnd: int
    start: int
    end: int
    size: int
    hubs: tuple[int, ...]

    def role(self, name: str) -> tuple[int, ...]:
        """Node ids that play the role `name`; empty when nobody does."""
        return next((ids for role, ids in self.accounts if role == name), ())


@dataclass(frozen=True, slots=True)
class PatternSearch:
    """Patterns in a fixed order, the hubs that were not walked through, and where a cap cut the search short.

    `truncated` holds the ids of the accounts where a search began or passed and met a cap of the limits:
    their patterns are real, but there may be more of them.
    """

    patterns: tuple[Pattern, ...]
    hubs: tuple[int, ...]
    truncated: tuple[int, ...]


def in_order(patterns: list[Pattern]) -> tuple[Pattern, ...]:
    """Patterns by kind, start, anchor, then payments: one order, whatever the order of discovery."""
    return tuple(sorted(patterns, key=lambda p: (p.kind, p.start, p.anchor, p.payments, p.accounts)))


def joined(searches: list[PatternSearch]) -> PatternSearch:
    """Several searches over the same payments as one."""
    return PatternSearch(
        in_order([pattern for search in searches for pattern in search.patterns]),
        tuple(sorted({hub for search in searches for hub in search.hubs})),
        tuple(sorted({account for search in searches for account in search.truncated})),
    )
