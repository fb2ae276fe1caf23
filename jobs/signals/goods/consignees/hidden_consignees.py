"""Who receives: bills whose consignees share a phone or an address are one receiving hand, unless the
identifier is open to many (a tower, a dormitory, a forwarder's warehouse)."""

from collections import Counter, defaultdict

import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import (
    Members,
    Row,
    as_table,
    most_used,
    records,
    signal_row,
    trader_kind,
)
from jobs.signals.joins.closing import kept
from jobs.signals.schema import SIGNAL_DDL, Parameters, Signal

_ROUNDS = 2
_TIES = {"phone": "phone", "address": "address"}
_BOUGHT = ("goods", "supplier")
_MANY = "many_users"


def sameness(counts: Column) -> Column:
    """Simpson's index of an array of counts: the chance that two bills hold the same goods (0 to 1)."""
    total = F.aggregate(counts, F.lit(0).cast("bigint"), lambda sum_, count: sum_ + count)
    squares = F.aggregate(counts, F.lit(0).cast("bigint"), lambda sum_, count: sum_ + count * count)
    return F.round(F.try_divide(squares, total * total), 6)


def _sameness_between_names(at: str, of: str) -> Column:
    """The chance that two bills of two different names in one place have the same `of` (0 to 1)."""

    def bills(*also: str) -> Column:
        return F.count(of).over(Window.partitionBy(at, *also))

    known = F.col(of).isNotNull()
    place = Window.partitionBy(at)
    alike = F.sum(F.when(known, bills(of) - bills(of, "name"))).over(place)
    pairs = F.sum(F.when(known, bills() - bills("name"))).over(place)
    return F.coalesce(F.try_divide(alike, pairs), F.lit(0.0))


def _with_alike(bills: DataFrame, at: str, noise: float) -> DataFrame:
    """Adds `alike_at` and `both_at`: how far what different names at one place buy, or whom they buy from
    (for the latter, both), is more alike than any two bills.

    0 or less: no more; 1: always the same. Clients of a broker, a warehouse or a tower have goods and
    suppliers of their own; who buys through others, or under other names, buys the same again. `noise` over
    the root of the number of bills is taken off: so far few of them agree by chance.
    """

    def beyond_any(of: str) -> Column:
        return (_sameness_between_names(at, of) - F.col(f"any_{of}")) / (1 - F.col(f"any_{of}"))

    chance = noise / F.sqrt(F.count(F.lit(1)).over(Window.partitionBy(at)))
    beyond = {f"beyond_{of}": beyond_any(of) for of in _BOUGHT}
    said = bills.withColumns(beyond | {"by_chance": chance})
    alike = {
        name: F.round(of_both(*beyond) - F.col("by_chance"), 6)
        for name, of_both in (("alike_at", F.greatest), ("both_at", F.least))
    }
    return said.withColumns(alike).drop("by_chance", *beyond)


def _sameness_of_any(bills: DataFrame, prior_bills: float) -> DataFrame:
    """market, any_goods, any_supplier: the chance that two bills of a market, or any two, have the same; the
    larger one, and below 1.

    A market of fewer bills than `prior_bills` is taken to be more like all bills than like itself.
    """
    bought = F.array(*[F.struct(F.lit(of).alias("of"), F.col(of).alias("is")) for of in _BOUGHT])
    each = bills.select("market", F.explode(bought).alias("bought")).where(F.col("bought.is").isNotNull())
    here, anywhere = _sameness_within(each, "market"), _sameness_within(each)
    sides = here.crossJoin(F.broadcast(anywhere.select(F.struct("*").alias("all"))))

    def any_two(of: str) -> Column:
        count = F.coalesce(f"bills_{of}", F.lit(0))
        same, in_all = (F.coalesce(f"{side}same_{of}", F.lit(0.0)) for side in ("", "all."))
        mixed = (count * same + prior_bills * in_all) / (count + prior_bills)
        return F.least(F.round(F.greatest(mixed, in_all), 6), F.lit(0.99)).alias(f"any_{of}")

    return sides.select("market", *map(any_two, _BOUGHT))


