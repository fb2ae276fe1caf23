"""The queue, its search, its saved views, its export."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from configs.agencies import load_agencies
from configs.catalogue import shipped_catalogue
from configs.review import review_limits
from review.access.permissions import Act, acts_of, demand, visible_cases
from review.audit.chain import record
from review.cases.provinces import provinces
from review.cases.queue import SHOWN, SORTS, QueueFilters, page_of, read_filters, sought
from review.cases.records import Case, Ranking, State
from review.pages.lines import desk_people, drawn_now, late_feeds, mark_lines
from review.pages.neighbours import keep_list
from review.pages.requests import person_of, whole_number
from review.pages.spreadsheets import csv_file
from review.pages.watching import watched_changes
from review.pages.wording import agency_name, spoken, typology_title
from review.work.acts import Refused, assign
from review.work.records import SavedView

_SEARCHES = "searches"
_KEPT_SEARCHES = 20


def queue(request: HttpRequest) -> HttpResponse:
    """The ranked cases, one page of them."""
    person = person_of(request)
    if Act.MANAGE_PEOPLE in acts_of(person):
        return redirect("people")
    demand(person, Act.SEE_CASES)
    filters, cases, search = asked_list(request, request.GET)
    page, rows = page_of(cases, request.GET.get("page"))
    mark_lines(person, rows)
    newest = list(Ranking.objects.all()[:2])
    ranking = newest[0] if newest else None
    page_query = "&".join(
        part for part in (filters.query(), f"q={request.GET['q']}" if search else "") if part
    )
    keep_list(request, page_query)
    return render(
        request,
        "review/queue.html",
        {
            "filters": filters,
            "page": page,
            "rows": rows,
            "query": filters.query(),
            "search": search,
            "page_query": page_query,
            "ranking": ranking,
            # In the first ranking everything is new, which says nothing.
            "first_ranking": len(newest) == 1,
            "late": late_feeds(ranking),
            "drawn": drawn_now(person, ranking),
            "choices": _choices(),
            "views": SavedView.objects.filter(by=person),
            "assignees": desk_people(),
            "watched_changes": watched_changes(person),
        },
    )


def asked_list(request: HttpRequest, asked: QueryDict) -> tuple[QueueFilters, QuerySet[Case], str]:
    """Filters as asked, the cases that they and the search let through, and the search's text."""
    person = person_of(request)
    filters = read_filters(asked)
    search = _search_text(request, asked.get("q", ""))
    if asked.get("q") and not search:
        filters.complaints.append(_("Lượt tìm kiếm này đã hết hạn. Tìm lại."))
    return filters, sought(visible_cases(person), filters, search, person), search


def _search_text(request: HttpRequest, token: str) -> str:
    kept = request.session.get(_SEARCHES, {}).get(token)
    if kept is None or kept["until"] < timezone.now().timestamp():
        return ""
    return str(kept["text"])


@require_POST
def search(request: HttpRequest) -> HttpResponse:
    """Keep what was searched in the session and lead to an address that does not hold it."""
    person = person_of(request)
    demand(person, Act.SEE_CASES)
    text = request.POST.get("text", "").strip()[:200]
    if not text:
        return redirect("queue")
    token = secrets.token_urlsafe(9)
    kept = dict(list(request.session.get(_SEARCHES, {}).items())[-_KEPT_SEARCHES + 1 :])
    until = timezone.now() + timedelta(hours=review_limits().access.search_hours)
    kept[token] = {"text": text, "until": until.timestamp()}
    request.session[_SEARCHES] = kept
    record(person.username, "searched", "", letters=len(text))
    return redirect(f"{reverse('queue')}?q={token}")


