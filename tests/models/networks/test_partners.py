"""Who deals with hardly anybody but a network, with hand-computed shares."""

from collections import Counter

from models.networks.network import Network
from models.networks.partners import BENEFICIARY, FUNDER, Dealing, add_partners, dealings_by_account
from models.weighing.detections import Member
from tests.models.builders import RULES


def account(number: str) -> Member:
    return Member("account", number)


def dealing(
    of: str, role: str, partner: str | None, amount_vnd: int, partner_vnd: int = 0, payments: int = 2
) -> Dealing:
    return Dealing(
        account(of), role, account(partner) if partner else None, payments, amount_vnd, partner_vnd
    )


def partners(*dealings: Dealing, accounts: str = "A", role: str = "mule") -> dict[str, str]:
    """Partners that a network of these accounts takes in, with their roles."""
    network = Network(members={account(one): Counter({role: 5}) for one in accounts})
    add_partners(network, dealings_by_account(dealings), RULES)
    return {member.id: network.role(member) for member in network.members if member.id not in accounts}


def test_who_fills_an_account_with_most_of_its_own_money_comes_in() -> None:
    rest = dealing("A", FUNDER, None, 75)
    assert partners(dealing("A", FUNDER, "P", 25, partner_vnd=50), rest) == {"P": FUNDER}
    # A little less than a quarter of what A receives; a little less than half of what P pays.
    assert partners(dealing("A", FUNDER, "P", 24, partner_vnd=24), rest) == {}
    assert partners(dealing("A", FUNDER, "P", 25, partner_vnd=51), rest) == {}


def test_who_lives_on_what_an_account_pays_comes_in() -> None:
    assert partners(dealing("A", BENEFICIARY, "P", 30, partner_vnd=30)) == {"P": BENEFICIARY}


def test_who_fills_the_account_that_takes_what_is_paid_for_goods_is_a_customer() -> None:
    customer, purse = (dealing("A", role, "P", 30, partner_vnd=30) for role in (FUNDER, BENEFICIARY))
    assert partners(customer, role="collector") == {}
    assert partners(purse, role="collector") == {"P": BENEFICIARY}


def test_a_single_payment_says_nothing() -> None:
    assert partners(dealing("A", FUNDER, "P", 90, partner_vnd=90, payments=1)) == {}


def test_what_the_accounts_of_a_network_have_with_a_partner_counts_together() -> None:
    each = [dealing(one, FUNDER, "P", 10, partner_vnd=40, payments=1) for one in "AB"]
    rest = dealing("C", FUNDER, None, 60)
    assert partners(*each, rest, accounts="ABC") == {"P": FUNDER}
    # Of what four accounts receive, too many for the rule.
    assert partners(*each, rest, accounts="ABCD") == {}
