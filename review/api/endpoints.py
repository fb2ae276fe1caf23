"""The interface for programs: what the pages read and decide, under the same permissions, masks and audit.

Whoever is signed in (session and CSRF token, as in the pages) may use it. What is left to people at a page:
signing in, one's own password and second factor, the administration of people, saved views.
"""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.security import SessionAuth

from review.access.reviewers import Reviewer
from review.access.sign_in import missing_step
from review.api.audit import router as audit_router
from review.api.case import router as case_router
from review.api.decisions import router as decisions_router
from review.api.lists import router as lists_router
from review.api.papers import router as papers_router
from review.api.picture import router as picture_router
from review.api.queue import router as queue_router
from review.api.records import router as records_router
from review.api.reveal import router as reveal_router
from review.api.work import router as work_router
from review.work import acts


class SignedIn(SessionAuth):
    """A person who has a password of their own and the factors of their role."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Reviewer | None:
        """The person of the session."""
        person = request.user
        return person if isinstance(person, Reviewer) and not missing_step(person) else None


api = NinjaAPI(title="matluoi", version="1", auth=SignedIn(), docs_url=None, urls_namespace="api")


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    """The role or the agency does not allow it."""
    return api.create_response(request, {"detail": "not allowed"}, status=403)


@api.exception_handler(acts.Refused)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """The act is not possible, or the case has changed."""
    return api.create_response(request, {"detail": str(error)}, status=409)


for part in (
    queue_router,
    case_router,
    picture_router,
    records_router,
    reveal_router,
    decisions_router,
    papers_router,
    work_router,
    lists_router,
    audit_router,
):
    api.add_router("", part)
