"""Who sends parcels: the hand behind a sender, and what names it as a member."""

from collections import Counter
from datetime import date

import pyarrow as pa
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import Members, Row, as_table, records, signal_row
from jobs.signals.goods.traders import in_window, listed
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal, member

_NAMES = {
    "seller_key": ("seller", "shop"),
    "sender_phone_e164": ("phone", "phone"),
    "sender_address_norm": ("address", "pickup"),
    "cod_account_id": ("account", "collector"),
}
# What a detection is filed under, first to last.
_SUBJECTS = ("seller", "phone", "account", "address")


def with_sending_hand(parcels: DataFrame) -> DataFrame:
    """Adds `hand`: the operator of the sender, or the sender itself when no link is known."""
    return parcels.withColumn("hand", F.coalesce("operator_id", "sender_key")).where(
        F.col("hand").isNotNull()
    )


def collecting_parcels(parcels: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Parcels of the window that are paid for at the door, with `hand` and `back` (returned or refused)."""
    current = in_window(parcels.withColumn("event_day", F.col("day")), as_of, parameters["window_days"])
    back = F.col("status").isin(*listed(parameters, "sent_back"))
    return with_sending_hand(current.where(F.col("cod_amount_vnd") > 0)).withColumn("back", back)


def parcel_worth() -> Column:
    """What the recipient pays at the door, or the declared value when that is more (prepaid); VND."""
    return F.greatest(F.coalesce("cod_amount_vnd", F.lit(0)), F.coalesce("declared_value_vnd", F.lit(0)))


def sender_names() -> Column:
    """What names the sender of a parcel, as an array of members."""
    named = [
        F.when(F.col(column).isNotNull(), member(kind, F.col(column), role))
        for column, (kind, role) in _NAMES.items()
    ]
    return F.filter(F.array(*named), lambda name: name.isNotNull())


def sender_detections(
    signal: Signal, found: DataFrame, identifiers: DataFrame, parameters: Parameters
) -> DataFrame:
    """Close a signal about senders.

    `found`: hand with the columns of `against_peers`, support, value_vnd, explanations, `evidence` (array of
    records) and `names` (one array of members a record). A name is a member when it is no hub and stands on
    at least `name_share` of the hand's records; a hand without such a name is not reported.
    """
    share, limit = float(parameters["name_share"]), int(parameters["evidence_limit"])

    def close(table: pa.Table, hubs: pa.Table) -> pa.Table:
        hub = {(row["kind"], row["id"]) for row in hubs.to_pylist()}
        rows = (sender_row(signal.id, row, hub, share, limit) for row in table.to_pylist())
        return as_table(row for row in rows if row is not None)

    measured = ("value", "typical", "tail", "peers", "peer_group", "support", "value_vnd", "explanations")
    caught = found.select(*measured, "evidence", "names", F.lit(1).alias("all")).groupBy("all")
    hubs = identifiers.where(F.col("hub")).select("kind", "id", F.lit(1).alias("all")).groupBy("all")
    return caught.cogroup(hubs).applyInArrow(close, SIGNAL_DDL)


def sender_row(signal: str, found: Row, hubs: set[tuple[str, str]], share: float, limit: int) -> Row | None:
    """The row of one hand; null when nothing but hubs names it."""
    uses = Counter((name["kind"], name["id"]) for names in found["names"] for name in names)
    roles = {(name["kind"], name["id"]): name["role"] for names in found["names"] for name in names}
    enough = share * len(found["names"])
    kept = {name: count for name, count in uses.items() if name not in hubs and count >= enough}
    if not kept:
        return None
    members = Members()
    for kind, identifier in kept:
        members.add(kind, identifier, roles[kind, identifier])
    subject = min(kept, key=lambda name: (_SUBJECTS.index(name[0]), -kept[name], name[1]))
    return signal_row(signal, found, subject, members, records(found["evidence"], limit))
