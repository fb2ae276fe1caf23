"""Networks within others, on letters."""

from collections import Counter
from dataclasses import replace

from models.networks.network import Network
from models.networks.parts import absorb_parts, absorb_receivers, join_same_parties
from models.weighing.detections import Member, Record
from tests.models.builders import account, weighed


def network(letters: str) -> Network:
    return Network({account(name): Counter(mule=1) for name in letters}, [weighed(letters, 0.5)])


def test_a_network_within_another_is_evidence_for_it() -> None:
    part, whole, same, other = network("BC"), network("ABCD"), network("ABCD"), network("XY")
    assert absorb_parts([part, whole, same, other]) == [whole, other]
    assert len(whole.detections) == 3
    assert whole.members[account("B")].total() == 3


def test_networks_that_only_meet_stay_two() -> None:
    first, second = network("ABC"), network("CDE")
    assert absorb_parts([first, second]) == [first, second]


def test_what_differs_in_a_phone_alone_is_evidence_too() -> None:
    """A, seen with phone 1, stands in ABC, seen with phone 2; a phone alone is nobody."""
    phones = [Member("phone", number) for number in "123"]
    part, whole = network("A"), network("ABC")
    part.members[phones[0]] = Counter(phone=1)
    whole.members[phones[1]] = Counter(phone=1)
    lone = Network({phones[2]: Counter(phone=1)}, [weighed("Z", 0.5)])
    assert absorb_parts([part, whole, lone]) == [part, whole, lone]
    assert absorb_parts([part, whole, lone], ["phone"]) == [whole, lone]
    assert set(phones[:2]) <= whole.members.keys()


def people(letters: str, *others: Member) -> Network:
    members = [*(Member("person", name) for name in letters), *others]
    return Network({member: Counter(mule=1) for member in members}, [weighed("A", 0.5)])


def test_networks_with_the_same_people_behind_are_one() -> None:
    shop, other_shop = Member("seller", "one"), Member("seller", "two")
    first, second, third = people("ABCDE", shop), people("CDEF", other_shop), people("EFG")
    assert join_same_parties([first, second, third], 3, 150) == [first, third]
    assert {member.id for member in first.members} == {*"ABCDEF", "one", "two"}
    assert len(first.detections) == 2
    assert first.members[Member("person", "C")].total() == 2


def test_networks_that_share_few_people_or_would_be_too_large_stay_two() -> None:
    first, second = people("ABCDEFG"), people("EFGHIJK")
    assert join_same_parties([first, second], 3, 150) == [first, second]  # three of seven
    first, second = people("ABCDE"), people("CDEF")
    assert join_same_parties([first, second], 3, 5) == [first, second]


def goods(role: str, name: str, *keys: str, feed: str = "customs_declarations") -> Network:
    found = weighed(name, 0.5)
    evidence = tuple(Record(feed, key) for key in keys)
    shown = replace(found, detection=replace(found.detection, evidence=evidence))
    return Network({account(name): Counter({role: 1})}, [shown])


def test_receivers_are_evidence_for_who_pays_for_the_same_goods() -> None:
    receivers, payer = goods("consignee", "A", *"123456"), goods("beneficiary", "B", *"123")
    elsewhere = goods("beneficiary", "C", *"678")
    assert absorb_receivers([receivers, payer, elsewhere], ["consignee"], 0.5) == [payer, elsewhere]
    assert set(payer.members) == {account("B")}
    assert len(payer.detections) == 2


def test_a_phone_alone_is_nobody_who_stands_behind_receivers() -> None:
    receivers, phone = goods("consignee", "A", *"123456"), goods("phone", "B", *"123")
    phone.members = {Member("phone", "+84900000001"): Counter({"phone": 1})}
    assert absorb_receivers([receivers, phone], ["consignee"], 0.5) == [receivers, phone]


def test_receivers_stay_where_nobody_stands_behind_the_goods() -> None:
    receivers, others = goods("consignee", "A", *"1234"), goods("consignee", "B", *"1234")
    little = goods("beneficiary", "C", "4", *"567")
    networks = [receivers, others, little]
    assert absorb_receivers(networks, ["consignee"], 0.5) == networks


def test_payments_in_common_make_nobody_a_receiver_of_goods() -> None:
    receivers = goods("consignee", "A", *"1234", feed="bank_transactions")
    payer = goods("beneficiary", "B", *"1234", feed="bank_transactions")
    assert absorb_receivers([receivers, payer], ["consignee"], 0.5) == [receivers, payer]
