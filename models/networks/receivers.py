"""Who takes in goods under the names of others, or sends them with no shop named: who has left that phone.

Names can be borrowed for a declaration, but goods have to be called for: somebody answers the phone under
which they arrive, and often has left it with a bank, which asks for papers. Where nothing else is known of
the hand behind borrowed names, this is who is looked at, with the account, and the shop that has the phone
as well. A few importers of record lent their names; more than a ring has are asked as witnesses: their papers
may have been used without them.
Source: Vietnam Customs dispatch 3923/2021 (many consignees on one phone, false consignees).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from configs.catalogue import RankingRules
from models.networks.companions import party_member
from models.networks.network import COLLECTOR, CONTACT, CONTACT_KINDS, OUTLET, SETTLEMENT, Network
from models.weighing.detections import Member

RECEIVER = "consignee"
"""Role of who answers the phone under which goods arrive."""
SHIPPER = "shipper"
"""Role of the shop whose parcels come to one hand under the names of others."""


class Left(NamedTuple):
    """A party has left a phone with a bank or a platform, for an account or a shop at an address."""

    phone: Member
    user: Member
    party: str
    address: str | None


def behind_names(
    network: Network, left: Mapping[Member, Sequence[Left]], rules: RankingRules
) -> tuple[str, list[Member]] | None:
    """The party that takes in what comes to a network of receivers, and its shops; None where it is unknown,
    or where somebody is known already.

    All phones of the network that anybody has left lead to one party, a bank's customer. Where they lead to
    several, a family's or a phone that was given up, it is the one that has also left an address at which the
    goods arrive.
    """
    if not _receives_for_others(network, rules):
        return None
    known = [item for member in network.members for item in left.get(member, ())]
    at_home = [item for item in known if item.address and Member("address", item.address) in network.members]
    for items in (known, at_home):
        # A platform checks its sellers less than a bank its customers.
        banked = any(item.user.kind == "account" for item in items)
        if banked and len({item.party for item in items}) == 1:
            shops = sorted({item.user for item in items if item.user.kind == "seller"})
            return items[0].party, shops
    return None


def add_behind_names(
    network: Network,
    left: Mapping[Member, Sequence[Left]],
    banks_with: Mapping[Member, Member],
    rules: RankingRules,
) -> None:
    """Take in who stands behind borrowed names, with its shops and its account, and leave many names out."""
    found = behind_names(network, left, rules)
    if found is None:
        return
    party, shops = party_member(found[0]), found[1]
    names = {name for name in _names(network, rules) if name != party}
    if len(names) > rules.fan_most:
        network.leave_out(names)
        network.witnesses |= names
    network.members.setdefault(party, Counter({RECEIVER: 1}))
    for shop in shops:
        network.members.setdefault(shop, Counter({OUTLET: 1}))
    for holder in shops or [party]:
        if account := banks_with.get(holder):
            network.members.setdefault(account, Counter({SETTLEMENT: 1}))


def look_at_shippers(network: Network, banks_with: Mapping[Member, Member], rules: RankingRules) -> None:
    """Where the shop is known whose parcels arrive, or that sells on what arrives, under the names of others,
    the names are witnesses.

    The account that it is settled to is looked at with it: who sends them to one door under several names
    knows for whom they are.
    """
    shippers = [member for member in network.members if network.role(member) in (SHIPPER, OUTLET)]
    names = set(_names(network, rules))
    if shippers and len(names) > 1:
        network.leave_out(names)
        network.witnesses |= names
        for account in filter(None, map(banks_with.get, shippers)):
            network.members.setdefault(account, Counter({SETTLEMENT: 1}))


def add_sending_shops(
    network: Network, left: Mapping[Member, Sequence[Left]], banks_with: Mapping[Member, Member]
) -> None:
    """Take in the shop that sends parcels, where its phone and the account that it is settled to both say so.

    Parcels sold beside the platforms name no shop: the phone does, and the account that takes what is paid at
    the door. One of the two may be a clerk's, a neighbour's or a family's.
    """
    sending = [member for member in network.members if network.role(member) == CONTACT]
    for phone in sending:
        for item in left.get(phone, ()):
            account = banks_with.get(item.user)
            if item.user.kind != "seller" or account not in network.members:
                continue
            if network.role(account) == COLLECTOR:
                network.members.setdefault(item.user, Counter({OUTLET: 1}))


def left_by_phone(left: Sequence[Left]) -> Mapping[Member, Sequence[Left]]:
    """What was left, by phone."""
    by_phone: dict[Member, list[Left]] = defaultdict(list)
    for item in left:
        by_phone[item.phone].append(item)
    return by_phone


def _names(network: Network, rules: RankingRules) -> Collection[Member]:
    return [
        member
        for member in network.members
        if member.kind == "person" and network.role(member) in rules.receiving_roles
    ]


def _receives_for_others(network: Network, rules: RankingRules) -> bool:
    """All that is known is where goods arrive, and two people or more in whose names they do."""
    names = _names(network, rules)
    others = [
        member for member in network.members if member.kind not in CONTACT_KINDS and member not in names
    ]
    return not others and len(names) > 1
