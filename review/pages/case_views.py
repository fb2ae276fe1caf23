"""The page of one case, and what its pictures are drawn from."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from configs.agencies import load_agencies
from configs.review import review_limits
from review.access.permissions import Sight
from review.access.unsent import take_unsent
from review.cases.queue import SORTS
from review.cases.records import Case
from review.cases.seen import visible_evidence
from review.pages.case_reading import reading_of
from review.pages.evidence import read_evidence_filters
from review.pages.lines import desk_people
from review.pages.neighbours import kept_list, neighbours_of
from review.pages.picture import look_at_picture
from review.pages.queue_views import asked_list
from review.pages.requests import case_for, person_of, whole_number
from review.work.outcomes import subject_kinds, violations
from review.work.records import Verdict


def case_page(request: HttpRequest, network_id: str) -> HttpResponse:
    """Verdict, why, for and against, who, picture, evidence, history: one case."""
    person = person_of(request)
    reading = reading_of(case_for(request, network_id), person)
    case, history = reading.case, reading.history
    filters, listed, _search = asked_list(request, kept_list(request))
    unsent = take_unsent(request, network_id, [decision.pk for decision in history.decisions])
    english = (get_language() or "vi").startswith("en")
    first_members = review_limits().queue.first_members
    return render(
        request,
        "review/case.html",
        {
            **vars(reading),
            **vars(history),
            **_evidence(request, case, reading.sight),
            "neighbours": neighbours_of(case, listed, SORTS[filters.sort]),
            "summary": reading.summary["en" if english else "vi"],
            "other_summary": reading.summary["vi" if english else "en"],
            "other_language": "vi" if english else "en",
            "first_members": reading.members[:first_members],
            "further_members": reading.members[first_members:],
            "pictured_records": review_limits().queue.pictured_records,
            "unsent": unsent,
            "unsent_members": {whole_number(pk) for pk in unsent.getlist("member")},
            "agencies": load_agencies().values(),
            "suggested": case.agencies,
            "verdicts": Verdict.choices,
            "assignees": desk_people(),
            "violations": violations(),
            "subject_kinds": subject_kinds(),
            "tomorrow": timezone.localdate() + timezone.timedelta(days=1),
        },
    )


def picture(request: HttpRequest, network_id: str) -> JsonResponse:
    """What the pictures of a case page are drawn from; the page asks for it once it is there."""
    return JsonResponse(look_at_picture(case_for(request, network_id), person_of(request)))


def _evidence(request: HttpRequest, case: Case, sight: Sight) -> dict[str, Any]:
    """One page of the source rows."""
    filters = read_evidence_filters(request.GET, case, sight)
    rows = filters.let_through(visible_evidence(case, sight))
    shown = rows.select_related("record").defer("record__original", "record__normalised")
    page = Paginator(shown, review_limits().queue.evidence_page_rows).get_page(request.GET.get("page"))
    # A record that is evidence of two signs has a line for each; a referral counts it once.
    records = rows.order_by().values("record").distinct().count()
    return {"evidence": page, "evidence_filters": filters, "evidence_records": records}
