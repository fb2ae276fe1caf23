"""Forms that act on a case; each ends on the case page with one line that says what happened."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from review.access.permissions import Act, demand, sight_of
from review.access.reviewers import Reviewer
from review.access.unsent import keep_unsent
from review.cases.calendar import read_day
from review.cases.records import Member
from review.cases.seen import seen_member
from review.pages.circumstances import shared_circumstances
from review.pages.requests import case_for, person_of, whole_number
from review.pages.watching import watched
from review.work import acts
from review.work.link_decisions import KINDS, judge_group, undo_link
from review.work.lists import standing_suppressions, waiting_proposals
from review.work.outcomes import record_outcome
from review.work.records import Decision


def _done(request: HttpRequest, network_id: str, act: Callable[[], object], said: str) -> HttpResponse:
    """Do it and return to the case; what was refused is said there, with what was typed still in the form."""
    try:
        act()
    except acts.Refused as error:
        messages.error(request, str(error))
        keep_unsent(request)
    else:
        messages.success(request, said)
    return redirect("case", network_id)


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise acts.Refused(_("Ngày phải có dạng 31/03/2026.")) from None


@require_POST
def assign(request: HttpRequest, network_id: str) -> HttpResponse:
    """Give the case to somebody, or take it oneself."""
    person = person_of(request)
    to = whole_number(request.POST.get("assignee"))
    assignee = Reviewer.objects.filter(pk=to).first() if to else None
    revision = whole_number(request.POST.get("revision"))
    return _done(
        request,
        network_id,
        lambda: acts.assign(person, network_id, assignee, revision),
        _("Đã phân công."),
    )


@require_POST
def comment(request: HttpRequest, network_id: str) -> HttpResponse:
    """Add a note or a question."""
    text, asks = request.POST.get("text", ""), request.POST.get("asks") == "1"
    return _done(
        request,
        network_id,
        lambda: acts.comment(person_of(request), network_id, text, asks),
        _("Đã ghi yêu cầu; vụ việc chờ thông tin.") if asks else _("Đã ghi chú."),
    )


@require_POST
def propose(request: HttpRequest, network_id: str) -> HttpResponse:
    """Propose an end of the case."""
    sent = request.POST
    return _done(
        request,
        network_id,
        lambda: acts.propose(
            person_of(request),
            network_id,
            sent.get("verdict", ""),
            sent.get("agency", "") if sent.get("verdict") == "refer" else "",
            sent.get("reason", ""),
            whole_number(sent.get("revision")),
        ),
        _("Đã đề xuất. Cần người thứ hai phê duyệt."),
    )


@require_POST
def answer(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Approve or reject somebody else's proposal."""
    approve = request.POST.get("approve") == "1"
    network_id = _network_of(request, decision_id)
    return _done(
        request,
        network_id,
        lambda: acts.answer(person_of(request), decision_id, approve, request.POST.get("reason", "")),
        _("Đã phê duyệt.") if approve else _("Đã ghi: không phê duyệt."),
    )


