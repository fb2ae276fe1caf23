"""What a tie itself names, and whom it ties."""

from collections import Counter

from models.networks.network import Network, Tie
from models.networks.tied_members import add_tied
from tests.models.builders import account


def paid_by(payers: str, payee: str) -> Tie:
    return Tie("pays", payee, tuple(account(name) for name in payers), named=True)


def test_a_payee_of_several_comes_in_and_their_customers_do_not() -> None:
    crew = Network(members={account(name): Counter(mule=1) for name in "ABC"})
    merchants = Network(members={account(name): Counter(collector=1) for name in "DE"})
    ties = [paid_by("ABC", "hand"), paid_by("AB", "other hand")]
    add_tied([crew, merchants], [*ties, *(paid_by("DE", f"customer {number}") for number in range(3))])
    assert {member.id for member in crew.members} == {"A", "B", "C", "hand", "other hand"}
    assert {member.id for member in merchants.members} == {"D", "E"}
    assert len(merchants.ties) == 3
