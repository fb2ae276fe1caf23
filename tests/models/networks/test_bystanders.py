"""Who is a counterparty of a network, and who is part of it: on letters."""

from collections import Counter
from dataclasses import replace

import pytest

from models.networks.bystanders import (
    Parties,
    borrowed_names,
    buyers_by_phone,
    bystanders_of,
    contacts,
)
from models.networks.network import Network
from models.weighing.detections import Member, Record, WeighedDetection
from tests.models.builders import RULES, account, detection


def network(*payments: str, others: tuple[Member, ...] = ()) -> tuple[Network, dict[Record, Parties]]:
    """A network of all who pay or are paid: `AB` is a payment of A to B, `A$` cash that A draws."""
    parties_of = {
        Record("bank_transactions", f"VCB:{number}"): Parties(
            account(pair[0]), account(pair[1]) if pair[1] != "$" else None
        )
        for number, pair in enumerate(payments)
    }
    shown = detection("".join(sorted(set("".join(payments)) - {"$"})))
    named = replace(
        shown,
        members=(*shown.members, *((member, "device") for member in others)),
        evidence=tuple(parties_of),
    )
    members = {member: Counter({role: 1}) for member, role in named.members}
    return Network(members, [WeighedDetection(named, {}, {})]), parties_of


def letters(*payments: str, others: tuple[Member, ...] = ()) -> str:
    found = bystanders_of(*network(*payments, others=others), RULES)
    return "".join(sorted(member.id for member in found))


# Three mules hand on what eight victims pay them.
MULES = ["AB", "BC", "CA"]
VICTIMS = [f"{victim}A" for victim in "stuvw"] + [f"{victim}B" for victim in "xyz"]


def test_victims_of_a_body_of_mules_are_none_of_them() -> None:
    assert letters(*MULES, *VICTIMS) == "stuvwxyz"


def test_a_few_who_pay_belong_to_it() -> None:
    assert letters(*MULES, *VICTIMS[:3]) == ""


def test_a_small_fan_is_what_a_ring_is_made_of() -> None:
    assert letters(*(f"{payer}A" for payer in "bcdefgh")) == ""


def test_a_fan_larger_than_a_ring_is_a_shop_and_its_customers() -> None:
    assert letters(*(f"{payer}A" for payer in "bcdefghijklmnopqrst")) == "bcdefghijklmnopqrst"


def test_what_a_pattern_is_made_of_stays_however_many_they_are() -> None:
    fan, parties_of = network(*(f"{payer}A" for payer in "bcdefghijklmnopqrst"))
    for payer in "bcd":
        fan.members[account(payer)]["branch"] += 1
    assert "".join(sorted(found.id for found in bystanders_of(fan, parties_of, RULES))) == "efghijklmnopqrst"


def test_a_few_who_share_out_what_a_crowd_paid_are_part_of_it() -> None:
    crowd = [f"{payer}A" for payer in "bcdefghijklmnopqrst"]
    assert letters(*crowd, "Av", "Aw", "Ax") == "bcdefghijklmnopqrst"


def test_who_draws_in_cash_what_it_is_paid_is_no_customer() -> None:
    payees = "bcdefghijklmnopqrst"
    assert letters(*(f"A{payee}" for payee in payees)) == payees
    assert letters(*(f"A{payee}" for payee in payees), *(f"{payee}$" for payee in payees)) == ""
    # Cash alone says nothing of who only pays.
    assert letters(*(f"{payer}A" for payer in payees), *(f"{payer}$" for payer in payees)) == payees


def test_who_pays_on_is_no_counterparty() -> None:
    assert "s" not in letters(*MULES, *VICTIMS, "Cs")


def test_accounts_on_one_device_are_tied_by_more_than_payments() -> None:
    assert letters(*MULES, *VICTIMS, others=(Member("device", "d"),)) == ""


def test_where_all_are_counterparties_they_are_the_network() -> None:
    pairs = [f"{payer}{payee}" for payer, payee in zip("abcdefghi", "ABCDEFGHI", strict=True)]
    assert letters(*pairs) == ""


def left_out(sums: dict[str, int]) -> set[str]:
    """Who is left out of a network of payments, so much each."""
    body, parties_of = network(*sums)
    known = {
        record: parties._replace(amount_vnd=amount)
        for (record, parties), amount in zip(parties_of.items(), sums.values(), strict=True)
    }
    return {member.id for member in bystanders_of(body, known, RULES)}


def lent(borrowers: str, instalment: int) -> set[str]:
    """L lends 10 to each, who pays it back to C and D in instalments; C and D pay L."""
    sums = {f"L{one}": 10 for one in borrowers}
    sums |= {f"{one}{collector}": instalment for one in borrowers for collector in "CD"}
    return left_out(sums | {"CL": 9, "DL": 9})


def run_for_cash(clients: str, back: int) -> set[str]:
    """Each pays the shop S 100, which S hands to P and Q, and one of these pays it so much back."""
    sums = {f"{one}S": 100 for one in clients}
    sums |= {
        f"{payer}{one}": back for payer, half in (("P", clients[::2]), ("Q", clients[1::2])) for one in half
    }
    return left_out(sums | {"SP": 400, "SQ": 400})


def test_who_gets_back_what_was_paid_less_a_fee_is_a_client() -> None:
    assert run_for_cash("stuvwxyz", 80) == run_for_cash("stuvwxyz", 99) == set("stuvwxyz")