def _sameness_within(each: DataFrame, *by: str) -> DataFrame:
    """bills_… and same_… of each thing bought: how many bills name it, and the chance that two agree."""
    counts = each.groupBy(*by, "bought").count()
    figures = []
    for of in _BOUGHT:
        count = F.when(F.col("bought.of") == of, F.col("count"))
        total = F.sum(count)
        figures += [
            total.alias(f"bills_{of}"),
            F.try_divide(F.sum(count * count), total * total).alias(f"same_{of}"),
        ]
    return counts.groupBy(*by).agg(*figures)


def _gathered(bills: DataFrame, parameters: Parameters) -> DataFrame:
    """(phone): phones of many names who receive at one place, and some elsewhere too, each at its own.

    People who live or work together have one place, and a broker's or courier's customers one each; who has
    a home of its own and leaves another's phone here and there does not receive for itself.
    """
    known = F.col("phone").isNotNull() & F.col("address").isNotNull() & F.col("name").isNotNull()
    at_place = bills.where(known).select("phone", "address", "name").distinct()
    place, one = Window.partitionBy("phone", "address"), Window.partitionBy("phone")
    held = (
        at_place.withColumn("here", F.struct(F.count(F.lit(1)).over(place).alias("names"), "address"))
        .withColumn("most", F.max("here").over(one))
        .withColumn("home", F.col("address") != F.col("most.address"))
        .groupBy("phone", "name")
        .agg(
            F.max("home").alias("home"),
            F.min("home").alias("only_home"),
            F.collect_set(F.when(F.col("home"), F.col("address"))).alias("homes"),
        )
        .groupBy("phone")
        .agg(
            F.count(F.lit(1)).alias("names"),
            F.count_if(~F.col("only_home")).alias("together"),
            F.count_if(F.col("home") & ~F.col("only_home")).alias("both"),
            F.count_if("home").alias("elsewhere"),
            F.size(F.array_distinct(F.flatten(F.collect_list("homes")))).alias("homes"),
        )
    )
    return held.where(
        (F.col("names") >= int(parameters["open_names"]))
        & (F.col("together") >= F.col("names") * float(parameters["gathered_share"]))
        & (F.col("both") >= int(parameters["gathered_both_least"]))
        & (F.col("homes") >= F.col("elsewhere") * float(parameters["gathered_own_homes"]))
    ).select("phone")


