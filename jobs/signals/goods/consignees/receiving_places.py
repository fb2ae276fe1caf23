"""Where bills go: places behind differently spelt addresses, and declarants that many use."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from jobs.signals.goods.found_rows import Rings, Row

_PLACE_WORDS = 4


def shops_at_phones(sellers: DataFrame) -> DataFrame:
    """(phone, shops): the shops that register each phone."""
    return (
        sellers.where(F.col("phone_e164").isNotNull())
        .groupBy(F.col("phone_e164").alias("phone"))
        .agg(F.sort_array(F.collect_set("seller_key")).alias("shops"))
    )


def with_own_place(bills: DataFrame, identifiers: DataFrame) -> DataFrame:
    """The bills with `own_place`: their address, but for a tower or a counter, where anybody receives."""
    towers = identifiers.where(F.col("hub") & (F.col("kind") == "address")).select(
        F.col("id").alias("address"), F.lit(True).alias("anybodys")
    )
    return (
        bills.join(towers, "address", "left")
        .withColumn("own_place", F.when(F.col("anybodys").isNull(), F.col("address")))
        .drop("anybodys")
    )


def place_of(address: str | None) -> str | None:
    """House number and street: the same place however ward and province are written."""
    return None if address is None else " ".join(address.split()[:_PLACE_WORDS])


def given_name(name: str | None) -> str | None:
    """The last word tells people and companies apart; what comes before is written in many ways."""
    return name.rsplit(" ", 1)[-1] if name else None


def own_declarants(
    traders: Iterable[str | None], totals: dict[str, int], everything: int, share: float, lift: float
) -> list[str]:
    """Declarants of at least `share` of these bills, and `lift` times what their part of all bills gives.

    A large courier declares a part of everybody's bills; one who has far more of these works for them.
    """
    bills = list(traders)
    found = Counter(trader for trader in bills if trader is not None)
    return sorted(
        trader
        for trader, count in found.items()
        if count >= share * len(bills) and count * everything >= lift * totals.get(trader, 0) * len(bills)
    )


def joined_phones(
    uses: Mapping[str, Sequence[Row]], seeds: Iterable[str], names_share: float, name_phones_most: int
) -> dict[str, list[str]]:
    """Phones (with their bills) that take turns: two seeds at one address, others over two addresses or
    names in common.

    `own_place` of a bill is its address, unless that is anybody's (`with_own_place`). Of many names two may
    agree by chance: names alone join from `names_share` of the fewer ones on, and a name at more than
    `name_phones_most` phones is anybody's.
    """
    strong = set(seeds)
    places = _in_common(uses, "own_place")
    names = _in_common(uses, "name", name_phones_most)
    known = {phone: len({bill["name"] for bill in bills if bill["name"]}) for phone, bills in uses.items()}
    rings = Rings()
    for pair in sorted(places.keys() | names.keys()):
        alike = names[pair] >= names_share * min(known[phone] for phone in pair)
        by_names = names[pair] if alike or places[pair] else 0
        if places[pair] + by_names >= 2 or (places[pair] and strong.issuperset(pair)):
            rings.join(*pair)
    groups: dict[str, list[str]] = defaultdict(list)
    for phone in sorted(uses):
        groups[rings.find(phone)].append(phone)
    return groups


def _in_common(
    uses: Mapping[str, Sequence[Row]], what: str, phones_most: int | None = None
) -> Counter[tuple[str, str]]:
    """How many addresses, or names, each two phones have in common, but for those of too many phones."""
    users: dict[str, set[str]] = defaultdict(set)
    for phone, bills in uses.items():
        for bill in bills:
            if bill[what]:
                users[bill[what]].add(phone)
    told = (phones for phones in users.values() if phones_most is None or len(phones) <= phones_most)
    return Counter(pair for phones in told for pair in combinations(sorted(phones), 2))
