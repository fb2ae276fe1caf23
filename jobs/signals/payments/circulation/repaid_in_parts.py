"""Money that many people hand over once and get back in parts, or get once and pay back in parts.

Who takes deposits and pays returns on them, and who lends and collects instalments, does what only a licensed
bank may. One such dealing is between friends; many at one account, or at accounts that share these clients,
are a business. The clients are its customers or victims, never members.
Source: Law on Credit Institutions 32/2024/QH15; Criminal Code 100/2015/QH13, Art. 174 and 201.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import BUSINESS_HOLDERS, is_true
from jobs.signals.joins.closing import kept
from jobs.signals.payments.ledger import ledger
from jobs.signals.payments.population import (
    FOUND_COLUMNS,
    FOUND_DDL,
    found_row,
    measured_accounts,
    rank_in_population,
)
from jobs.signals.payments.rings import rings_of
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="repaid_in_parts",
    subject="account",
    reads={"payments": "flows.payments", "accounts": "links.accounts"},
)
_HOUR = 3600


def transform(
    *,
    payments: DataFrame,
    accounts: DataFrame,
    parameters: Parameters,
    as_of: date,  # noqa: ARG001 - every signal takes it
) -> DataFrame:
    """One row a group of accounts that share such clients; value = how many clients it has.

    A lump is one payment, or two, of at least `lump_vnd_min`; its parts go the other way, after it, at least
    `parts_min` of them and none above `part_share` of it. An account with `clients_min` such clients is a
    core; an account that has the lumps where a core has the parts, or the other way round, of `shared_min`
    clients, and of `shared_share` of all of whom it has them, belongs to it.

    What is lent may be handed over in cash, and never be seen. Equal parts day after day, `daily_times_min`
    of them, that nothing is paid for and no remark explains, are paid on such a loan.

    One account may lend and another collect, and neither has a whole dealing: they are a core together where
    the one lent to `shared_min` clients what they then paid off at the other (`_apart`).
    """
    dealings = _apart(_dealings(payments, parameters), parameters)
    whole = dealings.where(F.col("lump") & F.col("parts"))
    core = whole.groupBy("account_id", "lent").agg(F.count(F.lit(1)).alias("clients"))
    core = core.where(F.col("clients") >= int(parameters["clients_min"]))
    of_core = dealings.join(core, ["account_id", "lent"], "left_semi").select("client", "lent")
    clients = of_core.unionByName(dealings.where("handed or served").select("client", "lent")).distinct()
    around = dealings.join(F.broadcast(clients), ["client", "lent"], "left_semi")
    pairs = around.select("account_id", "client").distinct()
    made = (
        _with_clients(payments)
        .join(F.broadcast(pairs), ["account_id", "client"], "left_semi")
        .groupBy("account_id", "client")
        .agg(F.collect_list(F.struct("payment_key", "report_keys")).alias("payments"))
    )
    shown = around.join(made, ["account_id", "client"])

    def rings(frame: pd.DataFrame) -> pd.DataFrame:
        return describe_groups(frame, parameters)

    found = shown.groupBy().applyInPandas(rings, schema=FOUND_DDL)
    return rank_in_population(SIGNAL, found, measured_accounts(accounts), parameters)


def _dealings(payments: DataFrame, parameters: Parameters) -> DataFrame:
    """One row an account, a client and a direction.

    account_id, client, lent (the account paid the lump), lump and parts (which of the two is theirs),
    part_vnd (the usual part), amount_vnd, lump_clients and parts_clients (clients of whom the account has
    that half).
    """
    out, amount = F.col("out"), F.col("amount_vnd")

    def side(chosen: Column, name: str) -> list[Column]:
        return [
            F.count_if(chosen).alias(f"{name}_times"),
            F.max(F.when(chosen, amount)).alias(f"{name}_most"),
            F.min(F.when(chosen, F.col("at_seconds"))).alias(f"{name}_first"),
            F.mode(F.when(chosen, amount), True).alias(f"{name}_usual"),
        ]

    pairs = (
        _with_clients(payments)
        .groupBy("account_id", "client")
        .agg(
            *side(out, "paid"),
            *side(~out, "got"),
            F.max(F.when(~out, F.col("at_seconds"))).alias("got_last"),
            F.collect_list(F.when(~out, amount)).alias("got_sums"),
            F.count_if(F.col("reason_stated")).alias("stated"),
            F.sum("amount_vnd").alias("amount_vnd"),
            F.max("holder_type").alias("holder_type"),
        )
    )
    views = [_view(pairs, parameters, lump, parts) for lump, parts in (("paid", "got"), ("got", "paid"))]
    both = views[0].unionByName(views[1])
    of_account = Window.partitionBy("account_id", "lent")
    counted = both.where(F.col("lump") | F.col("parts") | F.col("handed") | F.col("served")).select(
        "*",
        F.count_if("lump").over(of_account).alias("lump_clients"),
        F.count_if("parts").over(of_account).alias("parts_clients"),
    )
    # For the cores, and for who shares their clients.
    return kept(counted)


def _with_clients(payments: DataFrame) -> DataFrame:
    """Ledger rows between an account and a private counterparty (`client`), but for wages and hubs."""
    return (
        ledger(payments)
        .where(F.col("other").isNotNull() & ~F.col("other_context") & ~F.col("salary"))
        .where(~is_true(F.col("other_type").isin(*BUSINESS_HOLDERS)))
        .withColumnRenamed("other", "client")
    )


def _view(pairs: DataFrame, parameters: Parameters, lump: str, parts: str) -> DataFrame:
    once = (F.col(f"{lump}_times").between(1, int(parameters["lumps_max"]))) & (
        F.col(f"{lump}_most") >= int(parameters["lump_vnd_min"])
    )
    often = F.col(f"{parts}_times") >= int(parameters["parts_min"])
    small = F.col(f"{parts}_most") <= F.col(f"{lump}_most") * float(parameters["part_share"])
    after = F.col(f"{parts}_first") >= F.col(f"{lump}_first")
    nothing_back, nothing_before = F.col(f"{parts}_times") == 0, F.col(f"{lump}_times") == 0
    lent = lump == "paid"
    unseen = _daily(parameters) if lent else F.lit(False)
    handed = F.lit(lent) & F.col(f"{lump}_times").between(1, int(parameters["lumps_max"])) & nothing_back
    return pairs.select(
        "account_id",
        "client",
        F.lit(lent).alias("lent"),
        (unseen | (once & (nothing_back | is_true(small & after)))).alias("lump"),
        (often & (nothing_before | is_true(once & small & after))).alias("parts"),
        is_true(handed & (F.col(f"{lump}_most") >= int(parameters["loan_vnd_min"]))).alias("handed"),
        (F.lit(lent) & nothing_before & _served(parameters)).alias("served"),
        F.col(f"{lump}_most").alias("lump_vnd"),
        F.col(f"{lump}_first").alias("lump_at"),
        F.col(f"{parts}_first").alias("parts_at"),
        F.col(f"{parts}_usual").alias("part_vnd"),
        "amount_vnd",
        "holder_type",
    )


def _served(parameters: Parameters) -> Column:
    """Whether a client pays equal parts, one after the other, and no remark says for what."""
    times, usual = F.col("got_times"), F.col("got_usual")
    most = times * int(parameters["served_gap_hours"]) * _HOUR
    return is_true(
        (times >= int(parameters["served_times_min"]))
        & (usual >= int(parameters["daily_vnd_min"]))
        & (F.col("got_last") - F.col("got_first") <= most)
        & (_equal(usual) >= times * float(parameters["daily_same_share"]))
        & (F.col("stated") == 0)
    )


def _equal(usual: Column) -> Column:
    """How many payments of the client are of the usual sum."""
    return F.size(F.filter("got_sums", lambda one: one == usual))


def _apart(dealings: DataFrame, parameters: Parameters) -> DataFrame:
    """`dealings` with `handed` and `served` where an account lent and another collects of the same clients.

    What was handed over, `loan_vnd_min` at least, is paid off from then on, within `served_after_hours`, in
    parts of half of it at most that make half of it together; `shared_min` clients tie two accounts. `lump`
    and `parts` hold for these as well. What no pair shares is left out again.
    """
    lent = dealings.where("handed").select("client", "account_id", "lump_vnd", "lump_at")
    collected = dealings.where("served").select(
        "client", F.col("account_id").alias("collector"), "part_vnd", "parts_at", "amount_vnd"
    )
    after = F.col("parts_at") - F.col("lump_at")
    paid_off = (
        lent.join(F.broadcast(collected), "client")
        .where(F.col("account_id") != F.col("collector"))
        .where(after.between(0, int(parameters["served_after_hours"]) * _HOUR))
        .where((F.col("part_vnd") * 2 <= F.col("lump_vnd")) & (F.col("amount_vnd") * 2 >= F.col("lump_vnd")))
    )
    clients = F.size(F.collect_set("client").over(Window.partitionBy("account_id", "collector")))
    tied = paid_off.withColumn("clients", clients).where(F.col("clients") >= int(parameters["shared_min"]))
    sides = tied.select(
        "client", "account_id", F.lit(True).alias("has_handed"), F.lit(False).alias("has_served")
    )
    sides = sides.unionByName(
        tied.select(
            "client",
            F.col("collector").alias("account_id"),
            F.lit(False).alias("has_handed"),
            F.lit(True).alias("has_served"),
        )
    )
    sides = sides.groupBy("client", "account_id").agg(
        F.max("has_handed").alias("has_handed"), F.max("has_served").alias("has_served")
    )
    joined = dealings.join(
        F.broadcast(sides.withColumn("lent", F.lit(True))), ["client", "account_id", "lent"], "left"
    )
    handed, served = is_true(F.col("has_handed")), is_true(F.col("has_served"))
    return joined.select(
        "account_id",
        "client",
        "lent",
        (F.col("lump") | handed).alias("lump"),
        (F.col("parts") | served).alias("parts"),
        handed.alias("handed"),
        served.alias("served"),
        "part_vnd",
        "amount_vnd",
        "holder_type",
        "lump_clients",
        "parts_clients",
    ).where(F.col("lump") | F.col("parts"))


def _daily(parameters: Parameters) -> Column:
    """Whether a client pays equal parts day after day, for nothing that is seen or said."""
    times, usual = F.col("got_times"), F.col("got_usual")
    most = times * int(parameters["daily_gap_hours"]) * _HOUR
    return is_true(
        (times >= int(parameters["daily_times_min"]))
        & (usual >= int(parameters["daily_vnd_min"]))
        & (F.col("got_last") - F.col("got_first") <= most)
        & (_equal(usual) >= times * float(parameters["daily_same_share"]))
        & (F.col("paid_times") == 0)
        & (F.col("stated") == 0)
    )


def describe_groups(frame: pd.DataFrame, parameters: Parameters) -> pd.DataFrame:
    """The dealings of `frame` as groups, one row each (`FOUND_COLUMNS`); lenders and takers apart."""
    found = [
        _describe(rows, parameters)
        for _, dealings in frame.groupby("lent")
        for rows in _groups(dealings, parameters)
    ]
    rows = pd.DataFrame([row for row in found if row is not None], columns=FOUND_COLUMNS)
    return rows.sort_values(["value", "subject_id"], ascending=[False, True]).drop_duplicates("subject_id")


def _groups(dealings: pd.DataFrame, parameters: Parameters) -> list[pd.DataFrame]:
    """Cores with the accounts that give or get the other half of their dealings."""
    whole = dealings[dealings["lump"] & dealings["parts"]]
    counts = whole.groupby("account_id")["client"].nunique()
    core = sorted(counts.index[counts >= int(parameters["clients_min"])])
    own = dealings[dealings["account_id"].isin(core)]
    shared = own.merge(dealings, on="client", suffixes=("", "_other"))
    shared = shared[shared["account_id"] != shared["account_id_other"]]
    ties = pd.concat(
        _halves(shared, of_core, of_other, parameters)
        for of_core, of_other in (("lump", "parts"), ("parts", "lump"))
    )
    apart = dealings[dealings["handed"]].merge(
        dealings[dealings["served"]], on="client", suffixes=("", "_other")
    )
    pairs = apart.groupby(["account_id", "account_id_other"], as_index=False).agg(
        clients=("client", "nunique")
    )
    pairs = pairs[pairs["clients"] >= int(parameters["shared_min"])]
    themselves = pd.Series(core, dtype=object)
    rings = rings_of(
        pd.concat([themselves, ties["account_id"], pairs["account_id"]]),
        pd.concat([themselves, ties["account_id_other"], pairs["account_id_other"]]),
    )
    return [dealings[dealings["account_id"].isin(ring)] for ring in rings]


def _halves(shared: pd.DataFrame, of_core: str, of_other: str, parameters: Parameters) -> pd.DataFrame:
    """Pairs of a core and another account that has the other half of enough of its dealings."""
    pairs = (
        shared[shared[of_core] & shared[f"{of_other}_other"]]
        .groupby(["account_id", "account_id_other"], as_index=False)
        .agg(
            clients=("client", "nunique"),
            of_all=(f"{of_other}_clients_other", "first"),
        )
    )
    return pairs[
        (pairs["clients"] >= int(parameters["shared_min"]))
        & (pairs["clients"] >= pairs["of_all"] * float(parameters["shared_share"]))
    ]


def _describe(rows: pd.DataFrame, parameters: Parameters) -> dict[str, Any] | None:
    done = rows.groupby("client").agg(
        lump=("lump", "any"), parts=("parts", "any"), part_vnd=("part_vnd", "max")
    )
    clients = done[done["lump"] & done["parts"]]
    if len(clients) < float(parameters["report_from"]):
        return None
    dealt = rows[rows["client"].isin(clients.index)]
    moved = dealt.groupby("account_id")["amount_vnd"].sum()
    subject = min(moved.index, key=lambda name: (-moved[name], name))
    # Deposits are for banks alone; to lend on pledges or sell on credit is a trade that can be registered.
    registered = rows["lent"].all() and dealt["holder_type"].isin(BUSINESS_HOLDERS).all()
    role = "lender" if bool(rows["lent"].iloc[0]) else "collector"
    payments = [dict(_plain(payment)) for of_pair in dealt["payments"] for payment in of_pair]
    return found_row(
        subject=subject,
        value=float(len(clients)),
        value_vnd=int(moved.sum()),
        members=[("account", name, role) for name in moved.index],
        rows=pd.DataFrame(payments),
        explanations={
            "registered_lender": bool(registered),
            "savings_club": _equal_parts(clients, parameters),
        },
        evidence_limit=int(parameters["evidence_limit"]),
    )


def _plain(payment: Any) -> Mapping[str, Any]:
    """A struct as Arrow hands it over (a mapping) or as Spark does (a row)."""
    return payment if isinstance(payment, Mapping) else payment.asDict()


def _equal_parts(clients: pd.DataFrame, parameters: Parameters) -> bool:
    """Whether most pay or get the same part, as members of a savings club do."""
    same: dict[int, int] = defaultdict(int)
    for part in clients["part_vnd"].dropna():
        same[int(part)] += 1
    return max(same.values(), default=0) >= len(clients) * float(parameters["equal_share"])
