"""The desk's work for programs: assign, comment, put aside, watch. The acts demand the permissions."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from review.access.permissions import Act, demand
from review.access.reviewers import Reviewer
from review.api.shapes import REFUSALS, RowNumber, Said
from review.cases.seen import seen_member
from review.pages.requests import case_for, person_of
from review.work import acts

router = Router()


class Assignment(Schema):
    """Who gets the case, by user name; nobody when null."""

    assignee: Said | None
    revision: int = Field(ge=0)


class Note(Schema):
    """A note; one that asks keeps the case waiting until the next."""

    text: Said
    asks: bool = False


class Snooze(Schema):
    """Until when the case is put aside."""

    until: date
    revision: int = Field(ge=0)


class SuppressionWord(Schema):
    """Until when, and why, a false positive stays out of the queue."""

    until: date
    reason: Said


class Suppressed(Schema):
    """A suppression; `POST …/lift` ends it."""

    id: int


class Standing(Schema):
    """The case after the act; `revision` goes into the next one."""

    network_id: str
    state: str
    revision: int


class Watching(Schema):
    """Whether it is watched now."""

    watched: bool


@router.post("/cases/{network_id}/assignment", response={200: Standing, **REFUSALS})
def assign(request: HttpRequest, network_id: str, word: Assignment) -> dict[str, Any]:
    """Give the case to somebody at the desk, or to nobody."""
    person = person_of(request)
    demand(person, Act.ASSIGN)
    assignee = Reviewer.objects.filter(username=word.assignee).first() if word.assignee is not None else None
    if word.assignee is not None and assignee is None:
        raise acts.Refused(_("Không phân công được cho người này."))
    acts.assign(person, network_id, assignee, word.revision)
    return _standing(request, network_id)


@router.post("/cases/{network_id}/comments", response={200: Standing, **REFUSALS})
def comment(request: HttpRequest, network_id: str, word: Note) -> dict[str, Any]:
    """Add a note, or ask for information."""
    acts.comment(person_of(request), network_id, word.text, word.asks)
    return _standing(request, network_id)


@router.post("/cases/{network_id}/snooze", response={200: Standing, **REFUSALS})
def snooze(request: HttpRequest, network_id: str, word: Snooze) -> dict[str, Any]:
    """Put the case aside until a day."""
    acts.snooze(person_of(request), network_id, word.until, word.revision)
    return _standing(request, network_id)


@router.post("/cases/{network_id}/suppressions", response={200: Suppressed, **REFUSALS})
def suppress(request: HttpRequest, network_id: str, word: SuppressionWord) -> dict[str, int]:
    """Keep a false positive out of the queue until a day."""
    return {"id": acts.suppress(person_of(request), network_id, word.until, word.reason).pk}


@router.post("/suppressions/{suppression_id}/lift", response={200: Suppressed, **REFUSALS})
def lift(request: HttpRequest, suppression_id: RowNumber) -> dict[str, int]:
    """Let a suppressed case back at once."""
    acts.lift(person_of(request), suppression_id)
    return {"id": suppression_id}


@router.post("/cases/{network_id}/watch", response={200: Watching, **REFUSALS})
def watch(request: HttpRequest, network_id: str) -> dict[str, bool]:
    """Watch the case, or stop."""
    return {"watched": acts.toggle_watch(person_of(request), network_id)}


@router.post("/cases/{network_id}/members/{member_number}/watch", response={200: Watching, **REFUSALS})
def watch_member(request: HttpRequest, network_id: str, member_number: RowNumber) -> dict[str, bool]:
    """Watch a member wherever it appears, or stop."""
    person = person_of(request)
    demand(person, Act.WATCH)
    member = seen_member(person, case_for(request, network_id), member_number)
    return {"watched": acts.toggle_member_watch(person, member.kind, member.key)}


def _standing(request: HttpRequest, network_id: str) -> dict[str, Any]:
    case = case_for(request, network_id)
    return {"network_id": network_id, "state": case.state, "revision": case.revision}
