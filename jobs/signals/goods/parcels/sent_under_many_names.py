"""Phones that send parcels under ever other names, of which no shop, owner or account at the phone bears one.

A shop sends under its name or its owner's, and a desk that sends for many shops under the names of these. Who
keeps inventing senders for one phone does not want to be found by the name on the waybill: junk that nobody
ordered, goods that may not be sold, fakes from a hidden store.
Source: Law on Post 49/2010/QH12, Art. 7 and 29 (who sends is to be named truly); UPU and WCO, Guidelines on
postal security (false sender names as a risk indicator).
"""

from datetime import date

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.parcels.farm_produce import is_farm_produce
from jobs.signals.goods.traders import in_window
from jobs.signals.joins.closing import close, kept, member_rows, record_rows, reported, subjects_of, worth
from jobs.signals.schema import Parameters, Signal, explanation

SIGNAL = Signal(
    id="sent_under_many_names",
    subject="phone",
    reads={
        "shipments": "silver.shipments",
        "sellers": "silver.sellers",
        "accounts": "links.accounts",
        "identifiers": "links.identifiers",
    },
)


def transform(
    *,
    shipments: DataFrame,
    sellers: DataFrame,
    accounts: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """Value: log2 of one more than the names that nobody bears, times the root of their share of the parcels.

    The name that the phone uses most is its own.
    """
    sent = kept(_sent(shipments, identifiers, parameters, as_of))
    named = kept(_named(sent, _borne(sent, sellers, accounts)))
    rows = reported(_measure(named, parameters), parameters)
    subjects = subjects_of(rows)
    shown = kept(named.join(subjects, "subject_id", "left_semi"))
    selling = _often(shown, "seller_key", parameters)
    collecting = _often(shown, "cod_account_id", parameters)
    # Whoever holds the phone may have other shops and accounts: named only where the parcels name none.
    of_phone = F.col("phone_e164").alias("subject_id")
    registered = sellers.select(of_phone, "seller_key", F.col("record_key").alias("seller_record"))
    registered = registered.join(subjects, "subject_id", "left_semi").join(selling, "subject_id", "left_anti")
    held = accounts.where(~is_true(F.col("hub"))).select(of_phone, "account_id")
    held = held.join(subjects, "subject_id", "left_semi").join(collecting, "subject_id", "left_anti")
    held = held.join(selling, "subject_id", "left_anti")
    members = [
        member_rows(rows, "phone", "subject_id", "phone"),
        member_rows(selling, "seller", "seller_key", "shop"),
        member_rows(registered, "seller", "seller_key", "shop"),
        member_rows(collecting, "account", "cod_account_id", "collector"),
        member_rows(held, "account", "account_id", "collector"),
    ]
    evidence = [
        record_rows(shown.where("strange"), "shipments", "record_key", 1),
        record_rows(shown.where("NOT strange"), "shipments", "record_key", 2),
        record_rows(registered, "sellers", "seller_record", 3),
    ]
    return close(SIGNAL, worth(rows, shown), members, evidence, int(parameters["evidence_limit"]))


def _sent(shipments: DataFrame, identifiers: DataFrame, parameters: Parameters, as_of: date) -> DataFrame:
    """Named parcels of the window by the phone that sends, but for phones of everybody."""
    hubs = identifiers.where(F.col("hub") & (F.col("kind") == "phone"))
    return (
        in_window(shipments, as_of, parameters["window_days"])
        .where(F.col("sender_phone_e164").isNotNull() & F.col("sender_name_norm").isNotNull())
        .select(
            F.col("sender_phone_e164").alias("subject_id"),
            F.col("sender_name_norm").alias("name"),
            "record_key",
            "seller_key",
            "cod_account_id",
            "cod_amount_vnd",
            "declared_value_vnd",
            is_farm_produce(F.col("goods_norm")).alias("farmed"),
        )
        .join(hubs.select(F.col("id").alias("subject_id")), "subject_id", "left_anti")
    )


def _borne(sent: DataFrame, sellers: DataFrame, accounts: DataFrame) -> DataFrame:
    """subject_id, name: of shops and owners registered at a phone, of the shops whose parcels it sends, and
    of who holds an account with it."""
    names = F.explode(F.array_compact(F.array("shop_name_norm", "owner_name_norm"))).alias("name")
    of_phone = sellers.where(F.col("phone_e164").isNotNull()).select(
        F.col("phone_e164").alias("subject_id"), names
    )
    of_parcels = (
        sent.where(F.col("seller_key").isNotNull())
        .select("subject_id", "seller_key")
        .distinct()
        .join(sellers, "seller_key")
        .select("subject_id", names)
    )
    of_accounts = accounts.where(
        F.col("phone_e164").isNotNull() & F.col("holder_name_norm").isNotNull()
    ).select(F.col("phone_e164").alias("subject_id"), F.col("holder_name_norm").alias("name"))
    return of_phone.unionByName(of_parcels).unionByName(of_accounts).distinct()


def _named(sent: DataFrame, borne: DataFrame) -> DataFrame:
    """Adds `strange`: under a name that nobody at the phone bears, and that is not the one used most."""
    uses = sent.groupBy("subject_id", "name").agg(F.count(F.lit(1)).alias("uses"))
    first = Window.partitionBy("subject_id").orderBy(F.desc("uses"), "name")
    names = (
        uses.withColumn("place", F.row_number().over(first))
        .join(borne.withColumn("borne", F.lit(True)), ["subject_id", "name"], "left")
        .withColumn("strange", F.col("borne").isNull() & (F.col("place") > 1))
    )
    return sent.join(names.select("subject_id", "name", "strange"), ["subject_id", "name"])


def _measure(named: DataFrame, parameters: Parameters) -> DataFrame:
    phones = named.groupBy("subject_id").agg(
        F.count(F.lit(1)).alias("parcels"),
        F.count_if("strange").alias("support"),
        F.count_distinct(F.when(F.col("strange"), F.col("name"))).alias("names"),
        F.count_distinct("seller_key").alias("shops"),
        F.count_if("farmed").alias("farmed"),
    )
    enough = F.col("names") >= int(parameters["names_least"])
    desk = F.col("shops") >= int(parameters["shops_of_desk"])
    fixed_line = F.col("subject_id").rlike(str(parameters["fixed_line"]))
    value = F.log2(1 + F.col("names")) * F.sqrt(F.col("support") / F.col("parcels"))
    return phones.select(
        "subject_id",
        F.lit("phones that send parcels").alias("peer_group"),
        F.when(enough, F.round(value, 6)).otherwise(0.0).alias("value"),
        "support",
        F.lit(0).alias("value_vnd"),
        F.array(
            explanation("sends_for_shops", desk | fixed_line),
            explanation(
                "farm_produce", F.col("farmed") >= F.col("parcels") * float(parameters["farm_share"])
            ),
        ).alias("explanations"),
    )


def _often(shown: DataFrame, column: str, parameters: Parameters) -> DataFrame:
    """subject_id and `column`: what stands on a good part of a phone's parcels."""
    parcels = shown.groupBy("subject_id").agg(F.count(F.lit(1)).alias("parcels"))
    return (
        shown.where(F.col(column).isNotNull())
        .groupBy("subject_id", column)
        .agg(F.count(F.lit(1)).alias("uses"))
        .join(parcels, "subject_id")
        .where(F.col("uses") >= F.col("parcels") * float(parameters["name_share"]))
    )
