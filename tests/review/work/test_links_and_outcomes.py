"""What leaves for the next run: words on links, and agencies' answers as a landing file."""

import csv
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from models.links.decisions import parse_decisions
from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from review.work.acts import Refused, answer, propose
from review.work.link_decisions import judge_link, undo_link
from review.work.outcomes import record_outcome
from tests.review.world import ACCOUNT, FIRST, PERSON, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
REASON = "Hai người khác nhau theo căn cước"


def _lines(home) -> list[dict[str, str]]:
    text = (home / "decisions" / "review.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_word_on_a_link_is_in_the_file_until_it_is_taken_back(case, person, home):
    account, holder = case.members.get(key=ACCOUNT), case.members.get(key=PERSON)
    kept = judge_link(person(), FIRST, account.pk, holder.pk, "not_same", REASON)
    (line,) = _lines(home)
    assert {key: line[key] for key in ("kind_a", "id_a", "kind_b", "id_b", "verdict", "by", "reason")} == {
        "kind_a": "account",
        "id_a": ACCOUNT,
        "kind_b": "person",
        "id_b": PERSON,
        "verdict": "not_same",
        "by": "investigator_desk",
        "reason": REASON,
    }
    judge_link(person(), FIRST, account.pk, holder.pk, "same", REASON)
    assert [line["verdict"] for line in _lines(home)] == ["same"]
    with pytest.raises(Refused):
        undo_link(person(), kept.pk)
    undo_link(person(), kept.pk + 1)
    assert _lines(home) == []


def test_a_word_takes_the_place_of_one_that_named_the_other_first(case, person, home):
    account, holder = case.members.get(key=ACCOUNT), case.members.get(key=PERSON)
    judge_link(person(), FIRST, account.pk, holder.pk, "same", REASON)
    judge_link(person(), FIRST, holder.pk, account.pk, "not_same", REASON)
    assert [line["verdict"] for line in _lines(home)] == ["not_same"]


def test_a_group_is_judged_at_once_pair_by_pair_and_taken_back_at_once(case, person, home, browser):
    three = [case.members.get(key=key).pk for key in (ACCOUNT, PERSON, PHONE)]
    client, address = browser(person()), reverse("link", args=[FIRST])
    form = client.get(address, {"m": three, "verdict": "not_same"})
    assert [member.pk for member in form.context["group"]] == three
    sent = {"group": "1", "m": three, "verdict": "not_same", "reason": REASON}
    assert client.post(address, sent).status_code == 302
    assert [line["verdict"] for line in _lines(home)] == ["not_same"] * 3
    assert AuditEntry.objects.filter(action="link_judged").count() == 1
    page = client.get(reverse("case", args=[FIRST]))
    ((word, pairs),) = page.context["link_decisions"]
    assert pairs == 3
    assert "một nhóm, 3 cặp" in page.content.decode()
    client.post(reverse("undo_link", args=[FIRST, word.pk]))
    assert _lines(home) == []
    client.post(address, sent | {"m": three[:1]})
    assert _lines(home) == []


def test_the_link_stage_reads_the_file(case, person, home):
    # The reader's own shape, so that both sides stay one (the test may import both, the code may not).
    account, holder = case.members.get(key=ACCOUNT), case.members.get(key=PERSON)
    judge_link(person(), FIRST, account.pk, holder.pk, "same", REASON)
    text = (home / "decisions" / "review.jsonl").read_text(encoding="utf-8")
    (read,) = parse_decisions("review.jsonl", text)
    assert (read.id_a, read.verdict) == (ACCOUNT, "same")


@pytest.fixture
def referral(case, person):
    decision = propose(person(), FIRST, "refer", "customs", "Dấu hiệu gom hàng biên giới", 0)
    return answer(person(Role.APPROVER), decision.pk, True, "")


def test_an_answer_becomes_a_landing_file_of_the_contract(case, person, home, referral):
    holder, phone = case.members.get(key=PERSON), case.members.get(kind="phone")
    day = timezone.localdate() - timedelta(days=1)
    who = person(Role.INVESTIGATOR, "customs")
    record_outcome(
        who, referral.pk, "12/QĐ-XPHC", day, "confirmed", "smuggled", 40_000_000, [holder.pk, phone.pk]
    )
    (file,) = (home / "landing" / "enforcement_actions" / "customs").rglob("*.csv")
    assert file.parent.name == timezone.localdate().isoformat()
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows[0] == {
        "decision_no": "12/QĐ-XPHC",
        "decided_on": day.isoformat(),
        "agency": "customs",
        "subject_kind": "person",
        "subject_value": PERSON,
        "violation": "smuggled",
        "outcome": "confirmed",
        "penalty_vnd": "40000000",
    }
    assert rows[1]["subject_kind"] == "phone"
    with pytest.raises(Refused):
        record_outcome(who, referral.pk, "12/QĐ-XPHC", day, "cleared", "", None, [holder.pk])


def test_another_agency_does_not_answer(case, person, referral):
    with pytest.raises(PermissionDenied):
        record_outcome(
            person(Role.INVESTIGATOR, "tax"), referral.pk, "1", timezone.localdate(), "cleared", "", None, [1]
        )


def test_an_answer_names_somebody_and_no_day_to_come(case, person, referral):
    holder = case.members.get(key=PERSON)
    today = timezone.localdate()
    for day, members in ((today, []), (today + timedelta(days=1), [holder.pk])):
        with pytest.raises(Refused):
            record_outcome(person(), referral.pk, "7", day, "cleared", "", None, members)
