"""By which day something is owed: a decision by the desk, an answer by an agency."""

from datetime import date

from django.utils import timezone

from review.access.reviewers import Reviewer
from review.cases.records import Case
from review.work.records import Decision, Standing


def answer_days(person: Reviewer, cases: list[Case]) -> dict[int, date]:
    """At an agency, until when it is asked to answer each case; at the desk nothing."""
    if not person.agency:
        return {}
    referrals = Decision.objects.filter(
        case__in=cases, agency=person.agency, standing=Standing.APPROVED, outcomes=None
    )
    return dict(referrals.order_by("-answer_due_on").values_list("case", "answer_due_on"))


def is_late(case: Case, answer_due: date | None) -> bool:
    """Whether its day has passed: of the answer that an agency owes, of the decision at the desk."""
    today = timezone.localdate()
    return answer_due < today if answer_due else case.due_on < today and not case.is_closed
