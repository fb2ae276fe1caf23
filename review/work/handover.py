"""From a proposed referral to the paper: what of the case goes to its agency."""

from collections import defaultdict
from dataclasses import fields
from typing import Any

from django.utils import timezone
from django.utils.translation import override
from pydantic import TypeAdapter

from configs.agencies import load_agencies
from configs.catalogue import shipped_catalogue
from configs.referrals import load_referral_rules
from review.access.reviewers import Role
from review.cases.calendar import add_working_days
from review.cases.provinces import provinces
from review.cases.records import Case, CaseEvidence, EvidenceRow
from review.pages.vocabulary import ROLES
from review.referrals.limits import Limited, limit
from review.referrals.shape import (
    Innocent,
    Referral,
    ReferralLink,
    ReferralMember,
    ReferralReason,
    ReferralRecord,
    Signatory,
)
from review.work.records import Decision, Handed, Standing

# A paper is Vietnamese, whatever the reader's language.
_LANGUAGE = "vi"
_PARTS = TypeAdapter(Limited)
_PART_NAMES = [part.name for part in fields(Limited)]


def hand_over(decision: Decision) -> Handed:
    """Fix what the proposed referral hands to its agency, within what the agency may see."""
    case = decision.case
    with override(_LANGUAGE):
        kept = limit(
            load_agencies()[decision.agency], _members(case), _reasons(case), _records(case), _links(case)
        )
    return Handed.objects.create(
        decision=decision,
        as_of=case.ranking.as_of,
        rank=case.rank,
        score=case.score,
        **_PARTS.dump_python(kept, mode="json"),
    )


def referral_of(decision: Decision) -> Referral:
    """The referral as it was proposed, under the day of its approval; a draft of today where nobody approved.

    Raises `ReferralError` when it may not leave.
    """
    handed = decision.handed
    agency = load_agencies()[decision.agency]
    kept = _PARTS.validate_python({part: getattr(handed, part) for part in _PART_NAMES})
    issued_on = timezone.localdate(decision.decided_at)
    return Referral(
        # Decree 30/2020/NĐ-CP writes a nought before numbers below ten.
        number=f"{decision.pk:02}",
        issued_on=issued_on,
        deadline=decision.answer_due_on or add_working_days(issued_on, agency.deadline_working_days),
        agency=agency,
        issuer=load_referral_rules().issuer,
        signatory=_signatory(decision),
        network_id=decision.case.network_id,
        as_of=handed.as_of,
        rank=handed.rank,
        score=handed.score,
        members=kept.members,
        reasons=kept.reasons,
        records=kept.records,
        links=kept.links,
        detected_on=decision.decided_at,
        draft=decision.standing == Standing.OPEN,
    )


def _signatory(decision: Decision) -> Signatory:
    person = decision.decided_by
    with override(_LANGUAGE):
        title = str(person.get_role_display() if person else Role.APPROVER.label).upper()
    return Signatory(name=(person.get_full_name() or person.username) if person else "", title=title)


def _members(case: Case) -> list[ReferralMember]:
    names = provinces()
    return [
        ReferralMember(
            kind=member.kind,
            id=member.key,
            role=str(ROLES.get(member.role, member.role)),
            name=member.name or None,
            province=names.get(member.province_code),
        )
        for member in case.members.all()
    ]


def _reasons(case: Case) -> list[ReferralReason]:
    """Reasons whose typology is still in the catalogue: it alone says which agencies take one."""
    typologies = shipped_catalogue().typologies
    return [
        ReferralReason(
            typology=reason.typology,
            group=typologies[reason.typology].group,
            title=reason.title[_LANGUAGE],
            text=reason.reason[_LANGUAGE],
            score=reason.score,
            value_vnd=reason.value_vnd,
            innocent=tuple(Innocent(item["text"][_LANGUAGE], item["holds"]) for item in reason.innocent),
        )
        for reason in case.reasons.all()
        if reason.typology in typologies
    ]


def _records(case: Case) -> list[ReferralRecord]:
    shows: dict[int, list[str]] = defaultdict(list)
    rows: dict[int, EvidenceRow] = {}
    for item in CaseEvidence.objects.filter(case=case).order_by("position").select_related("record"):
        shows[item.record_id].append(item.typology)
        rows[item.record_id] = item.record
    return [
        ReferralRecord(
            feed=row.feed,
            key=row.key,
            typologies=tuple(dict.fromkeys(shows[pk])),
            fields=row.original,
            source_file=row.source_file,
            source_line=row.source_line,
            happened_on=timezone.localdate(row.event_at) if row.event_at else None,
            amount_vnd=row.amount_vnd,
        )
        for pk, row in rows.items()
    ]


def _links(case: Case) -> list[ReferralLink]:
    """Shared identifiers, and the money that went between members by the records of the case."""
    known = {(member.kind, member.known_as): (member.kind, member.key) for member in case.members.all()}
    ties = {((tie.kind_a, tie.key_a), (tie.kind_b, tie.key_b)) for tie in case.ties.all()}
    links = [ReferralLink(source, target, "shared") for source, target in sorted(ties)]
    sums: dict[tuple[Any, Any], int] = defaultdict(int)
    payments = EvidenceRow.objects.filter(shows__case=case, feed="bank_transactions").distinct()
    for row in payments:
        ends = tuple(
            known.get(("account", str(row.normalised.get(f"{side}_account_id"))))
            for side in ("debtor", "creditor")
        )
        if ends[0] and ends[1]:
            sums[ends[0], ends[1]] += row.amount_vnd or 0
    links += [
        ReferralLink(source, target, "money", amount) for (source, target), amount in sorted(sums.items())
    ]
    return links
