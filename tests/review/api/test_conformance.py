"""Whatever is sent to the interface for programs, it answers as it is described and never with a fault."""

from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from review.access.reviewers import Role
from review.api.endpoints import api
from review.work.acts import answer, propose, suppress
from review.work.link_decisions import judge_link
from review.wsgi import application
from tests.review.world import ACCOUNT, FIRST, PERSON, SECOND

# Sent to the WSGI application itself, as a server does: each request then drops a connection that is inside
# of somebody's transaction (Django's `close_old_connections`), so the test must not be one.
pytestmark = pytest.mark.django_db(transaction=True)
CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]
# Over PostgreSQL a request takes twice as long; what is asked of the interface is asked in full on SQLite.
EXAMPLES = 60 if connection.vendor == "sqlite" else 20
_TO = ("refer", "customs")


def _operations() -> list[APIOperation]:
    described = schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/"))
    described.app = application
    return [found.ok() for found in described.get_all_operations()]


@pytest.fixture
def known(cases, person) -> dict[str, Any]:
    """What addresses may name: a case, its parts, a proposal that waits, a referral, a word on a link."""
    reason = "Dòng tiền khớp với vận đơn"
    approver = person(Role.APPROVER)
    referral = answer(
        person(Role.APPROVER, name="second"), propose(approver, FIRST, *_TO, reason, 0).pk, True, ""
    )
    proposal = propose(person(), SECOND, "dismiss", "", reason, 0)
    suppression = suppress(approver, FIRST, timezone.localdate() + timedelta(days=9), reason)
    account, holder = (cases[FIRST].members.get(key=key).pk for key in (ACCOUNT, PERSON))
    word = judge_link(approver, FIRST, account, holder, "same", reason)
    return {
        "network_id": FIRST,
        "decision_id": proposal.pk,
        "referral_id": referral.pk,
        "link_id": word.pk,
        "suppression_id": suppression.pk,
        "member_number": holder,
        "record_number": cases[FIRST].evidence.first().record_id,
        "form": "json",
    }


@pytest.fixture
def signed_in(person, browser) -> dict[str, dict[str, str]]:
    """The session of an approver and its token, as a program sends them."""
    client = browser(person(Role.APPROVER))
    client.get("/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return {"cookies": cookies, "headers": {"X-CSRFToken": cookies["csrftoken"]}}


@pytest.mark.parametrize("operation", _operations(), ids=lambda operation: operation.label)
def test_every_answer_is_as_described(operation, known, signed_in):
    statuses = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(sent=st.one_of(*map(operation.as_strategy, GenerationMode)), there=st.booleans())
    def answers(sent: Case, there: bool) -> None:
        if there:
            sent.path_parameters |= {name: known[name] for name in sent.path_parameters}
        statuses.add(sent.call_and_validate(**signed_in, checks=CHECKS).status_code)

    answers()
    assert statuses & {200, 403, 409}, "nothing got as far as the application"
