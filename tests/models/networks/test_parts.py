"""Networks within others, on letters."""

from collections import Counter

from models.networks.grow_networks import Network
from models.networks.parts import absorb_parts, join_same_parties
from models.weighing.detections import Member
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
