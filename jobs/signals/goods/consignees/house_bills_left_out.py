"""Parcels of a master bill whose house bills nobody declared, while others of the same lot were declared.

A lot from abroad goes on inland bill by bill, each cleared on its own. Where some bills of a lot have a
declaration and others travel without one, in the hands of the same sender, goods were slipped in beside the
declared ones. Where many parcels with house bills have no declaration, the declarations are elsewhere and
nobody stands out.
Source: Vietnam Customs dispatch 3923/2021 (house bills of one lot); Law on Customs 54/2014/QH13, Art. 18
and 25 (all goods are declared).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.consignees.import_bills import PARCELS
from jobs.signals.goods.senders import parcel_worth
from jobs.signals.goods.traders import DECLARATIONS
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.schema import Parameters, Signal, explanation, share_of_all

SIGNAL = Signal(
    id="house_bills_left_out",
    subject="phone",
    reads={
        "parcels": "flows.parcels",
        "customs_declarations": "flows.declarations",
        "sellers": "silver.sellers",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    parcels: DataFrame,
    customs_declarations: DataFrame,
    sellers: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of one more than the bills that a sender's phone sends on and that nobody declared.

    `support`: their parcels; `value_vnd`: what these are worth. Who receives some of them, and who declared
    the rest of the lots from the same phone, stands with the sender.
    """
    del as_of
    lines = kept(_lines(customs_declarations))
    sent = kept(_sent(parcels, lines, identifiers))
    rows = reported(_measure(sent, parameters), parameters)
    left_out = kept(sent.where("left_out").join(subjects_of(rows), "subject_id", "left_semi"))
    received = F.count(F.lit(1)).over(Window.partitionBy("subject_id", "recipient"))
    receivers = (
        left_out.where(F.col("recipient").isNotNull())
        .withColumn("received", received)
        .where(F.col("received") >= int(parameters["receipts_least"]))
    )
    shops = receivers.join(sellers.select(F.col("phone_e164").alias("recipient"), "seller_key"), "recipient")
    lots = left_out.select("subject_id", "master_bill_no").distinct()
    declared = lines.join(lots, "master_bill_no").where(F.col("phone") == F.col("subject_id"))
    members = [
        member_rows(rows, "phone", "subject_id", "phone"),
        member_rows(receivers, "phone", "recipient", "consignee"),
        member_rows(shops, "seller", "seller_key", "shop"),
        member_rows(declared.where(F.col("trader").startswith("tax:")), "company", "trader", "trader"),
    ]
    evidence = [
        record_rows(left_out, PARCELS, "record_key"),
        record_rows(declared, DECLARATIONS, "line_key", 2),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _lines(customs_declarations: DataFrame) -> DataFrame:
    """Import lines under a master bill: master_bill_no, house_bill_no, trader, phone, line_key."""
    return customs_declarations.where(
        (F.col("direction") == "import") & F.col("master_bill_no").isNotNull()
    ).select(
        "master_bill_no",
        "house_bill_no",
        F.col("trader_key").alias("trader"),
        F.col("trader_phone_e164").alias("phone"),
        F.col("record_key").alias("line_key"),
    )


def _sent(parcels: DataFrame, lines: DataFrame, identifiers: DataFrame) -> DataFrame:
    """Parcels under house bills of lots of which something was declared: subject_id, record_key, recipient,
    master_bill_no, house_bill_no, worth_vnd, `left_out` (nobody declared it), `open` (the share of all
    that is).
    """
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "phone")).select(
        F.col("id").alias("subject_id")
    )
    bills = lines.where(F.col("house_bill_no").isNotNull()).select("house_bill_no").distinct()
    lots = lines.select("master_bill_no").distinct()
    return (
        parcels.where(F.col("house_bill_no").isNotNull() & F.col("sender_phone_e164").isNotNull())
        .select(
            F.col("sender_phone_e164").alias("subject_id"),
            F.col("recipient_phone_e164").alias("recipient"),
            "record_key",
            "master_bill_no",
            "house_bill_no",
            "declaration_no",
            parcel_worth().alias("worth_vnd"),
        )
        .join(F.broadcast(lots), "master_bill_no", "left_semi")
        .join(bills.withColumn("declared", F.lit(True)), "house_bill_no", "left")
        .withColumn("left_out", ~is_true(F.col("declared")) & F.col("declaration_no").isNull())
        .withColumn("open", share_of_all(F.col("left_out")))
        .join(F.broadcast(hubs), "subject_id", "left_anti")
    )


def _measure(sent: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a phone that sends parcels of declared lots."""
    told = sent.groupBy("subject_id").agg(
        F.count_distinct(F.when(F.col("left_out"), F.col("house_bill_no"))).alias("bills"),
        F.count_if("left_out").alias("support"),
        F.sum(F.when(F.col("left_out"), F.col("worth_vnd")).otherwise(0)).alias("value_vnd"),
        F.count(F.lit(1)).alias("parcels"),
        F.max("open").alias("open"),
    )
    # Who has a few gaps among many bills may be waiting for a record.
    gaps = F.col("support") < F.col("parcels") * float(parameters["gap_share"])
    return told.select(
        "subject_id",
        F.lit("senders of parcels of declared lots").alias("peer_group"),
        F.when(F.col("open") <= float(parameters["open_share_most"]), F.log2(1 + F.col("bills")))
        .otherwise(0.0)
        .alias("value"),
        "support",
        "value_vnd",
        F.array(explanation("few_gaps", gaps)).alias("explanations"),
    )
