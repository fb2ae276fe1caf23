"""The interface for programs has the permissions and the masks of the pages."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from tests.review.world import ACCOUNT, FIRST, SECOND

pytestmark = pytest.mark.django_db
PROPOSAL = {"verdict": "confirm", "reason": "Dòng tiền khớp với vận đơn", "revision": 0}


def _post(client: Client, address: str, content: object):
    return client.post(address, json.dumps(content), content_type="application/json")


def test_the_queue_and_a_case_are_masked_and_recorded(cases, person, browser):
    client = browser(person())
    page = client.get("/api/cases?typology=border_pickup").json()
    assert (page["count"], page["cases"][0]["network_id"]) == (1, FIRST)
    case = client.get(f"/api/cases/{FIRST}").json()
    assert {member["id"] for member in case["members"] if member["kind"] == "account"} == {
        "VCB:••••••••••556"
    }
    records = client.get(f"/api/cases/{FIRST}/records").json()
    assert records["count"] == 3
    assert ACCOUNT.partition(":")[2] not in json.dumps([case, records])
    assert AuditEntry.objects.filter(action="case_viewed", subject=FIRST).count() == 1


def test_a_decision_takes_two(cases, person, browser):
    proposed = _post(browser(person()), f"/api/cases/{FIRST}/proposals", PROPOSAL)
    assert proposed.status_code == 200
    number = proposed.json()["id"]
    assert _post(browser(person()), f"/api/decisions/{number}/answer", {"approve": True}).status_code == 403
    assert _post(browser(person()), f"/api/cases/{FIRST}/proposals", PROPOSAL).status_code == 409
    done = _post(browser(person(Role.APPROVER)), f"/api/decisions/{number}/answer", {"approve": True})
    assert done.json()["standing"] == "approved"


def test_what_the_desk_decides_and_an_agency_answers_goes_through_programs(cases, person, browser):
    desk, approver = browser(person()), browser(person(Role.APPROVER))
    first = _post(desk, f"/api/cases/{FIRST}/proposals", PROPOSAL).json()["id"]
    assert _post(desk, f"/api/decisions/{first}/withdraw", {}).json()["standing"] == "withdrawn"
    referral = {**PROPOSAL, "verdict": "refer", "agency": "customs", "revision": 2}
    number = _post(desk, f"/api/cases/{FIRST}/proposals", referral).json()["id"]
    _post(approver, f"/api/decisions/{number}/answer", {"approve": True})
    case = desk.get(f"/api/cases/{FIRST}").json()
    three = [member["number"] for member in case["members"] if member["kind"] != "seller"]
    word = {"members": three, "verdict": "not_same", "reason": PROPOSAL["reason"]}
    words = _post(desk, f"/api/cases/{FIRST}/links", word).json()
    assert len(words) == 3
    assert _post(desk, f"/api/links/{words[0]['id']}/undo", {}).json() == {"network_id": FIRST}

    agency = browser(person(Role.INVESTIGATOR, "customs"))
    (told,) = agency.get(f"/api/cases/{FIRST}/decisions").json()
    assert (told["id"], told["reason"], told["proposed_by"]) == (number, None, None)
    holder = next(member["number"] for member in case["members"] if member["kind"] == "person")
    sent = {"decision_no": "1/QĐ", "decided_on": "2026-01-02", "outcome": "cleared", "members": [holder]}
    assert _post(agency, f"/api/referrals/{number}/outcome", sent).json()["decision_no"] == "1/QĐ"
    assert _post(agency, f"/api/referrals/{number}/outcome", sent).status_code == 409


def test_an_agency_finds_nothing_that_was_not_referred_to_it(cases, person, browser):
    client = browser(person(Role.INVESTIGATOR, "customs"))
    assert client.get("/api/cases").json()["count"] == 0
    for address in (f"/api/cases/{FIRST}", f"/api/cases/{SECOND}/records"):
        assert client.get(address).status_code == 404
    assert _post(client, f"/api/cases/{FIRST}/proposals", PROPOSAL).status_code == 403


def test_nobody_reads_without_a_sign_in_and_nobody_writes_without_a_token(cases, person):
    assert Client().get("/api/cases").status_code == 401
    client = Client(enforce_csrf_checks=True)
    client.force_login(person())
    assert _post(client, f"/api/cases/{FIRST}/proposals", PROPOSAL).status_code == 403
    who = person(name="new")
    who.must_change_password = True
    who.save()
    fresh = Client()
    fresh.force_login(who)
    assert fresh.get("/api/cases").status_code == 401


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"verdict": "guilty", "reason": "x", "revision": 0},
        {"verdict": "refer", "agency": "nobody", "reason": "một lý do đủ dài", "revision": 0},
        {"verdict": "confirm", "reason": "ngắn", "revision": 0},
        {"verdict": "confirm", "reason": "một lý do đủ dài", "revision": 99},
        {"verdict": "confirm", "reason": "một lý do đủ dài", "revision": "x"},
        [],
        "x",
    ],
)
def test_bad_input_is_refused_and_never_a_fault(cases, person, browser, sent):
    answered = _post(browser(person()), f"/api/cases/{FIRST}/proposals", sent)
    assert 400 <= answered.status_code < 500


def test_the_description_is_openapi_3_1(person, browser):
    description = browser(person()).get("/api/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"]) == {
        "/api/cases",
        "/api/cases/{network_id}",
        "/api/cases/{network_id}/records",
        "/api/cases/{network_id}/decisions",
        "/api/cases/{network_id}/links",
        "/api/cases/{network_id}/proposals",
        "/api/decisions/{decision_id}/answer",
        "/api/decisions/{decision_id}/withdraw",
        "/api/links/{link_id}/undo",
        "/api/referrals/{referral_id}/outcome",
        "/api/cases/search",
        "/api/cases/{network_id}/assignment",
        "/api/cases/{network_id}/comments",
        "/api/cases/{network_id}/snooze",
        "/api/cases/{network_id}/suppressions",
        "/api/cases/{network_id}/watch",
        "/api/suppressions/{suppression_id}/lift",
        "/api/cases/{network_id}/picture",
        "/api/cases/{network_id}/records/{record_number}",
        "/api/cases/{network_id}/records/{record_number}/reveal",
        "/api/cases/{network_id}/members/{member_number}/reveal",
        "/api/cases/{network_id}/members/{member_number}/watch",
        "/api/referrals/{referral_id}/papers/{form}",
        "/api/ranking",
        "/api/proposals",
        "/api/suppressions",
        "/api/watches",
        "/api/assignees",
        "/api/audit",
    }


def test_a_search_finds_within_what_may_be_seen_and_is_recorded(cases, person, browser):
    found = _post(browser(person()), "/api/cases/search", {"text": "shopee:7001"}).json()
    assert [case["network_id"] for case in found["cases"]] == [FIRST]
    assert AuditEntry.objects.get(action="searched").details == {"letters": 11}
    agency = browser(person(Role.INVESTIGATOR, "customs"))
    assert _post(agency, "/api/cases/search", {"text": "shopee:7001"}).json()["count"] == 0
    both = _post(browser(person()), "/api/cases/search?state=working", {"text": "shopee:7001"}).json()
    assert both["count"] == 0


def test_the_desk_works_through_programs(cases, person, browser):
    desk = browser(person())
    address = f"/api/cases/{FIRST}"
    given = _post(desk, f"{address}/assignment", {"assignee": "investigator_desk", "revision": 0}).json()
    assert given == {"network_id": FIRST, "state": "working", "revision": 1}
    assert _post(desk, f"{address}/assignment", {"assignee": None, "revision": 0}).status_code == 409
    assert _post(desk, f"{address}/assignment", {"assignee": "nobody", "revision": 1}).status_code == 409
    asked = _post(desk, f"{address}/comments", {"text": "Đề nghị ngân hàng giải trình", "asks": True}).json()
    assert (asked["state"], asked["revision"]) == ("waiting", 2)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert _post(desk, f"{address}/snooze", {"until": tomorrow, "revision": 2}).status_code == 200
    assert desk.get("/api/cases?show=aside").json()["count"] == 1
    word = {"until": tomorrow, "reason": "Đã đối chiếu với sao kê"}
    number = _post(desk, f"{address}/suppressions", word).json()["id"]
    assert _post(desk, f"/api/suppressions/{number}/lift", {}).json() == {"id": number}
    assert _post(desk, f"/api/suppressions/{number}/lift", {}).status_code == 409
    assert _post(desk, f"{address}/watch", {}).json() == {"watched": True}
