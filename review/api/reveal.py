"""Whole numbers for programs: one member or one source row a call, and each call says why."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from review.access.permissions import sight_of
from review.api.records import columns_shape
from review.api.shapes import REFUSALS, RowNumber, Said
from review.pages.requests import case_for, person_of
from review.work import reveal

router = Router()


class Why(Schema):
    """Why the numbers are needed; the audit keeps it."""

    reason: Said


class WholeMember(Schema):
    """A member under its whole id."""

    number: int
    kind: str
    id: str


class WholeRow(Schema):
    """The columns of a source row, whole."""

    number: int
    original: dict[str, Any]
    normalised: dict[str, Any]


@router.post("/cases/{network_id}/members/{member_number}/reveal", response={200: WholeMember, **REFUSALS})
def reveal_member(
    request: HttpRequest, network_id: str, member_number: RowNumber, why: Why
) -> dict[str, Any]:
    """The whole id of a member; not found where nothing of it is masked."""
    person = person_of(request)
    member = reveal.reveal_member(person, case_for(request, network_id), member_number, why.reason)
    return {"number": member.pk, "kind": member.kind, "id": member.key}


@router.post("/cases/{network_id}/records/{record_number}/reveal", response={200: WholeRow, **REFUSALS})
def reveal_record(
    request: HttpRequest, network_id: str, record_number: RowNumber, why: Why
) -> dict[str, Any]:
    """The columns of a source row, whole, those alone that the person may see."""
    person = person_of(request)
    case = case_for(request, network_id)
    row = reveal.reveal_record(person, case, record_number, why.reason)
    return {"number": row.pk, **columns_shape(row, sight_of(person, case), whole=True)}
