"""The papers of a referral for programs: the files of the pages."""

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router

from review.api.shapes import REFUSALS, RowNumber
from review.pages.requests import person_of
from review.work.papers import FORMS, referral_for, write_paper

router = Router()
_FILES = {200: {"description": "OK", "content": {kind: {} for _write, kind in FORMS.values()}}}


@router.get("/referrals/{referral_id}/papers/{form}", response=REFUSALS, openapi_extra={"responses": _FILES})
def read_paper(
    request: HttpRequest, referral_id: RowNumber, form: Literal["pdf", "xlsx", "json", "xml"]
) -> HttpResponse:
    """One paper of an approved referral, or the draft (`pdf`) of one that waits; recorded."""
    person = person_of(request)
    return write_paper(person, referral_for(person, referral_id, form), form).download()
