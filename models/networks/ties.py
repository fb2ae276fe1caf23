"""What ties networks together beyond the members that detections name: circumstances that they share.

A counterparty, an officer, a foreign partner, a consignee or a contact point ties those who use it when far
more of its users show one conduct than chance would give. What everybody uses (a broker, a warehouse, a busy
officer) has about the usual share of such users, and ties nothing. Sources: domain.md (one officer or office,
hired director, one recipient; hubs are context). Two tests: for a value, the binomial tail of so many such
users; for a pair, the Poisson tail of so many values in common, when each alone would say little. Of all ties
that a test declares only `tie_false_share` may be chance (Benjamini and Hochberg, 1995).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from scipy.stats import binom, poisson

from configs.catalogue import RankingRules
from models.networks.network import Network, Tie
from models.weighing.detections import Member

SEVERAL = "several"
"""The circumstance of a tie that rests on several values together."""

Flagged = Mapping[str, Mapping[Member, int]]
"""By conduct, a signal or a typology that several signals show: its members, with their networks' numbers."""


class Use(NamedTuple):
    """A member uses one value of a circumstance, as `users` members in all do."""

    circumstance: str
    value: str
    user: Member
    users: int


class Population(NamedTuple):
    """Pairs of member and value that a circumstance has, and the values that at least two members share."""

    uses: int
    shared_values: int


@dataclass(frozen=True)
class Circumstances:
    """The uses of some members, in a fixed order, and the population of each circumstance."""

    uses: tuple[Use, ...]
    populations: Mapping[str, Population]


def flagged_by(networks: Sequence[Network], rules: RankingRules) -> Flagged:
    """Whom the strong detections of each network name, by signal and by the typologies that they make strong.

    Who acts for others by trade (`agent_roles`) shares the circumstances of its clients, which tie nobody.
    """
    flagged: dict[str, dict[Member, int]] = defaultdict(dict)
    for number, network in enumerate(networks):
        for row in network.detections:
            if row.strength >= rules.join_floor:
                inside = [
                    member
                    for member, role in row.detection.members
                    if member in network.members and role not in rules.agent_roles
                ]
                shown = [name for name, points in row.points.items() if points >= rules.join_floor]
                for conduct in (row.detection.signal, *shown):
                    flagged[conduct] |= dict.fromkeys(inside, number)
    return flagged


def rare_ties(
    flagged: Flagged,
    uses: Sequence[Use],
    populations: Mapping[str, Population],
    rules: RankingRules,
) -> list[Tie]:
    """What ties members of different networks, in a fixed order.

    A network counts once for a value, however many of its members use it: they are not independent.
    """
    ties: set[Tie] = set()
    for conduct, network_of in sorted(flagged.items()):
        by_circumstance: dict[str, dict[str, list[Use]]] = defaultdict(lambda: defaultdict(list))
        for use in uses:
            if use.user in network_of:
                by_circumstance[use.circumstance][use.value].append(use)
        for circumstance, by_value in by_circumstance.items():
            always = circumstance in rules.tie_always.get(conduct, ())
            never = circumstance in rules.tie_several_only or circumstance in rules.tie_never.get(conduct, ())
            if never and not always:
                continue
            population = populations[circumstance]
            # Of uses, not of members: who has many counterparties meets anybody's more often.
            share = sum(len(found) for found in by_value.values()) / population.uses
            tested = [
                (chance, tie)
                for chance, tie in _tested(by_value, network_of, share, rules.tie_member_share)
                if always or not _is_agents_contact(tie, by_value, rules)
            ]
            accepted = 1.0 if always else _accepted(tested, population.shared_values, rules.tie_false_share)
            ties |= {tie for chance, tie in tested if chance <= accepted}
        counterparties = [
            use
            for use in uses
            if use.circumstance in rules.tie_several
            and use.users <= rules.tie_several_users
            and not _is_paid_abroad(use)
        ]
        pairs = list(_tested_pairs(counterparties, network_of, populations))
        possible = math.comb(len(network_of), 2)
        accepted = _accepted(pairs, possible, rules.tie_false_share)
        ties |= {tie for chance, tie in pairs if chance <= accepted}
    return sorted(ties)


def _is_paid_abroad(use: Use) -> bool:
    """Whether the value is an account abroad: suppliers of one trade are common to all who are in it."""
    return ":" in use.value and Member("account", use.value).is_abroad


def _is_agents_contact(tie: Tie, by_value: Mapping[str, Sequence[Use]], rules: RankingRules) -> bool:
    """Whether the value is how so many are reached, most of whom show nothing, that it is their agent's."""
    users = by_value[tie.value][0].users
    return tie.circumstance in rules.tie_contacts and users > rules.tie_contact_users and not tie.named


def _tested(
    by_value: Mapping[str, Sequence[Use]],
    network_of: Mapping[Member, int],
    share: float,
    member_share: float,
) -> Iterator[tuple[float, Tie]]:
    """For each value that several networks share: the chance of so many, and the tie that it would be."""
    for found in by_value.values():
        using = {use.user for use in found}
        networks = len({network_of[user] for user in using})
        if networks > 1:
            apart = found[0].users - (len(using) - networks)
            named = len(using) >= member_share * found[0].users
            tie = Tie(found[0].circumstance, found[0].value, tuple(sorted(using)), named)
            yield float(binom.sf(networks - 1, apart, share)), tie


def _tested_pairs(
    uses: Sequence[Use], network_of: Mapping[Member, int], populations: Mapping[str, Population]
) -> Iterator[tuple[float, Tie]]:
    """For two members of different networks that share several values: the chance of so many.

    Who has many values shares many: of a value with u other users, a member with d of all n uses is one of
    them u * d / n times on average (the configuration model of a random graph with these degrees). Only
    counterparties are looked at, each chosen for itself: who uses one customs office meets all its officers.
    """
    values_of: dict[Member, dict[tuple[str, str], Use]] = defaultdict(dict)
    users_of: dict[tuple[str, str], set[Member]] = defaultdict(set)
    for use in uses:
        if use.user in network_of:
            values_of[use.user][use.circumstance, use.value] = use
            users_of[use.circumstance, use.value].add(use.user)
    shared: Counter[tuple[Member, Member]] = Counter()
    for users in users_of.values():
        shared.update(combinations(sorted(users), 2))
    for (first, second), count in sorted(shared.items()):
        if count > 1 and network_of[first] != network_of[second]:
            degrees = Counter(circumstance for circumstance, _ in values_of[second])
            expected = sum(
                (use.users - 1) * degrees[use.circumstance] / populations[use.circumstance].uses
                for use in values_of[first].values()
            )
            yield (
                float(poisson.sf(count - 1, expected)),
                Tie(SEVERAL, "", (first, second), named=False),
            )


def _accepted(tested: Sequence[tuple[float, Tie]], tests: int, false_share: float) -> float:
    """The largest chance that still counts; below every chance when none does."""
    accepted = -1.0
    for place, chance in enumerate(sorted(chance for chance, _ in tested), start=1):
        if chance * tests <= false_share * place:
            accepted = chance
    return accepted


def shared_phones(uses: Iterable[Use], most_users: int) -> dict[Member, Member]:
    """The phone of each trader that the fewest traders share, two or more and `most_users` at most.

    It stands beside the trader or its consignees; who answers it knows the others.
    """
    phones: dict[Member, tuple[int, str]] = {}
    for circumstance, value, user, users in uses:
        if circumstance == "phone" and 2 <= users <= most_users:
            phones[user] = min(phones.get(user, (users, value)), (users, value))
    return {user: Member("phone", value) for user, (_, value) in phones.items()}
