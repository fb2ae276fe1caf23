"""Red declarations that are dropped or fail, and come back green: the same goods, soon after.

They come back from the same hand, for the same receiver, or in another trader's name: under the same bill,
or at another office as just so many of the seller's goods, as goods of the same weight to the decimal (or
half of it), or as several of its lots but for a few pieces and kilograms. Such a lot comes back where its
papers alone are looked at (yellow), too. What it weighs may be declared anew: the bill or the number tells
that it is the same. A lot whose papers were to be looked at and that was left uncleared comes back as the
same lot at another office. One bill at two offices tells it even of a red one that was cleared later: no
cargo waits at one office and leaves through another.

Source: Vietnam Customs dispatch 3923/2021 and press cases (red cancelled and redeclared green, goods moved to
a quieter office). Withdrawn declarations are those deleted from the feed.
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.signals.goods.clearance.shared_papers import distinct
from jobs.signals.goods.tied_traders import TIE_COLUMNS, shown_declaration, tied_detections
from jobs.signals.goods.traders import DECLARATIONS, heading, in_window, micro
from jobs.signals.goods.whole_declarations import whole_declarations
from jobs.signals.joins.closing import kept
from jobs.signals.schema import Parameters, Signal, against_peers, explanation

SIGNAL = Signal(
    id="channel_shopping",
    subject="company",
    reads={
        "customs_declarations": "flows.declarations",
        "superseded": "silver.customs_declarations_history",
        "identifiers": "links.identifiers",
    },
)


_HAND = "hand:"
_BILL = "bill:"
_LOT = "lot:"


def transform(
    *,
    customs_declarations: DataFrame,
    superseded: DataFrame,
    identifiers: DataFrame,
    parameters: Parameters,
    as_of: date,
) -> DataFrame:
    """value = log2(1 + weighed returns) x returns / (returns + 1).

    A return weighs 1 when something changed that matters (office, goods code, a lower value, the receiver's
    trader), `other_name_weight` when another trader cleared the goods under the bill of the red one, or a lot
    of it at another office, or they were cleared there under a bill that stood open elsewhere, and
    `plain_weight` when it is a mere correction.
    """
    lines = in_window(customs_declarations, as_of, parameters["window_days"])
    declarations = whole_declarations(lines).withColumn("withdrawn", F.lit(False))
    withdrawn = whole_declarations(_withdrawn(superseded, customs_declarations, lines, parameters, as_of))
    every = declarations.unionByName(withdrawn.withColumn("withdrawn", F.lit(True)))
    shown, shared = shown_declaration(DECLARATIONS), _shared(parameters)
    every = every.join(_lots(lines, parameters), "declaration_no", "left")
    every = kept(every.withColumn("shown", shown).withColumn("shared", shared))
    returns = _returns(every, parameters)
    hands = _measure(every, returns)
    found = against_peers(hands, float(parameters["join_from"]))
    return tied_detections(SIGNAL, found, lines, identifiers, parameters)


def _withdrawn(
    superseded: DataFrame, standing: DataFrame, lines: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """Lines deleted from the feed, named by the trader of the standing lines with the same identifier."""
    day = F.to_date(F.from_utc_timestamp("registered_at", "Asia/Ho_Chi_Minh"))
    gone = superseded.join(
        standing.select("declaration_no", "line_no"), ["declaration_no", "line_no"], "left_anti"
    )
    known = lines.groupBy("trader_id").agg(F.min("trader").alias("trader"), F.min("hand").alias("hand"))
    # The last version before the withdrawal is the one that counts.
    latest = F.max_by(F.struct(*gone.columns), F.struct("registered_at", "customs_value_vnd")).alias("last")
    last = gone.groupBy("declaration_no", "line_no").agg(latest).select("last.*")
    wanted = (*TIE_COLUMNS, "goods_norm", "house_bill_no", "master_bill_no")
    absent = [name for name in wanted if name not in last.columns]
    named = last.select("*", *[F.lit(None).cast("string").alias(name) for name in absent])
    return (
        in_window(named.withColumn("event_day", day), as_of, parameters["window_days"])
        .drop("trader", "hand")
        .withColumn("record_key", F.concat_ws(":", "declaration_no", "line_no"))
        .join(known, "trader_id", "inner")
    )


def _lots(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """declaration_no, lots, halves: what its lines hold, as just so many goods of one heading and seller.

    By number, or by weight to the decimal: whole kilograms are what packages hold. Small numbers agree by
    chance.
    """
    least, weight = int(parameters["lot_units_least"]), F.col("net_weight_kg")
    odd = F.when(F.round(weight, 1) != F.floor(weight), weight)
    goods = F.concat_ws("|", "direction", "partner_name_norm", heading(F.col("hs_code"), 4))
    of_seller = F.col("partner_name_norm").isNotNull() & F.col("hs_code").isNotNull()

    def lot(unit: Column, number: Column) -> Column:
        whole = F.concat(F.lit(_LOT), goods, F.lit("|"), unit, F.lit("|"), number)
        return F.when(of_seller & (number >= least), whole)

    by_number = lot(F.col("unit"), F.col("quantity"))
    by_weight, by_half = (lot(F.lit("weight"), F.round(number, 1)) for number in (odd, odd / 2))
    exact = lines.groupBy("declaration_no").agg(
        F.array_union(F.collect_set(by_number), F.collect_set(by_weight)).alias("lots"),
        F.collect_set(by_half).alias("halves"),
    )
    near = _near_lots(lines, parameters)
    return exact.join(near, "declaration_no", "left").select(
        "declaration_no", F.concat("lots", _of(F.col("near"))).alias("lots"), "halves"
    )


def _near_lots(lines: DataFrame, parameters: Parameters) -> DataFrame:
    """declaration_no, near: a key for each declaration of another hand with which it shares a lot, more or
    less, one uncleared and the other cleared elsewhere soon after. One such lot may be chance: there are
    `near_lots_least` of them between the two hands.
    """
    goods = ["direction", "partner_name_norm", "hs_code", "unit"]
    sizes = ["quantity", "net_weight_kg"]
    of = ["declaration_no", "hand", "customs_office"]
    sums = [(F.sum(micro(F.col(column))) / 1_000_000).alias(column) for column in sizes]
    lots = (
        lines.where(F.col("hand").isNotNull() & F.col("partner_name_norm").isNotNull())
        .where((F.col("net_weight_kg") > 0) & (F.col("quantity") > 0))
        .groupBy(*goods, *of)
        .agg(
            *sums,
            F.min("registered_at").alias("registered_at"),
            F.max(F.col("cleared_at").isNotNull()).alias("cleared"),
            F.max(F.col("channel") == "green").alias("green"),
        )
        .where(F.col("quantity") >= int(parameters["lot_units_least"]))
    )
    left = lots.where(~F.col("cleared") & ~F.col("green")).drop("cleared", "green")
    anew = [*of, *sizes, "registered_at"]
    back = lots.where("cleared").select(*goods, *[F.col(column).alias(f"{column}_anew") for column in anew])
    soon = F.col("registered_at") + F.expr(f"interval {int(parameters['days_until_return'])} days")

    def near(column: str) -> Column:
        ratio = F.col(f"{column}_anew") / F.col(column)
        return F.abs(F.log(ratio)) <= float(parameters["near_lot_tolerance"])

    between = Window.partitionBy("hand", "hand_anew")
    several = F.least(distinct("declaration_no", between), distinct("declaration_no_anew", between))
    pairs = (
        left.join(back, goods)
        .where((F.col("hand_anew") != F.col("hand")) & near("quantity") & near("net_weight_kg"))
        .where(F.col("customs_office_anew") != F.col("customs_office"))
        .where((F.col("registered_at_anew") > F.col("registered_at")) & (F.col("registered_at_anew") <= soon))
        .withColumn("several", several)
        .where(F.col("several") >= int(parameters["near_lots_least"]))
    )
    key = F.concat(F.lit(f"{_LOT}near|"), "declaration_no", F.lit("|"), "declaration_no_anew")
    both = F.explode(F.array("declaration_no", "declaration_no_anew")).alias("of")
    return (
        pairs.select(both, key.alias("key"))
        .groupBy(F.col("of").alias("declaration_no"))
        .agg(F.collect_set("key").alias("near"))
    )


def _shared(parameters: Parameters) -> Column:
    """What a red and a green declaration may share: the hand, the receiver, the bill or a lot.

    A bill that many hands name is a consolidation, and text with hardly a digit no bill.
    """

    def bill(column: str) -> Column:
        hands = distinct("hand", Window.partitionBy("direction", column))
        digits = F.length(F.regexp_replace(column, "[^0-9]", ""))
        a_bill = (hands <= int(parameters["bill_hands_max"])) & (digits >= int(parameters["bill_digits"]))
        return F.when(a_bill, F.concat(F.lit(f"{_BILL}{column}:"), F.col(column)))

    keys = F.array(
        F.concat(F.lit(_HAND), F.col("hand")),
        F.concat(F.lit("phone:"), F.col("consignee_phone_e164")),
        bill("master"),
        bill("bill"),
    )
    return F.concat(F.array_compact(keys), _of(F.col("lots")))


def _of(lots: Column) -> Column:
    return F.coalesce(lots, F.array().cast("array<string>"))


def _was_red() -> Column:
    """Red from the start, or made red later: its goods were to be looked at."""
    return (F.col("first_channel") == "red") | (F.col("channel") == "red")


def _returns(every: DataFrame, parameters: Parameters) -> DataFrame:
    """Pairs (hand of the red one, red_no, green_no, weight): a red one and its nearest green successor.

    A yellow one that was left uncleared counts as red where its lot comes back at another office, and a red
    one that was cleared later where its bill does while it stands open.
    """
    uncleared = F.col("cleared_at").isNull() | F.col("withdrawn")
    failed = uncleared | (F.col("inspection") >= 2)
    side = [
        *("declaration_no", "hand", "office", "hs6", "goods", "partner", "weight_kg", "value_vnd", "shown"),
        *("consignee_phone_e164", "bill"),
    ]
    whole_or_halved = F.concat("shared", _of(F.col("halves")))
    inspected = _was_red() & (F.col("channel") != "green")
    left = (F.col("channel") == "yellow") & uncleared
    bills = F.filter("shared", lambda key: F.startswith(key, F.lit(_BILL)))
    looked_at = F.when(inspected & failed, whole_or_halved).when(left, _of(F.col("lots"))).otherwise(bills)
    reds = every.where(inspected | left).select(
        F.explode(looked_at).alias("key"),
        "registered_at",
        F.when(~failed, F.col("cleared_at")).alias("open_until"),
        *[F.col(c).alias(f"red_{c}") for c in side],
    )
    by_bill, by_lot = (F.startswith(F.col("key"), F.lit(kind)) for kind in (_BILL, _LOT))
    of_papers = F.filter(
        "shared", lambda key: F.startswith(key, F.lit(_BILL)) | F.startswith(key, F.lit(_LOT))
    )
    back = F.when(F.col("channel") == "green", F.col("shared")).when(F.col("channel") == "yellow", of_papers)
    greens = every.where(~F.col("withdrawn")).select(
        F.explode(back).alias("key"),
        F.col("registered_at").alias("again_at"),
        *[F.col(c).alias(f"green_{c}") for c in side],
    )
    soon = F.expr(f"interval {int(parameters['days_until_return'])} days")
    same_weight = F.abs(F.log(F.col("green_weight_kg") / F.col("red_weight_kg"))) <= float(
        parameters["weight_tolerance"]
    )
    same_goods = (
        (F.col("green_hs6") == F.col("red_hs6"))
        | F.coalesce(F.col("green_goods") == F.col("red_goods"), F.lit(False))
        | F.coalesce(F.col("green_partner") == F.col("red_partner"), F.lit(False))
    )
    elsewhere = F.col("green_office") != F.col("red_office")
    changed = (
        elsewhere
        | (F.col("green_hs6") != F.col("red_hs6"))
        | (F.col("green_hand") != F.col("red_hand"))
        | (F.col("green_value_vnd") < F.col("red_value_vnd") * (1 - float(parameters["lower_value_share"])))
    )
    # What one trader left behind another declares: lots are weighed anew, and the bill or number is the same.
    # A seller who finds another buyer for what was refused need not take it to another office.
    same_heading = heading(F.col("green_hs6"), 4) == heading(F.col("red_hs6"), 4)
    other_name = (by_bill | by_lot) & (F.col("green_hand") != F.col("red_hand"))
    taken_over = F.when(by_lot, elsewhere).otherwise(same_heading)
    same_lot = (
        F.when(by_lot, elsewhere).when(by_bill, elsewhere & same_heading).otherwise(same_weight & same_goods)
    )
    # What a courier declares for one customer does not come back as what it declares for another.
    for_another = F.startswith(F.col("key"), F.lit(_HAND)) & F.coalesce(
        F.col("green_consignee_phone_e164") != F.col("red_consignee_phone_e164"), F.lit(False)
    )
    # One master bill covers what several people were sent: another house bill is another parcel.
    another_parcel = F.startswith(F.col("key"), F.lit(f"{_BILL}master:")) & is_true(
        F.col("green_bill") != F.col("red_bill")
    )
    weighed = (F.col("red_weight_kg") > 0) & (F.col("green_weight_kg") > 0)
    stood_open = F.col("open_until") > F.col("again_at")
    pairs = (
        reds.join(greens, "key", "inner")
        .where(by_bill | weighed)
        .where(F.col("open_until").isNull() | (stood_open & elsewhere))
        .where(
            (F.col("again_at") > F.col("registered_at"))
            & (F.col("again_at") <= F.col("registered_at") + soon)
        )
        .where(~for_another & ~another_parcel & F.when(other_name, taken_over).otherwise(same_lot))
        .withColumn(
            "weight",
            F.when(other_name | is_true(stood_open), float(parameters["other_name_weight"]))
            .when(changed, 1.0)
            .otherwise(float(parameters["plain_weight"])),
        )
    )
    nearest = pairs.groupBy(F.col("red_declaration_no").alias("red_no"), F.col("red_hand").alias("hand")).agg(
        F.min_by(
            F.struct(
                "green_declaration_no",
                "green_value_vnd",
                "weight",
                F.concat("red_shown", "green_shown").alias("shown"),
            ),
            F.struct("again_at", "green_declaration_no", -F.col("weight")),
        ).alias("green")
    )
    # A green declaration can be the return of one red one only.
    return nearest.groupBy(F.col("green.green_declaration_no").alias("green_no")).agg(
        F.min("red_no").alias("red_no"),
        F.min("hand").alias("hand"),
        F.max("green.weight").alias("weight"),
        F.max("green.green_value_vnd").alias("value_vnd"),
        F.flatten(F.collect_list("green.shown")).alias("shown"),
    )


def _measure(every: DataFrame, returns: DataFrame) -> DataFrame:
    """One row a hand that had a red declaration, or whose goods came back."""
    returned = returns.groupBy("hand").agg(
        F.count(F.lit(1)).alias("returns"),
        F.sum("weight").alias("weighed"),
        F.max("weight").alias("heaviest"),
        F.sum("value_vnd").alias("value_vnd"),
        F.flatten(F.collect_list("shown")).alias("shown"),
    )
    returns_of = F.coalesce("returns", F.lit(0))
    return (
        every.where(_was_red())
        .select("hand")
        .unionByName(returned.select("hand"))
        .distinct()
        .join(returned, "hand", "left")
        .select(
            "hand",
            F.lit("traders with red declarations").alias("peer_group"),
            (F.log2(1 + F.coalesce("weighed", F.lit(0.0))) * returns_of / (returns_of + 1)).alias("value"),
            (2 * returns_of).alias("support"),
            F.coalesce("value_vnd", F.lit(0)).alias("value_vnd"),
            F.array(explanation("plain_correction", F.coalesce(F.col("heaviest") < 1, F.lit(False)))).alias(
                "explanations"
            ),
            "shown",
        )
    )
