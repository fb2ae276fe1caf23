"""What a tie itself names comes in with those whom it ties: the account that woken accounts pay."""

from collections import defaultdict
from collections.abc import Sequence

from models.networks.network import Network, Tie
from models.weighing.detections import Member

# What the value of a circumstance is as a member, and its role. Officers, partners and payers are context.
_MEMBER_OF_VALUE = {
    "pays": ("account", "collector"),
    "shop_account": ("account", "collector"),
    "phone": ("phone", "phone"),
}


def member_of_value(circumstance: str, value: str) -> tuple[Member, str] | None:
    """The value of a circumstance as a member with its role, where it is one."""
    if circumstance not in _MEMBER_OF_VALUE:
        return None
    kind, role = _MEMBER_OF_VALUE[circumstance]
    return Member(kind, value), role


def add_tied(networks: Sequence[Network], ties: Sequence[Tie]) -> None:
    """Keep each tie with the network that it made, and name what belongs to those whom it ties.

    Payees that are more than those who pay them are their customers, to whom money goes back.
    """
    home = {member: number for number, network in enumerate(networks) for member in network.members}
    named: dict[int, dict[str, list[Tie]]] = defaultdict(lambda: defaultdict(list))
    for tie in ties:
        homes = {home.get(member) for member in tie.members}
        number = home.get(tie.members[0])
        if number is None:
            continue
        if len(homes) == 1:
            networks[number].ties.append(tie)
        if tie.named:
            named[number][tie.circumstance].append(tie)
    for number, by_circumstance in named.items():
        for circumstance, found in by_circumstance.items():
            tied = {member for tie in found for member in tie.members}
            if circumstance == "pays" and len(found) > len(tied):
                continue
            for tie in found:
                if of_value := member_of_value(circumstance, tie.value):
                    networks[number].add_tied(*of_value)
