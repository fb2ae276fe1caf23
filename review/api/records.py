"""The source rows of a case for programs, masked.

The pages' export of records is every page of them, under the same filters.
"""

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from ninja import Router, Schema

from configs.review import review_limits
from review.access.masking import shown_record_key
from review.access.permissions import Sight, sight_of
from review.api.shapes import REFUSALS, RowNumber
from review.audit.chain import record
from review.cases.records import EvidenceRow
from review.cases.seen import other_cases_of, visible_evidence
from review.pages.evidence import columns_of, read_evidence_filters
from review.pages.looks import look_at_record
from review.pages.requests import case_for, person_of

router = Router()


class SourceRow(Schema):
    """A source row: where it stands, as it came and as it was read; acts name it by its `number`."""

    number: int
    feed: str
    key: str
    source_file: str
    source_line: int
    sender: str
    business_date: date
    event_at: datetime | None
    amount_vnd: int | None
    original: dict[str, Any]
    normalised: dict[str, Any]


class RecordShape(SourceRow):
    """A source row and the typology that it shows; one that shows two comes twice."""

    typology: str


class RecordPage(Schema):
    """One page of a case's records; `complaints` names filters that could not be read."""

    count: int
    page: int
    pages: int
    complaints: list[str]
    records: list[RecordShape]


class OneRecord(SourceRow):
    """A source row with the other cases that rest on it."""

    other_cases: list[str]


@router.get("/cases/{network_id}/records", response={200: RecordPage, **REFUSALS})
def list_records(request: HttpRequest, network_id: str, page: int = 1) -> dict[str, Any]:
    """The case's source rows; filters are those of the page (`typology`, `feed`, `from`, `to`). Recorded."""
    case = case_for(request, network_id)
    sight = sight_of(person_of(request), case)
    filters = read_evidence_filters(request.GET, case, sight)
    rows = filters.let_through(visible_evidence(case, sight)).select_related("record")
    found = Paginator(rows, review_limits().queue.evidence_page_rows).get_page(page)
    record(person_of(request).username, "record_viewed", network_id, page=found.number)
    return {
        "count": found.paginator.count,
        "page": found.number,
        "pages": found.paginator.num_pages,
        "complaints": filters.complaints,
        "records": [{**_source_row(item.record, sight), "typology": item.typology} for item in found],
    }


@router.get("/cases/{network_id}/records/{record_number}", response={200: OneRecord, **REFUSALS})
def read_record(request: HttpRequest, network_id: str, record_number: RowNumber) -> dict[str, Any]:
    """One source row; the look is recorded."""
    person = person_of(request)
    case = case_for(request, network_id)
    row = look_at_record(case, person, record_number)
    others = other_cases_of(person, case, row)
    return {
        **_source_row(row, sight_of(person, case)),
        "other_cases": [other.network_id for other in others],
    }


def columns_shape(row: EvidenceRow, sight: Sight, whole: bool = False) -> dict[str, dict[str, Any]]:
    """The columns of a row as they came and as they were read."""
    columns = columns_of(row, sight, whole)
    return {
        "original": {name: came for name, came, _read in columns if came is not None},
        "normalised": {name: read for name, _came, read in columns if read is not None},
    }


def _source_row(row: EvidenceRow, sight: Sight) -> dict[str, Any]:
    return {
        "number": row.pk,
        "feed": row.feed,
        "key": shown_record_key(row.feed, row.key),
        "source_file": row.source_file,
        "source_line": row.source_line,
        "sender": row.sender,
        "business_date": row.business_date,
        "event_at": row.event_at,
        "amount_vnd": row.amount_vnd,
        **columns_shape(row, sight),
    }
