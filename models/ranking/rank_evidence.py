"""From evidence to a scored ranking: one pure call, for a run, a replay with other rules, or an ablation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from configs.catalogue import Catalogue
from models.networks.bystanders import (
    Parties,
    borrowed_names,
    buyers_by_phone,
    bystanders_of,
    contacts,
)
from models.networks.companions import Holding, companions_among
from models.networks.doors import Sender, add_senders_at_door
from models.networks.grow_networks import grow_networks
from models.networks.network import Network
from models.networks.partners import Dealing, add_partners, dealings_by_account
from models.networks.parts import absorb_parts, absorb_receivers, join_same_parties
from models.networks.receivers import (
    Left,
    add_behind_names,
    add_sending_shops,
    left_by_phone,
    look_at_shippers,
)
from models.networks.tied_members import add_tied
from models.networks.ties import Circumstances, flagged_by, rare_ties, shared_phones
from models.ranking.score_networks import OutlierScore, ScoredNetwork, rank_networks
from models.weighing.detections import Detection, Member, Record
from models.weighing.weigh_detections import weigh_detections

OutlierJudge = Callable[[Sequence[Network]], Mapping[int, OutlierScore]]
"""Outlier score of each network by its position; networks that it cannot judge are left out."""


@dataclass(frozen=True)
class Evidence:
    """What a ranking rests on, gathered once.

    `circumstances`, `holdings`, `banks_with` and `parties_of` must cover every detection that the ranking may
    hear. `banks_with` is the account of a shop or a company, `shops` the one shop of a trader,
    `representatives` who answers the phone of a company, `counterparts` the trader that a trader's
    declarations name, `dealings` with whom accounts deal, `senders` for whom parcels leave an address, `left`
    who has left a phone with a bank or a platform.
    """

    detections: Sequence[Detection]
    operator_of: Mapping[Member, str]
    circumstances: Circumstances
    holdings: Sequence[Holding]
    banks_with: Mapping[Member, Member]
    counterparts: Mapping[Member, Member]
    shops: Mapping[Member, Member]
    representatives: Mapping[Member, Member]
    dealings: Sequence[Dealing]
    senders: Sequence[Sender]
    left: Sequence[Left]
    parties_of: Mapping[Record, Parties]
    judge_outliers: OutlierJudge


def rank_evidence(evidence: Evidence, catalogue: Catalogue, as_of: date) -> list[ScoredNetwork]:
    """Weigh, grow, tie, add who stands behind the members, and rank; best first."""
    rules = catalogue.ranking
    weighed = weigh_detections(evidence.detections, catalogue, as_of)
    flagged = flagged_by(grow_networks(weighed, evidence.operator_of, rules), rules)
    circumstances = evidence.circumstances
    named = {member for members in flagged.values() for member in members}
    uses = [use for use in circumstances.uses if use.user in named]
    ties = rare_ties(flagged, uses, circumstances.populations, rules)
    networks = grow_networks(weighed, evidence.operator_of, rules, [tie.members for tie in ties])
    for network in networks:
        add_senders_at_door(network, evidence.senders, rules)
        network.leave_out(bystanders_of(network, evidence.parties_of, rules))
        network.leave_out(borrowed_names(network, rules))
        network.leave_out(buyers_by_phone(network))
    networks = absorb_parts(networks)
    networks = absorb_receivers(networks, rules.receiving_roles, rules.same_goods_share)
    add_tied(networks, ties)
    left = left_by_phone(evidence.left)
    dealings = dealings_by_account(evidence.dealings)
    for network in networks:
        add_partners(network, dealings, rules)
        add_behind_names(network, left, evidence.banks_with, rules)
        look_at_shippers(network, evidence.banks_with, rules)
    members = {member for network in networks for member in network.members}
    companions = companions_among(evidence.holdings, members)
    for network in networks:
        network.add_companions(companions, rules)
    networks = join_same_parties(networks, rules.same_parties_least, rules.max_members)
    phones = shared_phones(circumstances.uses, rules.lone_contact_users)
    for network in networks:
        network.add_leads(evidence.banks_with, evidence.counterparts, evidence.shops, phones)
        add_sending_shops(network, left, evidence.banks_with)
        network.add_representatives(evidence.representatives)
    networks = absorb_parts(networks, rules.contact_kinds)
    for network in networks:
        network.leave_out(contacts(network, rules))
    return rank_networks(networks, evidence.judge_outliers(networks), rules)
