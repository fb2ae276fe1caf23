"""Members whom only the acts of others draw in: victims, customers, those who are paid once, borrowed names.

A collector and those behind it are looked at together; the hundred who paid it are its counterparties, and
stand in the evidence. But where a fan of a few payers is all that a network is, they are what it is made of
(the fans of Altman et al. 2023): so counterparties are left out only where a body of accounts stands without
them, or where they are too many for a ring.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from configs.catalogue import RankingRules
from models.networks.network import CONTACT_KINDS, STRAW_BUYER, Network
from models.weighing.detections import Member, Record


class Parties(NamedTuple):
    """Who paid whom, and how much where it is known, of one record; no creditor where cash was drawn.

    Where two banks report one payment, both records name the `payment`.
    """

    debtor: Member
    creditor: Member | None
    amount_vnd: int | None = None
    payment: str | None = None


def bystanders_of(
    network: Network, parties_of: Mapping[Record, Parties], rules: RankingRules
) -> Collection[Member]:
    """Accounts of a network that only pay, or only are paid by, a few of its members
    (`bystander_counterparties`), or that are its customers (`_customers`, `_repaid`). Who draws in cash
    what it is paid pays on.

    So are more than a ring has (`fan_most`) who only pay, however many of its accounts.
    Never who is a branch of a pattern (`pattern_roles`), or on a device or contact of the network.

    Nobody, where they are few beside the others (`bystander_ratio`). Where fewer than `body_least` others are
    left, only the side (those who pay, those who are paid) that is larger than a ring has (`fan_most`).
    """
    pays: dict[Member, set[Member]] = defaultdict(set)
    is_paid_by: dict[Member, set[Member]] = defaultdict(set)
    paid_out: dict[Member, list[int]] = defaultdict(list)
    received: dict[Member, list[int]] = defaultdict(list)
    pattern = frozenset(rules.pattern_roles)
    tied_otherwise = {member for member, roles in network.members.items() if pattern & roles.keys()}
    draws_cash: set[Member] = set()
    counted: set[str] = set()
    for weighed in network.detections:
        named = {member for member, _ in weighed.detection.members}
        if any(member.kind != "account" for member in named):
            tied_otherwise |= named
        for record in weighed.detection.evidence:
            parties = parties_of.get(record)
            if not parties or parties.debtor not in network.members:
                continue
            debtor, creditor, amount_vnd, payment = parties
            payment = payment or record.key
            if creditor is None:
                draws_cash.add(debtor)
            elif creditor != debtor and creditor in network.members:
                pays[debtor].add(creditor)
                is_paid_by[creditor].add(debtor)
                if amount_vnd is not None and payment not in counted:
                    counted.add(payment)
                    paid_out[debtor].append(amount_vnd)
                    received[creditor].append(amount_vnd)
    drawn_in = {
        member
        for member in pays.keys() | is_paid_by.keys()
        if member not in tied_otherwise
        and not (is_paid_by[member] and (pays[member] or member in draws_cash))
        and len(pays[member] | is_paid_by[member]) <= rules.bystander_counterparties
    }
    # Gamblers pay whichever account is in use, and so all of them in the end: a crowd, beyond a ring.
    paying_only = {
        member for member in pays if not is_paid_by[member] and member not in tied_otherwise | draws_cash
    }
    if len(paying_only) > rules.fan_most:
        drawn_in |= paying_only
    partners = {member: pays[member] | is_paid_by[member] for member in pays.keys() | is_paid_by.keys()}
    served = _customers(partners, paid_out, received, rules) | _repaid(partners, paid_out, received, rules)
    drawn_in |= served - tied_otherwise
    body = sum(member.kind == "account" for member in network.members) - len(drawn_in)
    if body >= rules.body_least:
        return drawn_in if len(drawn_in) > rules.bystander_ratio * body else ()
    if not body:
        # Where all are somebody's counterparties, nobody is whose they are.
        return ()
    paying = {member for member in drawn_in if pays[member]}
    return {member for side in (paying, drawn_in - paying) if len(side) > rules.fan_most for member in side}


def borrowed_names(network: Network, rules: RankingRules) -> Collection[Member]:
    """People and companies in whose names goods arrive, where somebody else stands behind them.

    They are context where they are more than a ring has (`fan_most`) and an account, a shop or a party in
    another role is a member: whoever collects is looked at, and asked about the names. Where several phones
    are all that is known beside people, `names_per_phone` of them or more for each, as many people stay as
    there are phones, those who are named most; companies trade under numbers of their own, and stay. Where
    nobody else is known, they are what the network is made of.
    """
    names, phones, behind = set(), 0, False
    for member in network.members:
        receives = network.role(member) in rules.receiving_roles
        if receives and member.kind in ("person", "company"):
            names.add(member)
        elif member.kind == "phone":
            phones += 1
        elif not receives and member.kind in ("person", "company", "account", "seller"):
            behind = True
    if behind and len(names) > rules.fan_most:
        return names
    people = [name for name in names if name.kind == "person"]
    if behind or phones < 2 or len(people) < rules.names_per_phone * phones:
        return ()
    return sorted(people, key=lambda name: (-network.members[name].total(), name))[phones:]


def buyers_by_phone(network: Network) -> Collection[Member]:
    """Phones of straw buyers, where whoever sends to them is known: who takes delivery there is asked as a
    witness. Where nobody else is known, they are what the network is made of.
    """
    straw = {
        member for member in network.members if member.kind == "phone" and network.role(member) == STRAW_BUYER
    }
    known = any(member.kind not in CONTACT_KINDS for member in network.members)
    return straw if known else ()


def contacts(network: Network, rules: RankingRules) -> Collection[Member]:
    """Telephones and places by which members were reached, where two parties or more are known: they stand in
    the evidence, and are shared or change hands. Who receives goods under a phone has no other name.
    """
    parties = sum(member.kind not in CONTACT_KINDS for member in network.members)
    if parties < 2:
        return ()
    of_contact = set(rules.contact_roles)
    return [
        member
        for member, roles in network.members.items()
        if member.kind in CONTACT_KINDS and roles.keys() <= of_contact
    ]


def _customers(
    partners: Mapping[Member, Collection[Member]],
    paid_out: Mapping[Member, Sequence[int]],
    received: Mapping[Member, Sequence[int]],
    rules: RankingRules,
) -> set[Member]:
    """Who deals only with accounts that have `customer_partners` times as many partners, where what comes and
    what goes differ by `customer_sums`: a loan and its instalments, stakes and winnings. A mule's agree.
    """
    return {
        member
        for member, others in partners.items()
        if paid_out.get(member)
        and received.get(member)
        and all(len(partners[other]) >= rules.customer_partners * len(others) for other in others)
        and max(median(paid_out[member]), median(received[member]))
        >= rules.customer_sums * min(median(paid_out[member]), median(received[member]))
    }


def _repaid(
    partners: Mapping[Member, Collection[Member]],
    paid_out: Mapping[Member, Sequence[int]],
    received: Mapping[Member, Sequence[int]],
    rules: RankingRules,
) -> set[Member]:
    """Who gets back nearly all that it pays (`repaid_least`), less what the service costs: a card that is run
    for cash, a loan repaid. A mule keeps a commission, and a straw buyer a fee: they get more than they pay.
    """
    return {
        member
        for member, others in partners.items()
        if len(others) <= rules.bystander_counterparties
        and rules.repaid_least * sum(paid_out.get(member, ()))
        <= sum(received.get(member, ()))
        < sum(paid_out.get(member, ()))
    }
