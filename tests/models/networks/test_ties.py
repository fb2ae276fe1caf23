"""Which shared circumstances tie networks, with chances by hand."""

from models.networks.network import Network, Tie
from models.networks.ties import Population, Use, flagged_by, rare_ties, shared_phones
from models.weighing.detections import Member, WeighedDetection
from tests.models.builders import RULES, account, detection, weighed

# Traders use a phone two hundred times, and a hundred phones are shared by two or more.
PHONES = {"phone": Population(uses=200, shared_values=100)}


def company(name: str) -> Member:
    return Member("company", name)


def flagged(*names: str) -> dict[str, dict[Member, int]]:
    return {"undervalued_imports": {company(name): place for place, name in enumerate(names)}}


def uses(users: int, *names: str, value: str = "+84901000001") -> list[Use]:
    return [Use("phone", value, company(name), users) for name in names]


def test_a_phone_of_three_flagged_traders_ties_them_and_is_theirs() -> None:
    # Three of three at a share of 3/200: chance 0.015 ** 3 = 3.4e-6, times 100 phones: 0.0003 < 0.05.
    (tie,) = rare_ties(flagged("A", "B", "C"), uses(3, "A", "B", "C"), PHONES, RULES)
    assert tie.members == (company("A"), company("B"), company("C"))
    assert tie.named


def test_a_broker_of_a_hundred_ties_nobody() -> None:
    # The same three among all hundred: as many as everywhere.
    assert rare_ties(flagged("A", "B", "C"), uses(100, "A", "B", "C"), PHONES, RULES) == []


def test_a_contact_of_more_than_a_few_is_an_agents_unless_a_third_of_them_are_flagged() -> None:
    # Even where chance explains none of it: 3 uses of 2,000.
    many = {"phone": Population(uses=2000, shared_values=10)}
    for users, ties in ((8, 1), (9, 0)):
        assert len(rare_ties(flagged(*"AB"), uses(users, *"AB"), many, RULES)) == ties
    assert len(rare_ties(flagged(*"ABCD"), uses(9, *"ABCD"), many, RULES)) == 1


def test_a_busy_officer_with_many_flagged_traders_ties_them_and_stays_context() -> None:
    # Six of twenty at 6/100: about 20 choose 6 x 0.06 ** 6 = 0.0009; one of five officers: 0.004 < 0.05.
    officers = {"officer": Population(uses=100, shared_values=5)}
    names = "ABCDEF"
    shared = [Use("officer", "02CI|7", company(name), 20) for name in names]
    (tie,) = rare_ties(flagged(*names), shared, officers, RULES)
    assert len(tie.members) == 6
    assert not tie.named  # 6 of 20 is less than the share of 0.34


def test_what_one_network_shares_within_itself_is_no_tie() -> None:
    one = {"undervalued_imports": {company("A"): 0, company("B"): 0, company("C"): 0}}
    assert rare_ties(one, uses(3, "A", "B", "C"), PHONES, RULES) == []


def test_a_circumstance_that_the_signal_itself_measures_always_ties() -> None:
    rules = RULES.model_copy(update={"tie_always": {"undervalued_imports": ["phone"]}})
    (tie,) = rare_ties(flagged("A", "B"), uses(100, "A", "B"), PHONES, rules)
    assert tie.members == (company("A"), company("B"))


def test_what_ties_nothing_alone_still_ties_those_whose_conduct_it_is() -> None:
    rules = RULES.model_copy(update={"tie_several_only": ["phone"]})
    assert rare_ties(flagged("A", "B", "C"), uses(3, "A", "B", "C"), PHONES, rules) == []
    rules = rules.model_copy(update={"tie_always": {"undervalued_imports": ["phone"]}})
    (tie,) = rare_ties(flagged("A", "B", "C"), uses(3, "A", "B", "C"), PHONES, rules)
    assert len(tie.members) == 3


def test_several_counterparties_in_common_tie_a_pair_where_each_says_little() -> None:
    # Three suppliers with one other customer each, and three of 30,000 uses are B's: 3 x 1 x 3 / 30,000 =
    # 0.0003 are shared on average; of three in common the chance is 0.0003 ** 3 / 6 = 4.5e-12.
    suppliers = {"pays": Population(uses=30_000, shared_values=30_000)}
    shared = [Use("pays", f"VCB:{n}", company(name), 2) for n in range(3) for name in "AB"]
    ties = rare_ties(flagged("A", "B"), shared, suppliers, RULES)
    assert Tie("several", "", (company("A"), company("B")), named=False) in ties


