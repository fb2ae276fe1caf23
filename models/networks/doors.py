"""Who sends from the door at which goods arrive under the names of others: the shop, and where it is paid.

Names and telephones are borrowed; the goods are unpacked, sold and sent on from where they arrived.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from configs.catalogue import RankingRules
from models.networks.network import COLLECTOR, Network
from models.networks.receivers import SHIPPER
from models.weighing.detections import Member


class Sender(NamedTuple):
    """For whom most parcels leave an address, and leave no other: a shop, or the account that is paid at the
    doors of its customers.
    """

    address: Member
    user: Member


def add_senders_at_door(network: Network, senders: Sequence[Sender], rules: RankingRules) -> None:
    """Take in who sends from where the network receives (`look_at_shippers` sees to the names)."""
    for address, user in senders:
        if address in network.members and network.role(address) in rules.receiving_roles:
            role = SHIPPER if user.kind == "seller" else COLLECTOR
            network.members.setdefault(user, Counter({role: 1}))
