"""Networks that turn out to be one, once those who are no members are out and those behind are known."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from models.networks.network import CONTACT_KINDS, Network
from models.weighing.detections import Member, Record

_GOODS = ("customs_declarations", "shipments")


def absorb_parts(networks: Sequence[Network], beside: Collection[str] = ()) -> list[Network]:
    """Networks all of whose members stand in another one are evidence for that, the first that holds them.

    Members of the kinds `beside` come in with the others: a phone or an address says where a part was seen,
    not who it is.
    """
    bodies = [frozenset(m for m in network.members if m.kind not in beside) for network in networks]
    holding: dict[Member, list[int]] = defaultdict(list)
    for number, body in enumerate(bodies):
        for member in body:
            holding[member].append(number)
    home: dict[int, int] = {}
    for number, body in enumerate(bodies):
        around = [
            other
            for other in (holding[next(iter(body))] if body else ())
            if body < bodies[other] or (body == bodies[other] and other < number)
        ]
        if around:
            home[number] = max(around, key=lambda other: (len(bodies[other]), -other))
    for number, whole in home.items():
        _take_in(networks[whole], networks[number])
    return [network for number, network in enumerate(networks) if number not in home]


def join_same_parties(networks: Sequence[Network], least: int, max_members: int) -> list[Network]:
    """Networks behind which the same people and companies stand are one: the first takes the others in.

    At least `least` of them are common, and at least half of those behind the smaller one: some straw buyers
    name phones in one shop and accounts in another, and a detection knows either.
    """
    kept: list[Network] = []
    standing: dict[Member, list[int]] = defaultdict(list)
    for network in networks:
        parties = _parties(network)
        common = Counter(number for party in parties for number in standing[party])
        home = max(common, key=lambda number: (common[number], -number), default=None)
        if home is not None and common[home] >= least:
            whole = kept[home]
            smaller = min(len(parties), len(_parties(whole)))
            together = len(whole.members.keys() | network.members.keys())
            if 2 * common[home] >= smaller and together <= max_members:
                for party in parties - _parties(whole):
                    standing[party].append(home)
                _take_in(whole, network)
                continue
        for party in parties:
            standing[party].append(len(kept))
        kept.append(network)
    return kept


def absorb_receivers(
    networks: Sequence[Network], receiving_roles: Collection[str], least: float
) -> list[Network]:
    """Networks of mere receivers are evidence for the one that stands behind the same goods.

    Where somebody is found who pays for the goods, those whose names, phones and addresses received them are
    context: often they do not know of it. A phone or an address alone is nobody who stands behind them. All
    members are in `receiving_roles`, and both networks have at least the share `least` of the smaller one's
    records of goods in common.
    """
    records = [
        frozenset(r for row in network.detections for r in row.detection.evidence if r.feed in _GOODS)
        for network in networks
    ]
    receivers = [
        all(network.role(member) in receiving_roles for member in network.members) for network in networks
    ]
    somebody = [any(member.kind not in CONTACT_KINDS for member in network.members) for network in networks]
    naming: dict[Record, list[int]] = defaultdict(list)
    for number, named in enumerate(records):
        if somebody[number] and not receivers[number]:
            for record in named:
                naming[record].append(number)
    kept: list[Network] = []
    for number, network in enumerate(networks):
        common = Counter(other for record in records[number] for other in naming[record])
        behind = max(common, key=lambda other: (common[other], -other), default=None)
        if receivers[number] and behind is not None:
            fewer = min(len(records[number]), len(records[behind]))
            if common[behind] >= least * fewer:
                networks[behind].detections += network.detections
                networks[behind].ties += network.ties
                continue
        kept.append(network)
    return kept


def _parties(network: Network) -> set[Member]:
    return {member for member in network.members if member.kind in ("person", "company")}


def _take_in(whole: Network, part: Network) -> None:
    whole.detections += part.detections
    whole.ties += part.ties
    whole.witnesses |= part.witnesses
    for member, roles in part.members.items():
        whole.members.setdefault(member, Counter()).update(roles)
