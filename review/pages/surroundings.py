"""What every page shows around its content."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

from review.access.permissions import acts_of
from review.access.reviewers import Reviewer
from review.work.records import Decision, Standing


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Language, the person's acts, and how many proposals wait for a second person."""
    person = getattr(request, "user", None)
    around: dict[str, Any] = {"language": (get_language() or "vi")[:2], "may": frozenset()}
    if isinstance(person, Reviewer):
        acts = acts_of(person)
        around["may"] = {str(act) for act in acts}
        if "decide" in around["may"]:
            waiting = Decision.objects.filter(standing=Standing.OPEN).exclude(proposed_by=person)
            around["waiting_proposals"] = waiting.count()
    return around
