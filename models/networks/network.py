"""A network: members with their roles, what detections tell of them, and who is taken in or left out."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from configs.catalogue import RankingRules
from models.weighing.detections import Member, WeighedDetection

SETTLEMENT = "settlement"
"""Role of the account of a shop or a company whose conduct no payment shows."""
COLLECTOR = "collector"
"""Role of the account that takes what is paid for parcels."""
CONTACT = "phone"
"""Role of the phone that a trader who stands alone shares with a few others."""
BUYER = "buyer"
"""Role of who bought from a member: with customers alone, it stands alone."""
STRAW_BUYER = "straw_buyer"
"""Role of who takes delivery of parcels that were never ordered in earnest."""
CONTACT_KINDS = ("phone", "address", "device")
"""Kinds of members by which parties are reached, and that are none themselves."""
OUTLET = "shop"
"""Role of the shop at which goods that arrive may be sold."""
REPRESENTATIVE = "representative"
"""Role of who answers the phone of a company: no party of its own."""
COUNTERPART = "counterpart"
"""Role of the trader whom the declarations of one who stands alone name most."""


class Tie(NamedTuple):
    """Members of different networks that a circumstance ties; `named` says that its value belongs to them.

    A value belongs to those whom it ties when at least `tie_member_share` of its users are among them: the
    account that woken accounts pay, the phone that takes delivery for caught importers.
    """

    circumstance: str
    value: str
    members: tuple[Member, ...]
    named: bool


@dataclass
class Network:
    """Members with the roles that detections gave them, those detections, and what tied them together.

    `witnesses` are people in whose names somebody else acted: no members, and yet what is known does not rest
    on one party alone.
    """

    members: dict[Member, Counter[str]] = field(default_factory=dict)
    detections: list[WeighedDetection] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    witnesses: set[Member] = field(default_factory=set)

    def add_members(self, weighed: WeighedDetection, left_out: Collection[Member] = ()) -> None:
        """Take in the members; a role counts as much as the strength of the detection that gives it.

        An account at a bank abroad ties those who pay it and stands in the evidence; authorities here look at
        the others. Only where there are none is it a member.
        """
        named = weighed.detection.members
        abroad = all(member.is_abroad for member, _ in named)
        taken = [
            (member, role)
            for member, role in named
            if member not in left_out and (abroad or not member.is_abroad)
        ]
        if not taken and not self.members:
            # All that it names are hubs: whom it is about is still to be looked at.
            subject = [(member, role) for member, role in named if member == weighed.detection.subject]
            taken = subject or list(named)
        for member, role in taken:
            roles = self.members.setdefault(member, Counter())
            roles[role] += round(weighed.strength * 1_000_000)

    def add_companions(self, companions: Mapping[Member, Sequence[Member]], rules: RankingRules) -> None:
        """Take in who stands behind a member or under the same hand, in the role of that member.

        But not who holds an account or a shop that is named least (`_least_named`), and nothing else.
        """
        behind = Counter(companion for member in self.members for companion in companions.get(member, ()))
        least_named = self._least_named(rules)
        for member in sorted(self.members):
            role = self.role(member)
            for companion in companions.get(member, ()):
                known = companion in self.members or behind[companion] > 1
                if known or member not in least_named:
                    self.members.setdefault(companion, Counter())[role] += 1

    def _least_named(self, rules: RankingRules) -> Collection[Member]:
        """Of `holders_from` accounts and shops, all but the share `holders_share` that detections name most.

        Such an account or shop is looked at before somebody is named for it.
        """
        named = [member for member in self.members if member.kind in ("account", "seller")]
        if len(named) < rules.holders_from:
            return ()
        named.sort(key=lambda member: (-self.members[member].total(), member))
        return set(named[math.ceil(len(named) * rules.holders_share) :])

    def add_leads(
        self,
        banks_with: Mapping[Member, Member],
        counterparts: Mapping[Member, Member],
        shops: Mapping[Member, Member],
        contacts: Mapping[Member, Member],
    ) -> None:
        """Take in the account and the shop of who stands alone, and the trader that its declarations name; of
        whom none is known, the contact: what found it shows nobody else.
        """
        principals = [
            member
            for member in self.members
            if self.role(member) != BUYER and member.kind not in CONTACT_KINDS
        ]
        if len(principals) != 1:
            return
        (alone,) = principals
        account, counterpart = banks_with.get(alone), counterparts.get(alone)
        if account:
            self.members.setdefault(account, Counter({SETTLEMENT: 1}))
        if counterpart:
            self.members.setdefault(counterpart, Counter({COUNTERPART: 1}))
        if shop := shops.get(alone):
            self.members.setdefault(shop, Counter({OUTLET: 1}))
        phone = contacts.get(alone)
        if phone and not account and not counterpart and not shop:
            self.members.setdefault(phone, Counter({CONTACT: 1}))

    def add_representatives(self, representatives: Mapping[Member, Member]) -> None:
        """Take in who answers the phone of each company: a company is looked at through its people."""
        for member in sorted(self.members):
            if person := representatives.get(member):
                self.members.setdefault(person, Counter({REPRESENTATIVE: 1}))

    def add_tied(self, member: Member, role: str) -> None:
        """Take in what a tie itself names (an account that tied members pay), unless it has a role."""
        if member.is_abroad:
            return
        self.members.setdefault(member, Counter({role: 1}))

    def leave_out(self, bystanders: Collection[Member]) -> None:
        """They stand in the evidence, and are no members."""
        for member in bystanders:
            del self.members[member]

    def role(self, member: Member) -> str:
        """The role with the most weight; the alphabet decides a tie."""
        return min(self.members[member].items(), key=lambda item: (-item[1], item[0]))[0]
