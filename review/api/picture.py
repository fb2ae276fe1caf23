"""The picture of a case for programs: who paid and sent what to whom, by day and by route."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from review.api.shapes import REFUSALS
from review.pages.picture import look_at_picture
from review.pages.requests import case_for, person_of

router = Router()


class Node(Schema):
    """A member (`m` and its number), or somebody whom the records name (`context`); numbers are masked."""

    id: str
    kind: str
    label: str
    short: str
    role: str
    context: bool


class OfDay(Schema):
    """A part of a sum."""

    day: str
    amount_vnd: int
    records: int


class Edge(Schema):
    """Money, goods, or something shared, between two nodes."""

    source: str
    target: str
    kind: str
    label: str
    amount_vnd: int | None
    records: int
    by_day: list[OfDay] = Field(default_factory=list)


class Day(Schema):
    """What happened on a day."""

    day: str
    money_vnd: int
    declared_vnd: int
    parcels: int
    events: list[str]


class Route(Schema):
    """Goods from place to place; `ids` are nodes."""

    from_province: str
    to_province: str
    declared: bool
    parcels: int
    by_day: list[OfDay]
    ids: list[str]


class PictureShape(Schema):
    """What the pictures of a case are drawn from: the first records, those of the strongest reason first."""

    nodes: list[Node]
    edges: list[Edge]
    days: list[Day]
    routes: list[Route]


@router.get("/cases/{network_id}/picture", response={200: PictureShape, **REFUSALS})
def read_picture(request: HttpRequest, network_id: str) -> dict[str, Any]:
    """The picture; the look is recorded."""
    return look_at_picture(case_for(request, network_id), person_of(request))
