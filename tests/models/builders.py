"""Small detections and rules for tests of the models."""

from configs.catalogue import (
    Band,
    Bilingual,
    Catalogue,
    InnocentExplanation,
    RankingRules,
    SignalDefinition,
    Typology,
    WeighedSignal,
)
from models.weighing.detections import Detection, Member, Record, WeighedDetection

RULES = RankingRules(
    join_floor=0.25,
    merge_floor=0.5,
    report_floor=0.05,
    max_members=6,
    contact_kinds=["phone", "address", "email", "device"],
    contact_roles=["phone"],
    outlying_roles=["payer"],
    pattern_roles=["branch"],
    told_members=3,
    told_centres=3,
    agent_roles=["declarant"],
    hub_detections=3,
    hub_detections_account=3,
    join_share=0.25,
    lone_tie_members=3,
    same_parties_least=3,
    receiving_roles=["consignee"],
    same_goods_share=0.5,
    bystander_counterparties=4,
    customer_partners=2.0,
    customer_sums=3.0,
    repaid_least=0.8,
    bystander_ratio=1.5,
    body_least=3,
    names_per_phone=2,
    holders_from=6,
    holders_share=0.5,
    fan_most=16,
    tie_false_share=0.05,
    tie_declaration_days=365,
    tie_officer_share=0.5,
    tie_account_share=0.3,
    tie_goods_users=6,
    tie_member_share=0.34,
    tie_contacts=["phone", "address"],
    tie_contact_users=8,
    tie_several=["pays"],
    tie_several_users=40,
    tie_several_only=[],
    tie_always={},
    tie_never={},
    crowd_capacity=2,
    crowd_least=2,
    crowd_share_most=1.0,
    crowd_share_of_peers=0.0,
    crowd_exponent=1.0,
    crowd_found_exponent=0.0,
    ordinary_share=1.0,
    ordinary_peers=1,
    ordinary_exponent=0.0,
    further_witness_share=1.0,
    same_witness_share=0.5,
    who_typologies=["one_hand"],
    lone_share=0.6,
    lone_feeds=2,
    lone_contact_users=4,
    door_parcels=5,
    door_share=0.5,
    door_own_share=0.8,
    partner_accounts_most=3,
    partner_share=0.25,
    partner_own_share=0.5,
    partner_payments=2,
    partner_types=["individual"],
    lone_counterpart_lines=3,
    outlier_weight=0.2,
    evidence_limit=100,
    supporting_share=0.5,
    supporting_evidence=2,
    same_network_overlap=0.5,
    weekly_capacity=10,
    exploration_share=0.1,
)
WORDS = Bilingual(vi="{members} thành viên, {value_vnd} đồng.", en="{members} members, {value_vnd} đồng.")


def account(name: str) -> Member:
    return Member("account", name)


def detection(
    members: str,
    value: float = 5.0,
    signal: str = "pass_through",
    explanations: dict[str, bool] | None = None,
) -> Detection:
    """A detection whose members are the letters of `members`, each an account; the first is its subject."""
    return Detection(
        signal=signal,
        subject=account(members[0]),
        value=value,
        typical=1.0,
        tail=0.01,
        peers=100,
        support=len(members),
        value_vnd=1_000,
        members=tuple((account(name), "mule") for name in members),
        evidence=tuple(Record("bank_transactions", f"VCB:{name}") for name in members),
        explanations=explanations or {},
    )


def weighed(members: str, strength: float, typology: str = "laundering") -> WeighedDetection:
    """A detection that one typology weighs at `strength`."""
    return WeighedDetection(detection(members), {typology: strength}, {typology: ("vì", "because")})


def catalogue() -> Catalogue:
    """One signal in one typology: from 2 half, from 10 full; a payroll explains half of it."""
    bands = [
        Band(**{"from": 2.0, "to": 10.0, "points": 0.5, "reason": WORDS}),
        Band(**{"from": 10.0, "to": None, "points": 1.0, "reason": WORDS}),
    ]
    payroll = InnocentExplanation(id="payroll", text=WORDS, discount=0.5)
    typology = Typology(
        id="laundering",
        title=WORDS,
        plain=WORDS,
        sources=["test"],
        innocent_explanations=[payroll],
        signals=[WeighedSignal(signal="pass_through", weight=0.8, bands=bands)],
        agencies=["sbv"],
        group="payments",
        valid_from=None,
        valid_to=None,
    )
    signal = SignalDefinition(
        id="pass_through", title=WORDS, unit="share", source="test", parameters={}, innocent_explanations=[]
    )
    return Catalogue(signals={"pass_through": signal}, typologies={"laundering": typology}, ranking=RULES)
