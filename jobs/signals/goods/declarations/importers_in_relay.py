"""Importers that follow one another with the same goods of one foreign seller: one stops, the next begins.

A name is used until Customs knows it, then the business goes on under another: once the one before was found
out, neither ordinary prices nor the old address excuse anything. A new company takes months to set up, but
the same people answer its phone. A company that takes over another openly keeps its name or address, and pays
what the goods cost: low prices from one address are one business. Who merely finds a new importer keeps the
old one's other trade.
Source: Vietnam Customs dispatch 3923/2021 (companies set up one after the other); FATF/Egmont risk
indicators 2021.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from statistics import median

import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import Members, Row, as_table, records, signal_row, trader_kind
from jobs.signals.goods.prices.ordinary_prices import (
    ORDINARY_PRICES,
    low_prices,
    ordinary_prices,
    price_levels,
)
from jobs.signals.goods.traders import DECLARATIONS, declared_in_window, heading
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, record

SIGNAL = Signal(
    id="importers_in_relay",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "identifiers": "links.identifiers",
    },
)

_FOUND_OUT = ("violation", "mismatch")


def transform(
    *,
    customs_declarations: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = handovers, and more where the one before is gone or both use one phone or address, or where it
    was found in violation."""
    kept = declared_in_window(customs_declarations, "import", parameters, as_of)
    lines = kept.where(F.col("hand").isNotNull()).withColumn(
        "goods", heading(F.col("hs_code"), int(parameters["goods_digits"]))
    )
    contacts = (
        _contacts(lines, identifiers, parameters)
        .groupBy("hand")
        .agg(F.sort_array(F.collect_set("id")).alias("contacts"))
    )
    hands = lines.groupBy("hand").agg(
        F.max("event_day").alias("last_of_all"),
        F.collect_set("trader_address_norm").alias("seats"),
        F.count_if(F.col("inspection_result").isin(*_FOUND_OUT)).alias("found_out"),
    )
    levels = price_levels(customs_declarations, F.col("hand"), parameters, as_of).withColumnRenamed(
        "by", "hand"
    )
    buyers = (
        lines.where(F.col("partner_name_norm").isNotNull() & F.col("goods").isNotNull())
        .groupBy("partner_name_norm", "goods", "hand")
        .agg(
            F.count(F.lit(1)).alias("lines"),
            F.min("event_day").alias("first"),
            F.max("event_day").alias("last"),
            F.min("trader").alias("trader"),
            F.sum(F.coalesce("customs_value_vnd", F.lit(0))).alias("value_vnd"),
            F.collect_list(record(DECLARATIONS, F.col("record_key"))).alias("evidence"),
        )
        .join(hands, "hand")
        .join(contacts, "hand", "left")
        .join(levels, "hand", "left")
        .withColumn("all", F.lit(1))
    )
    return buyers.groupBy("all").applyInArrow(_relays(parameters), SIGNAL_DDL)


def _contacts(lines: DataFrame, identifiers: DataFrame, parameters: Parameters) -> DataFrame:
    """hand, id: phones and addresses that a hand names on its lines, that few hands name, and no hubs.

    A hand that names many has customers, not a receiver behind it, and none of them counts.
    """
    named = F.array(
        *[
            F.struct(F.lit(kind).alias("kind"), F.col(column).alias("id"))
            for kind, column in (
                ("phone", "trader_phone_e164"),
                ("phone", "consignee_phone_e164"),
                ("address", "consignee_address_norm"),
            )
        ]
    )
    hubs = identifiers.where(F.col("hub")).select("kind", "id").distinct()
    uses = lines.select("hand", F.explode(named).alias("use")).select("hand", "use.*").distinct()
    return (
        uses.where(F.col("id").isNotNull())
        .join(hubs, ["kind", "id"], "left_anti")
        .withColumn("hands", F.count(F.lit(1)).over(Window.partitionBy("kind", "id")))
        .withColumn("named", F.count(F.lit(1)).over(Window.partitionBy("hand")))
        .where(F.col("hands") <= int(parameters["contact_hands"]))
        .where(F.col("named") <= int(parameters["contacts_of_hand"]))
        .select("hand", "id")
    )


def _relays(parameters: Parameters) -> Callable[[pa.Table], pa.Table]:
    def close(buyers: pa.Table) -> pa.Table:
        return as_table(relay_rows(buyers.to_pylist(), parameters))

    return close


def relay_rows(buyers: Iterable[Row], parameters: Parameters) -> list[Row]:
    """One row for each chain of importers that reaches `report_from`; a subject has its strongest."""
    trades: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in buyers:
        trades[(row["partner_name_norm"], row["goods"])].append(row)
    chains = [
        longest_relay(trade, parameters) for trade in trades.values() if len(_steady(trade, parameters)) >= 2
    ]
    values = [_worth(chain, parameters) for chain in chains]
    strongest: dict[str, Row] = {}
    for chain, value in zip(chains, values, strict=True):
        if value >= float(parameters["report_from"]):
            row = _row(chain, value, values, parameters)
            kept = strongest.setdefault(row["subject_id"], row)
            if (row["value"], str(row["evidence"])) > (kept["value"], str(kept["evidence"])):
                strongest[row["subject_id"]] = row
    return list(strongest.values())


