"""People who act in the same moment: one is first, the other is told, the audit stays one chain."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from review.access.reviewers import Role
from review.audit.chain import first_break, record
from review.audit.entries import AuditEntry
from review.work import acts
from review.work.records import Decision
from tests.review.world import FIRST

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite",
        reason="SQLite in memory has one connection; test_on_postgresql.py runs this",
    ),
]
AT_ONCE = 4


def _at_once(act) -> list[object]:
    """What `act(number)` gave in each of several threads that start together."""
    barrier = Barrier(AT_ONCE)

    def run(number: int) -> object:
        barrier.wait()
        try:
            return act(number)
        except acts.Refused as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def test_one_proposal_stands_and_the_others_are_told(case, person):
    people = [person(Role.APPROVER, name=f"approver_{number}") for number in range(AT_ONCE)]
    done = _at_once(
        lambda number: acts.propose(people[number], FIRST, "dismiss", "", "Dòng tiền khớp vận đơn", 0)
    )
    assert sum(isinstance(each, Decision) for each in done) == 1
    assert sum(isinstance(each, acts.StaleCase) for each in done) == AT_ONCE - 1
    assert Decision.objects.count() == 1


def test_one_answer_stands(case, person):
    proposed = acts.propose(person(), FIRST, "dismiss", "", "Dòng tiền khớp vận đơn", 0)
    people = [person(Role.APPROVER, name=f"approver_{number}") for number in range(AT_ONCE)]
    done = _at_once(
        lambda number: acts.answer(people[number], proposed.pk, number % 2 == 0, "Đã đối chiếu tờ khai")
    )
    assert sum(isinstance(each, Decision) for each in done) == 1
    assert AuditEntry.objects.filter(action__in=("approved", "rejected")).count() == 1


def test_the_audit_is_one_chain(db):
    _at_once(lambda number: [record(f"person_{number}", "case_viewed", FIRST) for _ in range(5)])
    assert first_break() == ""
    assert AuditEntry.objects.count() == 5 * AT_ONCE
