"""What waits, what is suppressed, what is watched, who can be given a case, what was recorded."""

from datetime import timedelta

import pytest
from django.utils import timezone

from review.access.reviewers import Role
from review.cases.import_ranking import import_ranking
from review.cases.records import Ranking
from review.work.acts import propose, suppress
from tests.review.world import AS_OF, FIRST, PERSON, SECOND, networks, write_world

pytestmark = pytest.mark.django_db
REASON = "Dòng tiền khớp với vận đơn"


def test_proposals_wait_with_their_reasons_until_they_are_answered(cases, person, browser, send):
    client = browser(person(Role.APPROVER))
    assert client.get("/api/proposals").json() == []
    numbers = [propose(person(), network_id, "dismiss", "", REASON, 0).pk for network_id in (FIRST, SECOND)]
    waiting = client.get("/api/proposals").json()
    assert [(each["id"], each["network_id"]) for each in waiting] == list(
        zip(numbers, (FIRST, SECOND), strict=True)
    )
    assert {(each["reason"], each["standing"]) for each in waiting} == {(REASON, "open")}
    send(client, f"/api/decisions/{numbers[0]}/answer", {"approve": True})
    assert [each["id"] for each in client.get("/api/proposals").json()] == numbers[1:]


def test_a_suppression_is_listed_until_it_is_lifted(cases, person, browser, send):
    until = timezone.localdate() + timedelta(days=3)
    kept = suppress(person(), FIRST, until, REASON)
    client = browser(person())
    (row,) = client.get("/api/suppressions").json()
    assert (row["network_id"], row["until"], row["reason"]) == (FIRST, until.isoformat(), REASON)
    assert browser(person(Role.INVESTIGATOR, "customs")).get("/api/suppressions").json() == []
    send(client, f"/api/suppressions/{kept.pk}/lift", {})
    assert client.get("/api/suppressions").json() == []


def test_watches_say_where_they_are_and_what_changed(cases, home, person, browser, send):
    client = browser(person())
    holder = cases[FIRST].members.get(key=PERSON).pk
    address = f"/api/cases/{FIRST}/members/{holder}/watch"
    assert send(client, address, {}).json() == {"watched": True}
    send(client, f"/api/cases/{SECOND}/watch", {})
    read = client.get(f"/api/cases/{FIRST}").json()
    assert [member["number"] for member in read["members"] if member["watched"]] == [holder]
    assert not read["watched"]
    assert client.get(f"/api/cases/{SECOND}").json()["watched"]
    assert [row["changed"] for row in client.get("/api/watches").json()] == [[], []]
    later = AS_OF + timedelta(days=7)
    lines = networks(later)
    lines[1]["members"].append({"kind": "person", "id": PERSON, "role": "operator"})
    import_ranking(write_world(home, later, lines, change="grew"), later)
    case, member = client.get("/api/watches").json()
    assert (case["network_id"], case["number"], case["changed"]) == (SECOND, None, [SECOND])
    assert (member["network_id"], member["kind"], member["cases"]) == (None, "person", [FIRST, SECOND])
    assert member["id"] == "cccd:•••••••••111"
    client.get(f"/api/cases/{SECOND}")
    assert [row["changed"] for row in client.get("/api/watches").json()] == [[], [FIRST]]
    assert send(client, f"/api/cases/{FIRST}/members/{member['number']}/watch", {}).json() == {
        "watched": False
    }


def test_a_case_can_be_given_to_whom_the_list_names(cases, person, browser, send):
    client = browser(person())
    for role, agency in ((Role.VIEWER, ""), (Role.INVESTIGATOR, "customs"), (Role.APPROVER, "")):
        person(role, agency)
    named = [each["username"] for each in client.get("/api/assignees").json()]
    assert named == ["approver_desk", "investigator_desk"]
    given = {"assignee": named[0], "revision": 0}
    assert send(client, f"/api/cases/{FIRST}/assignment", given).status_code == 200


def test_the_audit_is_read_by_action_person_and_subject(cases, person, browser):
    desk = browser(person())
    for network_id in (FIRST, SECOND, FIRST):
        desk.get(f"/api/cases/{network_id}")
    auditor = browser(person(Role.AUDITOR))
    found = auditor.get(f"/api/audit?action=case_viewed&actor=investigator_desk&subject={FIRST}").json()
    assert (found["count"], [entry["subject"] for entry in found["entries"]]) == (2, [FIRST] * 2)
    newest = auditor.get("/api/audit").json()["entries"][0]
    assert (newest["action"], newest["actor"]) == ("audit_read", "auditor_desk")


def test_the_ranking_and_its_late_feeds(db, home, person, browser):
    client = browser(person())
    assert client.get("/api/ranking").status_code == 404
    import_ranking(write_world(home), AS_OF)
    Ranking.objects.update(feeds={"tips": {"newest": "2026-03-20"}, "sellers": {"newest": "2026-03-31"}})
    read = client.get("/api/ranking").json()
    assert (read["as_of"], read["networks"]) == (AS_OF.isoformat(), 2)
    assert read["late_feeds"] == [{"feed": "tips", "newest": "2026-03-20"}]
