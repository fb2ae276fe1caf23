"""Goods brought in duty-free, for processing or for a time, that leave the importer's door for buyers here.

What is imported for processing, or temporarily, is free of duty because it leaves again. Sold at home, it has
to be sent out, and is sent from where it lies: the address or the phone that the importer declares.
Cuttings and rejects may be sold; so may goods of the kind on which it pays duty as well, and what it makes.
Source: Decree 134/2016/NĐ-CP, Art. 10, 12 and 13 (the exemption ends with another use); Vietnam Customs press
cases (processing imports sold at home).
"""

from collections.abc import Callable
from datetime import date

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.generic_descriptions import is_generic, telling_words
from jobs.signals.goods.traders import DECLARATIONS, company_of, in_window, is_one_of, trader_kind
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of
from jobs.signals.joins.foreign_goods import sold_parcels
from jobs.signals.joins.parcel_payments import paid_by_recipients
from jobs.signals.schema import Parameters, Signal, explanation

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
        declared = kept(_declared(customs, parameters, as_of))
        importers = declared.where("duty_free").select("subject_id").distinct()
        lines = kept(declared.join(F.broadcast(importers), "subject_id", "left_semi"))
        sent = kept(_sent(parcels, _doors(declared, importers), lines, parameters))
        rows = reported(_measure(sent, lines, peer_group, parameters), parameters)
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


def _lead(parameters: Parameters) -> Column:
    """The noun with which goods begin, behind the words that measure them: `vai` of `cuon vai polyester`."""
    bare = F.regexp_replace("goods_norm", rf"^(({parameters['measure_words']}) )+", "")
    return F.nullif(F.element_at(F.split(bare, " "), 1), F.lit(""))


def _declared(customs: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Lines of companies with `subject_id`, their door, `lead`, and what becomes of the goods: `duty_free`,
    `taxed` or their own `product`."""
    imported = F.col("direction") == "import"
    return (
        in_window(customs, as_of, parameters["lookback_days"])
        .where(F.col("trader_key").startswith("tax:"))
        .select(
            company_of(F.col("trader_key")).alias("subject_id"),
            "trader_key",
            "record_key",
            *_DOORS,
            _lead(parameters).alias("lead"),
            (imported & is_one_of(F.col("regime"), parameters, "regimes")).alias("duty_free"),
            (imported & is_one_of(F.col("regime"), parameters, "taxed_regimes")).alias("taxed"),
            (~imported & is_one_of(F.col("regime"), parameters, "product_regimes")).alias("product"),
        )
    )


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
    sold = sold_parcels(parcels).where(
        ~F.coalesce(is_generic(telling_words(F.col("goods_norm"))), F.lit(True))
    )
    for sending, door in doors.items():
        sold = sold.join(F.broadcast(door), sending, "left")
    owners = F.array_distinct(F.array_compact(F.array(*[f"owner_of_{sending}" for sending in doors])))
    brought = lines.where("duty_free").select("subject_id", "lead").distinct()
    scrap = F.col("goods_norm").rlike(rf"\b({parameters['scrap_words']})\b")
    return (
        sold.withColumns({"subject_id": F.explode(owners), "lead": _lead(parameters)})
        .join(F.broadcast(brought.withColumn("named", F.lit(True))), ["subject_id", "lead"], "left")
        .withColumn("same", F.coalesce("named", F.lit(False)) & ~scrap)
    )


def _measure(sent: DataFrame, lines: DataFrame, peer_group: str, parameters: Parameters) -> DataFrame:
    """One row an importer from whose door parcels leave."""
    leads = sent.where("same").select("subject_id", "lead").distinct()
    kinds = (
        lines.join(F.broadcast(leads), ["subject_id", "lead"], "left_semi")
        .groupBy("subject_id")
        .agg(F.max("taxed").alias("taxed"), F.max("product").alias("product"))
    )
    same = F.col("same")
    return (
        sent.groupBy("subject_id")
        .agg(
            F.count_if(same).alias("support"),
            F.count(F.lit(1)).alias("parcels"),
            F.sum(F.when(same, F.col("sold_vnd"))).alias("value_vnd"),
        )
        .where((F.col("support") == 0) | (F.col("support") >= int(parameters["parcels_least"])))
        .join(F.broadcast(kinds), "subject_id", "left")
        .select(
            "subject_id",
            F.lit("company").alias("subject_kind"),
            F.lit(peer_group).alias("peer_group"),
            F.round(F.col("support") / (F.col("parcels") + int(parameters["parcels_prior"])), 6).alias(
                "value"
            ),
            "support",
            F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
            F.array(
                explanation("duty_paid_on_others", F.col("taxed")),
                *([explanation("own_product", F.col("product"))] if parameters["product_regimes"] else []),
            ).alias("explanations"),
        )
    )


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
