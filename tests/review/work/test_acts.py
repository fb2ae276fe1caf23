"""Four eyes, stale forms, putting aside: what people do with a case."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from review.access.reviewers import Role
from review.audit.entries import AuditEntry
from review.cases.queue import QueueFilters, filtered
from review.cases.records import Case, State
from review.work import acts
from review.work.forgery import first_forgery
from review.work.records import Decision, Handed, Suppression
from tests.review.world import FIRST, SECOND

pytestmark = pytest.mark.django_db
REASON = "Dòng tiền khớp với vận đơn"


def _open(person) -> list[str]:
    return [case.network_id for case in filtered(Case.objects.all(), QueueFilters(), person)]


def test_a_second_person_closes_what_the_first_proposed(case, person):
    first, second = person(), person(Role.APPROVER)
    decision = acts.propose(first, FIRST, "confirm", "", REASON, 0)
    case.refresh_from_db()
    assert (case.state, case.revision) == (State.PROPOSED, 1)
    acts.answer(second, decision.pk, True, "")
    case.refresh_from_db()
    assert (case.state, case.closing_id) == (State.CONFIRMED, decision.pk)
    said = AuditEntry.objects.order_by("number").values_list("actor", "action")
    assert list(said) == [("investigator_desk", "proposed"), ("approver_desk", "approved")]


def test_nobody_approves_their_own(case, person):
    approver = person(Role.APPROVER)
    decision = acts.propose(approver, FIRST, "dismiss", "", REASON, 0)
    with pytest.raises(acts.Refused):
        acts.answer(approver, decision.pk, True, "")
    decision.refresh_from_db()
    assert decision.standing == "open"


def test_the_database_itself_refuses_ones_own_approval(case, person):
    approver = person(Role.APPROVER)
    decision = acts.propose(approver, FIRST, "dismiss", "", REASON, 0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(
            standing="approved", decided_by=approver, decided_at=timezone.now()
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(standing="approved")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(state=State.DISMISSED)


def test_the_database_closes_no_case_on_a_decision_that_was_not_approved(cases, person):
    decision = acts.propose(person(), FIRST, "dismiss", "", REASON, 0)
    other = acts.propose(person(), SECOND, "dismiss", "", REASON, 0)
    acts.answer(person(Role.APPROVER), other.pk, True, "")
    for closing in (decision.pk, other.pk):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(network_id=FIRST).update(state=State.DISMISSED, closing=closing)


def test_the_database_keeps_who_proposed_what_and_who_may_answer(case, person):
    approver, other = person(Role.APPROVER), person(Role.VIEWER)
    decision = acts.propose(approver, FIRST, "dismiss", "", REASON, 0)
    answered = {"standing": "approved", "decided_at": timezone.now()}
    for change in (
        {"proposed_by": other, "decided_by": approver, **answered},
        {"verdict": "confirm"},
        {"reason": "Lý do khác"},
        {"decided_by": other, **answered},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(**change)


def test_the_database_closes_a_case_as_it_was_decided_and_not_otherwise(case, person):
    decision = acts.propose(person(), FIRST, "dismiss", "", REASON, 0)
    acts.answer(person(Role.APPROVER), decision.pk, True, "")
    for state in (State.CONFIRMED, State.WORKING):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(state=state)


def test_the_audit_finds_a_decision_that_was_written_past_the_application(cases, person):
    approver = person(Role.APPROVER)
    made = acts.propose(person(), FIRST, "refer", "customs", REASON, 0)
    acts.answer(approver, made.pk, True, "")
    acts.withdraw(person(), acts.propose(person(), SECOND, "dismiss", "", REASON, 0).pk)
    assert first_forgery() == ""
    forged = Decision.objects.create(
        case=cases[SECOND],
        ranking=cases[SECOND].ranking,
        verdict="dismiss",
        reason=REASON,
        proposed_by=person(),
        proposed_at=timezone.now(),
        standing="approved",
        decided_by=approver,
        decided_at=timezone.now(),
    )
    assert first_forgery() == f"decision {forged.pk} was not proposed so"
    forged.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Handed.objects.update(members=[])
    made.handed.delete()
    assert first_forgery() == f"what decision {made.pk} hands over is not what was proposed"
    Case.objects.update(closing=None, state=State.NEW)
    Decision.objects.get(pk=made.pk).delete()
    assert "is not there" in first_forgery()


def test_an_investigator_does_not_decide(case, person):
    decision = acts.propose(person(), FIRST, "dismiss", "", REASON, 0)
    with pytest.raises(PermissionDenied):
        acts.answer(person(Role.INVESTIGATOR, name="another"), decision.pk, True, "")


def test_two_people_at_once_the_second_is_told(case, person):
    acts.assign(person(), FIRST, person(), revision=0)
    with pytest.raises(acts.StaleCase):
        acts.propose(person(Role.APPROVER), FIRST, "dismiss", "", REASON, 0)
    assert not Decision.objects.exists()


def test_one_open_proposal_a_case(case, person):
    acts.propose(person(), FIRST, "dismiss", "", REASON, 0)
    with pytest.raises(acts.Refused):
        acts.propose(person(Role.APPROVER), FIRST, "confirm", "", REASON, 1)


def test_a_rejection_needs_a_reason_and_gives_the_case_back(case, person):
    decision = acts.propose(person(), FIRST, "refer", "customs", REASON, 0)
    with pytest.raises(acts.Refused):
        acts.answer(person(Role.APPROVER), decision.pk, False, "không")
    acts.answer(person(Role.APPROVER), decision.pk, False, "Chưa đối chiếu tờ khai")
    case.refresh_from_db()
    assert (case.state, case.closing) == (State.WORKING, None)


def test_a_referral_carries_its_deadline_and_its_law(case, person):
    decision = acts.propose(person(), FIRST, "refer", "customs", REASON, 0)
    decision = acts.answer(person(Role.APPROVER), decision.pk, True, "")
    assert decision.answer_due_on > timezone.localdate() + timedelta(days=4)
    assert any("54/2014/QH13" in basis["source"] for basis in decision.legal_basis)
    with pytest.raises(acts.Refused):
        acts.propose(person(), FIRST, "refer", "", REASON, None)


def test_snoozed_and_suppressed_leave_the_queue_until_their_day(cases, person, monkeypatch):
    who = person()
    tomorrow = timezone.localdate() + timedelta(days=1)
    acts.snooze(who, FIRST, tomorrow)
    suppression = acts.suppress(who, SECOND, tomorrow, REASON)
    assert _open(who) == []
    monkeypatch.setattr(timezone, "localdate", lambda *_: tomorrow)
    assert _open(who) == [FIRST, SECOND]
    monkeypatch.undo()
    acts.lift(who, suppression.pk)
    assert _open(who) == [SECOND]
    assert Suppression.objects.get().lifted_by == who
    for until in (timezone.localdate(), tomorrow + timedelta(days=400)):
        with pytest.raises(acts.Refused):
            acts.snooze(who, FIRST, until)


def test_a_question_keeps_the_case_waiting_until_a_note(case, person):
    acts.comment(person(), FIRST, "Đề nghị ngân hàng giải trình", asks=True)
    case.refresh_from_db()
    assert case.state == State.WAITING
    acts.comment(person(), FIRST, "Đã nhận giải trình", asks=False)
    case.refresh_from_db()
    assert case.state == State.WORKING


def test_a_case_is_given_to_the_desk_alone(case, person):
    with pytest.raises(acts.Refused):
        acts.assign(person(), FIRST, person(Role.INVESTIGATOR, "customs"))
    acts.assign(person(), FIRST, person(Role.APPROVER))
    case.refresh_from_db()
    assert case.assignee.username == "approver_desk"
