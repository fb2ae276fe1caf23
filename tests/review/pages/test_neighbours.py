"""The next case is the next of the list that was left, also when the case itself has gone from it."""

import pytest
from django.urls import reverse

from review.access.reviewers import Role
from review.cases.queue import SORTS
from review.cases.records import Case
from review.pages.neighbours import neighbours_of
from review.work.acts import answer, propose
from tests.review.world import FIRST, SECOND


@pytest.mark.parametrize("sort", SORTS)
def test_neighbours_are_those_of_the_order(cases, sort):
    listed = Case.objects.order_by(*SORTS[sort])
    ids = [case.network_id for case in listed]
    for at, case in enumerate(listed):
        found = neighbours_of(case, Case.objects.all(), SORTS[sort])
        assert found.previous == (ids[at - 1] if at else "")
        assert found.next == (ids[at + 1] if at + 1 < len(ids) else "")


def test_a_case_leads_on_through_the_filters_of_the_list(cases, person, browser):
    who = person()
    client = browser(who)

    def beside(network_id):
        found = client.get(reverse("case", args=[network_id])).context["neighbours"]
        return found.previous, found.next

    assert beside(FIRST) == ("", SECOND)
    client.get(reverse("queue"), {"typology": "border_pickup"})
    assert beside(FIRST) == ("", "")
    assert beside(SECOND) == (FIRST, "")
    client.get(reverse("queue"), {"state": "new"})
    propose(who, FIRST, "dismiss", "", "Không có dấu hiệu", None)
    assert beside(FIRST) == ("", SECOND)


def test_an_agency_is_led_to_what_it_was_sent_alone(cases, person, browser):
    approver = person(Role.APPROVER)
    proposal = propose(person(), FIRST, "refer", "customs", "Dấu hiệu gom hàng biên giới", None)
    answer(approver, proposal.pk, True, "")
    page = browser(person(Role.INVESTIGATOR, "customs")).get(reverse("case", args=[FIRST]))
    assert (page.context["neighbours"].previous, page.context["neighbours"].next) == ("", "")
