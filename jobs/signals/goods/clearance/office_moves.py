"""Hands who took the same goods to one customs office: one row of a signal."""

from collections.abc import Callable
from itertools import combinations

from jobs.signals.goods.found_rows import Members, Rings, Row, by_ring, records, signal_row, trader_kind

Together = Callable[[list[float]], float]
"""The value of several moves."""


def joined_rows(
    signal: str, found: list[Row], report_from: float, evidence_limit: int, together: Together
) -> list[Row]:
    """One row for each group of hands who took the same goods to one office; all moves of a hand are one.

    `found`: hand, office, goods (a list: whatever tells that goods are the same), `shown` (trader and
    evidence) and the measures, one row a move.
    """
    found = sorted(found, key=lambda row: (row["hand"], row["office"], row["goods"]))
    rings = Rings()
    for (first, one), (second, other) in combinations(enumerate(found), 2):
        same = one["office"] == other["office"] and not set(one["goods"]).isdisjoint(other["goods"])
        if same or one["hand"] == other["hand"]:
            rings.join(str(first), str(second))
    rows = []
    for ring in by_ring(rings, map(str, range(len(found)))).values():
        moves = [found[int(place)] for place in ring]
        head = max(moves, key=lambda row: (row["value"], row["support"], row["hand"], row["office"]))
        value = round(together([move["value"] for move in moves]), 6)
        if value < report_from:
            continue
        members = Members()
        for one in (one for move in moves for one in move["shown"]):
            members.add(trader_kind(one["trader"]) or "", one["trader"], "trader")
        measured = head | {
            "value": value,
            "support": sum(move["support"] for move in moves),
            "value_vnd": sum(move["value_vnd"] for move in moves),
        }
        subject = min(one["trader"] for one in head["shown"])
        evidence = records((one["evidence"] for move in moves for one in move["shown"]), evidence_limit)
        rows.append(signal_row(signal, measured, (trader_kind(subject) or "", subject), members, evidence))
    return rows
