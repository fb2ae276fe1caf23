"""Who deals with hardly anybody but a network: the purse that fills its accounts, the pocket that they fill.

A signal names those whose conduct it judges. Who puts most of its own money into few accounts, and is much of
what they receive, owns what they do; who gets most of its own money from them, and is much of what they pay,
lives on it. A customer puts elsewhere what it has, a supplier is paid by others as well.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from configs.catalogue import RankingRules
from models.networks.network import COLLECTOR, Network
from models.weighing.detections import Member

FUNDER = "payer"
"""Role of the account that fills accounts of the network."""
BENEFICIARY = "beneficiary"
"""Role of the account into which accounts of the network empty."""


class Dealing(NamedTuple):
    """What an account receives from a partner (`FUNDER`) or pays to it (`BENEFICIARY`), in VND.

    `partner_vnd` is all that the partner pays or receives. One row an account and role, without a partner,
    stands for all others together.
    """

    account: Member
    role: str
    partner: Member | None
    payments: int
    amount_vnd: int
    partner_vnd: int


def dealings_by_account(dealings: Sequence[Dealing]) -> Mapping[Member, Sequence[Dealing]]:
    """The dealings of each account."""
    of_account: dict[Member, list[Dealing]] = defaultdict(list)
    for dealing in dealings:
        of_account[dealing.account].append(dealing)
    return of_account


def add_partners(network: Network, dealings: Mapping[Member, Sequence[Dealing]], rules: RankingRules) -> None:
    """Take in who has at least `partner_share` of what the accounts of the network receive, or of what they
    pay, and has with them at least `partner_own_share` of its own, in `partner_payments` payments or more.

    More than `partner_accounts_most` accounts move so much among themselves that a share says little. Who
    fills an account that takes what is paid for goods bought them.
    """
    accounts = [member for member in network.members if member.kind == "account"]
    if len(accounts) > rules.partner_accounts_most:
        return
    filled = [account for account in accounts if network.role(account) != COLLECTOR]
    for role, ours in ((FUNDER, filled), (BENEFICIARY, accounts)):
        rows = [row for account in ours for row in dealings.get(account, ()) if row.role == role]
        moved_vnd = sum(row.amount_vnd for row in rows)
        with_partner: dict[Member, list[Dealing]] = defaultdict(list)
        for row in rows:
            if row.partner and row.partner not in network.members:
                with_partner[row.partner].append(row)
        for partner, theirs in with_partner.items():
            amount_vnd = sum(row.amount_vnd for row in theirs)
            if (
                sum(row.payments for row in theirs) >= rules.partner_payments
                and amount_vnd >= rules.partner_share * moved_vnd
                and amount_vnd >= rules.partner_own_share * theirs[0].partner_vnd
            ):
                network.members[partner] = Counter({role: 1})