def longest_relay(trade: Sequence[Row], parameters: Parameters) -> list[Row]:
    """The buyers of one seller's goods that follow one another: the chain worth most, in the order of time.

    Each has enough lines, begins when the one before stops and not long after. A chain that is a small
    part of the trade counts from where phones or addresses tie all of it. Empty where nobody follows anybody.
    """
    best: list[tuple[float, list[Row]]] = []
    for row in _steady(trade, parameters):
        before = [
            (worth + handover(chain[-1], row, parameters), chain)
            for worth, chain in best
            if _follows(chain[-1], row, parameters)
        ]
        worth, chain = max(before, key=_by_worth, default=(0.0, []))
        best.append((worth, [*chain, row]))
    _, chain = max(best, key=_by_worth, default=(0.0, []))
    share = sum(row["lines"] for row in chain) / max(1, sum(row["lines"] for row in trade))
    if share < float(parameters["trade_share"]):
        untied = [place for place, pair in enumerate(pairwise(chain), 1) if not _one_hand(*pair, parameters)]
        chain = chain[untied[-1] :] if untied else chain
    return chain if len(chain) > 1 else []


def _follows(before: Row, after: Row, parameters: Parameters) -> bool:
    """Whether one begins as the other stops: its last lots may still be on their way."""
    life = (before["last"] - before["first"]).days
    overlap = min(int(parameters["overlap_days"]), int(float(parameters["overlap_share"]) * life))
    pause = int(parameters["pause_days_tied" if _shared(before, after) else "pause_days"])
    return -overlap < (after["first"] - before["last"]).days <= pause


def handover(before: Row, after: Row, parameters: Parameters) -> float:
    """What one handover counts."""
    gone = (before["last_of_all"] - before["last"]).days <= int(parameters["gone_days"])
    value = 1.0 + float(parameters["gone_weight"]) * gone
    value += float(parameters["contact_weight"]) * _one_hand(before, after, parameters)
    value += float(parameters["found_out_weight"]) * _found_out(before)
    openly = _taken_over(before, after, parameters)
    return value * (float(parameters["keep_openly_taken_over"]) if openly else 1.0)


def _worth(chain: Sequence[Row], parameters: Parameters) -> float:
    return sum(handover(one, other, parameters) for one, other in pairwise(chain))


def _by_worth(one: tuple[float, list[Row]]) -> tuple[float, list[str]]:
    return one[0], [row["hand"] for row in one[1]]


def _steady(trade: Iterable[Row], parameters: Parameters) -> list[Row]:
    enough = (row for row in trade if row["lines"] >= int(parameters["least_lines"]))
    return sorted(enough, key=lambda row: (row["first"], row["hand"]))


def _shared(one: Row, other: Row) -> set[str]:
    return set(one["contacts"] or ()) & set(other["contacts"] or ())


def _found_out(before: Row) -> bool:
    return bool(before["found_out"])


def _one_hand(before: Row, after: Row, parameters: Parameters) -> bool:
    """Whether a phone or a receiver ties both, or one address from which the next declares low prices."""
    low = low_prices((after,), parameters)
    return bool(_shared(before, after)) or (_one_seat(before, after) and low)


def _one_seat(before: Row, after: Row) -> bool:
    return not set(before["seats"] or ()).isdisjoint(after["seats"] or ())


def _taken_over(before: Row, after: Row, parameters: Parameters) -> bool:
    """Openly, at one address; who was found out there, or declares low prices next, has a reason to be
    another company."""
    reason = _found_out(before) or low_prices((after,), parameters)
    return _one_seat(before, after) and not reason


def _row(chain: Sequence[Row], value: float, values: Sequence[float], parameters: Parameters) -> Row:
    members = Members()
    for row in chain:
        members.add(trader_kind(row["trader"]) or "", row["trader"], "trader")
    for one, other in pairwise(chain):
        for contact in sorted(_shared(one, other)):
            members.add("phone" if contact.startswith("+") else "address", contact, "consignee")
    open_ = any(_taken_over(one, other, parameters) for one, other in pairwise(chain))
    known = any(_found_out(row) for row in chain[:-1]) or any(
        low_prices((row,), parameters) for row in chain[1:]
    )
    ordinary = ordinary_prices(chain, parameters) and not known
    measured = {
        "peer_group": "sellers of several importers",
        "value": round(value, 6),
        "typical": round(median(values), 6),
        "tail": round(sum(other >= value for other in values) / len(values), 9),
        "peers": len(values),
        "support": sum(row["lines"] for row in chain),
        "value_vnd": sum(row["value_vnd"] for row in chain),
        "explanations": [
            {"id": "openly_taken_over", "holds": open_},
            {"id": ORDINARY_PRICES, "holds": ordinary},
        ],
    }
    subject = chain[-1]["trader"]
    evidence = records((one for row in chain for one in row["evidence"]), int(parameters["evidence_limit"]))
    return signal_row(SIGNAL.id, measured, (trader_kind(subject) or "", subject), members, evidence)
