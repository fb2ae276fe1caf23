"""The source rows of a case: one of them, all of them as a file, and the numbers behind the dots."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from review.access.masking import is_masked, shown_record_key
from review.access.permissions import Act, demand, sight_of, visible_cases
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.records import Case, EvidenceRow, Member
from review.pages.evidence import columns_of, read_evidence_filters, visible_evidence
from review.pages.requests import case_for, person_of, whole_number
from review.pages.spreadsheets import csv_file
from review.pages.wording import feed_word, typology_title
from review.work.acts import Refused, demand_reason


def record_page(request: HttpRequest, network_id: str, record_id: int) -> HttpResponse:
    """A source row: as it came beside as it was read, masked."""
    case, row = _shown_record(request, network_id, record_id)
    record(person_of(request).username, "record_viewed", network_id, row=record_id)
    person = person_of(request)
    others = Case.objects.filter(pk__in=visible_cases(person), evidence__record=row).exclude(pk=case.pk)
    return render(
        request,
        "review/record_part.html" if request.htmx else "review/record.html",  # type: ignore[attr-defined]
        {
            "case": case,
            "row": row,
            "columns": columns_of(row, sight_of(person_of(request))),
            "others": [other for other in others.distinct()[:20] if _shows(other, person, row)],
        },
    )


def _shown_record(request: HttpRequest, network_id: str, record_id: int) -> tuple[Case, EvidenceRow]:
    """A record of a case, if this person may see it through that case."""
    case = case_for(request, network_id)
    sight = sight_of(person_of(request), case)
    item = visible_evidence(case, sight).filter(record=record_id).select_related("record").first()
    if item is None:
        raise Http404
    return case, item.record


def _shows(case: Case, person: Reviewer, row: EvidenceRow) -> bool:
    """Whether the person may see the row through that case."""
    return bool(visible_evidence(case, sight_of(person, case)).filter(record=row).exists())


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
    """The whole numbers of a member or a row, once, to somebody who said why."""
    person = person_of(request)
    demand(person, Act.REVEAL)
    case = case_for(request, network_id)
    sight = sight_of(person, case)
    member = row = None
    member_id, record_id = (whole_number(request.POST.get(name)) for name in ("member", "record"))
    if member_id is not None:
        member = Member.objects.filter(case=case, pk=member_id).first()
        if member is None or not sight.shows(member) or not is_masked(member.kind, member.key):
            raise Http404
    elif record_id is not None:
        row = _shown_record(request, network_id, record_id)[1]
    else:
        raise Http404
    context: dict[str, Any] = {"case": case, "member": member, "row": row}
    if "reason" in request.POST:
        try:
            reason = demand_reason(request.POST["reason"])
        except Refused as error:
            return render(request, "review/reveal.html", context | {"error": str(error)}, status=422)
        subject = {"member": member.pk} if member else {"row": row.pk if row else None}
        record(person.username, "number_revealed", network_id, reason=reason, **subject)
        context["revealed"] = True
        if row:
            context["columns"] = columns_of(row, sight, whole=True)
    return render(request, "review/reveal.html", context)
