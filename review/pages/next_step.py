"""What to do next with a case, in one or two sentences, for whoever looks at it."""

from collections.abc import Iterable
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from review.access.permissions import Act, acts_of
from review.access.reviewers import Reviewer
from review.cases.records import Case, State
from review.pages.wording import agency_name, person_name
from review.work.records import Decision


def next_step(
    case: Case, person: Reviewer, open_decision: Decision | None, referrals: Iterable[Decision]
) -> str:
    """The next step. `referrals` are the approved ones that the person may see; empty where none is left."""
    unanswered = [referral for referral in referrals if not referral.outcomes.all()]
    if person.agency:
        return _at_the_agency(unanswered)
    if open_decision:
        return _on_a_proposal(open_decision, person)
    if case.is_closed:
        return " ".join(
            _("Chờ %(agency)s trả lời trước ngày %(day)s.")
            % {"agency": agency_name(referral.agency), "day": _shown(referral.answer_due_on)}
            for referral in unanswered
        )
    if Act.PROPOSE not in acts_of(person):
        return ""
    return f"{_whose(case, person)} {_towards_a_proposal(case)}"


def _at_the_agency(unanswered: list[Decision]) -> str:
    if not unanswered:
        return ""
    days = [referral.answer_due_on for referral in unanswered if referral.answer_due_on]
    return _("Xác minh theo thẩm quyền, rồi ghi kết quả trước ngày %(day)s.") % {"day": _shown(min(days))}


def _on_a_proposal(decision: Decision, person: Reviewer) -> str:
    if decision.proposed_by_id == person.pk:
        return _("Đề xuất của bạn chờ người thứ hai phê duyệt.")
    if Act.DECIDE in acts_of(person):
        return _("Đọc lý do và bản ghi chứng minh, rồi phê duyệt hoặc không phê duyệt đề xuất.")
    return _("Đề xuất chờ người có thẩm quyền phê duyệt.")


def _whose(case: Case, person: Reviewer) -> str:
    if case.assignee is None:
        return _("Chưa ai phụ trách.")
    if case.assignee_id == person.pk:
        return _("Bạn phụ trách.")
    return _("%(name)s phụ trách.") % {"name": person_name(case.assignee)}


def _towards_a_proposal(case: Case) -> str:
    if case.state == State.WAITING:
        return _("Đang chờ thông tin: ghi chú khi đã nhận, rồi đề xuất kết luận trước ngày %(day)s.") % {
            "day": _shown(case.due_on)
        }
    said = _("Đối chiếu bản ghi với cách giải thích khác, rồi đề xuất kết luận trước ngày %(day)s.") % {
        "day": _shown(case.due_on)
    }
    if case.agencies:
        names = ", ".join(agency_name(name) for name in case.agencies)
        said += " " + _("Cơ quan nhận được gợi ý: %(names)s.") % {"names": names}
    return said


def _shown(day: date | None) -> str:
    return date_format(day) if day else ""