def _choices() -> dict[str, list[tuple[str, str]]]:
    typologies = [(name, spoken(item.title)) for name, item in shipped_catalogue().typologies.items()]
    return {
        "typology": sorted(typologies, key=lambda pair: pair[1]),
        "agency": sorted(((name, agency_name(name)) for name in load_agencies()), key=lambda pair: pair[1]),
        "province": sorted(provinces().items(), key=lambda pair: pair[1]),
        "state": [(value, str(label)) for value, label in State.choices],
        "show": [
            (value, label)
            for value, label in zip(
                SHOWN, (_("Cần xem xét"), _("Đã kết thúc"), _("Tạm hoãn, tạm loại"), _("Tất cả")), strict=True
            )
        ],
        "sort": [
            (value, label)
            for value, label in zip(
                SORTS,
                (_("Thứ hạng"), _("Giá trị"), _("Hạn xử lý"), _("Thay đổi gần nhất")),
                strict=True,
            )
        ],
    }


@require_POST
def assign_many(request: HttpRequest) -> HttpResponse:
    """Give the marked cases to one person."""
    person = person_of(request)
    demand(person, Act.ASSIGN)
    chosen = request.POST.getlist("case")
    to = whole_number(request.POST.get("assignee"))
    assignee = desk_people().filter(pk=to).first()
    back = f"{reverse('queue')}?{request.POST.get('query', '')}"
    if assignee is None or not chosen:
        messages.error(request, _("Đánh dấu vụ việc và chọn người nhận."))
        return redirect(back)
    done, refused = 0, []
    for network_id in chosen[: review_limits().queue.page_rows]:
        try:
            assign(person, network_id, assignee)
            done += 1
        except Refused as error:
            refused.append(f"{network_id}: {error}")
    if done:
        text = ngettext("Đã phân công %(count)s vụ việc.", "Đã phân công %(count)s vụ việc.", done)
        messages.success(request, text % {"count": done})
    for line in refused:
        messages.error(request, line)
    return redirect(back)


@require_POST
def save_view(request: HttpRequest) -> HttpResponse:
    """Keep the filters under a name."""
    person = person_of(request)
    name = request.POST.get("name", "").strip()[:80]
    query = request.POST.get("query", "")[:1000]
    if name:
        SavedView.objects.update_or_create(by=person, name=name, defaults={"query": query})
        messages.success(request, _("Đã lưu chế độ xem."))
    else:
        messages.error(request, _("Đặt tên cho chế độ xem."))
    return redirect(f"{reverse('queue')}?{query}")


@require_POST
def drop_view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Forget a saved view."""
    SavedView.objects.filter(by=person_of(request), pk=view_id).delete()
    return redirect("queue")


@require_POST
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The whole filtered list as CSV, however long; recorded with its filters and its length."""
    person = person_of(request)
    demand(person, Act.EXPORT)
    request.GET = request.POST  # type: ignore[assignment]
    filters, cases, _search = asked_list(request, request.GET)
    record(person.username, "list_exported", "", filters=filters.query(), rows=cases.count())
    english = (get_language() or "vi").startswith("en")
    header = [
        _("Hạng"),
        _("Mã mạng lưới"),
        _("Điểm"),
        _("Giá trị (đồng)"),
        _("Trạng thái"),
        _("Người phụ trách"),
        _("Hạn xử lý"),
        _("Dấu hiệu"),
        _("Tóm tắt"),
        _("Chọn ngẫu nhiên ngày"),
    ]

    def rows() -> Iterator[list[Any]]:
        yield header
        for case in cases.select_related("assignee").iterator(chunk_size=500):
            yield [
                case.rank,
                case.network_id,
                f"{case.score:.1f}",
                case.value_vnd,
                case.get_state_display(),
                case.assignee.username if case.assignee else "",
                case.due_on.isoformat(),
                "; ".join(typology_title(name) for name in case.typologies),
                case.summary_en if english else case.summary_vi,
                case.drawn_on.isoformat() if case.drawn_on else "",
            ]
        # A list that is not the whole of what was asked for says so itself.
        for line in filters.complaints:
            yield [line]

    return csv_file(rows(), f"matluoi_{timezone.localdate()}.csv")
