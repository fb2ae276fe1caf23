"""The interface for programs: the queue, a case, its records, proposals and answers.

Whoever is signed in (session and CSRF token, as in the pages) may use it, with the permissions and the masks
of the pages.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Path, Schema
from ninja.security import SessionAuth
from pydantic import AfterValidator, Field

from configs.review import review_limits
from review.access.masking import shown_key, shown_record_key
from review.access.permissions import Act, Sight, demand, sight_of, visible_cases
from review.access.reviewers import Reviewer
from review.access.sign_in import missing_step
from review.audit.chain import record
from review.cases.queue import filtered, page_of, read_filters
from review.cases.records import Case
from review.pages.case_views import columns_of
from review.pages.requests import case_for, person_of
from review.pages.summaries import summary_for
from review.work import acts
from review.work.records import Decision


class SignedIn(SessionAuth):
    """A person who has a password of their own and the factors of their role."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Reviewer | None:
        """The person of the session."""
        person = request.user
        return person if isinstance(person, Reviewer) and not missing_step(person) else None


api = NinjaAPI(title="matluoi", version="1", auth=SignedIn(), docs_url=None, urls_namespace="api")


class Complaint(Schema):
    """What went wrong, for people."""

    detail: str


class Misread(Schema):
    """Which part of a request could not be read, and why."""

    detail: list[dict[str, Any]]


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


class MemberShape(Schema):
    """A member, its id masked where it is a personal number."""

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


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("holds a character that is no text")
    return text


# A database holds no larger one.
RowNumber = Annotated[int, Path(ge=0, lt=10**18)]
Said = Annotated[str, AfterValidator(_without_nul)]


class Proposal(Schema):
    """An end that is proposed for a case."""

    verdict: Literal["confirm", "dismiss", "inconclusive", "refer"]
    agency: Said = ""
    reason: Said
    revision: int = Field(ge=0)


class Answer(Schema):
    """The second person's word."""

    approve: bool
    reason: Said = ""


class DecisionShape(Schema):
    """A decision as it stands."""

    id: int
    network_id: str
    verdict: str
    agency: str
    standing: str
    proposed_by: str
    decided_by: str | None


_REFUSALS: dict[int, type[Schema]] = {
    400: Complaint,
    401: Complaint,
    403: Complaint,
    404: Complaint,
    409: Complaint,
    422: Misread,
}


@api.exception_handler(PermissionDenied)
def forbidden(request: HttpRequest, error: Exception) -> HttpResponse:
    """The role or the agency does not allow it."""
    return api.create_response(request, {"detail": "not allowed"}, status=403)


@api.exception_handler(acts.Refused)
def refused(request: HttpRequest, error: Exception) -> HttpResponse:
    """The act is not possible, or the case has changed."""
    return api.create_response(request, {"detail": str(error)}, status=409)


@api.get("/cases", response={200: CasePage, **_REFUSALS})
def list_cases(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """The queue; filters are those of the page's address (`typology`, `state`, `value_min`, …)."""
    person = person_of(request)
    demand(person, Act.SEE_CASES)
    filters = read_filters(request.GET)
    found, cases = page_of(filtered(visible_cases(person), filters, person), page)
    return {
        "count": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "complaints": filters.complaints,
        "cases": [_line(case, sight_of(person)) for case in cases],
    }


@api.get("/cases/{network_id}", response={200: CaseShape, **_REFUSALS})
def read_case(request: HttpRequest, network_id: str) -> dict[str, Any]:
    """One case: the look is recorded."""
    case = case_for(request, network_id)
    sight = sight_of(person_of(request))
    record(person_of(request).username, "case_viewed", network_id)
    return {
        **_line(case, sight),
        "revision": case.revision,
        "as_of": case.ranking.as_of,
        "summary": summary_for(case, sight),
        "members": [
            {
                "kind": member.kind,
                "id": shown_key(member.kind, member.key),
                "role": member.role,
                "name": member.name or None,
                "province_code": member.province_code or None,
            }
            for member in case.members.all()
            if sight.member(member.kind)
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


@api.get("/cases/{network_id}/records", response={200: RecordPage, **_REFUSALS})
def list_records(request: HttpRequest, network_id: str, page: int = 1) -> dict[str, Any]:
    """The case's source rows, masked; the look is recorded."""
    case = case_for(request, network_id)
    sight = sight_of(person_of(request))
    feeds = case.evidence.values_list("record__feed", flat=True).order_by().distinct()
    typologies = [name for name in case.typologies if sight.typology(name)]
    rows = case.evidence.filter(
        typology__in=typologies, record__feed__in=[feed for feed in feeds if sight.feed(feed)]
    ).select_related("record")
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


@api.post("/cases/{network_id}/proposals", response={200: DecisionShape, **_REFUSALS})
def propose(request: HttpRequest, network_id: str, proposal: Proposal) -> dict[str, Any]:
    """Propose an end; a second person answers it."""
    decision = acts.propose(
        person_of(request), network_id, proposal.verdict, proposal.agency, proposal.reason, proposal.revision
    )
    return _decision(decision)


@api.post("/decisions/{decision_id}/answer", response={200: DecisionShape, **_REFUSALS})
def answer(request: HttpRequest, decision_id: RowNumber, word: Answer) -> dict[str, Any]:
    """Approve or reject somebody else's proposal."""
    return _decision(acts.answer(person_of(request), decision_id, word.approve, word.reason))


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


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.pk,
        "network_id": decision.case.network_id,
        "verdict": decision.verdict,
        "agency": decision.agency,
        "standing": decision.standing,
        "proposed_by": decision.proposed_by.username,
        "decided_by": decision.decided_by.username if decision.decided_by else None,
    }
