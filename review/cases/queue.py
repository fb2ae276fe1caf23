"""The queue: filters that live in the address, and a search that does not."""

import sys
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, get_args

from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from configs.agencies import Feed, MemberKind, load_agencies
from configs.catalogue import shipped_catalogue
from configs.review import review_limits
from review.access.permissions import sight_of
from review.access.reviewers import Reviewer
from review.cases.calendar import read_day
from review.cases.provinces import provinces
from review.cases.records import (
    CLOSED,
    Case,
    CaseAgency,
    CaseEvidence,
    EvidenceRow,
    Member,
    MemberTerm,
    Reason,
    State,
)
from review.cases.texts import TERM_LENGTH, without_marks
from review.work.records import Decision, Outcome, Standing, Suppression, Verdict

_MEMBER_KINDS: tuple[str, ...] = get_args(MemberKind)
_FEEDS: tuple[str, ...] = get_args(Feed)
# More than that is no search for somebody or something: the page asks for more words.
_HITS = 2000
SORTS = {
    "rank": ("-as_of", "rank", "network_id"),
    "value": ("-value_vnd", "rank", "network_id"),
    "due": ("due_on", "rank", "network_id"),
    "changed": ("-changed_on", "rank", "network_id"),
}
SHOWN = ("open", "closed", "aside", "all")
_KEYS = (
    "show",
    "typology",
    "agency",
    "province",
    "state",
    "assignee",
    "value_min",
    "value_max",
    "changed_since",
    "tip",
    "drawn",
    "sort",
)


@dataclass
class QueueFilters:
    """What is asked of the queue. What could not be read is in `complaints`, and is not applied."""

    show: str = "open"
    typology: str = ""
    agency: str = ""
    province: str = ""
    state: str = ""
    assignee: str = ""
    value_min: int | None = None
    value_max: int | None = None
    changed_since: date | None = None
    tip: bool = False
    drawn: bool = False
    sort: str = "rank"
    complaints: list[str] = field(default_factory=list)
    # What could not be read, as it was typed, so that it can be put right.
    typed: dict[str, str] = field(default_factory=dict)

    def query(self) -> str:
        """The filters as they stand in the address, defaults left out."""
        said = QueryDict(mutable=True)
        for key in _KEYS:
            value = getattr(self, key)
            if value not in ("", None, False) and value != QueueFilters.__dataclass_fields__[key].default:
                said[key] = "1" if value is True else str(value)
        return said.urlencode()


def read_filters(asked: QueryDict) -> QueueFilters:
    """Filters from the address; nothing that it holds can break the page."""
    filters = QueueFilters()
    choices: dict[str, tuple[str, Container[str]]] = {
        "show": (_("Hiển thị"), SHOWN),
        "typology": (_("Dấu hiệu"), shipped_catalogue().typologies),
        "agency": (_("Cơ quan"), load_agencies()),
        "province": (_("Tỉnh, thành phố"), provinces()),
        "state": (_("Trạng thái"), State.values),
        "sort": (_("Sắp xếp theo"), SORTS),
    }
    for key, (word, known) in choices.items():
        value = asked.get(key, "")
        if value in known:
            setattr(filters, key, value)
        elif value:
            filters.complaints.append(_("Bộ lọc “%(word)s” không có giá trị này.") % {"word": word})
    assignee = asked.get("assignee", "")[:150]
    if assignee in ("", "me", "none") or Reviewer.objects.filter(username=assignee).exists():
        filters.assignee = assignee
    else:
        filters.complaints.append(
            _("Bộ lọc “%(word)s” không có giá trị này.") % {"word": _("Người phụ trách")}
        )
    filters.tip = asked.get("tip", "") == "1"
    filters.drawn = asked.get("drawn", "") == "1"
    for key in ("value_min", "value_max"):
        text = asked.get(key, "").replace(".", "").replace(",", "").replace(" ", "")
        if text.isascii() and text.isdigit() and len(text) <= 18:
            setattr(filters, key, int(text))
        elif text:
            filters.typed[key] = asked[key][:40]
            filters.complaints.append(_("Giá trị phải là số đồng, ví dụ 500.000.000."))
    least, most = filters.value_min, filters.value_max
    if least is not None and most is not None and least > most:
        filters.complaints.append(_("Giá trị từ lớn hơn giá trị đến: không vụ việc nào có giá trị như vậy."))
    if asked.get("changed_since"):
        try:
            filters.changed_since = read_day(asked["changed_since"])
        except ValueError:
            filters.complaints.append(_("Ngày phải có dạng 31/03/2026."))
    return filters


def sought(cases: QuerySet[Case], filters: QueueFilters, search: str, person: Reviewer) -> QuerySet[Case]:
    """The cases that the filters and a search let through. A search looks among all, closed ones too."""
    if search:
        filters.show = "all"
        cases, too_many = found_by(cases, search, person)
        if too_many:
            filters.complaints.append(_too_many_found())
    return filtered(cases, filters, person)


