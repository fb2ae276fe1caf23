"""The limits of a pattern search. Every number is the caller's (YAML); none has a default here."""

from dataclasses import dataclass, fields

WHOLE_BP = 10_000
"""Basis points in one whole."""


@dataclass(frozen=True, slots=True)
class PatternLimits:
    """What counts as a pattern, and how far the search may go.

    Time
        `hold_seconds_min`, `hold_seconds_max`: how long money may rest at an account between the payment that
        brings it and the one that takes it on. With 0 two payments of one second may follow each other, in
        the order of their row ids. `window_seconds`: how long a whole chain or cycle, the spread of a fan,
        and a layer of a bipartite set or stack may take. `bundle_gap_seconds`: payments between the same two
        accounts not farther apart than this also count as one payment of their sum (0: never).
    Amount
        `retained_max_bp`: basis points of an incoming amount that may stay behind (a fee).
        `added_max_bp`: basis points of it that the account may add of its own.
    Size
        `branches_min`: distinct counterparties of a fan, gather or scatter. `layer_accounts_min` and
        `layer_accounts_max`: accounts on one side of a bipartite set or in one layer of a stack.
        `chain_payments_min` and `_max`, `cycle_payments_min` and `_max`: payments in a chain or cycle
        (a cycle of 2 is a payment and its return).
    Cost
        `hub_degree`: an account with more distinct counterparties than this is context and is not walked
        through. `scanned_max`: outgoing payments looked at after each incoming one. `paths_max`:
        continuations looked at for each first payment, at each length. `patterns_max`: chains, cycles and
        scatter-gathers told for each first account. `sets_max`: sets tried in each component of a bipartite
        layer. What a cap cut short is named in `PatternSearch.truncated`.

    Raises ValueError, with the name of the limit, when a limit makes no sense.
    """

    hold_seconds_min: int
    hold_seconds_max: int
    window_seconds: int
    bundle_gap_seconds: int
    retained_max_bp: int
    added_max_bp: int
    branches_min: int
    layer_accounts_min: int
    layer_accounts_max: int
    chain_payments_min: int
    chain_payments_max: int
    cycle_payments_min: int
    cycle_payments_max: int
    hub_degree: int
    scanned_max: int
    paths_max: int
    patterns_max: int
    sets_max: int

    def __post_init__(self) -> None:
        floors = {
            "hold_seconds_min": 0,
            "hold_seconds_max": self.hold_seconds_min,
            "bundle_gap_seconds": 0,
            "retained_max_bp": 0,
            "added_max_bp": 0,
            "branches_min": 2,
            "layer_accounts_min": 2,
            "layer_accounts_max": self.layer_accounts_min,
            "chain_payments_min": 2,
            "chain_payments_max": self.chain_payments_min,
            "cycle_payments_min": 2,
            "cycle_payments_max": self.cycle_payments_min,
        }
        for field in fields(self):
            floor = floors.get(field.name, 1)
            if getattr(self, field.name) < floor:
                raise ValueError(f"{field.name} must be at least {floor}, not {getattr(self, field.name)}")
        if self.retained_max_bp >= WHOLE_BP:
            raise ValueError(f"retained_max_bp must be below {WHOLE_BP}, not {self.retained_max_bp}")
