"""Who is taken into a network beside those whom detections name."""

from collections import Counter

from models.networks.grow_networks import grow_networks
from models.networks.network import Network
from models.weighing.detections import Member
from tests.models.builders import RULES, account, weighed


def test_companions_take_the_role_of_their_member() -> None:
    (network,) = grow_networks([weighed("AB", 0.9)], {}, RULES)
    person = Member("person", "cccd:1")
    network.add_companions({account("A"): [person], account("Z"): [Member("person", "cccd:2")]}, RULES)
    network.add_tied(account("P"), "collector")
    network.add_tied(account("B"), "collector")
    assert sorted(network.members) == [account("A"), account("B"), account("P"), person]
    assert [network.role(member) for member in (person, account("P"), account("B"))] == [
        "mule",
        "collector",
        "mule",
    ]


def test_of_a_ring_the_holders_of_the_least_named_accounts_are_left_out() -> None:
    ring = {account(name): Counter({"mule": 6 - place}) for place, name in enumerate("ABCDEF")}
    held = {one: [Member("person", f"cccd:{one.id[-1]}")] for one in ring}
    rules = RULES.model_copy(update={"holders_from": 6, "holders_share": 0.5})

    def people(members: dict[Member, Counter[str]]) -> str:
        network = Network(members={member: Counter(roles) for member, roles in members.items()})
        network.add_companions(held, rules)
        return "".join(sorted(member.id[-1] for member in network.members if member.kind == "person"))

    assert people(ring) == "ABC"
    # Five are no ring of six; who is named by a detection, or holds two of them, stays.
    assert people({one: ring[one] for one in list(ring)[:5]}) == "ABCDE"
    assert people(ring | {Member("person", "cccd:F"): Counter({"sender": 1})}) == "ABCF"
    held[account("F")] = held[account("E")]
    assert people(ring) == "ABCE"


def test_shops_of_a_ring_count_as_its_accounts_do() -> None:
    shops = [Member("seller", f"shopee:{number}") for number in range(6)]
    network = Network(members={shop: Counter({"shop": 9 - place}) for place, shop in enumerate(shops)})
    rules = RULES.model_copy(update={"holders_from": 6, "holders_share": 0.5})
    network.add_companions({shop: [Member("person", f"cccd:{shop.id[-1]}")] for shop in shops}, rules)
    assert {member.id for member in network.members if member.kind == "person"} == {
        f"cccd:{number}" for number in range(3)
    }


def test_the_account_of_a_company_alone_comes_in_or_else_its_contact() -> None:
    first, second, phone = Member("company", "tax:1"), Member("company", "tax:2"), Member("phone", "+84901")
    alone = Network(members={first: Counter({"trader": 1})})
    pair = Network(members={first: Counter({"trader": 1}), second: Counter({"trader": 1})})
    without_account = Network(members={second: Counter({"trader": 1})})
    unknown = Network(members={Member("company", "tax:3"): Counter({"trader": 1})})
    for network in (alone, pair, without_account, unknown):
        network.add_leads({first: account("B")}, {}, {}, {first: phone, second: phone})
    assert [alone.role(member) for member in (first, account("B"))] == ["trader", "settlement"]
    assert [len(network.members) for network in (alone, pair, without_account, unknown)] == [2, 2, 2, 1]
    assert without_account.role(phone) == "phone"


def test_a_person_with_phones_and_an_address_alone_stands_alone() -> None:
    person, phone, place = Member("person", "cccd:1"), Member("phone", "+84901"), Member("address", "so 1")
    network = Network(members={member: Counter({"consignee": 1}) for member in (person, phone, place)})
    network.add_leads({person: account("A")}, {}, {}, {})
    assert set(network.members) == {person, phone, place, account("A")}


def test_whom_its_declarations_name_comes_in_rather_than_a_phone() -> None:
    company, other = Member("company", "tax:1"), Member("company", "tax:2")
    alone = Network(members={company: Counter({"trader": 1})})
    alone.add_leads({}, {company: other}, {}, {company: Member("phone", "+84901")})
    assert {member: alone.role(member) for member in alone.members} == {
        company: "trader",
        other: "counterpart",
    }


def test_who_has_customers_alone_stands_alone() -> None:
    company, customer = Member("company", "tax:1"), Member("company", "tax:2")
    network = Network(members={company: Counter({"trader": 2}), customer: Counter({"buyer": 1})})
    network.add_leads({company: account("A"), customer: account("B")}, {}, {}, {})
    assert set(network.members) == {company, customer, account("A")}


def test_a_trader_alone_comes_with_its_shop_rather_than_a_phone() -> None:
    company, shop = Member("company", "tax:1"), Member("seller", "shopee:1")
    alone = Network(members={company: Counter({"trader": 1})})
    pair = Network(members={one: Counter({"trader": 1}) for one in (company, Member("company", "tax:2"))})
    for network in (alone, pair):
        network.add_leads({company: account("A")}, {}, {company: shop}, {company: Member("phone", "+84901")})
    assert {member: alone.role(member) for member in alone.members} == {
        company: "trader",
        account("A"): "settlement",
        shop: "shop",
    }
    assert len(pair.members) == 2


def test_who_answers_the_phone_of_a_company_comes_with_it() -> None:
    company, director, owner = (
        Member("company", "tax:1"),
        Member("person", "cccd:1"),
        Member("person", "cccd:2"),
    )
    network = Network(members={company: Counter({"trader": 2}), owner: Counter({"operator": 1})})
    network.add_representatives({company: director})
    network.add_representatives({company: owner})
    assert {member: network.role(member) for member in network.members} == {
        company: "trader",
        owner: "operator",
        director: "representative",
    }
