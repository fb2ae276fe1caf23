"""Rows of a signal from what was found: plain Python over Arrow tables, once a signal.

Spark measures the population; what it finds is small, and to tie it together there would cost more in
planning than the measurement itself. No session, no files: tables in, table out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

_MEMBER = pa.struct([("kind", pa.string()), ("id", pa.string()), ("role", pa.string())])
_RECORD = pa.struct([("feed", pa.string()), ("key", pa.string())])
_EXPLANATION = pa.struct([("id", pa.string()), ("holds", pa.bool_())])
ROWS = pa.schema(
    [
        ("signal", pa.string()),
        ("subject_kind", pa.string()),
        ("subject_id", pa.string()),
        ("peer_group", pa.string()),
        ("value", pa.float64()),
        ("typical", pa.float64()),
        ("tail", pa.float64()),
        ("peers", pa.int64()),
        ("support", pa.int64()),
        ("value_vnd", pa.int64()),
        ("members", pa.list_(_MEMBER)),
        ("evidence", pa.list_(_RECORD)),
        ("explanations", pa.list_(_EXPLANATION)),
    ]
)
_MEASURED = ("peer_group", "value", "typical", "tail", "peers", "support", "value_vnd", "explanations")

Row = dict[str, Any]


def trader_kind(trader: str | None) -> str | None:
    """Member kind of a trader: by the prefix of its key, `phone` for a bare number, else null."""
    if trader is None:
        return None
    if trader.startswith("tax:"):
        return "company"
    if trader.startswith(("cccd:", "passport:")):
        return "person"
    return "phone" if trader.startswith("+") else None


class Members:
    """Members by kind and id; the first role given stands."""

    def __init__(self) -> None:
        self._roles: dict[tuple[str, str], str] = {}

    def add(self, kind: str, identifier: str, role: str) -> None:
        self._roles.setdefault((kind, identifier), role)

    def __len__(self) -> int:
        return len(self._roles)

    def rows(self) -> list[Row]:
        """Sorted, so that reruns give the same."""
        return [
            {"kind": kind, "id": identifier, "role": role}
            for (kind, identifier), role in sorted(self._roles.items())
        ]


def records(named: Iterable[Row], limit: int) -> list[Row]:
    """Distinct records in a fixed order, cut at `limit`."""
    distinct = sorted({(one["feed"], one["key"]) for one in named})
    return [{"feed": feed, "key": key} for feed, key in distinct[:limit]]


def signal_row(
    signal: str, measured: Mapping[str, Any], subject: tuple[str, str], members: Members, evidence: list[Row]
) -> Row:
    """One row in the form of `ROWS`."""
    return {
        "signal": signal,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        **{name: measured[name] for name in _MEASURED},
        "members": members.rows(),
        "evidence": evidence,
    }


def as_table(rows: Iterable[Row]) -> pa.Table:
    """Rows in a fixed order."""
    ordered = sorted(rows, key=lambda row: (row["subject_kind"], row["subject_id"]))
    return pa.Table.from_pylist(ordered, schema=ROWS)


def most_used(uses: Mapping[str, int]) -> str:
    """The key with the highest count; the smaller key where two are equal."""
    return min(uses, key=lambda key: (-uses[key], key))


class Rings:
    """Disjoint sets: what shares a node becomes one ring."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def find(self, node: str) -> str:
        root = node
        while self._parent.setdefault(root, root) != root:
            root = self._parent[root]
        while self._parent[node] != root:
            self._parent[node], node = root, self._parent[node]
        return root

    def join(self, one: str, other: str) -> None:
        low, high = sorted((self.find(one), self.find(other)))
        self._parent[high] = low


def by_ring(rings: Rings, hands: Iterable[str]) -> dict[str, list[str]]:
    """Hands by ring, each sorted."""
    groups: dict[str, list[str]] = defaultdict(list)
    for hand in sorted(hands):
        groups[rings.find(hand)].append(hand)
    return groups
