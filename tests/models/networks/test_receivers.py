"""Who stands behind borrowed names, and which shop sends: whoever has left the phone."""

from collections import Counter

import pytest

from models.networks.network import Network
from models.networks.receivers import (
    Left,
    add_behind_names,
    add_sending_shops,
    left_by_phone,
    look_at_shippers,
)
from models.ranking.score_networks import stands_alone
from models.weighing.detections import Member
from tests.models.builders import RULES, account

RULES_HERE = RULES.model_copy(update={"receiving_roles": ["consignee", "trader"]})
PHONE, OTHER = Member("phone", "+84901"), Member("phone", "+84902")
PLACE = Member("address", "so 1 pho hue")
SHOP = Member("seller", "shopee:1")
HOLDER = Member("person", "cccd:9")
NAMES = [Member("person", f"cccd:{number}") for number in (1, 2, 3)]
BANKS = {HOLDER: account("H"), SHOP: account("S")}
AT_BANK = Left(PHONE, account("H"), "cccd:9", "so 1 pho hue")


def receivers(*others: Member, role: str = "consignee") -> Network:
    members = {name: Counter({"trader": 2}) for name in NAMES} | {PHONE: Counter({"consignee": 2})}
    return Network(members=members | {member: Counter({role: 1}) for member in others})


def taken(network: Network, *left: Left, fan_most: int = RULES.fan_most) -> list[Member]:
    rules = RULES_HERE.model_copy(update={"fan_most": fan_most})
    add_behind_names(network, left_by_phone(left), BANKS, rules)
    return sorted(network.members)


@pytest.mark.parametrize(("fan_most", "stay"), [(3, True), (2, False)])
def test_the_holder_of_the_phone_is_looked_at_and_more_names_than_a_ring_has_are_witnesses(
    fan_most: int, stay: bool
) -> None:
    network = receivers()
    found = taken(network, AT_BANK, fan_most=fan_most)
    assert found == sorted([PHONE, HOLDER, account("H"), *(NAMES if stay else [])])
    assert network.witnesses == (set() if stay else set(NAMES))
    # Its account is its own: but for the three names it would stand alone.
    assert not stands_alone(network)


def test_the_holder_is_none_of_the_names_that_are_counted() -> None:
    network = receivers(HOLDER, role="trader")
    assert taken(network, AT_BANK, fan_most=3) == sorted([PHONE, HOLDER, account("H"), *NAMES])
    assert not network.witnesses


def test_a_shop_with_the_same_phone_comes_with_the_account_that_it_is_settled_to() -> None:
    found = taken(receivers(), AT_BANK, Left(PHONE, SHOP, "cccd:9", None))
    assert found == sorted([PHONE, HOLDER, SHOP, account("S"), *NAMES])


def test_who_receives_for_others_in_its_own_name_stays() -> None:
    network = receivers(HOLDER, role="trader")
    assert taken(network, AT_BANK, fan_most=2) == sorted([PHONE, HOLDER, account("H")])
    assert network.witnesses == set(NAMES)


def test_of_two_who_have_left_the_phone_it_is_who_lives_where_the_goods_arrive() -> None:
    elsewhere = Left(PHONE, account("E"), "cccd:8", "so 2 pho hue")
    found = taken(receivers(PLACE), AT_BANK, elsewhere)
    assert found == sorted([PHONE, PLACE, HOLDER, account("H"), *NAMES])
    untold = receivers()
    assert taken(untold, AT_BANK, elsewhere) == sorted([PHONE, *NAMES])
    assert not untold.witnesses


def test_phones_that_lead_to_two_parties_lead_to_nobody() -> None:
    found = taken(receivers(OTHER), AT_BANK, Left(OTHER, account("E"), "cccd:8", None), fan_most=2)
    assert found == sorted([PHONE, OTHER, *NAMES])


def test_a_platform_alone_is_not_sure_enough_to_name_anybody() -> None:
    found = taken(receivers(), Left(PHONE, SHOP, "cccd:9", None), fan_most=2)
    assert found == sorted([PHONE, *NAMES])


def test_where_somebody_is_known_already_or_goods_come_for_one_nothing_changes() -> None:
    paying = account("P")
    assert taken(receivers(paying, role="mule"), AT_BANK, fan_most=2) == sorted([PHONE, paying, *NAMES])
    own = Network(members={PHONE: Counter({"consignee": 1}), NAMES[0]: Counter({"trader": 1})})
    assert taken(own, AT_BANK) == sorted([PHONE, NAMES[0]])


def sending(account_role: str = "collector", phone_role: str = "phone") -> Network:
    return Network(members={account("S"): Counter({account_role: 1}), PHONE: Counter({phone_role: 1})})


def shops(network: Network, *left: Left) -> list[Member]:
    add_sending_shops(network, left_by_phone(left), BANKS)
    return [member for member in network.members if member.kind == "seller"]


def test_a_shop_whose_phone_sends_and_whose_account_collects_is_who_sells_beside_the_platforms() -> None:
    assert shops(sending(), Left(PHONE, SHOP, "cccd:9", None)) == [SHOP]


def test_a_phone_or_an_account_alone_names_no_shop() -> None:
    other = Left(PHONE, Member("seller", "shopee:2"), "cccd:8", None)
    assert shops(sending(), other) == []
    assert shops(sending(), Left(OTHER, SHOP, "cccd:9", None)) == []


def test_a_shop_whose_phone_takes_delivery_or_whose_account_pays_is_not_named() -> None:
    assert shops(sending(phone_role="consignee"), Left(PHONE, SHOP, "cccd:9", None)) == []
    assert shops(sending(account_role="mule"), Left(PHONE, SHOP, "cccd:9", None)) == []


@pytest.mark.parametrize("role", ["shipper", "shop"])
def test_where_the_shop_is_known_that_sends_to_many_names_or_sells_on_they_are_witnesses(role: str) -> None:
    network = receivers(SHOP, role=role)
    look_at_shippers(network, BANKS, RULES_HERE)
    assert sorted(network.members) == sorted([PHONE, SHOP, account("S")])
    assert network.witnesses == set(NAMES)


def test_a_shop_that_is_there_for_another_reason_clears_nobody() -> None:
    network = receivers(SHOP, role="sender")
    look_at_shippers(network, BANKS, RULES_HERE)
    assert set(network.members) == {PHONE, SHOP, *NAMES}
    assert not network.witnesses