@pytest.mark.parametrize("another", ["detection", "bank"])
def test_a_payment_that_is_named_twice_counts_once(another: str) -> None:
    sums = {f"{one}S": 100 for one in "stuvwxyz"} | {f"P{one}": 97 for one in "stuvwxyz"}
    body, parties_of = network(*sums, "SP", "SQ", "QP")
    known = {
        record: parties._replace(amount_vnd=amount, payment=record.key)
        for (record, parties), amount in zip(parties_of.items(), [*sums.values(), 9, 9, 9], strict=True)
    }
    paid = [record for record, parties in known.items() if parties.creditor == account("S")]
    if another == "bank":
        reports = {Record(record.feed, f"ACB:{record.key}"): known[record] for record in paid}
        known |= reports
        paid = list(reports)
    (first,) = body.detections
    body.detections.append(replace(first, detection=replace(first.detection, evidence=tuple(paid))))

    assert {member.id for member in bystanders_of(body, known, RULES)} == set("stuvwxyz")


def test_who_gets_back_the_whole_or_little_of_it_is_no_client() -> None:
    assert run_for_cash("stuvwxyz", 100) == run_for_cash("stuvwxyz", 79) == set()
    # As few beside three may be part of it.
    assert run_for_cash("stuv", 97) == set()


def test_who_borrows_and_pays_in_instalments_is_a_customer() -> None:
    assert lent("stuvwxyz", 1) == set("stuvwxyz")


def test_who_passes_on_about_what_came_is_a_mule() -> None:
    assert lent("stuvwxyz", 5) == set()


def test_borrowers_of_whom_the_amounts_are_unknown_are_not_judged() -> None:
    payments = [f"L{one}" for one in "stuvwxyz"] + [f"{one}{to}" for one in "stuvwxyz" for to in "CD"]
    assert letters(*payments, "CL", "DL") == ""


def test_a_crowd_that_pays_all_of_a_rings_accounts_is_its_custom() -> None:
    def staked(gamblers: str) -> str:
        accounts = "ABCDE"
        stakes = [f"{gambler}{account}" for gambler in gamblers for account in accounts]
        return letters(*stakes, *[f"{account}Z" for account in accounts])

    crowd = "abcdefghijklmnopq"
    assert staked(crowd) == crowd
    assert staked(crowd[:16]) == ""


def receivers(count: int, *others: tuple[Member, str]) -> Network:
    """People in whose names goods arrive, at one phone, and others with their roles."""
    named = [(Member("person", f"cccd:{number}"), "consignee") for number in range(count)]
    phone = (Member("phone", "+84901234567"), "consignee")
    return Network({member: Counter({role: 1}) for member, role in [*named, phone, *others]})


def test_names_beyond_a_ring_are_context_of_who_collects() -> None:
    shop, trader = (Member("seller", "shopee:1"), "shop"), (Member("company", "tax:1"), "trader")
    rules = RULES.model_copy(update={"receiving_roles": ["consignee", "trader"]})
    assert {member.kind for member in borrowed_names(receivers(17, shop), rules)} == {"person"}
    assert len(borrowed_names(receivers(16, shop, trader), rules)) == 17
    assert not borrowed_names(receivers(16, shop), rules)
    assert not borrowed_names(receivers(17, trader), rules)


def test_behind_several_phones_as_many_names_stay_as_there_are_phones() -> None:
    phones = {Member("phone", f"+8490{number}"): Counter({"consignee": 1}) for number in range(2)}
    names = {Member("person", f"cccd:{number}"): Counter({"trader": number}) for number in range(4)}
    rules = RULES.model_copy(update={"names_per_phone": 2, "receiving_roles": ["consignee", "trader"]})

    # Those who are named most.
    assert {name.id for name in borrowed_names(Network(phones | names), rules)} == {"cccd:0", "cccd:1"}
    # Three names of two phones, four of a single one, and a shop of which more is known.
    few = {name: names[name] for name in list(names)[:3]}
    assert not borrowed_names(Network(phones | few), rules)
    assert not borrowed_names(Network(names | dict(list(phones.items())[:1])), rules)
    shop = {Member("seller", "shopee:1"): Counter({"shop": 1})}
    assert not borrowed_names(Network(phones | names | shop), rules)
    # Companies trade under numbers of their own.
    companies = {Member("company", f"tax:{number}"): Counter({"trader": 1}) for number in range(6)}
    assert not borrowed_names(Network(phones | companies), rules)
    assert {name.kind for name in borrowed_names(Network(phones | names | companies), rules)} == {"person"}


def test_phones_of_straw_buyers_are_context_where_the_sender_is_known() -> None:
    buyer, phone = Member("phone", "+84901"), Member("phone", "+84902")
    phones = {buyer: Counter({"straw_buyer": 1}), phone: Counter({"phone": 1})}
    known = Network(phones | {Member("seller", "shopee:1"): Counter({"shop": 1})})
    assert set(buyers_by_phone(known)) == {buyer}
    assert not buyers_by_phone(Network(dict(phones)))


def test_contacts_of_two_parties_are_no_members() -> None:
    shop, owner = Member("seller", "shopee:1"), Member("person", "cccd:1")
    phone, receiver = Member("phone", "+84901000001"), Member("phone", "+84901000002")
    place = Member("address", "1 hang bong")
    members = {
        shop: Counter({"shop": 1}),
        owner: Counter({"operator": 1}),
        phone: Counter({"phone": 2}),
        place: Counter({"phone": 1}),
        receiver: Counter({"phone": 1, "consignee": 1}),
    }

    assert set(contacts(Network(dict(members)), RULES)) == {phone, place}
    del members[owner]
    assert contacts(Network(members), RULES) == ()
