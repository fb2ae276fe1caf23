"""Which circumstances members share: gathered here, judged in `models.networks.ties`."""

from collections.abc import Collection
from datetime import timedelta
from functools import reduce

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from configs.catalogue import RankingRules
from jobs.runtime.steps import Run
from models.networks.ties import Circumstances, Population, Use
from models.weighing.detections import Member


def gather_circumstances(run: Run, members: Collection[Member], rules: RankingRules) -> Circumstances:
    """Every use of a circumstance by these members, with how many use it at all; in a fixed order."""
    if not members:
        return Circumstances((), {})
    lines = _declared_lines(run, rules.tie_declaration_days)
    officers = _regular_officers(lines, rules.tie_officer_share)
    goods = _goods_at_office(lines, rules.tie_goods_users)
    trade = _trade_circumstances(lines).unionByName(officers).unionByName(goods)
    of_shops = _shop_circumstances(run, rules.tie_account_share)
    uses = _payment_partners(run).unionByName(trade).unionByName(of_shops).distinct().localCheckpoint()
    values = uses.groupBy("circumstance", "value").agg(F.count(F.lit(1)).alias("users")).localCheckpoint()
    counted = values.groupBy("circumstance").agg(
        F.sum("users").alias("uses"), F.count_if(F.col("users") >= 2).alias("shared_values")
    )
    populations = {
        row["circumstance"]: Population(row["uses"], row["shared_values"]) for row in counted.collect()
    }
    named = F.broadcast(run.lake.frame(sorted(members), "kind string, user string"))
    touched = uses.join(named, on=["kind", "user"], how="left_semi").join(values, ["circumstance", "value"])
    found = [
        Use(row["circumstance"], row["value"], Member(row["kind"], row["user"]), row["users"])
        for row in touched.collect()
    ]
    return Circumstances(tuple(sorted(found)), populations)


def _payment_partners(run: Run) -> DataFrame:
    """Who pays whom, from both sides, for accounts and for companies that hold them; hubs are no partners."""
    days = run.lake.read("flows.money_days")
    accounts = run.lake.read("links.accounts")
    hubs = F.broadcast(accounts.where("hub").select(F.col("account_id").alias("value")))
    holders = accounts.where(F.col("holder_key").startswith("tax:")).select("account_id", "holder_key")
    sides = (
        ("debtor_account_id", "creditor_account_id", "pays"),
        ("creditor_account_id", "debtor_account_id", "paid_by"),
    )
    frames = []
    for user, other, circumstance in sides:
        pairs = (
            days.where(F.col(user).isNotNull() & F.col(other).isNotNull())
            .select(F.col(user).alias("account_id"), F.col(other).alias("value"))
            .distinct()
            .join(hubs, on="value", how="left_anti")
        )
        of_accounts = pairs.select(
            F.lit("account").alias("kind"),
            F.col("account_id").alias("user"),
            F.lit(circumstance).alias("circumstance"),
            "value",
        )
        of_companies = pairs.join(holders, on="account_id", how="inner").select(
            F.lit("company").alias("kind"),
            F.col("holder_key").alias("user"),
            F.lit(f"company_{circumstance}").alias("circumstance"),
            "value",
        )
        frames += [of_accounts, of_companies]
    return reduce(DataFrame.unionByName, frames)


_SHOP_CIRCUMSTANCES = {
    "cod_account": "shop_account",
    "settles_to": "shop_account",
    "sender_phone": "shop_phone",
    "sender_address": "shop_address",
    "pickup": "shop_address",
    "device": "shop_device",
    "image": "shop_picture",
}
"""What shops may share, by the way in which they use it (`links.usages`)."""


