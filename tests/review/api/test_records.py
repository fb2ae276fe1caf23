"""Source rows for programs: filters, one row, and the whole numbers to somebody who said why."""

import json

import pytest

from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from review.cases.records import EvidenceRow
from review.work.acts import answer, propose
from tests.review.world import ACCOUNT, FIRST, SECOND, SHOP

pytestmark = pytest.mark.django_db
REASON = "Đối chiếu với sao kê"
RECORDS = f"/api/cases/{FIRST}/records"


def test_the_filters_of_the_page_hold(case, person, browser):
    client = browser(person())

    def keys(query: str) -> list[str]:
        return [row["key"] for row in client.get(f"{RECORDS}?{query}").json()["records"]]

    assert keys("typology=border_pickup") == ["ghn:W1"]
    assert keys("feed=bank_transactions&from=2026-03-10&to=2026-03-10") == ["VCB:FT1", "VCB:FT2"]
    assert keys("from=2026-03-11") == ["ghn:W1"]
    assert client.get(f"{RECORDS}?to=x").json()["complaints"] == ["Ngày phải có dạng 31/03/2026."]


def test_one_row_says_where_it_stands_and_which_other_cases_rest_on_it(cases, person, browser):
    client = browser(person())
    row = EvidenceRow.objects.get(key="ghn:W1")
    address = f"{RECORDS}/{row.pk}"
    read = client.get(address).json()
    assert (read["source_file"], read["source_line"], read["sender"]) == (row.source_file, 9, "ghn")
    assert read["other_cases"] == []
    assert "0901234567" not in json.dumps(read)
    cases[SECOND].evidence.create(typology="tips_and_decisions", position=9, record=row)
    assert client.get(address).json()["other_cases"] == [SECOND]
    viewed = AuditEntry.objects.filter(action="record_viewed", subject=FIRST)
    assert [entry.details for entry in viewed] == [{"row": row.pk}] * 2
    tip = EvidenceRow.objects.get(key="T1")
    assert client.get(f"{RECORDS}/{tip.pk}").status_code == 404


def test_a_member_is_revealed_to_somebody_who_says_why(case, person, browser, send):
    client = browser(person())
    member = case.members.get(key=ACCOUNT)
    address = f"/api/cases/{FIRST}/members/{member.pk}/reveal"
    short = send(client, address, {"reason": "xem"})
    assert short.status_code == 409
    assert send(client, address, {}).status_code == 422
    assert not AuditEntry.objects.filter(action="number_revealed").exists()
    whole = send(client, address, {"reason": REASON})
    assert whole.json() == {"number": member.pk, "kind": "account", "id": ACCOUNT}
    entry = AuditEntry.objects.get(action="number_revealed")
    assert (entry.subject, entry.details) == (FIRST, {"member": member.pk, "reason": REASON})


def test_what_is_not_masked_and_who_is_elsewhere_cannot_be_revealed(cases, person, browser, send):
    client = browser(person())
    shop = cases[FIRST].members.get(key=SHOP)
    elsewhere = cases[SECOND].members.get(kind="account")
    for number in (shop.pk, elsewhere.pk):
        answered = send(client, f"/api/cases/{FIRST}/members/{number}/reveal", {"reason": REASON})
        assert answered.status_code == 404
    assert not AuditEntry.objects.filter(action="number_revealed").exists()


def test_a_row_is_revealed_within_what_may_be_seen(case, person, browser, send):
    parcel, payment = (EvidenceRow.objects.get(key=key).pk for key in ("ghn:W1", "VCB:FT1"))
    whole = send(browser(person()), f"{RECORDS}/{parcel}/reveal", {"reason": REASON}).json()
    assert whole["original"]["sender_phone"] == "0901234567"
    assert whole["normalised"]["cod_account_id"] == ACCOUNT
    referral = propose(person(), FIRST, "refer", "customs", REASON, None)
    answer(person(Role.APPROVER), referral.pk, True, "")
    customs = browser(person(Role.INVESTIGATOR, "customs"))
    there = send(customs, f"{RECORDS}/{parcel}/reveal", {"reason": REASON}).json()
    assert there["original"]["sender_phone"] == "0901234567"
    assert ACCOUNT not in json.dumps(there)
    assert send(customs, f"{RECORDS}/{payment}/reveal", {"reason": REASON}).status_code == 404
    revealed = AuditEntry.objects.filter(action="number_revealed")
    assert [entry.details for entry in revealed] == [{"row": parcel, "reason": REASON}] * 2