def with_receiver(bills: DataFrame, identifiers: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `receiver`, `tie_phone` and `tie_address`: the identifiers that hold the bills together, `alike`:
    how far the goods or suppliers under the receiver's different names agree (see `_with_alike`), and
    `gathered`: whether its phone is that of people who live elsewhere (see `_gathered`).

    An identifier that several names or traders use holds their bills together when it is no hub and either
    the names are few (below `open_names`), or what comes to it under different ones is alike
    (`open_sameness`) in the market where it is most so, or it is such a phone: an identifier ties all its
    bills or none. Bills that nothing holds are left out.

    So many use a desk, a dormitory or an agent's phone that it is a hub, and so many names may one hand
    borrow; but whoever uses the former buys its own goods of its own sellers, or at least one of both. Where
    goods and seller are the same under all names (`hub_sameness`), being used by many is no excuse.
    """
    bills = kept(bills)
    gathered = _gathered(bills, parameters).select("phone", F.lit(True).alias("is_gathered"))
    markets = _sameness_of_any(bills, float(parameters["market_prior_bills"]))
    tied, noise = bills.join(F.broadcast(markets), "market"), float(parameters["sameness_noise"])
    tied = tied.join(F.broadcast(gathered), "phone", "left").fillna(False, ["is_gathered"])
    for column, kind in _TIES.items():
        hubs = (
            identifiers.where(F.col("hub") & (F.col("kind") == kind))
            .groupBy(F.col("id").alias(column))
            .agg((F.max("hub_reason") == _MANY).alias("is_hub_of_many"))
        )
        # A missing identifier ties nothing: such a bill is a partition of its own.
        key = F.coalesce(F.col(column), F.concat(F.lit("~"), F.col("evidence.key")))
        one = Window.partitionBy("at")
        shared = F.size(F.collect_set(F.concat_ws("|", "trader", "name")).over(one)) > 1
        few_names = F.col("names_at") < int(parameters["open_names"])
        # What any two bills of a market share differs from one to the other; the hand is the same.
        alike = F.max("alike_at").over(one) >= float(parameters["open_sameness"])
        by_phone = F.col("is_gathered") & F.lit(column == "phone")
        one_trade = F.max("both_at").over(one) >= float(parameters["hub_sameness"])
        ordinary = F.col("is_hub_of_many").isNull() & (few_names | alike | by_phone)
        placed = tied.join(hubs, column, "left").withColumn("at", key)
        named = placed.withColumn("names_at", F.size(F.collect_set("name").over(one)))
        ties = F.when(shared & (ordinary | (F.col("is_hub_of_many") & one_trade)), F.col(column))
        tied = (
            _with_alike(named, "at", noise)
            .withColumn(f"tie_{column}", ties)
            .drop("is_hub_of_many", "at", "names_at", "alike_at", "both_at")
        )
    held = tied.where(F.coalesce("tie_phone", "tie_address").isNotNull())
    pair = F.concat_ws("|", F.coalesce("tie_phone", F.lit("-")), F.coalesce("tie_address", F.lit("-")))
    held = held.withColumn("pair", pair).withColumn("receiver", F.col("pair"))
    for _ in range(_ROUNDS):
        for column in _TIES:
            node = F.coalesce(F.col(f"tie_{column}"), F.col("pair"))
            held = held.withColumn("receiver", F.min("receiver").over(Window.partitionBy(node)))
    # Of the whole receiver: two who buy alike at one of its addresses say nothing of all others.
    of_people = F.max(F.col("is_gathered") & F.col("tie_phone").isNotNull())
    received = (
        _with_alike(held, "receiver", noise)
        .withColumn("gathered", of_people.over(Window.partitionBy("receiver")))
        .withColumnRenamed("alike_at", "alike")
        .drop("both_at")
    )
    return received.drop("pair", "is_gathered", *[f"any_{of}" for of in _BOUGHT])


def with_reached(received: DataFrame) -> DataFrame:
    """Adds `reached`: the trader, where it alone of the receiver's traders leaves this phone as its own."""
    same_phone = Window.partitionBy("receiver", "trader_phone")
    alone = F.size(F.collect_set("trader").over(same_phone)) == 1
    return received.withColumn("reached", F.when(alone & F.col("trader_phone").isNotNull(), F.col("trader")))


def each_reached(parameters: Parameters) -> Column:
    """Whether those who declare have a phone each: customers of an agent, residents, guests.

    Whoever borrows names leaves its own phone for all of them: they must not be asked. Of the `declarants`
    and `reached` of a receiver, and the sameness of its goods. A few names are a family, or straws who know.
    """
    return (
        (F.size("declarants") >= int(parameters["reached_names"]))
        & (F.size("reached") >= float(parameters["own_phone_share"]) * F.size("declarants"))
        & (F.coalesce("sameness", F.lit(0.0)) < float(parameters["tower_sameness"]))
    )


def shown_bill() -> Column:
    """One record that shows the conduct, with what names its members."""
    named = (
        "name",
        "trader",
        "trader_bills",
        "forwarder",
        "seller",
        "seller_bills",
        "tie_phone",
        "tie_address",
    )
    return F.struct("evidence", *named)


def receiver_detections(
    signal: Signal, found: DataFrame, parameters: Parameters, role: str = "consignee"
) -> DataFrame:
    """Close a signal about receivers.

    `found`: receiver with the columns of `against_peers`, support, value_vnd, explanations and `shown` (array
    of `shown_bill`). A trader is a member when so large a share of all its bills is shown here
    (`member_share`), so is a shop that sends several of them (`shop_parcels`), a phone or address when two
    names or traders share it and it is named in so large a share of the bills that the most used one of its
    kind is named in (`identifier_share`). Companies alone are no sharers where names share another. `role`
    is that of the shared phones and addresses. Persons by the dozen (`names_used_once` of them, most with a
    single bill) are no members: so many lend nobody their names once each, their papers were bought or found.
    """

    def close(table: pa.Table) -> pa.Table:
        return as_table(receiver_row(signal.id, row, role, parameters) for row in table.to_pylist())

    measured = ("value", "typical", "tail", "peers", "peer_group", "support", "value_vnd", "explanations")
    return (
        found.select(*measured, "shown", F.lit(1).alias("all")).groupBy("all").applyInArrow(close, SIGNAL_DDL)
    )


def receiver_row(signal: str, found: Row, role: str, parameters: Parameters) -> Row:
    """The row of one receiver."""
    limit = int(parameters["evidence_limit"])
    member_share, identifier_share = (
        float(parameters["member_share"]),
        float(parameters["identifier_share"]),
    )
    shown = found["shown"]
    members = Members()
    uses: dict[str, Counter[str]] = {kind: Counter() for kind in _TIES.values()}
    traders: dict[tuple[str, str], set[str]] = defaultdict(set)
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in shown:
        for column, kind in _TIES.items():
            identifier = one[f"tie_{column}"]
            if identifier is not None:
                uses[kind][identifier] += 1
                # Neither two forwarders nor a name in two spellings make anybody two people.
                if one["trader"] and not one["forwarder"]:
                    traders[kind, identifier].add(one["trader"])
                if one["name"]:
                    names[kind, identifier].add(one["name"].rpartition(" ")[-1])
    many_names = any(len(called) >= 2 for called in names.values())
    for kind, identifier in sorted(traders.keys() | names.keys()):
        # Where a straw receives now and then for itself is its own address.
        often = uses[kind][identifier] >= identifier_share * max(uses[kind].values())
        users = max(len(traders[kind, identifier]), len(names[kind, identifier]))
        # Beside those who share, who is always called the same and uses nobody's papers receives for itself,
        # through whatever companies.
        papers = [one for one in traders[kind, identifier] if trader_kind(one) == "person"]
        own = many_names and len(names[kind, identifier]) == 1 and len(papers) < 2
        if users >= 2 and often and not own:
            members.add(kind, identifier, role)
    here = Counter(one["trader"] for one in shown)
    declaring = {
        one["trader"]: known
        for one in shown
        if (known := trader_kind(one["trader"])) and here[one["trader"]] >= member_share * one["trader_bills"]
    }
    people = [trader for trader, known in declaring.items() if known == "person"]
    once = sum(here[trader] == 1 for trader in people) * 2 > len(people)
    used = once and len(people) >= int(parameters["names_used_once"])
    for trader, known in declaring.items():
        if not (used and known == "person"):
            members.add(known, trader, "trader")
    sent = Counter(one["seller"] for one in shown if one["seller"])
    for one in shown:
        own = sent.get(one["seller"], 0)
        if own >= max(int(parameters["shop_parcels"]), member_share * (one["seller_bills"] or 0)):
            members.add("seller", one["seller"], "shipper")
    kind = "phone" if uses["phone"] else "address"
    subject = (kind, most_used(uses[kind]))
    if not members:
        members.add(*subject, role)
    return signal_row(signal, found, subject, members, records((one["evidence"] for one in shown), limit))


def with_trader_bills(bills: DataFrame, parameters: Parameters) -> DataFrame:
    """Adds `trader_bills` and `seller_bills` (how many records the trader, and the shop, has in all; null
    without one) and `forwarder` (it declares for `forwarder_names` consignees or more)."""
    of_shop = Window.partitionBy(F.coalesce("seller", F.col("evidence.key")))
    parcels = F.when(F.col("seller").isNotNull(), F.count(F.lit(1)).over(of_shop))
    bills = bills.withColumn("seller_bills", parcels)
    own = Window.partitionBy(F.coalesce("trader", F.col("evidence.key")))
    names = F.size(F.collect_set("name").over(own))
    known = F.col("trader").isNotNull()
    return bills.withColumn("trader_bills", F.when(known, F.count(F.lit(1)).over(own))).withColumn(
        "forwarder", known & (names >= int(parameters["forwarder_names"]))
    )
