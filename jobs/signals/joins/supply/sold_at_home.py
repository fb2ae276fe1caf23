"""Goods brought in duty-free, for processing or for a time, that leave the importer's door for buyers here.

Sold at home, they have to be sent out, and are sent from where they lie: the address or the phone that the
importer declares.
Source: Decree 134/2016/NĐ-CP, Art. 10, 12 and 13; Vietnam Customs press cases (processing imports sold
at home).
"""

from collections.abc import Callable
from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.traders import DECLARATIONS, trader_kind
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.joins.parcel_payments import paid_by_recipients
from jobs.signals.joins.supply.duty_free_goods import (
    declared_goods,
    share_of_same,
    telling_parcels,
    with_same,
)
from jobs.signals.schema import Parameters, Signal

_DOORS = {"trader_phone_e164": "sender_phone_e164", "trader_address_norm": "sender_address_norm"}


def sold_at_home(identifier: str, peer_group: str) -> tuple[Signal, Callable[..., DataFrame]]:
    """A signal about goods under its parameter `regimes`, with the transform that measures it.

    Value (0 to 1): parcels of these goods as a share of all from the importer's door that say what they hold,
    and of `parcels_prior` more. Support: the parcels; `value_vnd`: their worth.
    """
    signal = Signal(
        id=identifier,
        subject="company",
        reads={
            "parcels": "flows.parcels",
            "customs": "flows.declarations",
            "payments": "flows.payments",
            "accounts": "links.accounts",
        },
    )

    def transform(
        *,
        parcels: DataFrame,
        customs: DataFrame,
        payments: DataFrame,
        accounts: DataFrame,
        parameters: Parameters,
        as_of: date,
    ) -> DataFrame:
        declared = kept(declared_goods(customs, parameters, as_of, *_DOORS))
        importers = declared.where("duty_free").select("subject_id").distinct()
        lines = kept(declared.join(F.broadcast(importers), "subject_id", "left_semi"))
        sent = kept(_sent(parcels, _doors(declared, importers), lines, parameters))
        rows = reported(share_of_same(sent, lines, peer_group, parameters), parameters)
        subjects = subjects_of(rows)
        sold = kept(sent.where("same").join(subjects, "subject_id", "left_semi"))
        brought = lines.where("duty_free").join(subjects, "subject_id", "left_semi")
        paid = kept(_paid(sold, payments, accounts, parameters))
        shopless = sold.where(F.col("seller_key").isNull())
        members = [
            member_rows(brought, trader_kind(F.col("trader_key")), "trader_key", "trader"),
            member_rows(sold, "seller", "seller_key", "shop"),
            member_rows(shopless, "phone", "sender_phone_e164", "phone"),
            member_rows(sold, "account", "cod_account_id", "collector"),
            member_rows(paid, "account", "creditor_account_id", "collector"),
        ]
        evidence = [
            record_rows(sold, "shipments", "record_key"),
            record_rows(brought, DECLARATIONS, "record_key"),
            record_rows(paid, "bank_transactions", F.explode("report_keys"), 2),
        ]
        return close(signal, rows, members, evidence, int(parameters["evidence_limit"]))

    return signal, transform


def _doors(declared: DataFrame, importers: DataFrame) -> dict[str, DataFrame]:
    """By the column of a parcel's sender: the phones and addresses that one company alone declares, with that
    company where it is one of `importers`. What several declare is a broker's or a tower's."""
    return {
        sending: declared.where(F.col(declaring).isNotNull())
        .groupBy(F.col(declaring).alias(sending))
        .agg(F.min("subject_id").alias("subject_id"), F.max("subject_id").alias("another"))
        .where(F.col("subject_id") == F.col("another"))
        .join(F.broadcast(importers), "subject_id", "left_semi")
        .select(sending, F.col("subject_id").alias(f"owner_of_{sending}"))
        for declaring, sending in _DOORS.items()
    }


def _sent(
    parcels: DataFrame, doors: dict[str, DataFrame], lines: DataFrame, parameters: Parameters
) -> DataFrame:
    """Parcels from the doors of the importers that say what they hold; `same`: what came in duty-free."""
    sold = telling_parcels(parcels)
    for sending, door in doors.items():
        sold = sold.join(F.broadcast(door), sending, "left")
    owners = F.array_distinct(F.array_compact(F.array(*[f"owner_of_{sending}" for sending in doors])))
    return with_same(sold.withColumn("subject_id", F.explode(owners)), lines, parameters)


def _paid(sold: DataFrame, payments: DataFrame, accounts: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments by recipients into accounts that several of them pay, and hardly any other private payer."""
    sent = sold.withColumnsRenamed({"subject_id": "hand", "sold_vnd": "price_vnd"})
    paid = paid_by_recipients(sent, payments, accounts, parameters).where(
        ~F.coalesce("creditor_hub", F.lit(False))
    )
    once = paid.dropDuplicates(["hand", "payment_key"]).withColumnRenamed("hand", "subject_id")
    credits = (
        payments.where(F.col("debtor_account_id").isNotNull() & ~F.coalesce("debtor_hub", F.lit(False)))
        .groupBy("creditor_account_id")
        .agg(F.count(F.lit(1)).alias("credits"))
    )
    takers = (
        once.groupBy("subject_id", "creditor_account_id")
        .agg(F.count(F.lit(1)).alias("payments"), F.count_distinct("debtor_account_id").alias("payers"))
        .where(F.col("payers") >= int(parameters["payers_least"]))
        .join(credits, "creditor_account_id")
        .where(F.col("payments") >= F.col("credits") * float(parameters["payments_share"]))
        .select("subject_id", "creditor_account_id")
    )
    return once.join(F.broadcast(takers), ["subject_id", "creditor_account_id"], "left_semi")
