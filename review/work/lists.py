"""What waits for a second person, and what is kept out of the queue."""

from django.db.models import QuerySet
from django.utils import timezone

from review.access.permissions import Act, demand, visible_cases
from review.access.reviewers import Reviewer
from review.work.records import Decision, Standing, Suppression


def waiting_proposals(person: Reviewer) -> QuerySet[Decision]:
    """Proposals that wait, the oldest first."""
    demand(person, Act.DECIDE)
    waiting = Decision.objects.filter(standing=Standing.OPEN)
    return waiting.select_related("case", "proposed_by", "decided_by").order_by("proposed_at", "pk")


def standing_suppressions(person: Reviewer) -> QuerySet[Suppression]:
    """Suppressions that stand; the desk's own, so none at an agency."""
    demand(person, Act.SEE_CASES)
    if person.agency:
        return Suppression.objects.none()
    rows = Suppression.objects.filter(
        case__in=visible_cases(person), lifted_at=None, until__gt=timezone.localdate()
    )
    return rows.select_related("case", "by")
