"""Shops that pay an importer and send out goods of the kind that it brings in duty-free.

Whoever sells materials at home need not send them from the own door: a shop of somebody else's does, and
hands on what it takes for them. The parcels tell what the shop sends, its payments whose goods those are.
Source: Decree 134/2016/NĐ-CP, Art. 10 and 12; Vietnam Customs press cases (processing imports sold at home).
"""

from datetime import date

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.traders import DECLARATIONS, company_of, trader_kind
from jobs.signals.joins.closing import (
    close,
    kept,
    member_rows,
    payment_rows,
    record_rows,
    reported,
    subjects_of,
)
from jobs.signals.joins.supply.duty_free_goods import (
    declared_goods,
    share_of_same,
    telling_parcels,
    with_same,
)
from jobs.signals.schema import Parameters, Signal

SIGNAL = Signal(
    id="materials_sold_through_shops",
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
    """Value (0 to 1): parcels of these goods as a share of all that say what they hold from those who pay the
    importer, and of `parcels_prior` more. Support: the parcels; `value_vnd`: their worth."""
    declared = kept(declared_goods(customs, parameters, as_of))
    importers = declared.where("duty_free").select("subject_id").distinct()
    lines = kept(declared.join(F.broadcast(importers), "subject_id", "left_semi"))
    paid = kept(_paid(payments, accounts, lines, parameters))
    sent = kept(_sent(parcels, paid, lines, parameters))
    rows = reported(
        share_of_same(sent, lines, "importers for processing whom senders of parcels pay", parameters),
        parameters,
    )
    sold = kept(sent.where("same").join(subjects_of(rows), "subject_id", "left_semi"))
    brought = lines.where("duty_free").join(subjects_of(rows), "subject_id", "left_semi")
    selling = sold.select("subject_id", "hand").distinct()
    handed = kept(paid.join(F.broadcast(selling), ["subject_id", "hand"], "left_semi"))
    members = [
        member_rows(brought, trader_kind(F.col("trader_key")), "trader_key", "trader"),
        member_rows(handed, "account", "creditor_account_id", "collector"),
        member_rows(handed, "account", "debtor_account_id", "paying_shop"),
        member_rows(sold, "seller", "seller_key", "paying_shop"),
    ]
    evidence = [
        record_rows(sold, "shipments", "record_key"),
        record_rows(brought, DECLARATIONS, "record_key"),
        payment_rows(handed),
    ]
    return close(SIGNAL, rows, members, evidence, int(parameters["evidence_limit"]))


def _paid(payments: DataFrame, accounts: DataFrame, lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Payments to the importers' own accounts by others (`hand`) who pay at least `payments_least` times."""
    importers = lines.select("subject_id").distinct()
    of_importers = (
        accounts.where(F.col("holder_key").startswith("tax:"))
        .select(
            F.col("account_id").alias("creditor_account_id"),
            company_of(F.col("holder_key")).alias("subject_id"),
        )
        .join(F.broadcast(importers), "subject_id", "left_semi")
    )
    paid = (
        payments.join(F.broadcast(of_importers), "creditor_account_id")
        .where(~is_true(F.col("debtor_operator") == F.col("creditor_operator")))
        .withColumn("hand", F.col("debtor_operator"))
    )
    again = (
        paid.groupBy("subject_id", "hand")
        .agg(F.count(F.lit(1)).alias("payments"))
        .where(F.col("payments") >= int(parameters["payments_least"]))
    )
    return paid.join(F.broadcast(again), ["subject_id", "hand"], "left_semi")


def _sent(parcels: DataFrame, paid: DataFrame, lines: DataFrame, parameters: Parameters) -> DataFrame:
    """Parcels of the hands that say what they hold; `same`: of a kind that the importer has free of duty."""
    hands = paid.select("subject_id", "hand").distinct()
    sold = telling_parcels(parcels).withColumnRenamed("subject_id", "hand")
    return with_same(sold.join(F.broadcast(hands), "hand"), lines, parameters)
