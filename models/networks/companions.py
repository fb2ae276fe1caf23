"""Who stands behind members: who holds accounts and phones, owns shops, and devices several parties share.

The other accounts and shops of the same operator are context as long as no detection names them: to add them
all would put a mule's own little shop beside the money that passed through its account. Only a company that
stands alone comes with an account and a contact (`Network.add_leads`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from models.weighing.detections import Member


class Holding(NamedTuple):
    """A party holds or owns a member, or (where a device is named) uses the member with that device."""

    member: Member
    party: str
    device: str | None


def party_member(party: str) -> Member:
    """A party as a member: a company by its tax code, a person by anything else."""
    return Member("company" if party.startswith("tax:") else "person", party)


def companions_among(
    holdings: Iterable[Holding], members: Collection[Member]
) -> Mapping[Member, Sequence[Member]]:
    """The holder or owner of each of `members`, and the devices that several parties among them use.

    A phone is held by who left it with a bank.
    """
    known = set(members)
    behind: dict[Member, set[Member]] = defaultdict(set)
    users: dict[str, set[str]] = defaultdict(set)
    used: list[tuple[Member, str]] = []
    for member, party, device in holdings:
        if member not in known:
            continue
        if device is None:
            behind[member].add(party_member(party))
        else:
            users[device].add(party)
            used.append((member, device))
    for member, device in used:
        if len(users[device]) > 1:
            behind[member].add(Member("device", device))
    return {member: sorted(companions) for member, companions in behind.items()}
