"""People at one door whose names are written in another order, or without the middle, each time with
another telephone.

One address, one name and one number for many small consignments would be counted together; so the same
words are turned round and a number is put beside them that belongs to nobody. A clerk abroad writes the
given name first, and some people have two numbers: one such person at a door says nothing. Of a family or
the residents of a tower, each has one's own name, and a number or two. Doors at which somebody receives under
the same words and number are one hand's. Source: Vietnam Customs dispatch
3923/2021 (many consignees on one address; false consignees; several receipts a day).
"""

from datetime import date

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from jobs.link.everyday_payments import is_true
from jobs.link.firm_names import names_firm
from jobs.signals.goods.consignees.import_bills import import_bills, one_a_bill
from jobs.signals.schema import Parameters, Signal, against_peers, as_signal, bounded, member

SIGNAL = Signal(
    id="rewritten_names",
    subject="phone",
    reads={
        "customs_declarations": "flows.declarations",
        "parcels": "flows.parcels",
    },
)
_ROUNDS = 2


def transform(
    *, customs_declarations: DataFrame, parcels: DataFrame, parameters: Parameters, as_of: date
) -> DataFrame:
    """value = telephones beyond one a person, of the people at one hand's places who are spelt in two ways or
    more.

    `support`: the house bills that name them; `value_vnd`: what these bills are worth.
    """
    bills = one_a_bill(import_bills(customs_declarations, parcels, parameters, as_of))
    people = _people(bills, parameters)
    several = (F.col("spellings") > 1) & (F.col("phones") > 1)
    places = (
        people.groupBy("place")
        .agg(
            F.coalesce(F.sum(F.when(several, F.col("phones") - 1)), F.lit(0)).cast("double").alias("value"),
            F.sum(F.when(several, F.col("bills"))).alias("support"),
            F.sum(F.when(several, F.col("value_vnd"))).alias("value_vnd"),
            F.flatten(F.collect_list(F.when(several, F.col("numbers")))).alias("numbers"),
            F.array_distinct(F.flatten(F.collect_list(F.when(several, F.col("traders"))))).alias("traders"),
            F.flatten(F.collect_list(F.when(several, F.col("records")))).alias("records"),
        )
        .withColumn("peer_group", F.lit("places that receive"))
    )
    found = against_peers(places, float(parameters["report_from"]))
    phones = F.array_distinct("numbers")
    named = F.filter("traders", lambda trader: trader.startswith("cccd:") | trader.startswith("passport:"))
    return as_signal(
        SIGNAL,
        found.select(
            "*",
            _most_used("numbers").alias("subject_id"),
            F.concat(
                F.transform(phones, lambda phone: member("phone", phone, "consignee")),
                F.transform(named, lambda person: member("person", person, "trader")),
            ).alias("members"),
            bounded(F.col("records"), int(parameters["evidence_limit"])).alias("evidence"),
        ),
    )


def _people(bills: DataFrame, parameters: Parameters) -> DataFrame:
    """One row a person at a hand's places: spellings, phones (how many), bills, numbers (one each bill), ….

    The same words in any order are one name; a name of two words is that of who has a middle name as well.
    """
    words = F.split("name", " ")
    ends = F.array(F.element_at("words", 1), F.element_at("words", -1))
    with_middle = F.when(F.size("words") > 2, F.col("full"))
    longer = F.min(with_middle).over(Window.partitionBy("place", "ends"))
    named = (
        bills.where(F.col("phone").isNotNull() & F.col("address").isNotNull() & F.col("name").isNotNull())
        .where(~is_true(names_firm("name")))
        .withColumn("words", words)
        .where(F.size("words") > 1)
        .withColumn(
            "door", F.concat_ws(" ", F.slice(F.split("address", " "), 1, int(parameters["place_words"])))
        )
        .withColumn("full", F.concat_ws(" ", F.array_sort("words")))
    )
    return (
        named.join(_places(named, parameters), "door")
        .withColumn("ends", F.concat_ws(" ", F.array_sort(ends)))
        .withColumn("person", F.coalesce(with_middle, longer, F.col("full")))
        .groupBy("place", "person")
        .agg(
            F.count_distinct("name").alias("spellings"),
            F.count_distinct("phone").alias("phones"),
            F.count(F.lit(1)).alias("bills"),
            F.sum("bill_vnd").alias("value_vnd"),
            F.sort_array(F.collect_list("phone")).alias("numbers"),
            F.sort_array(F.collect_set("trader")).alias("traders"),
            F.flatten(F.collect_list("records")).alias("records"),
        )
    )


def _places(named: DataFrame, parameters: Parameters) -> DataFrame:
    """door, place: doors (house number and street) that somebody with one number has in common are one place.

    Who receives at more than `doors_most` of them hands parcels on, and has none in common with anybody.
    """
    of_person = Window.partitionBy("full", "phone")
    at = (
        named.select("door", "full", "phone")
        .distinct()
        .withColumn("doors", F.count(F.lit(1)).over(of_person))
        .withColumn("place", F.col("door"))
    )
    moving = at.where((F.col("doors") > 1) & (F.col("doors") <= int(parameters["doors_most"])))
    for _ in range(_ROUNDS):
        for nodes in (of_person, Window.partitionBy("door")):
            moving = moving.withColumn("place", F.min("place").over(nodes))
    tied = moving.select("door", "place").distinct()
    alone = at.select("door").distinct().join(tied, "door", "left_anti")
    return tied.unionByName(alone.withColumn("place", F.col("door")))


def _most_used(phones: str) -> Column:
    """The telephone that stands most often in an array; the first of those that do."""
    distinct = F.array_sort(F.array_distinct(phones))
    times = F.transform(
        distinct,
        lambda phone: F.struct(
            F.size(F.filter(phones, lambda other: other == phone)).alias("times"), phone.alias("phone")
        ),
    )
    most = F.array_max(F.transform(times, lambda one: one["times"]))
    return F.element_at(F.filter(times, lambda one: one["times"] == most), 1)["phone"]
