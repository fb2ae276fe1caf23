"""Which detections become one network, on letters."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.networks.grow_networks import grow_networks
from models.weighing.detections import Member, Record, WeighedDetection
from tests.models.builders import RULES, account, weighed


def names(networks: list) -> list[str]:  # type: ignore[type-arg]
    return sorted("".join(member.id for member in sorted(network.members)) for network in networks)


def test_detections_that_share_a_member_are_one_network() -> None:
    networks = grow_networks([weighed("AB", 0.9), weighed("BC", 0.8), weighed("DE", 0.7)], {}, RULES)
    assert names(networks) == ["ABC", "DE"]


def test_two_rings_that_meet_in_one_account_stay_two() -> None:
    rings = [weighed("ABCDEF", 0.9), weighed("FGHIJK", 0.8)]
    rules = RULES.model_copy(update={"max_members": 20})
    assert names(grow_networks(rings, {}, rules)) == ["ABCDEF", "FGHIJK"]
    # A pair of accounts shares half of itself with either, and adds to the one that it finds first.
    networks = grow_networks([*rings, weighed("EL", 0.7)], {}, rules)
    assert names(networks) == ["ABCDEFL", "FGHIJK"]


def test_what_is_told_of_one_ring_alone_joins_no_other_that_holds_one_of_its_members() -> None:
    rings = [weighed("ABCDEF", 0.9), weighed("FGHIJK", 0.8)]
    rules = RULES.model_copy(update={"max_members": 20})
    assert names(grow_networks([*rings, weighed("FGH", 0.7)], {}, rules)) == ["ABCDEF", "FGHIJK"]
    # What speaks of both joins them.
    assert names(grow_networks([*rings, weighed("EFGH", 0.7)], {}, rules)) == ["ABCDEFGHIJK"]


@pytest.mark.parametrize(
    ("ring", "told", "networks_found"),
    [("ABCDEF", "XY", ["ABCDEF", "XY"]), ("ABCDEF", "AX", ["ABCDEFX"]), ("AB", "XY", ["ABXY"])],
)
def test_one_hand_of_a_larger_network_that_is_told_of_under_none_of_its_names_stays_by_itself(
    ring: str, told: str, networks_found: list[str]
) -> None:
    hands = {account(name): "operator-1" for name in "AXY"}
    rules = RULES.model_copy(update={"max_members": 20})
    assert names(grow_networks([weighed(ring, 0.9), weighed(told, 0.8)], hands, rules)) == networks_found


def test_detections_of_one_operator_are_one_network() -> None:
    hands = {account("A"): "operator-1", account("C"): "operator-1"}
    networks = grow_networks([weighed("AB", 0.9), weighed("CD", 0.8)], hands, RULES)
    assert names(networks) == ["ABCD"]


def test_two_rings_that_meet_in_one_operator_of_many_accounts_stay_two() -> None:
    hands = {account(name): "operator-1" for name in "HIJ"}
    rules = RULES.model_copy(update={"max_members": 20})
    # Its accounts I and J are two of ten, but one hand of the nine on either side.
    rings = [weighed("ABCDEFGH", 0.9), weighed("IJKLMNOPQR", 0.8)]
    assert names(grow_networks(rings, hands, rules)) == ["ABCDEFGH", "IJKLMNOPQR"]


@pytest.mark.parametrize(("names_used", "networks_found"), [(16, 1), (17, 2)])
def test_one_of_many_borrowed_names_ties_no_affair_of_its_own(names_used: int, networks_found: int) -> None:
    people = [Member("person", f"cccd:{number}") for number in range(names_used)]
    bills, own = weighed("A", 0.9), weighed("B", 0.8)
    named = [(member, "consignee") for member in (Member("phone", "+84901234567"), *people)]
    object.__setattr__(bills.detection, "members", tuple(named))
    object.__setattr__(own.detection, "members", ((account("B"), "mule"), (people[0], "mule")))
    rules = RULES.model_copy(update={"max_members": 30})
    assert len(grow_networks([bills, own], {}, rules)) == networks_found


def test_a_weak_detection_adds_evidence_and_no_members() -> None:
    (network,) = grow_networks([weighed("AB", 0.9), weighed("BZ", 0.1)], {}, RULES)
    assert names([network]) == ["AB"]
    assert len(network.detections) == 2


def test_a_weak_detection_that_touches_nothing_stands_alone() -> None:
    assert names(grow_networks([weighed("AB", 0.9), weighed("YZ", 0.1)], {}, RULES)) == ["AB", "YZ"]


def test_a_network_stays_workable() -> None:
    networks = grow_networks([weighed("ABCD", 0.9), weighed("EFGH", 0.8), weighed("DE", 0.7)], {}, RULES)
    assert names(networks) == ["ABCD", "EFGH"]
    assert sorted(len(network.detections) for network in networks) == [1, 2]


def test_the_role_with_the_most_weight_stands() -> None:
    first, second = weighed("AB", 0.9), weighed("AB", 0.3)
    as_collector = [(member, "collector") for member, _ in second.detection.members]
    object.__setattr__(second.detection, "members", tuple(as_collector))
    (network,) = grow_networks([first, second], {}, RULES)
    assert network.role(Member("account", "A")) == "mule"


def test_a_member_that_many_detections_share_is_a_hub() -> None:
    rows = [weighed("AZ", 0.9), weighed("BZ", 0.8), weighed("CZ", 0.7)]
    assert names(grow_networks(rows, {}, RULES)) == ["A", "B", "C"]
    assert names(grow_networks(rows[:2], {}, RULES)) == ["ABZ"]


def test_an_account_ties_more_than_a_phone_before_it_is_a_hub() -> None:
    rules = RULES.model_copy(update={"hub_detections_account": 4})
    by_account = [weighed("AZ", 0.9), weighed("BZ", 0.8), weighed("CZ", 0.7)]
    by_phone = [weighed(name, strength) for name, strength in (("A", 0.9), ("B", 0.8), ("C", 0.7))]
    for row in by_phone:
        reached = (*row.detection.members, (Member("phone", "+84901234567"), "consignee"))
        object.__setattr__(row.detection, "members", reached)
    assert names(grow_networks(by_account, {}, rules)) == ["ABCZ"]
    assert names(grow_networks(by_phone, {}, rules)) == ["A", "B", "C"]


def test_a_hub_that_is_itself_what_a_detection_is_about_is_its_member() -> None:
    rows = [weighed("AZ", 0.9), weighed("BZ", 0.8), weighed("CZ", 0.7), weighed("Z", 0.6)]
    assert names(grow_networks(rows, {}, RULES)) == ["A", "B", "C", "Z"]


def test_whose_own_conduct_another_signal_tells_is_no_hub() -> None:
    rows = [weighed("AZ", 0.9), weighed("BZ", 0.8), weighed("CZ", 0.7)]

    def by_another(strength: float, subject: Member) -> WeighedDetection:
        row = weighed("Z", strength)
        return replace(row, detection=replace(row.detection, signal="another", subject=subject))

    own = by_another(0.6, account("Z"))
    assert names(grow_networks([*rows, own], {}, RULES)) == ["ABCZ"]
    # By the operator behind it as well, but not by a faint sign.
    hand = by_another(0.6, Member("operator", "op"))
    assert names(grow_networks([*rows, hand], {account("Z"): "op"}, RULES)) == ["ABCZ"]
    faint = by_another(RULES.merge_floor - 0.01, account("Z"))
    assert names(grow_networks([*rows, faint], {}, RULES)) == ["A", "B", "C", "Z"]


def test_a_tie_joins_two_detections() -> None:
    rows = [weighed("AB", 0.9), weighed("CD", 0.8)]
    assert names(grow_networks(rows, {}, RULES, [(account("A"), account("D"))])) == ["ABCD"]
    assert names(grow_networks(rows, {}, RULES, [(account("A"), account("Z"))])) == ["AB", "CD"]


def test_one_thin_link_does_not_chain_two_groups_together() -> None:
    rows = [weighed(name, 0.9) for name in "ABCXYZ"]
    groups = [[account(name) for name in "ABC"], [account(name) for name in "XYZ"]]
    links = [[account("B"), account("X")], [account("C"), account("Y")]]
    assert names(grow_networks(rows, {}, RULES, [*groups, links[0]])) == ["ABC", "XYZ"]
    assert names(grow_networks(rows, {}, RULES, [*groups, *links])) == ["ABCXYZ"]


@pytest.mark.parametrize(("phones", "joined"), [("1", True), ("123", False)])
def test_a_tie_through_one_member_joins_no_larger_networks(phones: str, joined: bool) -> None:
    rows = [weighed("A", 0.9), weighed("B", 0.8)]
    for row in rows:
        (trader, _) = row.detection.members[0]
        consignees = [(Member("phone", trader.id + phone), "consignee") for phone in phones]
        object.__setattr__(row.detection, "members", ((trader, "trader"), *consignees))
    networks = grow_networks(
        rows, {}, RULES.model_copy(update={"max_members": 20}), [(account("A"), account("B"))]
    )
    assert (len(networks) == 1) is joined


def test_a_detection_below_the_merge_floor_joins_no_two_networks() -> None:
    rows = [weighed("AB", 0.9), weighed("CD", 0.8), weighed("BC", 0.4)]
    assert names(grow_networks(rows, {}, RULES)) == ["AB", "CD"]
    assert names(grow_networks([*rows[:2], weighed("BC", 0.6)], {}, RULES)) == ["ABCD"]


@pytest.mark.parametrize(("feed", "found"), [("customs_declarations", "ABC"), ("bank_transactions", "AB")])
@pytest.mark.parametrize("named", ["ABC", "AC"])
def test_below_the_merge_floor_papers_of_trade_widen_what_they_speak_of_by_half(
    feed: str, found: str, named: str
) -> None:
    low = weighed(named, 0.4)
    object.__setattr__(low.detection, "evidence", (Record(feed, "1"),))
    (network,) = grow_networks([weighed("AB", 0.9), low], {}, RULES)
    assert names([network]) == [found]
    assert len(network.detections) == 2


def test_below_the_merge_floor_what_speaks_of_others_more_widens_nothing() -> None:
    low = weighed("BCDE", 0.4)
    object.__setattr__(low.detection, "evidence", (Record("customs_declarations", "1"),))
    (network,) = grow_networks([weighed("AB", 0.9), low], {}, RULES)
    assert names([network]) == ["AB"]


def test_who_pays_into_two_collections_joins_none() -> None:
    rows = [weighed("AZ", 0.9), weighed("BZ", 0.8)]
    for row in rows:
        (subject, _), (payer, _) = row.detection.members
        object.__setattr__(row.detection, "members", ((subject, "collector"), (payer, "payer")))
    assert names(grow_networks(rows, {}, RULES)) == ["AZ", "BZ"]


def in_roles(row: WeighedDetection, *roles: str) -> WeighedDetection:
    """The detection with these roles of its members, in their order."""
    members = tuple((member, role) for (member, _), role in zip(row.detection.members, roles, strict=True))
    return replace(row, detection=replace(row.detection, members=members))


def test_the_branches_of_a_pattern_join_nothing_and_are_members_wherever_it_stands() -> None:
    fans = [in_roles(weighed(name, 0.8), "collector", "branch") for name in ("AX", "BX")]
    assert names(grow_networks(fans, {}, RULES)) == ["AX", "BX"]
    assert names(grow_networks([weighed("AC", 0.9), *fans], {}, RULES)) == ["ACX", "BX"]


@pytest.mark.parametrize(
    ("crew", "members"),
    [
        # Three are told of beside the fan, and its centre is one of them: the crew is a crew without X and Y.
        ("ABC", "ABC"),
        # X is told of as well.
        ("ABX", "ABX"),
        # Two are no crew.
        ("AB", "ABXY"),
    ],
)
def test_the_branches_of_a_fan_are_context_beside_a_crew(crew: str, members: str) -> None:
    fan = in_roles(weighed("AXY", 0.7), "collector", "branch", "branch")
    assert names(grow_networks([weighed(crew, 0.9), fan], {}, RULES)) == [members]


def test_the_branches_of_a_fan_whose_centres_nobody_else_tells_are_what_it_is_made_of() -> None:
    fan = in_roles(weighed("ADEX", 0.7), "collector", "collector", "collector", "branch")
    assert names(grow_networks([weighed("ABC", 0.9), fan], {}, RULES)) == ["ABCDEX"]


def test_a_detection_of_its_subject_alone_does_not_say_who_belongs_together() -> None:
    collection = in_roles(weighed("AX", 0.8), "collector", "payer")
    assert names(grow_networks([weighed("A", 0.9), collection], {}, RULES)) == ["AX"]


def test_who_pays_is_context_where_another_conduct_leads() -> None:
    leading, collection = weighed("AB", 0.9), weighed("AZ", 0.8)
    (subject, _), (payer, _) = collection.detection.members
    object.__setattr__(collection.detection, "members", ((subject, "collector"), (payer, "payer")))
    assert names(grow_networks([leading, collection], {}, RULES)) == ["AB"]


@pytest.mark.parametrize(("others", "members"), [("ABC", "ABC"), ("AB", "ABZ")])
def test_who_pays_is_context_where_other_signals_tell_who_belongs_together(others: str, members: str) -> None:
    collection, told = weighed("AZ", 0.9), weighed(others, 0.8)
    object.__setattr__(told.detection, "signal", "scatter_gather")
    (subject, _), (payer, _) = collection.detection.members
    object.__setattr__(collection.detection, "members", ((subject, "collector"), (payer, "payer")))
    assert names(grow_networks([collection, told], {}, RULES)) == [members]


@given(st.lists(st.text("ABCDEFGH", min_size=1, max_size=3), max_size=8))
def test_no_member_of_strong_detections_is_lost(groups: list[str]) -> None:
    roomy = RULES.model_copy(
        update={"max_members": 100, "hub_detections": 100, "hub_detections_account": 100}
    )
    networks = grow_networks([weighed(group, 0.9) for group in groups], {}, roomy)
    assert {m.id for network in networks for m in network.members} == set("".join(groups))
    assert sum(len(network.detections) for network in networks) == len(groups)


@pytest.mark.parametrize(
    ("account", "abroad"),
    [
        ("VCB:1", False),
        ("BFTVVNVX:1", False),
        ("ACLBKHPP:1", True),
        ("ACLBKHPPXXX:1", True),
        ("MOMO:1", False),
    ],
)
def test_an_account_abroad_is_known_by_its_bic(account: str, abroad: bool) -> None:
    assert Member("account", account).is_abroad is abroad


def test_an_account_abroad_ties_those_who_pay_it_and_is_no_member() -> None:
    payee = (Member("account", "ACLBKHPP:1"), "beneficiary")
    rows = [weighed("A", 0.9), weighed("B", 0.8)]
    paying = [
        replace(row, detection=replace(row.detection, members=(*row.detection.members, payee)))
        for row in rows
    ]
    (network,) = grow_networks(paying, {}, RULES)
    assert names([network]) == ["AB"]
    only = replace(rows[0], detection=replace(rows[0].detection, members=(payee,)))
    assert set(grow_networks([only], {}, RULES)[0].members) == {payee[0]}
