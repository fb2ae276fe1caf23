"""Traders caught at one conduct who share a consignee, phone, address or foreign partner: one detection."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from scipy.stats import binom

from jobs.signals.goods.alike_hands import (
    GOODS,
    PARTNER_AT_OFFICE,
    SELLER,
    Trade,
    alike_hands,
    shares_wanted,
    trade_of,
    traders_of,
    with_shares,
)
from jobs.signals.goods.found_rows import (
    Members,
    Rings,
    Row,
    as_table,
    by_ring,
    records,
    signal_row,
    trader_kind,
)
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal

_NO_MEMBERS = (SELLER, PARTNER_AT_OFFICE)
_TIES = {
    "consignee_phone_e164": ("phone", "consignee"),
    "consignee_address_norm": ("address", "consignee"),
    "trader_phone_e164": ("phone", "phone"),
    "trader_address_norm": ("address", "pickup"),
    # Ties those whom it supplies, and is no member: nobody here can look at it.
    "partner_name_norm": (SELLER, "partner"),
}
TIE_COLUMNS = tuple(_TIES)
# One seller's goods through one office: ties who avoids control together, in signals of whole declarations
# with parameter `tie_at_office`. A seller alone supplies too many.
_TIES_AT_OFFICE = {PARTNER_AT_OFFICE: (PARTNER_AT_OFFICE, "partner")}
_MEASURED = ("value", "typical", "tail", "peers", "peer_group", "support", "value_vnd", "explanations")


def shown_record(evidence: Column) -> Column:
    """One record that shows the conduct, with its trader and what may tie that trader to others."""
    return F.struct(F.col("trader"), evidence.alias("evidence"), *[F.col(name) for name in TIE_COLUMNS])


def shown_line(evidence: Column) -> Column:
    """`shown_record` of a declaration line, with its goods: for signals with parameter `tie_goods_share`."""
    ties = [F.col(name) for name in (*TIE_COLUMNS, "hs_code")]
    return F.struct(F.col("trader"), evidence.alias("evidence"), *ties)


def shown_declaration(feed: str) -> Column:
    """The lines of a whole declaration (column `keys`) as an array of `shown_record`."""
    ties = [*[F.col(name) for name in TIE_COLUMNS], _at_office("office").alias(PARTNER_AT_OFFICE)]
    return F.transform(
        "keys",
        lambda key: F.struct(
            F.col("trader"), F.struct(F.lit(feed).alias("feed"), key.alias("key")).alias("evidence"), *ties
        ),
    )


def _at_office(office: str) -> Column:
    return F.concat("partner_name_norm", F.lit("|"), F.col(office))


def tied_detections(
    signal: Signal,
    found: DataFrame,
    declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
) -> DataFrame:
    """Close a signal about traders: one row for each group of tied hands.

    `found`: hand, value, typical, tail, peers, peer_group, support, value_vnd, explanations and `shown`
    (array of `shown_record`), for hands from `join_from` up, and where it has `accomplices` (array of
    struct of `members` and `evidence`) whoever stands with a hand. `declarations`: all lines, to see who
    else uses an identifier: one that mostly others use (a broker's phone, a forwarder's warehouse) ties none.
    With parameter `tie_at_office` (1), buying of one seller through one office ties as well; with
    `tie_sellers_share` or `tie_goods_share` so do the sellers, or goods, of what was found with both.
    A group is reported when its value reaches `report_from`: that of its strongest hand, or with parameter
    `distances_add_up` of all together; its support and amount are sums.
    """
    also = [name for name in ("accomplices",) if name in found.columns]
    caught = found.select("hand", *_MEASURED, "shown", *also, F.lit(1).alias("all")).groupBy("all")
    shared = _shared_by_traders(declarations, identifiers)
    if not shares_wanted(parameters):
        shared = shared.where(F.col("kind") != GOODS).drop("traders")
    shared = shared.withColumn("all", F.lit(1)).groupBy("all")
    return caught.cogroup(shared).applyInArrow(_tie(signal.id, dict(parameters)), SIGNAL_DDL)


def _shared_by_traders(declarations: DataFrame, identifiers: DataFrame) -> DataFrame:
    """kind, id, users, traders: identifiers that stand beside two or more traders and are no hubs."""
    named = [
        F.struct(F.lit(kind).alias("kind"), F.col(column).alias("id")) for column, (kind, _) in _TIES.items()
    ]
    at_office = F.struct(F.lit(PARTNER_AT_OFFICE).alias("kind"), _at_office("customs_office").alias("id"))
    goods = F.struct(F.lit(GOODS).alias("kind"), F.col("hs_code").alias("id"))
    uses = declarations.select("trader", F.explode(F.array(*named, at_office, goods)).alias("tie"))
    hubs = identifiers.where(F.col("hub")).select("kind", "id").distinct()
    return (
        with_shares(
            uses.where(F.col("trader").isNotNull() & F.col("tie.id").isNotNull()).select(
                "trader", "tie.kind", "tie.id"
            )
        )
        .groupBy("kind", "id")
        .agg(F.count(F.lit(1)).alias("users"), traders_of().alias("traders"))
        .where(F.col("users") >= 2)
        .join(hubs, ["kind", "id"], "left_anti")
        # Signals that look at the same lines share it: Spark knows the same plan again.
        .persist()
    )


def _tie(signal: str, parameters: dict[str, Any]) -> Callable[[pa.Table, pa.Table], pa.Table]:
    def close(found: pa.Table, shared: pa.Table) -> pa.Table:
        rows = shared.to_pylist()
        users = {(row["kind"], row["id"]): row["users"] for row in rows}
        trade = trade_of(rows, parameters) if shares_wanted(parameters) else {}
        return as_table(tied_rows(signal, found.to_pylist(), users, parameters, trade))

    return close


def tied_rows(
    signal: str,
    found: list[Row],
    users: dict[tuple[str, str], int],
    parameters: dict[str, Any],
    trade: dict[str, Trade] | None = None,
) -> list[Row]:
    """The rows of a signal: `found` hands grouped over the identifiers and sellers that tie their traders."""
    hands = {row["hand"]: row for row in found}
    shown = {
        hand: [one for one in row["shown"] if trader_kind(one["trader"]) is not None]
        for hand, row in hands.items()
    }
    measured = max((row["peers"] for row in found), default=0)
    ties = _tying(shown, users, measured, parameters)
    rings = _rings(ties, list(shown), alike_hands(shown, trade or {}, parameters))
    rows = []
    for ring in by_ring(rings, [hand for hand, lines in shown.items() if lines]).values():
        head = max(ring, key=lambda hand: (hands[hand]["value"], hands[hand]["support"], hand))
        value = _together([hands[hand]["value"] for hand in ring], parameters)
        if value < float(parameters["report_from"]):
            continue
        lines = [one for hand in ring for one in shown[hand]]
        members = Members()
        for trader in {one["trader"] for one in lines}:
            members.add(trader_kind(trader) or "", trader, "trader")
        for (kind, identifier), tie in ties.items():
            if kind not in _NO_MEMBERS and any(hand in ring for hand, _ in tie.uses):
                members.add(kind, identifier, tie.role)
        accomplices = [one for hand in ring for one in hands[hand].get("accomplices") or ()]
        for one in accomplices:
            for member in one["members"]:
                members.add(member["kind"], member["id"], member["role"])
        subject = min(one["trader"] for one in shown[head])
        measured = hands[head] | {
            "value": value,
            "tail": min(hands[hand]["tail"] for hand in ring),
            "support": sum(hands[hand]["support"] for hand in ring),
            "value_vnd": sum(hands[hand]["value_vnd"] for hand in ring),
        }
        named = [one["evidence"] for one in lines] + [key for one in accomplices for key in one["evidence"]]
        evidence = records(named, int(parameters["evidence_limit"]))
        rows.append(signal_row(signal, measured, (trader_kind(subject) or "", subject), members, evidence))
    return rows


def _together(values: list[float], parameters: dict[str, Any]) -> float:
    """The value of tied hands: the root of the squares' sum where distances add up, else the strongest's."""
    return math.hypot(*values) if parameters.get("distances_add_up") else max(values)


class _Tie:
    """An identifier with the (hand, trader) pairs that use it."""

    def __init__(self) -> None:
        self.uses: set[tuple[str, str]] = set()
        self.role = ""


def _rings(ties: dict[tuple[str, str], _Tie], hands: list[str], alike: list[tuple[str, str, str]]) -> Rings:
    """Hands tied by contacts here, by being alike (`alike_hands`), and by sellers abroad.

    Those whom contacts tie are one house; two houses that buy of one seller are two of its customers.
    """
    rings = Rings()
    for (kind, _), tie in ties.items():
        if kind != SELLER:
            _join_all(rings, {hand for hand, _ in tie.uses})
    houses = [ring[0] for ring in by_ring(rings, hands).values() if len(ring) > 1]
    for (kind, _), tie in ties.items():
        if kind == SELLER:
            _join_customers(rings, houses, {hand for hand, _ in tie.uses})
    for kind, one, other in alike:
        if kind == SELLER:
            _join_customers(rings, houses, {one, other})
        else:
            rings.join(one, other)
    return rings


def _join_customers(rings: Rings, houses: list[str], customers: set[str]) -> None:
    """Join whoever buys of one seller; of several houses (one hand of each is given), only those of none."""
    homes = {rings.find(house) for house in houses}
    of_houses = {hand for hand in customers if rings.find(hand) in homes}
    several = len({rings.find(hand) for hand in of_houses}) > 1
    _join_all(rings, customers - of_houses if several else customers)


def _join_all(rings: Rings, hands: set[str]) -> None:
    for hand in hands:
        rings.join(min(hands), hand)


def _tying(
    shown: dict[str, list[Row]],
    users: dict[tuple[str, str], int],
    measured: int,
    parameters: dict[str, Any],
) -> dict[tuple[str, str], _Tie]:
    """Identifiers of two or more caught traders, as far as mostly caught ones use them, beyond chance.

    An identifier counts from `tie_line_share` of a trader's lines on: a forwarder has all its customers'.
    """
    ties: dict[tuple[str, str], _Tie] = defaultdict(_Tie)
    kinds = _TIES | (_TIES_AT_OFFICE if parameters.get("tie_at_office") else {})
    for hand, lines in shown.items():
        total = Counter(one["trader"] for one in lines)
        uses = Counter(
            (kind, one[column], role, one["trader"])
            for one in lines
            for column, (kind, role) in kinds.items()
            if (kind, one.get(column)) in users
        )
        for (kind, identifier, role, trader), count in uses.items():
            if count >= float(parameters["tie_line_share"]) * total[trader]:
                tie = ties[kind, identifier]
                tie.uses.add((hand, trader))
                tie.role = min(tie.role or role, role)
    limit, share = int(parameters["tied_traders_limit"]), float(parameters["tied_share"])
    kept = {}
    for identifier, tie in sorted(ties.items()):
        caught = len({trader for _, trader in tie.uses})
        if 2 <= caught <= limit and caught >= share * users[identifier]:
            # How likely anybody else is caught, is how likely these would be by chance.
            elsewhere = max(measured - users[identifier], 1)
            usual = min(max(len(shown) - caught, 0) / elsewhere, 1.0)
            if binom.sf(caught - 1, users[identifier], usual) <= float(parameters["tie_chance_max"]):
                kept[identifier] = tie
    return kept
