"""A program reads of a case what its page says, within what the reader may see."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from review.cases.import_ranking import import_ranking
from review.cases.records import EvidenceRow
from review.work.acts import answer, comment, propose, snooze, suppress
from review.work.link_decisions import judge_group
from review.work.outcomes import record_outcome
from tests.review.world import ACCOUNT, AS_OF, FIRST, PERSON, PHONE, SECOND, networks, write_world

pytestmark = pytest.mark.django_db
REASON = "Dòng tiền khớp với vận đơn"
LATER = AS_OF + timedelta(days=7)
ADDRESS = f"/api/cases/{FIRST}"


@pytest.fixture
def numbers(case) -> dict[str, int]:
    """The numbers of the members of the first case, by their keys."""
    return dict(case.members.values_list("key", "pk"))


def test_what_holds_the_members_and_where_else_they_are(cases, numbers, person, browser):
    read = browser(person()).get(ADDRESS).json()
    assert read["ties"] == [
        {"a": numbers[ACCOUNT], "b": numbers[PERSON], "tie": "held_by", "weight": 1.0, "records": 0}
    ]
    assert read["shared"] == [
        {
            "members": [numbers[ACCOUNT], numbers[PERSON]],
            "circumstances": [{"circumstance": "pays", "value": "TCB •••••••••••988"}],
        }
    ]
    assert read["overlaps"] == [
        {"network_id": SECOND, "rank": 2, "state": "new", "members": [numbers[PHONE]]}
    ]
    assert "44332211009988" not in json.dumps(read)


def test_why_it_is_ranked_and_what_speaks_against_it(case, person, browser):
    read = browser(person()).get(ADDRESS).json()
    first = read["reasons"][0]
    assert (first["title"]["en"], first["records"]) == ("Title money_mule_collection", 2)
    assert [item["holds"] for item in first["innocent_explanations"]] == [None, False]
    parts = sum(reason["part"] for reason in read["reasons"]) + read["outlier"]["part"]
    assert parts == pytest.approx(1)
    assert [reason["feature"] for reason in read["outlier"]["reasons"]] == ["payers"]
    assert read["suggested_agencies"] == ["sbv", "customs"]
    assert read["next_step"].startswith("Chưa ai phụ trách.")
    assert read["records"] == 3


def test_tips_are_told_with_their_numbers_masked(cases, person, browser):
    (tip,) = browser(person()).get(f"/api/cases/{SECOND}").json()["tips"]
    assert tip["record"] == EvidenceRow.objects.get(key="T1").pk
    assert tip["said"] == "goi •••••••567"


def test_the_history_of_a_case(case, numbers, person, browser):
    desk, approver = person(), person(Role.APPROVER)
    until = timezone.localdate() + timedelta(days=9)
    comment(desk, FIRST, "Đã gọi ngân hàng", asks=False)
    suppress(desk, FIRST, until, REASON)
    snooze(desk, FIRST, until)
    judge_group(desk, FIRST, [numbers[key] for key in (ACCOUNT, PERSON, PHONE)], "not_same", REASON)
    read = browser(desk).get(ADDRESS).json()
    assert read["snoozed_until"] == until.isoformat()
    proposal = propose(desk, FIRST, "refer", "customs", REASON, None)
    answer(approver, proposal.pk, True, "Đồng ý")
    record_outcome(
        approver, proposal.pk, "1/QĐ", timezone.localdate(), "cleared", "", None, [numbers[PERSON]]
    )
    read = browser(desk).get(ADDRESS).json()
    assert [(note["text"], note["by"]) for note in read["comments"]] == [("Đã gọi ngân hàng", desk.username)]
    assert [row["reason"] for row in read["suppressions"]] == [REASON]
    assert [(word["verdict"], word["pairs"]) for word in read["link_words"]] == [("not_same", 3)]
    (decision,) = read["decisions"]
    assert (decision["decided_by"], decision["answer"]) == (approver.username, "Đồng ý")
    assert [outcome["decision_no"] for outcome in decision["outcomes"]] == ["1/QĐ"]
    assert decision["legal_basis"]
    assert [version["as_of"] for version in read["versions"]] == [AS_OF.isoformat()]

    there = browser(person(Role.INVESTIGATOR, "customs")).get(ADDRESS).json()
    assert [there[part] for part in ("comments", "suppressions", "link_words", "shared", "ties")] == [[]] * 5
    assert (there["outlier"], there["suggested_agencies"], there["hidden_members"]) == (None, [], 1)
    assert there["snoozed_until"] is None
    (told,) = there["decisions"]
    assert (told["proposed_by"], told["decided_by"], told["reason"], told["answer"]) == (None,) * 4
    assert [outcome["decision_no"] for outcome in told["outcomes"]] == ["1/QĐ"]
    assert REASON not in json.dumps(there)


def test_an_agency_owes_its_answer_by_the_day_of_the_referral(case, person, browser):
    proposal = propose(person(), FIRST, "refer", "customs", REASON, None)
    due = answer(person(Role.APPROVER), proposal.pk, True, "").answer_due_on.isoformat()
    client = browser(person(Role.INVESTIGATOR, "customs"))
    assert client.get("/api/cases").json()["cases"][0]["due_on"] == due
    assert client.get(ADDRESS).json()["due_on"] == due
    assert browser(person()).get(ADDRESS).json()["due_on"] != due


def test_changes_are_told_once_whichever_way_one_looks(cases, home, person, browser):
    client = browser(person())
    assert client.get(ADDRESS).json()["changes"] == []
    lines = networks(LATER)
    lines[0]["members"] = [member for member in lines[0]["members"] if member["kind"] != "seller"]
    import_ranking(write_world(home, LATER, lines, change="shrank"), LATER)
    assert client.get("/api/cases").json()["cases"][0]["changed_since_seen"]
    read = client.get(ADDRESS).json()
    assert (read["changes"], read["changed_since_seen"]) == (["Bớt 1 đối tượng."], True)
    assert not client.get("/api/cases").json()["cases"][0]["changed_since_seen"]
    assert client.get(reverse("case", args=[FIRST])).context["changes"] == []


def test_the_picture_is_the_pages_and_is_recorded(case, numbers, person, browser):
    client = browser(person())
    drawn = client.get(f"{ADDRESS}/picture").json()
    page = client.get(reverse("picture", args=[FIRST])).json()
    assert [node["id"] for node in drawn["nodes"]] == [node["id"] for node in page["nodes"]]
    assert f"m{numbers[PERSON]}" in {node["id"] for node in drawn["nodes"]}
    assert {edge["kind"] for edge in drawn["edges"]} == {"money", "goods", "shared"}
    assert sum(day["money_vnd"] for day in drawn["days"]) == 12_000_000
    assert drawn["routes"][0]["by_day"] == [{"day": "2026-03-12", "amount_vnd": 300_000, "records": 1}]
    assert ACCOUNT.partition(":")[2] not in json.dumps(drawn)
    assert AuditEntry.objects.filter(action="picture_viewed", subject=FIRST).count() == 2
