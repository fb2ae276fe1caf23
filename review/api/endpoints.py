"""The interface for programs: the queue, a case, its records; decisions and work stand beside it.

Whoever is signed in (session and CSRF token, as in the pages) may use it, with the permissions and the masks
of the pages.
"""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.security import SessionAuth
from pydantic import Field

from configs.review import review_limits
from review.access.masking import shown_key, shown_record_key
from review.access.permissions import Act, Sight, demand, sight_of, visible_cases
from review.access.reviewers import Reviewer
from review.access.sign_in import missing_step
from review.api.decisions import router as decisions_router
from review.api.shapes import REFUSALS, Said
from review.api.work import router as work_router
from review.audit.chain import record
from review.cases.queue import QueueFilters, filtered, page_of, read_filters, sought
from review.cases.records import Case
from review.cases.seen import visible_evidence
from review.pages.evidence import columns_of
from review.pages.requests import case_for, person_of
from review.pages.summaries import summary_for
from review.work import acts


class SignedIn(SessionAuth):
    """A person who has a password of their own and the factors of their role."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Reviewer | None:
        """The person of the session."""
        person = request.user
        return person if isinstance(person, Reviewer) and not missing_step(person) else None


api = NinjaAPI(title="matluoi", version="1", auth=SignedIn(), docs_url=None, urls_namespace="api")


class CaseLine(Schema):
    """A case in the queue."""

    network_id: str
    rank: int
    score: float
    value_vnd: int
    state: str
    due_on: date
    changed_on: date
    change: str
    typologies: list[str]
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


class MemberShape(Schema):
    """A member, its id masked where it is a personal number; acts name it by its `number`."""

    number: int
    kind: str
    id: str
    role: str
    name: str | None
    province_code: str | None


class ReasonShape(Schema):
    """A typology with what was measured and which innocent explanations were tested."""

    typology: str
    score: float
    contribution: float
    value_vnd: int
    signal: str
    value: float | None
    typical: float | None
    reason: dict[str, str]
    innocent_explanations: list[dict[str, Any]]


class CaseShape(CaseLine):
    """A case whole, but for its records. `revision` goes into the next act on it."""

    revision: int
    as_of: date
    summary: dict[str, str]
    members: list[MemberShape]
    reasons: list[ReasonShape]


class RecordShape(Schema):
    """A source row: where it stands, as it came and as it was read."""

    feed: str
    key: str
    typology: str
    source_file: str
    source_line: int
    event_at: datetime | None
    amount_vnd: int | None
    original: dict[str, Any]
    normalised: dict[str, Any]


class RecordPage(Schema):
    """One page of a case's records."""

    count: int
    page: int
    pages: int
    records: list[RecordShape]


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    """The role or the agency does not allow it."""
    return api.create_response(request, {"detail": "not allowed"}, status=403)


@api.exception_handler(acts.Refused)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """The act is not possible, or the case has changed."""
    return api.create_response(request, {"detail": str(error)}, status=409)


@api.get("/cases", response={200: CasePage, **REFUSALS})
def list_cases(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """The queue; filters are those of the page's address (`typology`, `state`, `value_min`, …)."""
    person = person_of(request)
    demand(person, Act.SEE_CASES)
    filters = read_filters(request.GET)
    return _page(person, filtered(visible_cases(person), filters, person), page, filters.complaints)


@api.post("/cases/search", response={200: CasePage, **REFUSALS})
def search_cases(request: HttpRequest, search: Search) -> dict[str, Any]:
    """Cases with a name, phone, account, seller, waybill or declaration; no address holds what was sought."""
    person = person_of(request)
    demand(person, Act.SEE_CASES)
    filters = QueueFilters()
    found = sought(visible_cases(person), filters, search.text, person)
    record(person.username, "searched", "", letters=len(search.text))
    return _page(person, found, search.page, filters.complaints)


@api.get("/cases/{network_id}", response={200: CaseShape, **REFUSALS})
def read_case(request: HttpRequest, network_id: str) -> dict[str, Any]:
    """One case: the look is recorded."""
    case = case_for(request, network_id)
    sight = sight_of(person_of(request), case)
    record(person_of(request).username, "case_viewed", network_id)
    return {
        **_line(case, sight),
        "revision": case.revision,
        "as_of": case.ranking.as_of,
        "summary": summary_for(case, sight),
        "members": [
            {
                "number": member.pk,
                "kind": member.kind,
                "id": shown_key(member.kind, member.key),
                "role": member.role,
                "name": member.name or None,
                "province_code": member.province_code or None,
            }
            for member in case.members.all()
            if sight.shows(member)
        ],
        "reasons": [
            {
                "typology": reason.typology,
                "score": reason.score,
                "contribution": reason.contribution,
                "value_vnd": reason.value_vnd,
                "signal": reason.signal,
                "value": reason.value,
                "typical": reason.typical,
                "reason": reason.reason,
                "innocent_explanations": reason.innocent,
            }
            for reason in case.reasons.all()
            if sight.typology(reason.typology)
        ],
    }


@api.get("/cases/{network_id}/records", response={200: RecordPage, **REFUSALS})
def list_records(request: HttpRequest, network_id: str, page: int = 1) -> dict[str, Any]:
    """The case's source rows, masked; the look is recorded."""
    case = case_for(request, network_id)
    sight = sight_of(person_of(request), case)
    rows = visible_evidence(case, sight).select_related("record")
    found = Paginator(rows, review_limits().queue.evidence_page_rows).get_page(page)
    record(person_of(request).username, "record_viewed", network_id, page=found.number)
    records = []
    for item in found:
        columns = columns_of(item.record, sight)
        records.append(
            {
                "feed": item.record.feed,
                "key": shown_record_key(item.record.feed, item.record.key),
                "typology": item.typology,
                "source_file": item.record.source_file,
                "source_line": item.record.source_line,
                "event_at": item.record.event_at,
                "amount_vnd": item.record.amount_vnd,
                "original": {name: came for name, came, _read in columns if came is not None},
                "normalised": {name: read for name, _came, read in columns if read is not None},
            }
        )
    return {
        "count": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "records": records,
    }


api.add_router("", decisions_router)
api.add_router("", work_router)


def _page(person: Reviewer, cases: QuerySet[Case], number: int, complaints: list[str]) -> dict[str, Any]:
    page, rows = page_of(cases, number)
    return {
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "complaints": complaints,
        "cases": [_line(case, sight_of(person, case)) for case in rows],
    }


def _line(case: Case, sight: Sight) -> dict[str, Any]:
    return {
        "network_id": case.network_id,
        "rank": case.rank,
        "score": case.score,
        "value_vnd": case.value_vnd,
        "state": case.state,
        "due_on": case.due_on,
        "changed_on": case.changed_on,
        "change": case.change,
        "typologies": [name for name in case.typologies if sight.typology(name)],
        "assignee": case.assignee.username if case.assignee else None,
        "drawn_on": case.drawn_on if sight.whole else None,
    }
