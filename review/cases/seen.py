"""What of a case a person may see, row by row. What they may not see does not exist for them."""

from typing import Any

from django.http import Http404

from review.access.permissions import Sight, sight_of, visible_cases
from review.access.reviewers import Reviewer
from review.cases.records import Case, EvidenceRow, Member


def visible_evidence(case: Case, sight: Sight) -> Any:
    """The source rows of a case that may be seen."""
    typologies = [name for name in case.typologies if sight.typology(name)]
    return case.evidence.filter(sight.records(), typology__in=typologies)


def seen_member(person: Reviewer, case: Case, number: int) -> Member:
    """A member of the case by its number. Raises `Http404` where the person may not see it."""
    member = Member.objects.filter(case=case, pk=number).first()
    if member is None or not sight_of(person, case).shows(member):
        raise Http404
    return member


def seen_record(person: Reviewer, case: Case, number: int) -> EvidenceRow:
    """A source row by its number, through this case. Raises `Http404` where the person may not see it."""
    shown = visible_evidence(case, sight_of(person, case))
    item = shown.filter(record=number).select_related("record").first()
    if item is None:
        raise Http404
    row: EvidenceRow = item.record
    return row


def other_cases_of(person: Reviewer, case: Case, row: EvidenceRow, most: int = 20) -> list[Case]:
    """Other cases through which the person may see the row, no more than so many."""
    others = Case.objects.filter(pk__in=visible_cases(person), evidence__record=row).exclude(pk=case.pk)
    return [
        other
        for other in others.distinct()[:most]
        if visible_evidence(other, sight_of(person, other)).filter(record=row).exists()
    ]
