"""Where bills go: places behind differently spelt addresses, and declarants that many use."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from jobs.signals.goods.found_rows import Rings, Row

_PLACE_WORDS = 4


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


def joined_phones(uses: Mapping[str, Sequence[Row]], seeds: Iterable[str]) -> dict[str, list[str]]:
    """Phones (with their bills) that take turns: two seeds at one address, others over two addresses or
    names in common."""
    strong = set(seeds)
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for phone, bills in uses.items():
        for bill in bills:
            for kind in ("address", "name"):
                if bill[kind]:
                    users[kind, bill[kind]].add(phone)
    common: Counter[tuple[str, str]] = Counter()
    places: set[tuple[str, str]] = set()
    for (kind, _), phones in users.items():
        for pair in combinations(sorted(phones), 2):
            common[pair] += 1
            if kind == "address":
                places.add(pair)
    rings = Rings()
    for pair, times in sorted(common.items()):
        if times >= 2 or (pair in places and strong.issuperset(pair)):
            rings.join(*pair)
    groups: dict[str, list[str]] = defaultdict(list)
    for phone in sorted(uses):
        groups[rings.find(phone)].append(phone)
    return groups