def _shop_circumstances(run: Run, least_share: float) -> DataFrame:
    """Accounts, contact points, devices and pictures of shops; those of hubs and institutions tie nobody.

    A parcel that names no shop is that of its sender's shop, or where none is known, of the sender (a phone).
    Who hands in the parcels of many shops has their money sent to each of them: an account that takes less
    than `least_share` of a sender's parcels is a client's.
    """
    hubs = run.lake.read("links.identifiers").where("hub").select("kind", "id").distinct()
    named = F.create_map(*[F.lit(text) for pair in _SHOP_CIRCUMSTANCES.items() for text in pair])
    parcels = F.sum("records").over(Window.partitionBy("entity_kind", "entity_id", "role"))
    takes = (F.col("role") != "cod_account") | (F.col("records") >= least_share * parcels)
    uses = (
        run.lake.read("links.usages")
        .where(F.col("institution").isNull() & F.col("role").isin(*_SHOP_CIRCUMSTANCES))
        .withColumn("takes", takes)
        .where("takes")
        .join(F.broadcast(hubs), on=["kind", "id"], how="left_anti")
        .select(
            F.col("entity_kind").alias("kind"),
            F.col("entity_id").alias("user"),
            named[F.col("role")].alias("circumstance"),
            F.col("id").alias("value"),
        )
    )
    operators = run.lake.read("links.operators").select("kind", F.col("id").alias("user"), "operator_id")
    shops = operators.where(F.col("kind") == "seller").select(
        "operator_id", F.lit("seller").alias("kind"), "user"
    )
    senders = uses.where(F.col("kind").isin("phone", "address")).join(operators, on=["kind", "user"])
    by_sender = senders.drop("kind", "user").join(shops, on="operator_id").drop("operator_id")
    # A phone and the shop behind it are one user of what both use.
    with_shop = senders.join(shops.select("operator_id"), on="operator_id", how="left_semi")
    alone = uses.where(F.col("kind") == "phone").join(
        with_shop.select("kind", "user").distinct(), on=["kind", "user"], how="left_anti"
    )
    return uses.where(F.col("kind") == "seller").unionByName(by_sender).unionByName(alone)


def _declared_lines(run: Run, least_days: int) -> DataFrame:
    """Declaration lines of the window, or of so many days, whose trader is known: `kind` and `user`."""
    as_of = run.context.as_of
    first = min(run.context.window_start, as_of - timedelta(days=least_days - 1))
    lines = run.lake.read("flows.declarations").where(
        F.col("event_day").between(F.lit(first), F.lit(as_of)) & F.col("trader_key").isNotNull()
    )
    kind = F.when(F.col("trader_key").startswith("tax:"), "company").otherwise("person")
    return lines.withColumn("kind", kind).withColumn("user", F.col("trader_key"))


def _regular_officers(lines: DataFrame, least_share: float) -> DataFrame:
    """The officer who clears at least that share of a trader's declarations: a busy trader meets them all."""
    cleared = lines.where(F.col("officer_code").isNotNull()).select(
        "kind",
        "user",
        F.concat("customs_office", F.lit("|"), "officer_code").alias("value"),
        "declaration_no",
    )
    counted = cleared.distinct().groupBy("kind", "user", "value").count()
    of_trader = Window.partitionBy("kind", "user")
    share = F.col("count") / F.sum("count").over(of_trader)
    return (
        counted.withColumn("share", share)
        .where(F.col("share") >= least_share)
        .select("kind", "user", F.lit("officer").alias("circumstance"), "value")
    )


def _goods_at_office(lines: DataFrame, most_users: int) -> DataFrame:
    """The same goods of one origin, from or to one country, at one office: what so few traders have."""
    same = ["hs_code", "origin_country", "partner_country", "customs_office"]
    uses = lines.dropna(subset=same).select("kind", "user", F.concat_ws("|", *same).alias("value")).distinct()
    return (
        uses.withColumn("users", F.count(F.lit(1)).over(Window.partitionBy("value")))
        .where(F.col("users") <= most_users)
        .select("kind", "user", F.lit("goods_at_office").alias("circumstance"), "value")
    )


def _trade_circumstances(lines: DataFrame) -> DataFrame:
    """Foreign partners, consignees and contact points.

    A phone or address is the same one whether it stands beside the trader or beside the consignee.
    """
    circumstances = [
        ("partner", F.col("partner_name_norm")),
        ("phone", F.col("trader_phone_e164")),
        ("phone", F.col("consignee_phone_e164")),
        ("address", F.col("trader_address_norm")),
        ("address", F.col("consignee_address_norm")),
    ]
    pairs = [
        F.struct(F.lit(name).alias("circumstance"), value.alias("value")) for name, value in circumstances
    ]
    rows = lines.select("kind", "user", F.explode(F.array(*pairs)).alias("pair"))
    return rows.select("kind", "user", "pair.circumstance", "pair.value").where(F.col("value").isNotNull())
