"""What every view needs of a request: the person, and a case that the person may see."""

from typing import cast

from django.http import Http404, HttpRequest

from review.access.permissions import Act, demand, visible_cases
from review.access.reviewers import Reviewer
from review.cases.records import Case


def person_of(request: HttpRequest) -> Reviewer:
    """Who asks; every view but the sign-in has somebody."""
    return cast(Reviewer, request.user)


def case_for(request: HttpRequest, network_id: str) -> Case:
    """The case, if this person may see it: otherwise it does not exist for them."""
    person = person_of(request)
    demand(person, Act.SEE_CASES)
    case = (
        visible_cases(person)
        .select_related("ranking", "assignee", "closing")
        .filter(network_id=network_id)
        .first()
    )
    if case is None:
        raise Http404
    return case


def whole_number(text: str | None) -> int | None:
    """A number that a form sent, none when it is none."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
