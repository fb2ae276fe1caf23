"""The numbers behind the dots, whole, once, to somebody who said why; the audit keeps who, what and why."""

from django.http import Http404

from review.access.masking import is_masked
from review.access.permissions import Act, demand
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.records import Case, EvidenceRow, Member
from review.cases.seen import seen_member, seen_record
from review.work.acts import demand_reason


def hidden_member(person: Reviewer, case: Case, number: int) -> Member:
    """A member whose number this person may ask for. Raises `Http404` where nothing is hidden."""
    demand(person, Act.REVEAL)
    member = seen_member(person, case, number)
    if not is_masked(member.kind, member.key):
        raise Http404
    return member


def hidden_record(person: Reviewer, case: Case, number: int) -> EvidenceRow:
    """A source row whose numbers this person may ask for."""
    demand(person, Act.REVEAL)
    return seen_record(person, case, number)


def reveal_member(person: Reviewer, case: Case, number: int, reason: str) -> Member:
    """The member, to be shown whole. Raises `Refused` where the reason says nothing."""
    member = hidden_member(person, case, number)
    reason = demand_reason(reason)
    record(person.username, "number_revealed", case.network_id, reason=reason, member=member.pk)
    return member


def reveal_record(person: Reviewer, case: Case, number: int, reason: str) -> EvidenceRow:
    """The source row, to be shown whole. Raises `Refused` where the reason says nothing."""
    row = hidden_record(person, case, number)
    reason = demand_reason(reason)
    record(person.username, "number_revealed", case.network_id, reason=reason, row=row.pk)
    return row
