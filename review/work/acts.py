"""What people do with a case. Each act locks it, refuses a stale form, and leaves an entry in the audit."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from configs.agencies import load_agencies
from configs.review import review_limits
from review.access.permissions import Act, Sight, demand, visible_cases
from review.access.reviewers import Reviewer
from review.audit.chain import record
from review.cases.calendar import add_working_days
from review.cases.records import Case, State
from review.work.handover import hand_over
from review.work.records import Comment, Decision, Standing, Suppression, Verdict, Watch

_CLOSES = {
    Verdict.CONFIRM: State.CONFIRMED,
    Verdict.DISMISS: State.DISMISSED,
    Verdict.INCONCLUSIVE: State.INCONCLUSIVE,
    Verdict.REFER: State.REFERRED,
}


class Refused(Exception):
    """The act is not possible; the message is for the reader, in the reader's language."""


class StaleCase(Refused):
    """Somebody else acted on the case since the form was opened."""


@contextmanager
def at_work(person: Reviewer, act: Act, network_id: str, revision: int | None = None) -> Iterator[Case]:
    """The case, locked, for a person who may do this to it; it is saved with a new revision at the end."""
    demand(person, act)
    with transaction.atomic():
        case = visible_cases(person).select_for_update().filter(network_id=network_id).first()
        if case is None:
            raise PermissionDenied
        if revision is not None and revision != case.revision:
            raise StaleCase(
                _("Vụ việc vừa được người khác cập nhật. Xem lại rồi gửi lại; chưa có gì được ghi.")
            )
        yield case
        case.revision += 1
        case.save()


def demand_reason(text: str) -> str:
    """The reason, trimmed. Raises `Refused` when it says nothing."""
    text = text.strip()
    shortest = review_limits().work.reason_length
    if len(text) < shortest:
        raise Refused(_("Lý do cần ít nhất %(count)s ký tự.") % {"count": shortest})
    return text


def assign(person: Reviewer, network_id: str, assignee: Reviewer | None, revision: int | None = None) -> None:
    """Give the case to somebody at the desk who may work on it, or to nobody."""
    with at_work(person, Act.ASSIGN, network_id, revision) as case:
        if case.is_closed:
            raise Refused(_("Vụ việc đã kết thúc."))
        if assignee is not None and (assignee.agency or not assignee.is_active):
            raise Refused(_("Không phân công được cho người này."))
        case.assignee = assignee
        if case.state == State.NEW and assignee is not None:
            case.state = State.WORKING
        record(person.username, "case_assigned", network_id, to=assignee.pk if assignee else None)


def comment(person: Reviewer, network_id: str, text: str, asks: bool) -> None:
    """Add a note; a question keeps the case waiting until the next note."""
    with at_work(person, Act.COMMENT, network_id) as case:
        text = text.strip()
        if not text:
            raise Refused(_("Ghi chú không được để trống."))
        Comment.objects.create(case=case, by=person, at=timezone.now(), text=text, asks=asks)
        if asks and case.state in (State.NEW, State.WORKING):
            case.state = State.WAITING
        elif not asks and case.state == State.WAITING:
            case.state = State.WORKING
        record(person.username, "information_requested" if asks else "commented", network_id)


def propose(
    person: Reviewer, network_id: str, verdict: str, agency: str, reason: str, revision: int | None
) -> Decision:
    """Propose an end. Only a second person can make it one."""
    with at_work(person, Act.PROPOSE, network_id, revision) as case:
        reason = demand_reason(reason)
        if verdict not in Verdict.values:
            raise Refused(_("Chọn một kết luận."))
        if (verdict == Verdict.REFER) != bool(agency) or (agency and agency not in load_agencies()):
            raise Refused(_("Chọn cơ quan nhận khi chuyển xử lý, và chỉ khi chuyển xử lý."))
        if case.state == State.PROPOSED:
            raise Refused(_("Vụ việc đang có đề xuất chờ phê duyệt."))
        if case.is_closed and verdict != Verdict.REFER:
            raise Refused(_("Vụ việc đã kết thúc; chỉ có thể chuyển thêm cho cơ quan khác."))
        if agency and not any(Sight(load_agencies()[agency]).typology(name) for name in case.typologies):
            raise Refused(_("Cơ quan này không nhận dấu hiệu nào của vụ việc."))
        if agency and not load_agencies()[agency].basis_on(timezone.localdate()):
            raise Refused(_("Hôm nay không có căn cứ pháp lý nào cho phép chuyển cho cơ quan này."))
        decision = Decision.objects.create(
            case=case,
            ranking=case.ranking,
            verdict=verdict,
            agency=agency,
            reason=reason,
            proposed_by=person,
            proposed_at=timezone.now(),
        )
        handed = {"handed": hand_over(decision).fingerprint()} if agency else {}
        if not case.is_closed:
            case.state = State.PROPOSED
        told = {"verdict": verdict, "agency": agency, "decision": decision.pk, **handed}
        record(person.username, "proposed", network_id, **told)
    return decision


