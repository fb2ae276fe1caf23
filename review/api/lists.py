"""What waits, what is suppressed, what is watched, for programs. Snoozed cases are those of `show=aside`."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from review.access.masking import shown_key
from review.access.permissions import Act, demand
from review.api.case import suppression_shape
from review.api.case_shapes import SuppressionShape
from review.api.shapes import REFUSALS, DecisionShape, decision_shape
from review.pages.lines import desk_people
from review.pages.requests import person_of
from review.pages.watching import Watched, watched
from review.pages.wording import person_name
from review.work.lists import standing_suppressions, waiting_proposals

router = Router()


class WatchShape(Schema):
    """A watch on a case or on a member (`number` in the first of its cases), and which cases changed."""

    network_id: str | None
    number: int | None
    kind: str | None
    id: str | None
    since: datetime
    cases: list[str]
    changed: list[str]


class Colleague(Schema):
    """Somebody to whom a case can be given, by `username`."""

    username: str
    name: str


@router.get("/proposals", response={200: list[DecisionShape], **REFUSALS})
def list_proposals(request: HttpRequest) -> list[dict[str, Any]]:
    """Proposals that wait for a second person, the oldest first."""
    person = person_of(request)
    waiting = waiting_proposals(person).prefetch_related("outcomes")
    return [decision_shape(decision, person) for decision in waiting]


@router.get("/suppressions", response={200: list[SuppressionShape], **REFUSALS})
def list_suppressions(request: HttpRequest) -> list[dict[str, Any]]:
    """What is kept out of the queue, until when and why; empty at an agency."""
    return [suppression_shape(row) for row in standing_suppressions(person_of(request))]


@router.get("/watches", response={200: list[WatchShape], **REFUSALS})
def list_watches(request: HttpRequest) -> list[dict[str, Any]]:
    """What the person watches, and which of the cases changed since they looked."""
    person = person_of(request)
    demand(person, Act.WATCH)
    return [_watch(row) for row in watched(person)]


@router.get("/assignees", response={200: list[Colleague], **REFUSALS})
def list_assignees(request: HttpRequest) -> list[dict[str, str]]:
    """To whom a case can be given."""
    demand(person_of(request), Act.ASSIGN)
    return [{"username": each.username, "name": person_name(each)} for each in desk_people()]


def _watch(row: Watched) -> dict[str, Any]:
    watch, member = row.watch, row.member
    return {
        "network_id": watch.case.network_id if watch.case else None,
        "number": member.pk if member else None,
        "kind": watch.kind or None,
        "id": shown_key(watch.kind, watch.key) or None,
        "since": watch.since,
        "cases": [case.network_id for case in row.cases],
        "changed": [case.network_id for case in row.changed],
    }