def test_suppliers_abroad_in_common_are_those_of_the_trade() -> None:
    suppliers = {"pays": Population(uses=30_000, shared_values=30_000)}
    shared = [Use("pays", f"BKCHCNBJ:{n}", company(name), 2) for n in range(3) for name in "AB"]
    rules = RULES.model_copy(update={"tie_several_only": ["pays"]})
    assert rare_ties(flagged("A", "B"), shared, suppliers, rules) == []


def test_one_payer_of_two_who_are_paid_by_many_ties_them_not() -> None:
    # Each has 50 of 5,000 uses, so a share of 0.02: a payer with two payees meets both by a chance of 0.0004,
    # and there are 1,000 payers with two. Counted by members (two of 4,000) it would look like a tie.
    payers = {"paid_by": Population(uses=5_000, shared_values=1_000)}
    own = [Use("paid_by", f"TCB:{name}{n}", company(name), 1) for n in range(49) for name in "AB"]
    both = [Use("paid_by", "VCB:1", company(name), 2) for name in "AB"]
    assert rare_ties(flagged("A", "B"), own + both, payers, RULES) == []


def test_suppliers_of_everybody_in_common_tie_no_pair() -> None:
    # Each of three suppliers has 300 other customers: 3 x 300 x 3 / 3,000 = 0.9 in common are usual.
    suppliers = {"pays": Population(uses=3_000, shared_values=1_000)}
    shared = [Use("pays", f"VCB:{n}", company(name), 301) for n in range(3) for name in "AB"]
    assert rare_ties(flagged("A", "B"), shared, suppliers, RULES) == []


def test_a_supplier_of_more_than_a_few_says_nothing_of_two() -> None:
    # Twelve suppliers of 41 each: 12 x 40 x 12 / 30,000 = 0.19 in common by chance, and yet a whole trade's.
    suppliers = {"pays": Population(uses=30_000, shared_values=1_000)}
    shared = [Use("pays", f"VCB:{n}", company(name), 41) for n in range(12) for name in "AB"]
    strict = RULES.model_copy(update={"tie_several_only": ["pays"]})
    assert rare_ties(flagged("A", "B"), shared, suppliers, strict) == []
    roomy = strict.model_copy(update={"tie_several_users": 41})
    assert len(rare_ties(flagged("A", "B"), shared, suppliers, roomy)) == 1


def test_what_a_signal_looks_for_ties_nobody_whom_it_finds() -> None:
    rules = RULES.model_copy(update={"tie_never": {"undervalued_imports": ["phone"]}})
    assert rare_ties(flagged("A", "B", "C"), uses(3, "A", "B", "C"), PHONES, rules) == []


def test_only_strong_detections_flag_their_members() -> None:
    network = Network()
    for row in (weighed("AB", 0.9), weighed("AZ", 0.1)):
        network.detections.append(row)
    network.add_members(network.detections[0])
    both = {account("A"): 0, account("B"): 0}
    assert flagged_by([network], RULES) == {"pass_through": both, "laundering": both}


def test_two_signals_of_one_typology_flag_for_one_conduct() -> None:
    networks = [Network(), Network()]
    rows = (weighed("A", 0.9), WeighedDetection(detection("B", signal="smurfing"), {"laundering": 0.9}, {}))
    for network, row in zip(networks, rows, strict=True):
        network.detections.append(row)
        network.add_members(row)
    assert flagged_by(networks, RULES) == {
        "pass_through": {account("A"): 0},
        "smurfing": {account("B"): 1},
        "laundering": {account("A"): 0, account("B"): 1},
    }


def test_a_typology_does_not_flag_whom_it_takes_little_notice_of() -> None:
    row = WeighedDetection(detection("A"), {"laundering": 0.9, "trade": 0.1}, {})
    network = Network()
    network.detections.append(row)
    network.add_members(row)
    assert set(flagged_by([network], RULES)) == {"pass_through", "laundering"}


def test_who_acts_for_others_is_not_flagged() -> None:
    row = weighed("AB", 0.9)
    (first, _), (broker, _) = row.detection.members
    object.__setattr__(row.detection, "members", ((first, "consignee"), (broker, "declarant")))
    network = Network()
    network.detections.append(row)
    network.add_members(row)
    assert set(flagged_by([network], RULES)["pass_through"]) == {account("A")}


def test_the_contact_of_a_trader_is_the_phone_that_the_fewest_others_share() -> None:
    known = [
        *uses(1, "A", value="+84901000001"),  # its own
        *uses(3, "A", value="+84901000002"),
        *uses(2, "A", "B", value="+84901000003"),
        *uses(5, "C", value="+84901000004"),  # a broker's
        Use("address", "12 le loi", company("C"), 2),
    ]
    phone = Member("phone", "+84901000003")
    assert shared_phones(known, 4) == {company("A"): phone, company("B"): phone}
