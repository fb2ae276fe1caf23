"""Networks that are parts of others, once those who are no members are left out."""

from collections import defaultdict
from collections.abc import Sequence

from models.networks.grow_networks import Network
from models.weighing.detections import Member


def absorb_parts(networks: Sequence[Network]) -> list[Network]:
    """Networks all of whose members stand in another one are evidence for that, the first that holds them."""
    holding: dict[Member, list[int]] = defaultdict(list)
    for number, network in enumerate(networks):
        for member in network.members:
            holding[member].append(number)
    kept: list[Network] = []
    for number, network in enumerate(networks):
        beside = holding[next(iter(network.members))]
        around = [
            other
            for other in beside
            if other != number
            and network.members.keys() <= networks[other].members.keys()
            and (len(network.members) < len(networks[other].members) or other < number)
        ]
        if not around:
            kept.append(network)
            continue
        whole = networks[max(around, key=lambda other: (len(networks[other].members), -other))]
        whole.detections += network.detections
        for member, roles in network.members.items():
            whole.members[member] += roles
    return kept
