"""The source rows of a case: one of them, all of them as a file, and the numbers behind the dots."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from review.access.masking import shown_record_key
from review.access.permissions import Act, demand, sight_of
from review.audit.chain import record
from review.cases.seen import other_cases_of, visible_evidence
from review.pages.evidence import columns_of, read_evidence_filters
from review.pages.looks import look_at_record
from review.pages.requests import case_for, person_of, whole_number
from review.pages.spreadsheets import csv_file
from review.pages.wording import feed_word, typology_title
from review.work.acts import Refused
from review.work.reveal import hidden_member, hidden_record, reveal_member, reveal_record


def record_page(request: HttpRequest, network_id: str, record_id: int) -> HttpResponse:
    """A source row: as it came beside as it was read, masked."""
    person = person_of(request)
    case = case_for(request, network_id)
    row = look_at_record(case, person, record_id)
    return render(
        request,
        "review/record_part.html" if request.htmx else "review/record.html",  # type: ignore[attr-defined]
        {
            "case": case,
            "row": row,
            "columns": columns_of(row, sight_of(person)),
            "others": other_cases_of(person, case, row),
        },
    )


@require_POST
def export_records(request: HttpRequest, network_id: str) -> StreamingHttpResponse:
    """Every source row of the case as CSV, numbers masked as on the page; recorded with its length."""
    person = person_of(request)
    demand(person, Act.EXPORT)
    case = case_for(request, network_id)
    sight = sight_of(person, case)
    filters = read_evidence_filters(request.POST, case, sight)
    shown = filters.let_through(visible_evidence(case, sight))
    record(person.username, "records_exported", network_id, rows=shown.count())

    def lines() -> Iterator[list[Any]]:
        yield [
            _("Thời điểm"),
            _("Nguồn"),
            _("Mã bản ghi"),
            _("Số tiền (đồng)"),
            _("Tệp"),
            _("Dòng"),
            _("Chứng minh"),
            _("Nguyên văn"),
        ]
        for item in shown.select_related("record").iterator(chunk_size=500):
            row = item.record
            came = "; ".join(
                f"{name}: {value}" for name, value, _read in columns_of(row, sight) if value is not None
            )
            yield [
                timezone.localtime(row.event_at).isoformat() if row.event_at else "",
                feed_word(row.feed),
                shown_record_key(row.feed, row.key),
                "" if row.amount_vnd is None else row.amount_vnd,
                row.source_file,
                row.source_line,
                typology_title(item.typology),
                came,
            ]

    return csv_file(lines(), f"{network_id}.csv")


@require_POST
def reveal(request: HttpRequest, network_id: str) -> HttpResponse:
    """The whole numbers of a member or a row; without a reason, the form that asks for one."""
    person = person_of(request)
    case = case_for(request, network_id)
    member_id, record_id = (whole_number(request.POST.get(name)) for name in ("member", "record"))
    context: dict[str, Any] = {"case": case}
    if member_id is not None:
        context["member"] = hidden_member(person, case, member_id)
    elif record_id is not None:
        context["row"] = hidden_record(person, case, record_id)
    else:
        raise Http404
    if "reason" in request.POST:
        reason = request.POST["reason"]
        try:
            if member_id is not None:
                reveal_member(person, case, member_id, reason)
            elif record_id is not None:
                row = reveal_record(person, case, record_id, reason)
                context["columns"] = columns_of(row, sight_of(person, case), whole=True)
        except Refused as error:
            return render(request, "review/reveal.html", context | {"error": str(error)}, status=422)
        context["revealed"] = True
    return render(request, "review/reveal.html", context)
