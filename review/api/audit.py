"""The record of who saw and did what, for programs."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from review.api.shapes import REFUSALS, Said
from review.audit.reading import read_audit
from review.pages.requests import person_of

router = Router()


class EntryShape(Schema):
    """One thing that somebody did."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    details: dict[str, Any]


class EntryPage(Schema):
    """One page of entries, the newest first."""

    count: int
    page: int
    pages: int
    entries: list[EntryShape]


@router.get("/audit", response={200: EntryPage, **REFUSALS})
def list_entries(
    request: HttpRequest, action: Said = "", actor: Said = "", subject: Said = "", page: int = 1
) -> dict[str, Any]:
    """What was recorded, of an action, a person (user name) or a subject; reading it is recorded."""
    found = read_audit(person_of(request), action, actor, subject, page)
    return {
        "count": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "entries": [{name: getattr(entry, name) for name in EntryShape.model_fields} for entry in found],
    }
