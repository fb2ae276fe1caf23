"""The queue for programs: its pages, its search, the ranking that it stands on.

The pages' export of a list is every page of it; lines hold what its columns hold but for the summary, which
stands in the case.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Router, Schema
from pydantic import Field

from review.access.permissions import Act, demand, visible_cases
from review.access.reviewers import Reviewer
from review.api.shapes import REFUSALS, Said
from review.audit.chain import record
from review.cases.queue import filtered, page_of, read_filters, sought
from review.cases.records import Case, Ranking
from review.pages.lines import late_feeds, mark_lines
from review.pages.requests import person_of

router = Router()


class CaseLine(Schema):
    """A case in the queue. `due_on` is the decision's day; at an agency, its answer's where it owes one."""

    network_id: str
    rank: int
    score: float
    value_vnd: int
    state: str
    due_on: date
    late: bool
    changed_on: date
    change: str
    changed_since_seen: bool
    typologies: list[str]
    has_tip: bool
    assignee: str | None
    drawn_on: date | None = Field(
        description="Drawn by lot below the cut, not for its rank: the ranking's date"
    )


class CasePage(Schema):
    """One page of the queue; `complaints` names filters that could not be read."""

    count: int
    page: int
    pages: int
    complaints: list[str]
    cases: list[CaseLine]


class Search(Schema):
    """What is looked for: the beginning of a word of a name, or a number."""

    text: Said = Field(min_length=1, max_length=200)
    page: int = 1


class LateFeed(Schema):
    """A feed whose newest file is older than the ranking."""

    feed: str
    newest: date | None


class RankingShape(Schema):
    """The newest ranking."""

    as_of: date
    imported_at: datetime
    networks: int
    late_feeds: list[LateFeed]


@router.get("/cases", response={200: CasePage, **REFUSALS})
def list_cases(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """The queue; filters are those of the page's address (`typology`, `state`, `value_min`, …)."""
    person = person_of(request)
    demand(person, Act.SEE_CASES)
    filters = read_filters(request.GET)
    return _page(person, filtered(visible_cases(person), filters, person), page, filters.complaints)


@router.post("/cases/search", response={200: CasePage, **REFUSALS})
def search_cases(request: HttpRequest, search: Search) -> dict[str, Any]:
    """Cases with a name, phone, account, seller, waybill or declaration; no address holds what was sought.

    The filters of the queue hold here, too, but for `show`: a search looks among all cases.
    """
    person = person_of(request)
    demand(person, Act.SEE_CASES)
    filters = read_filters(request.GET)
    found = sought(visible_cases(person), filters, search.text, person)
    record(person.username, "searched", "", letters=len(search.text))
    return _page(person, found, search.page, filters.complaints)


@router.get("/ranking", response={200: RankingShape, **REFUSALS})
def read_ranking(request: HttpRequest) -> dict[str, Any]:
    """What the queue stands on, and which feeds came late; not found before the first ranking."""
    demand(person_of(request), Act.SEE_CASES)
    ranking = Ranking.objects.first()
    if ranking is None:
        raise Http404
    return {
        "as_of": ranking.as_of,
        "imported_at": ranking.imported_at,
        "networks": ranking.networks,
        "late_feeds": [{"feed": feed, "newest": newest} for feed, newest in late_feeds(ranking)],
    }


def _page(person: Reviewer, cases: QuerySet[Case], number: int, complaints: list[str]) -> dict[str, Any]:
    page, rows = page_of(cases, number)
    mark_lines(person, rows)
    return {
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "complaints": complaints,
        "cases": [line_of(case) for case in rows],
    }


def line_of(case: Any) -> dict[str, Any]:
    """The line of a case that `mark_lines` has marked."""
    return {
        "network_id": case.network_id,
        "rank": case.rank,
        "score": case.score,
        "value_vnd": case.value_vnd,
        "state": case.state,
        "due_on": case.due_on,
        "late": case.is_late,
        "changed_on": case.changed_on,
        "change": case.change,
        "changed_since_seen": case.changed_since_seen,
        "typologies": case.shown_typologies,
        "has_tip": case.shows_tip,
        "assignee": case.assignee.username if case.assignee else None,
        "drawn_on": case.shown_drawn_on,
    }
