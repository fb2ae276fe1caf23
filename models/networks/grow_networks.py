"""Networks grown from evidence: detections that share a hand become one network.

A *hand* is the operator of a member where identity evidence names one, the member itself otherwise. Strong
detections tie their members together; weak ones add evidence to the network that they touch, never members
(trap 21); what is strong enough but touches nothing is a network of its own. A member whom many detections of
one signal name is a hub that they share, not a hand: it ties nothing and is left out. An address alone ties
nothing either: towers and warehouses are shared by strangers. Nor does a member in an outlying role: who pays
into two collections may be a customer of both. Where another conduct leads, those who pay are context. What a
pattern is made of ties nothing either, and is always a member.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations

from configs.catalogue import RankingRules
from models.networks.network import Network
from models.weighing.detections import Member, WeighedDetection

_TRADE = {"customs_declarations", "shipments", "listings"}
"""Feeds whose papers tell of goods."""


class _Hands:
    """Union-find over hands, with the number of members on each side."""

    def __init__(self) -> None:
        self._parent: dict[str | Member, str | Member] = {}

    def find(self, hand: str | Member) -> str | Member:
        parent = self._parent.setdefault(hand, hand)
        if parent != hand:
            parent = self._parent[hand] = self.find(parent)
        return parent

    def union(self, first: str | Member, second: str | Member) -> str | Member:
        a, b = self.find(first), self.find(second)
        self._parent[b] = a
        return a


def grow_networks(
    weighed: Sequence[WeighedDetection],
    operator_of: Mapping[Member, str],
    rules: RankingRules,
    ties: Sequence[Sequence[Member]] = (),
) -> list[Network]:
    """Grow networks from detections that are ordered strongest first.

    Args:
        weighed: the detections, as `weigh_detections` returns them.
        operator_of: operator id of each member that has one.
        rules: `join_floor` divides strong from weak, below `merge_floor` none joins networks that stand by
            themselves, `join_share` is what it must share with them, `max_members` bounds a network.
        ties: members whose conduct the records tie together beyond what one detection shows.
    """
    strong = [row for row in weighed if row.strength >= rules.join_floor]
    weak = [row for row in weighed if row.strength < rules.join_floor]
    shared = _shared_by_many(strong, operator_of, rules)
    hands = _Hands()
    size: dict[str | Member, set[Member]] = {}
    placed: list[tuple[str | Member, WeighedDetection, bool]] = []

    for row in strong:
        members = {member for member, _ in row.detection.members} - shared
        able = _hands_of(row, operator_of, rules, shared)
        able = _beyond_thin(row, able, operator_of, hands, size, rules.join_share)
        roots = _around(members, sorted({hands.find(hand) for hand in able}, key=str), size)
        standing = [root for root in roots if root in size]
        if standing and row.strength < rules.merge_floor:
            home = max(standing, key=lambda root: (len(size[root] & members), str(root)))
            inside = [hand for hand in able if hands.find(hand) == home]
            others = len(able) - len(inside)
            if others > len(inside) or len(standing) > 1 or not _told_by_trade(row):
                # It speaks of others as much, and too low to put them with those who stand here; and whom
                # payments show with a member is often a stranger to what the member does.
                placed.append((home, row, False))
                continue
        joined: set[Member] = set(members)
        for root in roots:
            joined |= size.get(root, set())
        if len(joined) > rules.max_members and any(root in size for root in roots):
            # Too large to work: the detection is evidence for the part that it shares most with.
            home = max(roots, key=lambda root: (len(size.get(root, set()) & members), str(root)))
            placed.append((home, row, False))
            continue
        home = roots[0]
        for root in roots[1:]:
            home = hands.union(home, root)
        size[home] = joined
        placed.append((home, row, True))

    able_of: dict[str | Member, set[Member]] = defaultdict(set)
    for home, row, brings_members in placed:
        if brings_members:
            able_of[hands.find(home)] |= {
                member
                for member, role in row.detection.members
                if member not in shared and role not in rules.untying_roles
            }

    def root_of(member: Member) -> str | Member:
        return hands.find(operator_of.get(member, member))

    for first, second in _agreed(ties, root_of, able_of, rules.lone_tie_members):
        a, b = hands.find(first), hands.find(second)
        if a != b and len(size[a] | size[b]) <= rules.max_members:
            together = size[a] | size[b]
            size[hands.union(a, b)] = together

    networks = _with_members(placed, hands, shared, rules)
    alone = _attach_weak(weak, networks, hands, operator_of, rules)
    return [*networks.values(), *alone]


def _with_members(
    placed: Sequence[tuple[str | Member, WeighedDetection, bool]],
    hands: _Hands,
    shared: set[Member],
    rules: RankingRules,
) -> dict[str | Member, Network]:
    """The networks by their root, each with its detections in order and the members that they bring."""
    told = _told_by_others(placed, hands, rules)
    networks: dict[str | Member, Network] = {}
    for home, row, brings_members in placed:
        root = hands.find(home)
        network = networks.setdefault(root, Network())
        # A detection that names its subject alone does not say who belongs to it.
        leads = all(len(before.detection.members) == 1 for before in network.detections)
        network.detections.append(row)
        if brings_members:
            outlying = {member for member, role in row.detection.members if role in rules.outlying_roles}
            context = shared if leads and root not in told else shared | outlying
            network.add_members(row, context)
    for network in networks.values():
        network.leave_out(_branches_beside_a_body(network, rules))
    return networks


def _around(
    members: set[Member], roots: list[str | Member], size: Mapping[str | Member, set[Member]]
) -> list[str | Member]:
    """The first network that holds all members of a detection, or all that it touches where none does.

    Two rings that meet in one account stay two, however much is told of the one.
    """
    return [root for root in roots if size.get(root, set()) >= members][:1] or roots


def _told_by_trade(row: WeighedDetection) -> bool:
    """Whether papers of trade tell of it, not payments alone."""
    return any(record.feed in _TRADE for record in row.detection.evidence)


def _told_by_others(
    placed: Sequence[tuple[str | Member, WeighedDetection, bool]], hands: _Hands, rules: RankingRules
) -> set[str | Member]:
    """Networks whose members signals other than the leading one tell: who only pays or is paid is context.

    They need at least `told_members` members in other roles, by detections from `merge_floor` on.
    """
    leading: dict[str | Member, str] = {}
    bodies: dict[str | Member, set[Member]] = defaultdict(set)
    for home, row, brings_members in placed:
        root = hands.find(home)
        signal = leading.setdefault(root, row.detection.signal)
        if brings_members and row.strength >= rules.merge_floor and row.detection.signal != signal:
            bodies[root] |= {
                member for member, role in row.detection.members if role not in rules.untying_roles
            }
    return {root for root, body in bodies.items() if len(body) >= rules.told_members}


def _branches_beside_a_body(network: Network, rules: RankingRules) -> set[Member]:
    """Who paid the centres of a pattern, or was paid by them, where other signals tell what the centres do.

    A crew that passes on what strangers pay it is a crew without them. Other signals, from `merge_floor` on,
    tell at least `told_centres` members and at least half of the pattern's centres, and do not name them.
    """
    patterns: list[tuple[set[Member], set[Member]]] = []
    body: set[Member] = set()
    for row in network.detections:
        branches = {member for member, role in row.detection.members if role in rules.pattern_roles}
        others = {member for member, role in row.detection.members if role not in rules.untying_roles}
        if branches:
            patterns.append((branches, others - branches))
        elif row.strength >= rules.merge_floor:
            body |= others
    if len(body) < rules.told_centres:
        return set()
    told = (branches for branches, centres in patterns if 2 * len(centres & body) >= len(centres))
    return set().union(*told) - body & network.members.keys()


def _beyond_thin(
    row: WeighedDetection,
    able: list[str | Member],
    operator_of: Mapping[Member, str],
    hands: _Hands,
    size: Mapping[str | Member, set[Member]],
    join_share: float,
) -> list[str | Member]:
    """The hands of a detection, but for those of networks with which it shares too little to be one.

    Two rings may meet in one account. A detection that shares too little with all that stands has a hand of
    its own.
    """
    named = {member for member, _ in row.detection.members}
    own_hands = set(able)
    in_common = Counter(root for hand in own_hands if (root := hands.find(hand)) in size)
    names_members = {root for root in in_common if size[root] & named}

    def share_with(root: str | Member) -> float:
        standing = size[root]
        standing_hands = {operator_of.get(member, member) for member in standing}
        # One operator may have many accounts and shops: it is one hand that both have in common. Its only
        # hand, whose members that it names do not stand here, is one of many.
        known = len(own_hands) > 1 or len(named) == 1 or root in names_members
        hands_of_smaller = min(len(standing_hands), len(own_hands)) if known else len(standing_hands)
        of_members = len(standing & named) / min(len(standing), len(named))
        return max(in_common[root] / hands_of_smaller, of_members)

    thin = {root for root in in_common if size[root] and share_with(root) < join_share}
    # Its only hand is what it is about, however many others it names.
    if not thin or (len(able) < 2 and thin & names_members):
        return able
    own = f"{row.detection.signal}|{row.detection.subject.id}"
    return [hand for hand in able if hands.find(hand) not in thin] or [own]


def _agreed(
    ties: Sequence[Sequence[Member]],
    root_of: Callable[[Member], str | Member],
    able: Mapping[str | Member, Collection[Member]],
    lone_tie_members: int,
) -> Iterator[tuple[str | Member, str | Member]]:
    """Pairs of networks to join, so that ties speak for at least half of both groups that they join.

    One thin link must not chain two groups together that hang together each by itself (single linkage), nor
    two whose members it hardly touches: one mule who shares a payee with one of another farm joins no farms.
    By one tie, one member alone speaks for `lone_tie_members` at most: larger groups stand by themselves.
    Only members of the kinds that the ties touch are counted: a payee ties accounts, not their devices.
    """
    cliques = [sorted({root for member in tie if (root := root_of(member)) in able}, key=str) for tie in ties]
    # Of each network, the members that are tied to each other network, and the number of the tie.
    tied: dict[str | Member, dict[str | Member, set[tuple[Member, int]]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for number, (tie, clique) in enumerate(zip(ties, cliques, strict=True)):
        for member in tie:
            for root in clique:
                if root_of(member) != root:
                    tied[root_of(member)][root].add((member, number))
    group_of: dict[str | Member, set[str | Member]] = {root: {root} for root in tied}

    def speaks(group: set[str | Member], other: set[str | Member]) -> bool:
        heard = {said for root in group for to in other for said in tied[root].get(to, ())}
        speaking = {member for member, _ in heard}
        kinds = {member.kind for member in speaking}
        able_to = {member for root in group for member in able[root] if member.kind in kinds}
        small = len({member for root in group for member in able[root]}) <= lone_tie_members
        return len(heard) >= (1 if small else 2) and 2 * len(speaking) >= len(able_to)

    for clique in sorted(cliques, key=lambda clique: (-len(clique), [str(root) for root in clique])):
        for first, second in combinations(clique, 2):
            one, other = group_of[first], group_of[second]
            if one is not other and speaks(one, other) and speaks(other, one):
                one |= other
                group_of |= dict.fromkeys(other, one)
                yield first, second


def _shared_by_many(
    strong: Sequence[WeighedDetection], operator_of: Mapping[Member, str], rules: RankingRules
) -> set[Member]:
    """Members that so many strong detections of one signal name, other than as their subject.

    A name, a phone or a place is lent and shared (`hub_detections`); an account has its holder, who may pay
    for several (`hub_detections_account`). Whose own conduct another signal tells, from `merge_floor` on, is
    what those many have in common, and no place where strangers meet.
    """
    named = Counter(
        (row.detection.signal, member)
        for row in strong
        for member in {member for member, _ in row.detection.members}
        if member != row.detection.subject
    )
    told: dict[str, set[str]] = defaultdict(set)
    for row in strong:
        if row.strength >= rules.merge_floor:
            told[row.detection.subject.id].add(row.detection.signal)

    def is_hub(signal: str, member: Member, times: int) -> bool:
        account = member.kind == "account"
        least = rules.hub_detections_account if account else rules.hub_detections
        by_others = told[member.id] | told[operator_of.get(member, member.id)]
        return times >= least and not by_others - {signal}

    return {member for (signal, member), times in named.items() if is_hub(signal, member, times)}


def _hands_of(
    row: WeighedDetection,
    operator_of: Mapping[Member, str],
    rules: RankingRules,
    left_out: Collection[Member] = (),
) -> list[str | Member]:
    """What can tie this detection to others; the subject's own hand where all else is left out.

    More people than a ring has, in whose names goods arrive, are borrowed names: one of them may
    be found in other affairs of its own.
    """
    named = [
        member
        for member, role in row.detection.members
        if role in rules.receiving_roles and member.kind == "person"
    ]
    borrowed = set(named) if len(named) > rules.fan_most else set()
    able = [
        operator_of.get(member, member)
        for member, role in row.detection.members
        if member not in left_out
        and member not in borrowed
        and member.kind != "address"
        and role not in rules.untying_roles
    ]
    return able or [row.detection.subject]


def _attach_weak(
    weak: Sequence[WeighedDetection],
    networks: Mapping[str | Member, Network],
    hands: _Hands,
    operator_of: Mapping[Member, str],
    rules: RankingRules,
) -> list[Network]:
    """Give each weak detection to the network that it touches most, or make it a network of its own."""
    alone: list[Network] = []
    for row in weak:
        touched = Counter(
            root for hand in _hands_of(row, operator_of, rules) if (root := hands.find(hand)) in networks
        )
        if touched:
            best = min(touched.items(), key=lambda item: (-item[1], str(item[0])))[0]
            networks[best].detections.append(row)
            continue
        network = Network()
        network.detections.append(row)
        network.add_members(row)
        alone.append(network)
    return alone