@require_POST
def withdraw(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Take one's own proposal back."""
    network_id = _network_of(request, decision_id)
    return _done(
        request, network_id, lambda: acts.withdraw(person_of(request), decision_id), _("Đã rút đề xuất.")
    )


def _network_of(request: HttpRequest, decision_id: int) -> str:
    decision = Decision.objects.filter(pk=decision_id).select_related("case").first()
    return case_for(request, decision.case.network_id if decision else "").network_id


@require_POST
def snooze(request: HttpRequest, network_id: str) -> HttpResponse:
    """Put the case aside until a day."""
    demand(person_of(request), Act.PUT_ASIDE)
    sent = request.POST
    return _done(
        request,
        network_id,
        lambda: acts.snooze(
            person_of(request), network_id, _day(sent.get("until", "")), whole_number(sent.get("revision"))
        ),
        _("Đã tạm hoãn; vụ việc tự trở lại vào ngày đó."),
    )


@require_POST
def suppress(request: HttpRequest, network_id: str) -> HttpResponse:
    """Keep a false positive out of the queue."""
    demand(person_of(request), Act.PUT_ASIDE)
    sent = request.POST
    return _done(
        request,
        network_id,
        lambda: acts.suppress(
            person_of(request), network_id, _day(sent.get("until", "")), sent.get("reason", "")
        ),
        _("Đã tạm loại khỏi danh sách đến ngày đó."),
    )


@require_POST
def lift(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """Let a suppressed case back."""
    try:
        acts.lift(person_of(request), suppression_id)
    except acts.Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Đã bỏ tạm loại."))
    return redirect("suppressions")


@require_POST
def watch(request: HttpRequest, network_id: str) -> HttpResponse:
    """Watch the case or one of its members, or stop."""
    person = person_of(request)
    case = case_for(request, network_id)
    number = whole_number(request.POST.get("member"))
    if number:
        member = seen_member(person, case, number)
        watches_now = acts.toggle_member_watch(person, member.kind, member.key)
    else:
        watches_now = acts.toggle_watch(person, network_id)
    messages.success(request, _("Đang theo dõi.") if watches_now else _("Đã thôi theo dõi."))
    return redirect("case", network_id)


def link(request: HttpRequest, network_id: str) -> HttpResponse:
    """Say whether two members are one hand."""
    person = person_of(request)
    demand(person, Act.JUDGE_LINKS)
    case = case_for(request, network_id)
    members = Member.objects.filter(case=case, kind__in=KINDS)
    asked = request.POST if request.method == "POST" else request.GET
    first, second = (whole_number(asked.get(name)) or 0 for name in ("a", "b"))
    group = [number for number in map(whole_number, asked.getlist("m")) if number is not None]
    if len(group) == 2 and not (first or second):
        first, second = group
    if request.method == "POST":
        rows = group if "group" in asked else [first, second]
        return _done(
            request,
            network_id,
            lambda: judge_group(person, network_id, rows, asked.get("verdict", ""), asked.get("reason", "")),
            _("Đã ký nhận định; lần chạy sau sẽ tuân theo."),
        )
    ties = case.ties.all()
    pair = {member.pk: member for member in members.filter(pk__in=group or (first, second))}
    holding = [
        tie
        for tie in ties
        if len(pair) == 2
        and {(tie.kind_a, tie.key_a), (tie.kind_b, tie.key_b)}
        == {(member.kind, member.key) for member in pair.values()}
    ]
    shared = shared_circumstances(case, list(pair.values()), sight_of(person)) if len(pair) > 1 else []
    return render(
        request,
        "review/link.html",
        {
            "case": case,
            "members": members,
            "group": members.filter(pk__in=group),
            "first": first,
            "second": second,
            "verdict": asked.get("verdict", ""),
            "holding": holding,
            "shared": shared,
        },
    )


@require_POST
def undo(request: HttpRequest, network_id: str, link_id: int) -> HttpResponse:
    """Take a word on a link back."""
    return _done(request, network_id, lambda: undo_link(person_of(request), link_id), _("Đã rút nhận định."))


@require_POST
def outcome(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Keep what the agency answered."""
    demand(person_of(request), Act.RECORD_OUTCOME)
    sent = request.POST
    network_id = _network_of(request, referral_id)
    number = sent.get("decision_no", "").strip()[:80]

    def keep() -> object:
        if not number:
            raise acts.Refused(_("Ghi số quyết định."))
        return record_outcome(
            person_of(request),
            referral_id,
            number,
            _day(sent.get("decided_on", "")),
            sent.get("outcome", ""),
            sent.get("violation", ""),
            whole_number(sent.get("penalty_vnd", "").replace(".", "").replace(",", "")),
            [pk for pk in map(whole_number, sent.getlist("member")) if pk is not None],
        )

    return _done(request, network_id, keep, _("Đã ghi kết quả; lần chạy sau sẽ học từ đó."))


def proposals(request: HttpRequest) -> HttpResponse:
    """Proposals that wait for a second person."""
    return render(request, "review/proposals.html", {"waiting": waiting_proposals(person_of(request))})


def suppressions(request: HttpRequest) -> HttpResponse:
    """What is suppressed, until when, and by whom."""
    return render(request, "review/suppressions.html", {"rows": standing_suppressions(person_of(request))})


def watches(request: HttpRequest) -> HttpResponse:
    """What the person watches."""
    person = person_of(request)
    demand(person, Act.WATCH)
    return render(request, "review/watches.html", {"rows": watched(person)})
