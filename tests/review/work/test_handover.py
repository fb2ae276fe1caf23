"""What of a case goes to the paper, and who may have the paper."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from review.cases.import_ranking import import_ranking
from review.work.acts import Refused, answer, propose
from review.work.handover import referral_of
from review.work.outcomes import record_outcome
from tests.review.world import (
    ACCOUNT,
    AS_OF,
    FIRST,
    OTHER_ACCOUNT,
    PERSON,
    PHONE,
    SHOP,
    networks,
    write_world,
)

LATER = AS_OF + timedelta(days=7)
NEW_PHONE = "+84909999999"
pytestmark = pytest.mark.django_db


@pytest.fixture
def refer(case, person):
    def to(agency: str):
        decision = propose(person(), FIRST, "refer", agency, "Dấu hiệu gom hàng biên giới", None)
        return answer(person(Role.APPROVER), decision.pk, True, "")

    return to


def test_customs_gets_goods_and_neither_accounts_nor_payments(refer):
    paper = referral_of(refer("customs"))
    assert {(member.kind, member.id) for member in paper.members} == {
        ("person", PERSON),
        ("phone", PHONE),
        ("seller", SHOP),
    }
    assert [reason.typology for reason in paper.reasons] == ["border_pickup"]
    assert [(record.feed, record.source_line) for record in paper.records] == [("shipments", 9)]
    assert ACCOUNT not in str(paper.records)
    assert [innocent.holds for innocent in paper.reasons[0].innocent] == [False, None]


def test_the_police_get_the_payments_and_the_ties(refer):
    paper = referral_of(refer("c03"))
    assert len(paper.members) == 4
    assert {record.key for record in paper.records} == {"VCB:FT1", "VCB:FT2", "ghn:W1"}
    assert [(link.source, link.target, link.kind) for link in paper.links] == [
        (("account", ACCOUNT), ("person", PERSON), "shared")
    ]
    # The payer is context, not a member: it stands in the records alone.
    assert OTHER_ACCOUNT not in {member.id for member in paper.members}


def test_nothing_is_referred_to_an_agency_that_takes_none_of_its_signs(case, person):
    with pytest.raises(Refused):
        propose(person(), FIRST, "refer", "science_and_technology", "Dấu hiệu gom hàng", None)


@pytest.mark.parametrize(("form", "begins"), [("xlsx", b"PK"), ("json", b"{")])
def test_papers_are_for_the_desk_and_their_agency_and_are_recorded(refer, person, browser, form, begins):
    referral = refer("customs")
    address = reverse("document", args=[referral.pk, form])
    for who in (person(), person(Role.INVESTIGATOR, "customs")):
        answered = browser(who).get(address)
        assert answered.status_code == 200
        assert answered.content.startswith(begins)
        assert "attachment" in answered["Content-Disposition"]
    assert AuditEntry.objects.filter(action="referral_document").count() == 2
    assert browser(person(Role.INVESTIGATOR, "tax")).get(address).status_code == 404
    assert browser(person(Role.VIEWER)).get(address).status_code == 403
    assert browser(person()).get(reverse("document", args=[referral.pk, "exe"])).status_code == 404


def test_the_letter_is_read_as_a_draft_before_it_is_signed(case, person, browser):
    proposal = propose(person(), FIRST, "refer", "customs", "Dấu hiệu gom hàng biên giới", None)
    draft = referral_of(proposal)
    assert (draft.draft, draft.code) == (True, f"…/{draft.issuer.symbol}")
    assert draft.deadline > draft.issued_on == timezone.localdate()
    letter = reverse("document", args=[proposal.pk, "pdf"])
    approver = person(Role.APPROVER)
    for who in (person(), approver):
        read = browser(who).get(letter)
        assert read.content.startswith(b"%PDF-")
        assert "customs_draft.pdf" in read["Content-Disposition"]
    assert browser(person()).get(reverse("document", args=[proposal.pk, "json"])).status_code == 404
    assert browser(person(Role.INVESTIGATOR, "customs")).get(letter).status_code == 404
    assert letter in browser(approver).get(reverse("case", args=[FIRST])).content.decode()
    answer(approver, proposal.pk, False, "Chưa đủ căn cứ để chuyển")
    assert browser(approver).get(letter).status_code == 404


def test_a_report_of_payments_goes_only_where_payments_may_be_seen(refer, person, browser):
    client = browser(person())
    refused = client.get(reverse("document", args=[refer("customs").pk, "xml"]))
    assert refused.status_code == 302
    report = client.get(reverse("document", args=[refer("c03").pk, "xml"]))
    assert report.status_code == 200
    assert b"VCB:FT1" in report.content
    plain = json.loads(client.get(reverse("document", args=[refer("sbv").pk, "json"])).content)
    assert "ghn:W1" not in json.dumps(plain)


def test_what_was_referred_stays_what_two_people_referred(refer, home, person, browser):
    decision, who = refer("customs"), person(Role.INVESTIGATOR, "customs")
    client = browser(who)
    address = reverse("document", args=[decision.pk, "json"])
    before = client.get(address).content
    lines = networks(LATER)
    lines[0]["members"].append({"kind": "phone", "id": NEW_PHONE, "role": "phone"})
    lines[0]["typologies"][1]["evidence"].append({"feed": "tips", "key": "T1"})
    import_ranking(write_world(home, LATER, lines, change="grew"), LATER)
    assert client.get(address).content == before
    page = client.get(reverse("case", args=[FIRST]))
    assert {member.key for member in page.context["members"]} == {PERSON, PHONE, SHOP}
    assert page.context["evidence_total"] == 1
    for text, cases in ((NEW_PHONE, []), (PHONE, [FIRST])):
        found = client.post(reverse("search"), {"text": text}, follow=True)
        assert [case.network_id for case in found.context["rows"]] == cases
    refer("customs")
    page = client.get(reverse("case", args=[FIRST]))
    assert NEW_PHONE in {member.key for member in page.context["members"]}
    assert page.context["evidence_total"] == 2


def test_a_referral_is_open_at_its_agency_until_it_has_answered(refer, case, person, browser):
    decision, who = refer("customs"), person(Role.INVESTIGATOR, "customs")
    client = browser(who)
    queue = client.get("/")
    assert [(row.network_id, row.due_on) for row in queue.context["rows"]] == [
        (FIRST, decision.answer_due_on)
    ]
    holder = case.members.get(key=PERSON)
    record_outcome(who, decision.pk, "9/QĐ", timezone.localdate(), "cleared", "", None, [holder.pk])
    assert client.get("/").context["rows"] == []
    assert [row.network_id for row in client.get("/?show=closed").context["rows"]] == [FIRST]
    assert client.get("/?show=aside").context["rows"] == []