def filtered(cases: QuerySet[Case], filters: QueueFilters, person: Reviewer) -> QuerySet[Case]:
    """The cases that the filters let through, in their order."""
    cases = _shown(cases, filters.show, person)
    sight = sight_of(person)
    if (
        (filters.typology and not sight.typology(filters.typology))
        or (filters.tip and not sight.feed("tips"))
        or (filters.drawn and not sight.whole)
    ):
        return cases.none()
    if filters.typology:
        cases = cases.filter(pk__in=Reason.objects.filter(typology=filters.typology).values("case"))
    if filters.agency:
        cases = cases.filter(_concerns(filters.agency))
    if filters.province:
        cases = cases.filter(pk__in=Member.objects.filter(province_code=filters.province).values("case"))
    if filters.state:
        cases = cases.filter(state=filters.state)
    if filters.assignee:
        cases = cases.filter(_given_to(filters.assignee, person))
    columns = {
        "value_vnd__gte": filters.value_min,
        "value_vnd__lte": filters.value_max,
        "changed_on__gte": filters.changed_since,
        "has_tip": filters.tip or None,
        "drawn_on__isnull": False if filters.drawn else None,
    }
    cases = cases.filter(**{name: value for name, value in columns.items() if value is not None})
    return cases.order_by(*SORTS[filters.sort])


def _given_to(name: str, person: Reviewer) -> Q:
    if name == "none":
        return Q(assignee=None)
    return Q(assignee=person) if name == "me" else Q(assignee__username=name)


def _shown(cases: QuerySet[Case], show: str, person: Reviewer) -> QuerySet[Case]:
    if person.agency and show != "all":
        return _referred(cases, show, person.agency)
    today = timezone.localdate()
    suppressed = Exists(Suppression.objects.filter(case=OuterRef("pk"), lifted_at=None, until__gt=today))
    closed = Q(state__in=CLOSED)
    if show == "all":
        return cases
    if show == "closed":
        return cases.filter(closed)
    if show == "aside":
        return cases.filter(~closed & (Q(snoozed_until__gt=today) | suppressed))
    return cases.filter(~closed & (Q(snoozed_until=None) | Q(snoozed_until__lte=today)) & ~suppressed)


def _referred(cases: QuerySet[Case], show: str, agency: str) -> QuerySet[Case]:
    """At an agency a referral is open until it has answered it; it puts nothing aside."""
    answered = Exists(Outcome.objects.filter(decision__case=OuterRef("pk"), decision__agency=agency))
    if show == "aside":
        return cases.none()
    return cases.filter(answered if show == "closed" else ~answered)


def _concerns(agency: str) -> Q:
    """Cases that suit an agency, or were referred to it."""
    referred = Decision.objects.filter(verdict=Verdict.REFER, standing=Standing.APPROVED, agency=agency)
    return Q(pk__in=CaseAgency.objects.filter(agency=agency).values("case")) | Q(
        pk__in=referred.values("case")
    )


def page_of(cases: QuerySet[Case], number: Any) -> tuple[Page[Any], list[Case]]:
    """One page of the cases. Their order is read from an index; only those of the page are read whole."""
    page = Paginator(cases.values_list("pk", flat=True), review_limits().queue.page_rows).get_page(number)
    pks = list(page.object_list)
    whole = Case.objects.select_related("assignee", "ranking").in_bulk(pks)
    return page, [whole[pk] for pk in pks]


def found_by(cases: QuerySet[Case], text: str, person: Reviewer) -> tuple[QuerySet[Case], bool]:
    """Cases with a member (name, phone, account, seller) or a record (waybill, declaration) of that text.

    Only what the person may see is searched, so that a hit betrays nothing. Also returns whether so many were
    found that the rest was not looked at.
    """
    sight = sight_of(person)
    wanted = without_marks(text)
    if not wanted:
        return cases, False
    compact = wanted.replace(" ", "").replace(".", "").replace("-", "")
    forms = {wanted, compact}
    if compact.startswith("0") and compact.isdigit():
        forms.add("+84" + compact[1:])
    terms = reduce(or_, (_begins("text", form[:TERM_LENGTH]) for form in forms))
    kinds = [kind for kind in _MEMBER_KINDS if sight.member(kind)]
    members = MemberTerm.objects.filter(terms, member__kind__in=kinds)
    feeds = [feed for feed in _FEEDS if sight.feed(feed)]
    named = EvidenceRow.objects.filter(Q(number=wanted) | Q(key=text.strip()), feed__in=feeds)
    records = CaseEvidence.objects.filter(record__in=named)
    hits = [
        list(found.values_list(case, flat=True)[: _HITS + 1])
        for found, case in ((members, "member__case"), (records, "case"))
    ]
    shown = {pk for found in hits for pk in found[:_HITS]}
    if not sight.whole:
        shown = {case.pk for case in cases.filter(pk__in=shown) if _shows(case, person, members, records)}
    return (
        cases.filter(Q(network_id=text.strip().upper()) | Q(pk__in=shown)),
        any(len(found) > _HITS for found in hits),
    )


def _too_many_found() -> str:
    return _("Quá nhiều kết quả: danh sách này chưa đủ. Gõ thêm chữ hoặc số để tìm hẹp hơn.")


def _shows(case: Case, person: Reviewer, members: QuerySet[Any], records: QuerySet[Any]) -> bool:
    """Whether one of these hits is among what the person may see of the case."""
    sight = sight_of(person, case)
    return (
        any(sight.shows(term.member) for term in members.filter(member__case=case).select_related("member"))
        or records.filter(sight.records(), case=case).exists()
    )


def _begins(column: str, text: str) -> Q:
    """Rows whose `column` begins with `text`, by its index."""
    if connection.vendor == "postgresql":
        return Q(**{f"{column}__startswith": text})
    # SQLite compares texts by their code points, and has no index for LIKE.
    return Q(**{f"{column}__gte": text, f"{column}__lt": text + chr(sys.maxunicode)})
