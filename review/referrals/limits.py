"""What of a case may go to an agency: typologies it takes, kinds of members and feeds it may see."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from configs.agencies import Agency
from review.referrals.shape import ReferralLink, ReferralMember, ReferralReason, ReferralRecord
from review.referrals.sight import may_hold_column


@dataclass(frozen=True, slots=True)
class Limited:
    """The parts of a case that one agency may be handed."""

    members: tuple[ReferralMember, ...]
    reasons: tuple[ReferralReason, ...]
    records: tuple[ReferralRecord, ...]
    links: tuple[ReferralLink, ...]


def limit(
    agency: Agency,
    members: Iterable[ReferralMember],
    reasons: Iterable[ReferralReason],
    records: Iterable[ReferralRecord],
    links: Iterable[ReferralLink] = (),
) -> Limited:
    """Leave out what `agency` may not see; a record stays when a reason that stays rests on it."""
    kept_reasons = tuple(reason for reason in reasons if reason.group in agency.groups)
    typologies = {reason.typology for reason in kept_reasons}
    kept_members = tuple(member for member in members if member.kind in agency.may_see.member_kinds)
    known = {(member.kind, member.id) for member in kept_members}
    return Limited(
        members=kept_members,
        reasons=kept_reasons,
        records=tuple(
            _limited(agency, record, typologies)
            for record in records
            if record.feed in agency.may_see.feeds and typologies.intersection(record.typologies)
        ),
        links=tuple(link for link in links if link.source in known and link.target in known),
    )


def _limited(agency: Agency, record: ReferralRecord, typologies: set[str]) -> ReferralRecord:
    fields = {
        column: value
        for column, value in record.fields.items()
        if may_hold_column(agency, record.feed, column, record.fields)
    }
    return replace(
        record, fields=fields, typologies=tuple(each for each in record.typologies if each in typologies)
    )
