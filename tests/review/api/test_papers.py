"""Papers go to programs as they go to people."""

import pytest
from django.urls import reverse

from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from review.work.acts import answer, propose
from tests.review.world import FIRST

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(case, person):
    return propose(person(), FIRST, "refer", "customs", "Dấu hiệu gom hàng biên giới", None)


@pytest.fixture
def referred(proposed, person):
    return answer(person(Role.APPROVER), proposed.pk, True, "")


def _paper(referral, form: str) -> str:
    return f"/api/referrals/{referral.pk}/papers/{form}"


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("json", b"{"), ("pdf", b"%PDF-")])
def test_a_paper_is_that_of_the_page_and_is_recorded(referred, person, browser, form, begins):
    for who in (person(), person(Role.INVESTIGATOR, "customs")):
        answered = browser(who).get(_paper(referred, form))
        page = browser(who).get(reverse("document", args=[referred.pk, form]))
        assert answered.content.startswith(begins)
        assert [answered[name] for name in ("Content-Type", "Content-Disposition")] == [
            page[name] for name in ("Content-Type", "Content-Disposition")
        ]
    entries = AuditEntry.objects.filter(action="referral_document", subject=FIRST)
    assert [entry.details["form"] for entry in entries] == [form] * 4
    assert browser(person(Role.INVESTIGATOR, "tax")).get(_paper(referred, form)).status_code == 404
    assert browser(person(Role.VIEWER)).get(_paper(referred, form)).status_code == 403


def test_a_draft_is_the_letter_alone_and_the_desks_alone(proposed, person, browser):
    desk = browser(person())
    assert "customs_draft.pdf" in desk.get(_paper(proposed, "pdf"))["Content-Disposition"]
    assert AuditEntry.objects.get(action="referral_document").details["draft"] is True
    assert desk.get(_paper(proposed, "json")).status_code == 404
    customs = browser(person(Role.INVESTIGATOR, "customs"))
    assert customs.get(_paper(proposed, "pdf")).status_code == 404


def test_a_paper_that_may_not_leave_is_refused_in_words(referred, person, browser):
    refused = browser(person()).get(_paper(referred, "xml"))
    assert refused.status_code == 409
    assert "không có gì được phép chuyển" in refused.json()["detail"]
    assert not AuditEntry.objects.filter(action="referral_document").exists()
    assert browser(person()).get(_paper(referred, "exe")).status_code == 422
