"""What a tie itself names comes in with those whom it ties: the account that woken accounts pay."""

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
    """Keep each tie with the network that it made, and name what belongs to those whom it ties."""
    home = {member: number for number, network in enumerate(networks) for member in network.members}
    for tie in ties:
        homes = {home.get(member) for member in tie.members}
        number = home.get(tie.members[0])
        if number is None:
            continue
        if len(homes) == 1:
            networks[number].ties.append(tie)
        if tie.named and (named := member_of_value(tie.circumstance, tie.value)):
            networks[number].add_tied(*named)