def answer(person: Reviewer, decision_id: int, approve: bool, words: str) -> Decision:
    """The second person's word. Nobody answers a proposal of their own."""
    demand(person, Act.DECIDE)
    if not approve:
        words = demand_reason(words)
    network_id = _network_of(decision_id)
    with at_work(person, Act.DECIDE, network_id) as case:
        decision = Decision.objects.select_for_update().get(pk=decision_id)
        if decision.standing != Standing.OPEN:
            raise StaleCase(_("Đề xuất này đã được trả lời hoặc đã rút."))
        if decision.proposed_by_id == person.pk:
            raise Refused(_("Không ai phê duyệt đề xuất của chính mình. Cần người thứ hai."))
        decision.standing = Standing.APPROVED if approve else Standing.REJECTED
        decision.decided_by = person
        decision.decided_at = timezone.now()
        decision.answer = words.strip()
        if approve and decision.verdict == Verdict.REFER:
            agency = load_agencies()[decision.agency]
            today = timezone.localdate()
            decision.answer_due_on = add_working_days(today, agency.deadline_working_days)
            decision.legal_basis = [basis.model_dump(mode="json") for basis in agency.basis_on(today)]
        decision.save()
        if approve:
            case.state = _CLOSES[Verdict(decision.verdict)]
            case.closing = decision
            case.snoozed_until = None
        elif not case.is_closed:
            case.state = State.WORKING
        record(
            person.username,
            "approved" if approve else "rejected",
            network_id,
            verdict=decision.verdict,
            agency=decision.agency,
            decision=decision.pk,
        )
    return decision


def withdraw(person: Reviewer, decision_id: int) -> None:
    """Take one's own open proposal back."""
    network_id = _network_of(decision_id)
    with at_work(person, Act.PROPOSE, network_id) as case:
        decision = Decision.objects.select_for_update().get(pk=decision_id)
        if decision.proposed_by_id != person.pk:
            raise PermissionDenied
        if decision.standing != Standing.OPEN:
            raise StaleCase(_("Đề xuất này đã được trả lời hoặc đã rút."))
        decision.standing = Standing.WITHDRAWN
        decision.save()
        if not case.is_closed:
            case.state = State.WORKING
        record(person.username, "withdrawn", network_id, decision=decision.pk)


def _network_of(decision_id: int) -> str:
    found = Decision.objects.filter(pk=decision_id).values_list("case__network_id", flat=True).first()
    if found is None:
        raise PermissionDenied
    return str(found)


def snooze(person: Reviewer, network_id: str, until: date, revision: int | None = None) -> None:
    """Put the case aside until a day; it comes back by itself."""
    with at_work(person, Act.PUT_ASIDE, network_id, revision) as case:
        _demand_day(until, review_limits().work.snooze_days_max)
        if case.is_closed:
            raise Refused(_("Vụ việc đã kết thúc."))
        case.snoozed_until = until
        record(person.username, "snoozed", network_id, until=until.isoformat())


def suppress(person: Reviewer, network_id: str, until: date, reason: str) -> Suppression:
    """Keep a false positive out of the queue until a day."""
    with at_work(person, Act.PUT_ASIDE, network_id) as case:
        reason = demand_reason(reason)
        _demand_day(until, review_limits().work.suppression_days_max)
        suppression = Suppression.objects.create(
            case=case, by=person, at=timezone.now(), until=until, reason=reason
        )
        record(person.username, "suppressed", network_id, until=until.isoformat())
    return suppression


def lift(person: Reviewer, suppression_id: int) -> None:
    """Let a suppressed case back into the queue at once."""
    found = Suppression.objects.filter(pk=suppression_id, lifted_at=None).select_related("case").first()
    if found is None:
        raise Refused(_("Việc tạm loại này đã hết hạn hoặc đã bỏ."))
    with at_work(person, Act.PUT_ASIDE, found.case.network_id):
        Suppression.objects.filter(pk=found.pk).update(lifted_at=timezone.now(), lifted_by=person)
        record(person.username, "suppression_lifted", found.case.network_id)


def _demand_day(until: date, days_max: int) -> None:
    today = timezone.localdate()
    if not today < until <= today + timedelta(days=days_max):
        raise Refused(_("Ngày phải từ ngày mai và không quá %(count)s ngày.") % {"count": days_max})


def toggle_watch(person: Reviewer, network_id: str) -> bool:
    """Watch a case, or stop. Returns whether it is watched now."""
    demand(person, Act.WATCH)
    case = visible_cases(person).filter(network_id=network_id).first()
    if case is None:
        raise PermissionDenied
    gone, _counts = Watch.objects.filter(by=person, case=case).delete()
    if not gone:
        Watch.objects.create(by=person, case=case, since=timezone.now())
    return not gone


def toggle_member_watch(person: Reviewer, kind: str, key: str) -> bool:
    """Watch a member wherever it appears, or stop. Returns whether it is watched now."""
    demand(person, Act.WATCH)
    gone, _counts = Watch.objects.filter(by=person, case=None, kind=kind, key=key).delete()
    if not gone:
        Watch.objects.create(by=person, kind=kind, key=key, since=timezone.now())
    return not gone
