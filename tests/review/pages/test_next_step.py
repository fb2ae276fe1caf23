"""What to do next is said to each who looks, for each state of a case."""

import pytest
from django.urls import reverse

from review.access.reviewers import Role
from review.work.acts import answer, assign, comment, propose
from tests.review.world import FIRST

pytestmark = pytest.mark.django_db
REASON = "Dấu hiệu gom hàng biên giới"


@pytest.fixture
def said(case, browser):
    def to(who) -> str:
        return str(browser(who).get(reverse("case", args=[FIRST])).context["next_step"])

    return to


def test_a_new_case_is_taken_with_one_click(case, person, browser, said):
    who = person()
    assert said(who).startswith("Chưa ai phụ trách. Đối chiếu")
    assert "Cục Hải quan" in said(who)
    page = browser(who).get(reverse("case", args=[FIRST])).content.decode()
    assert "Nhận vụ việc" in page
    browser(who).post(reverse("assign", args=[FIRST]), {"assignee": who.pk, "revision": case.revision})
    assert said(who).startswith("Bạn phụ trách.")
    assert said(person(Role.APPROVER)).startswith("investigator_desk phụ trách.")
    assert said(person(Role.VIEWER)) == ""
    assert "Nhận vụ việc" not in browser(who).get(reverse("case", args=[FIRST])).content.decode()


def test_a_case_that_waits_says_for_what(case, person, said):
    assign(person(), FIRST, person())
    comment(person(), FIRST, "Đề nghị ngân hàng giải trình", asks=True)
    assert "Đang chờ thông tin" in said(person())


def test_from_the_proposal_to_the_answer_of_the_agency(case, person, said):
    proposal = propose(person(), FIRST, "refer", "customs", REASON, None)
    assert said(person()) == "Đề xuất của bạn chờ người thứ hai phê duyệt."
    assert said(person(name="another")) == "Đề xuất chờ người có thẩm quyền phê duyệt."
    assert said(person(Role.APPROVER)).startswith("Đọc lý do")
    decision = answer(person(Role.APPROVER), proposal.pk, True, "")
    due = f"{decision.answer_due_on:%d/%m/%Y}"
    assert said(person()) == f"Chờ Cục Hải quan trả lời trước ngày {due}."
    assert said(person(Role.INVESTIGATOR, "customs")).endswith(f"trước ngày {due}.")
