"""Who sends from the door at which a network receives."""

from collections import Counter

from models.networks.doors import Sender, add_senders_at_door
from models.networks.network import Network
from models.weighing.detections import Member
from tests.models.builders import RULES, account

DOOR, SHOP = Member("address", "234 kim ma"), Member("seller", "shopee:1")
SENDERS = [Sender(DOOR, SHOP), Sender(DOOR, account("C"))]


def test_the_shop_that_sends_from_where_goods_arrive_comes_in_with_where_it_is_paid() -> None:
    rules = RULES.model_copy(update={"receiving_roles": ["consignee"]})
    network = Network(members={DOOR: Counter({"consignee": 2})})
    add_senders_at_door(network, SENDERS, rules)
    assert {member: network.role(member) for member in network.members} == {
        DOOR: "consignee",
        SHOP: "shipper",
        account("C"): "collector",
    }


def test_a_place_that_does_not_receive_brings_in_nobody() -> None:
    rules = RULES.model_copy(update={"receiving_roles": ["consignee"]})
    network = Network(members={DOOR: Counter({"pickup": 2}), account("A"): Counter({"mule": 2})})
    add_senders_at_door(network, SENDERS, rules)
    assert set(network.members) == {DOOR, account("A")}
